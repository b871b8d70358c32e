//! Interleave's task runner. Everything a developer, a visitor's host or a gate needs is one of
//! the commands in [`USAGE`]; each installs what it lacks, says what it does while it does it,
//! and does nothing twice.
//!
//! Absent on purpose: any logic of the product, and any command that needs the network once its
//! tools are cached.

mod bench;
mod budget;
mod command;
mod compiler;
mod engine;
mod fingerprint;
mod gate;
mod module;
mod page;
mod script;
mod serve;
mod tool;
#[cfg(feature = "traffic")]
mod traffic;
mod workspace;

use anyhow::{Result, bail};

const USAGE: &str = "\
usage: cargo xtask COMMAND

  serve [--port N] [--no-isolation]   build, then serve dist/ on loopback (default port 8080)
  test [STAGE…]                       run every check and test, or only the named stages
  build                               the static site in dist/, size budget checked
  engine                              only the worker's two wasm modules, in public/engine/
  bench                               measure, natively and in the browser; writes BENCHMARKS.md
  traffic [FOLDER]                    real blocks (default ../shared/ethereum) to public/traffic/
";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Err(error) = run(&arguments) {
        eprintln!("\nxtask: {error:#}");
        std::process::exit(1);
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let Some((name, rest)) = arguments.split_first() else {
        print!("{USAGE}");
        bail!("no command given");
    };
    match name.as_str() {
        "serve" => serve::run(rest),
        "test" => gate::run(rest),
        "build" => page::run(rest),
        "engine" => engine::run(rest),
        "bench" => bench::run(rest),
        "traffic" => convert_traffic(rest),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        other => {
            print!("{USAGE}");
            bail!("no command `{other}`")
        }
    }
}

#[cfg(feature = "traffic")]
fn convert_traffic(arguments: &[String]) -> Result<()> {
    traffic::run(arguments)
}

/// Starts this runner again with the decompressor compiled in.
#[cfg(not(feature = "traffic"))]
fn convert_traffic(arguments: &[String]) -> Result<()> {
    command::Command::new("cargo")
        .args([
            "run",
            "--quiet",
            "--package",
            "xtask",
            "--features",
            "traffic",
            "--",
            "traffic",
        ])
        .args(arguments)
        .run()
}
