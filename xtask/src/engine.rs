//! The worker's two wasm modules, one for each of the labs that are programs of their own, and the shard lab's
//! worker on real threads (`shard-mt`, built as `mt` is).
//!
//! `mt` runs on real threads: its memory is shared, so it is built with atomics and with a standard
//! library rebuilt for them. `st` is its twin for pages that may not share memory. The page has
//! its own build ([`crate::page`]), since atomics must not reach it. Each has its own target
//! folder: other flags in the same folder would rebuild everything each time.
//!
//! `consensus`, `shard` and `strategy` are page and worker of a lab in one program each, on one thread; the page loads it when
//! the lab is opened: `page.js` mounts the lab, `worker.js` is its worker, a sheet of the same name its style.
//!
//! The folder of the other two holds `start.js` (what `new Worker(…, { type: "module" })` loads),
//! `worker.js` and `worker_bg.wasm` (wasm-bindgen's), and `snippets/` (the thread pool's helper).

use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::compiler::{Compiler, TARGET};
use crate::fingerprint::{self, Fingerprint};
use crate::module::{MODULES, Module};
use crate::{command::Command, page, script, tool, workspace};

/// What a lint run needs to see programs as their build does.
pub(crate) struct LintTarget {
    pub(crate) programs: Vec<&'static str>,
    pub(crate) features: Vec<&'static str>,
    pub(crate) target_folder: &'static str,
    pub(crate) options: Vec<String>,
}

/// The page, its labs and the worker without shared memory in one run, which compiles what they share once;
/// the threaded worker, whose code needs atomics, in another.
pub(crate) fn lint_targets(compiler: &Compiler) -> Vec<LintTarget> {
    let (shared, unshared): (Vec<_>, Vec<_>) =
        MODULES.iter().partition(|module| module.shared_memory);
    let programs: BTreeSet<_> = unshared.iter().map(|module| module.program).collect();
    let page = LintTarget {
        programs: programs.into_iter().chain(["ui"]).collect(),
        features: vec!["--features", "host"],
        target_folder: page::TARGET_FOLDER,
        options: compiler.path_options(),
    };
    let threaded = shared.into_iter().map(|module| LintTarget {
        programs: vec![module.program],
        features: module.features_of_cargo(),
        target_folder: module.target_folder,
        options: module.options(compiler),
    });
    [page].into_iter().chain(threaded).collect()
}

/// `cargo xtask engine [NAME…]`: all modules, or those of these names.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let is_module = |name: &&String| MODULES.iter().any(|module| module.name == **name);
    if let Some(unknown) = arguments.iter().find(|name| !is_module(name)) {
        bail!("`engine` builds mt, shard-mt, st, consensus, shard and strategy, not `{unknown}`");
    }
    // Trunk's hook: the runner that called Trunk has built the modules just before.
    if std::env::var_os("INTERLEAVE_ENGINE_BUILT").is_some() {
        return Ok(());
    }
    build_some(&Compiler::find()?, arguments)
}

/// Builds the modules, each only if something that it is made from has changed.
pub(crate) fn build(compiler: &Compiler) -> Result<()> {
    build_some(compiler, &[])
}

fn build_some(compiler: &Compiler, names: &[String]) -> Result<()> {
    let node = tool::node_modules()?;
    let bindgen = tool::wasm_bindgen()?;
    let mut stale = Vec::new();
    for module in &MODULES {
        if !names.is_empty() && !names.iter().any(|name| name == module.name) {
            continue;
        }
        let built = module.file("_bg.wasm").is_file();
        if built && fingerprint::is_fresh(&module.stamp(), &inputs(module, compiler)?) {
            println!("  engine/{}: nothing changed", module.name);
        } else {
            println!("  engine/{}: {}", module.name, compiler.version);
            stale.push(module);
        }
    }
    // The last part of each build has one thread: several side by side keep the machine busy.
    let folders: BTreeSet<&str> = stale.iter().map(|module| module.target_folder).collect();
    std::thread::scope(|scope| {
        let build = |folder: &str| {
            let here = stale.iter().filter(|module| module.target_folder == folder);
            let features: BTreeSet<&str> = here.clone().map(|module| module.feature).collect();
            // One run for each set of features: what they have in common is compiled once all the same.
            features.into_iter().try_for_each(|feature| {
                let alike = here.clone().filter(|module| module.feature == feature);
                compile(&alike.copied().collect::<Vec<_>>(), compiler)
            })
        };
        let builds: Vec<_> = folders
            .into_iter()
            .map(|folder| scope.spawn(move || build(folder)))
            .collect();
        let ended = builds.into_iter().map(|build| match build.join() {
            Ok(result) => result,
            Err(_) => bail!("a build panicked"),
        });
        ended.collect::<Result<()>>()
    })?;
    for module in stale {
        println!("  engine/{}", module.name);
        finish(module, &bindgen, &node)?;
        // The list of sources is the compiler's, so it is complete only now.
        fingerprint::write(&module.stamp(), &inputs(module, compiler)?)?;
    }
    Ok(())
}

/// Compiles modules that share a target folder.
fn compile(modules: &[&Module], compiler: &Compiler) -> Result<()> {
    let Some(first) = modules.first() else {
        return Ok(());
    };
    let mut cargo = compiler.cargo("build");
    if first.target_folder == page::TARGET_FOLDER {
        // The page itself comes next, from the same folder: built beside its labs it costs less.
        cargo = cargo
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", page::OPTIMISATION)
            .args(["--bin", "ui"]);
    }
    for module in modules {
        cargo = cargo.args(["--bin", module.program]);
    }
    cargo
        .args(["--package", "app", "--release", "--target", TARGET])
        .args(first.features_of_cargo())
        .env("CARGO_TARGET_DIR", workspace::path(first.target_folder))
        .env(
            "CARGO_ENCODED_RUSTFLAGS",
            first.options(compiler).join("\u{1f}"),
        )
        .run()
}

/// Makes the folder that the page loads from what the compiler wrote.
fn finish(module: &Module, bindgen: &Path, node: &Path) -> Result<()> {
    let compiled = module.compiled("wasm");
    let folder = module.folder();
    let mut fingerprint = Fingerprint::new("worker");
    fingerprint.text(tool::WASM_BINDGEN);
    fingerprint.text(module.call());
    fingerprint.text(script::RESERVE);
    for (_, script) in script::lab(module.program) {
        fingerprint.text(&script);
    }
    fingerprint.text(module.optimise);
    fingerprint.files([workspace::path("package-lock.json"), compiled.clone()])?;
    fingerprint.files(module.others().iter().map(|other| workspace::path(other)))?;
    let fingerprint = fingerprint.finish();
    let stamp = workspace::path("target/stamps").join(format!("worker-{}", module.name));
    if module.file("_bg.wasm").is_file() && fingerprint::is_fresh(&stamp, &fingerprint) {
        println!("    the same module as before");
        return Ok(());
    }
    fs::remove_dir_all(&folder).ok();
    Command::new(bindgen.join("wasm-bindgen"))
        .args(["--target", "web", "--no-typescript"])
        .args([
            "--remove-name-section",
            "--remove-producers-section",
            "--out-dir",
        ])
        .arg(&folder)
        .arg(compiled)
        .run()?;
    let wasm = module.file("_bg.wasm");
    let before = fs::metadata(&wasm)?.len();
    Command::new(node.join("wasm-opt"))
        .arg(module.optimise)
        .args(["--strip-debug", "--strip-producers", "--output"])
        .arg(&wasm)
        .arg(&wasm)
        .run()?;
    println!(
        "    {before} bytes, {} after wasm-opt",
        fs::metadata(&wasm)?.len()
    );
    for (name, text) in module.scripts()? {
        fs::write(folder.join(name), text).with_context(|| format!("cannot write {name}"))?;
    }
    if module.is_lab() {
        fs::copy(workspace::path(&module.style()), module.file(".css"))
            .context("cannot copy the style")?;
    }
    fingerprint::write(&stamp, &fingerprint)
}

/// Hashes what the module is made from. The sources are those that the compiler listed at the last
/// build: what only the page uses is not among them, and a new file needs a `mod` line in one that
/// is listed.
fn inputs(module: &Module, compiler: &Compiler) -> Result<String> {
    let mut fingerprint = Fingerprint::new("engine");
    fingerprint.text(&compiler.version);
    fingerprint.text(tool::WASM_BINDGEN);
    fingerprint.text(module.feature);
    let scripts = script::lab(module.program);
    for script in [
        module.call(),
        script::RESERVE,
        &scripts[0].1,
        &scripts[1].1,
        module.optimise,
    ] {
        fingerprint.text(script);
    }
    for option in module.options(compiler) {
        fingerprint.text(&option);
    }
    let manifests = [
        "Cargo.toml",
        "Cargo.lock",
        "package-lock.json",
        "engine/Cargo.toml",
        "app/Cargo.toml",
    ];
    fingerprint.files(manifests.iter().map(|manifest| workspace::path(manifest)))?;
    fingerprint.files(module.others().iter().map(|other| workspace::path(other)))?;
    fingerprint.files(fingerprint::listed_sources(&module.compiled("d")))?;
    Ok(fingerprint.finish())
}
