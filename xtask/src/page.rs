//! `cargo xtask build`: the static site in `dist/`.
//!
//! Trunk builds the page and hashes its files; the worker's modules and the fonts are copied as
//! they are. After Trunk, the site's version (a hash of everything in it) is written into the
//! service worker and into the page, which is safe because Trunk hashes neither.

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::PathBuf;

use crate::command::Command;
use crate::compiler::{Compiler, TARGET};
use crate::fingerprint::{self, Fingerprint, files_below};
use crate::{budget, engine, tool, workspace};

/// The page's own target folder.
pub(crate) const TARGET_FOLDER: &str = "target/page";
/// The page's code runs a few times a frame, the network carries it once for each visitor.
pub(crate) const OPTIMISATION: &str = "s";
/// Replaced by the site's version in `index.html` and `sw.js`.
const VERSION_MARK: &str = "INTERLEAVE_VERSION";
/// Replaced in `sw.js` by the list of files that it keeps for use offline.
const FILES_MARK: &str = "INTERLEAVE_FILES";

const FONTS: &[(&str, &str)] = &[
    ("inter", "inter-latin-400-normal.woff2"),
    ("inter", "inter-latin-600-normal.woff2"),
    ("jetbrains-mono", "jetbrains-mono-latin-400-normal.woff2"),
];

/// `cargo xtask build`.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    if let Some(unknown) = arguments.first() {
        bail!("`build` takes no argument, got `{unknown}`");
    }
    build()?;
    budget::check()
}

/// Builds whatever is not up to date.
pub(crate) fn build() -> Result<()> {
    let compiler = Compiler::find()?;
    engine::build(&compiler)?;
    let node = tool::node_modules()?;
    copy_fonts()?;
    let stamp = workspace::path("target/stamps/page");
    if workspace::path("dist/sw.js").is_file() && fingerprint::is_fresh(&stamp, &inputs(&compiler)?)
    {
        println!("  page: nothing changed");
        return Ok(());
    }
    println!("  page: {}", compiler.version);
    // Trunk's `offline` reaches Cargo too, so what the page needs is fetched before. A failure is
    // not ours to report: offline with a full cache it does no harm, else the build names the gap.
    compiler.cargo("fetch").run().ok();
    let this = std::env::current_exe().context("cannot tell where xtask is")?;
    compiler
        .adopt(Command::new(tool::trunk()?.join("trunk")).args([
            "build",
            "--release",
            "--skip-version-check",
        ]))
        .path_first(
            [tool::wasm_bindgen()?, node]
                .into_iter()
                .chain(compiler.folder.clone()),
        )
        .env("CARGO_TARGET_DIR", workspace::path(TARGET_FOLDER))
        .env(
            "CARGO_ENCODED_RUSTFLAGS",
            compiler.path_options().join("\u{1f}"),
        )
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", OPTIMISATION)
        .env("NO_COLOR", "true")
        .env("RUST_BACKTRACE", "0")
        .env("INTERLEAVE_XTASK", this)
        .env("INTERLEAVE_ENGINE_BUILT", "1")
        .run()?;
    inscribe_version()?;
    fingerprint::write(&stamp, &inputs(&compiler)?)
}

/// The fonts come from npm; only the cuts that the page uses go along, with their licences.
fn copy_fonts() -> Result<()> {
    let folder = workspace::path("public/font");
    fs::create_dir_all(&folder)?;
    for (family, file) in FONTS {
        let package = workspace::path("node_modules/@fontsource").join(family);
        let licence = format!("{family}-LICENSE.txt");
        for (from, to) in [
            (package.join("files").join(file), *file),
            (package.join("LICENSE"), licence.as_str()),
        ] {
            fs::copy(&from, folder.join(to))
                .with_context(|| format!("cannot copy {}", from.display()))?;
        }
    }
    Ok(())
}

fn inscribe_version() -> Result<()> {
    let site = workspace::path("dist");
    let files = files_below(&site)?;
    let mut fingerprint = Fingerprint::new("site");
    let mut names = Vec::new();
    for file in &files {
        let name = file.strip_prefix(&site)?.to_string_lossy().into_owned();
        fingerprint.text(&name);
        fingerprint.bytes(&fs::read(file)?);
        // The service worker cannot keep itself, and the host's settings are not served.
        if name != "sw.js" && !name.starts_with('_') && !name.ends_with(".md") {
            names.push(name);
        }
    }
    let version = &fingerprint.finish()[..16];
    for name in ["index.html", "sw.js"] {
        let file = site.join(name);
        let text = fs::read_to_string(&file).with_context(|| format!("no {name} in dist/"))?;
        if !text.contains(VERSION_MARK) {
            bail!("{name} has no place for the version ({VERSION_MARK})");
        }
        let list = serde_json::to_string(&names)?;
        // The mark stands in the service worker as a string, so that the file is valid as it is.
        let text = text
            .replace(VERSION_MARK, version)
            .replace(&format!("[\"{FILES_MARK}\"]"), &list);
        fs::write(&file, text)?;
    }
    println!("  site version {version}");
    Ok(())
}

/// Hashes what the page is made from: the sources that the compiler listed at the last build, what
/// `index.html` names, and everything that is copied.
fn inputs(compiler: &Compiler) -> Result<String> {
    let mut fingerprint = Fingerprint::new("page");
    fingerprint.text(&compiler.version);
    for text in [
        tool::WASM_BINDGEN,
        tool::TRUNK,
        OPTIMISATION,
        VERSION_MARK,
        FILES_MARK,
    ] {
        fingerprint.text(text);
    }
    let fixed = [
        "Cargo.toml",
        "Cargo.lock",
        "package-lock.json",
        "engine/Cargo.toml",
        "app/Cargo.toml",
        "Trunk.toml",
        "index.html",
        "public",
    ];
    fingerprint.files(fixed.iter().map(|name| workspace::path(name)))?;
    let index = fs::read_to_string(workspace::path("index.html")).unwrap_or_default();
    let named: Vec<PathBuf> = index
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(workspace::path)
        .collect();
    fingerprint.files(named.into_iter().filter(|path| path.is_file()))?;
    let list = workspace::path(TARGET_FOLDER)
        .join(TARGET)
        .join("release/ui.d");
    fingerprint.files(fingerprint::listed_sources(&list))?;
    Ok(fingerprint.finish())
}
