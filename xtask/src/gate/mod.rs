//! `cargo xtask test`: everything that must hold before a change lands, one stage after the other.
//! A failed stage does not stop the later ones, so one run tells all; the last line is the total.
//!
//! A check (formatting, a lint run, the licences, the size budget) counts as one test; a test
//! program counts as the tests that it ran.

mod licence;
mod tally;

use anyhow::{Result, bail};
use std::time::Instant;

use crate::command::Command;
use crate::compiler::{Compiler, TARGET};
use crate::{budget, engine, page, tool, workspace};
use tally::Tally;

/// Everything that a native build can switch on. `app/threads` is not among them: it needs atomics.
const FEATURES: &str = "engine/cli,engine/testing,xtask/traffic";

type Stage = (&'static str, &'static str, fn(&mut Tally) -> Result<()>);

const STAGES: [Stage; 9] = [
    ("format", "every file as rustfmt writes it", format),
    ("lint", "clippy, native", lint),
    ("lint-wasm", "clippy, page and worker", lint_wasm),
    ("native", "unit, property and documentation tests", native),
    (
        "soak",
        "every crew against the serial one on ten million transactions",
        soak,
    ),
    ("document", "rustdoc without a warning", document),
    (
        "licence",
        "licences, and crates that may not come in",
        licence,
    ),
    ("build", "the site, within its size budget", build),
    (
        "browser",
        "the page in Chromium, with and without shared memory",
        browser,
    ),
];

/// `cargo xtask test [STAGE…]`.
///
/// # Errors
/// Something failed, or a stage has no such name.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    for wanted in arguments {
        if !STAGES.iter().any(|(name, ..)| name == wanted) {
            let names: Vec<&str> = STAGES.iter().map(|(name, ..)| *name).collect();
            bail!("no stage `{wanted}`; there are: {}", names.join(", "));
        }
    }
    let begun = Instant::now();
    let mut total = Tally::default();
    let mut failures = Vec::new();
    for (name, what, stage) in STAGES {
        if !arguments.is_empty() && !arguments.iter().any(|wanted| wanted == name) {
            continue;
        }
        println!(
            "\n== {name}: {what} ({:.0} s so far)",
            begun.elapsed().as_secs_f64()
        );
        let mut tally = Tally::default();
        if let Err(error) = stage(&mut tally) {
            eprintln!("  failed: {error:#}");
            // A program that stopped before it counted anything has failed as a whole.
            tally.failed = tally.failed.max(1);
        }
        if tally.failed > 0 {
            failures.push(name);
        }
        total.add(&tally);
    }
    println!("\n== done in {:.0} s", begun.elapsed().as_secs_f64());
    if !failures.is_empty() {
        println!("failed: {}", failures.join(", "));
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed > 0 {
        bail!("the gate is shut")
    } else {
        Ok(())
    }
}

fn format(tally: &mut Tally) -> Result<()> {
    component("fmt", "rustfmt")?;
    tally.check(
        Command::new("cargo")
            .args(["fmt", "--all", "--check"])
            .run(),
    )
}

fn lint(tally: &mut Tally) -> Result<()> {
    component("clippy", "clippy")?;
    tally.check(
        Command::new("cargo")
            .args([
                "clippy",
                "--workspace",
                "--all-targets",
                "--features",
                FEATURES,
            ])
            .args(["--", "-D", "warnings"])
            .run(),
    )
}

fn lint_wasm(tally: &mut Tally) -> Result<()> {
    let compiler = Compiler::find()?;
    compiler.need_clippy()?;
    let lint = |target: engine::LintTarget| {
        let mut clippy = compiler
            .cargo("clippy")
            .args(["--package", "app", "--target", TARGET]);
        for program in target.programs {
            clippy = clippy.args(["--bin", program]);
        }
        clippy
            .args(target.features)
            .env("CARGO_TARGET_DIR", workspace::path(target.target_folder))
            .env("CARGO_ENCODED_RUSTFLAGS", target.options.join("\u{1f}"))
            .args(["--", "-D", "warnings"])
            .run()
    };
    // Each has a folder of its own, and for most of its time one thread.
    let lint = &lint;
    let outcomes = std::thread::scope(|scope| {
        let targets = engine::lint_targets(&compiler).into_iter();
        let runs: Vec<_> = targets
            .map(|target| scope.spawn(move || lint(target)))
            .collect();
        let ended = runs.into_iter().map(|run| match run.join() {
            Ok(outcome) => outcome,
            Err(_) => bail!("a lint run panicked"),
        });
        ended.collect::<Vec<_>>()
    });
    outcomes
        .into_iter()
        .try_for_each(|outcome| tally.check(outcome))
}

fn native(tally: &mut Tally) -> Result<()> {
    Command::new("cargo")
        .args([
            "test",
            "--workspace",
            "--no-fail-fast",
            "--features",
            FEATURES,
        ])
        .run_lines(|line| tally.libtest(line))
}

fn soak(tally: &mut Tally) -> Result<()> {
    let soak = [
        "run",
        "--release",
        "-p",
        "engine",
        "--features",
        "cli",
        "--",
    ];
    tally.check(
        Command::new("cargo")
            .args(soak)
            .args(["soak", "--transactions", "10000000"])
            // It proves and does not measure: what is compiled sooner runs long enough as well.
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .run(),
    )
}

fn document(tally: &mut Tally) -> Result<()> {
    tally.check(
        Command::new("cargo")
            .args(["doc", "--workspace", "--no-deps", "--features", FEATURES])
            .env("RUSTDOCFLAGS", "-D warnings")
            .run(),
    )
}

fn licence(tally: &mut Tally) -> Result<()> {
    tally.check(licence::crates())?;
    tally.check(licence::packages())
}

fn build(tally: &mut Tally) -> Result<()> {
    tally.check(page::build())?;
    tally.check(budget::check())
}

fn browser(tally: &mut Tally) -> Result<()> {
    // The same site as the stage before built, or the first when this stage runs alone.
    page::build()?;
    let counted = browser_program("run.mjs")?.run_lines(|line| tally.total(line));
    if tally.passed + tally.failed == 0 {
        bail!("no browser test ran");
    }
    counted
}

/// A program of the browser tests, told where the browser and the server are.
pub(crate) fn browser_program(name: &str) -> Result<Command> {
    tool::node_modules()?;
    Ok(Command::new("node")
        .arg(format!("app/tests/browser/{name}"))
        .env("INTERLEAVE_CHROMIUM", tool::chromium()?)
        .env("INTERLEAVE_XTASK", std::env::current_exe()?))
}

/// Adds a part of the toolchain that a minimal installation leaves out.
fn component(subcommand: &str, name: &str) -> Result<()> {
    if Command::new("cargo")
        .args([subcommand, "--version"])
        .read()
        .is_ok()
    {
        return Ok(());
    }
    Command::new("rustup")
        .args(["component", "add", name])
        .run()
}
