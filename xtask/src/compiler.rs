//! The compiler for WebAssembly.
//!
//! Threads in WebAssembly need the standard library rebuilt with atomics, which takes `-Z
//! build-std` and the library's sources. Three ways to have both, tried in this order:
//! an installed nightly with `rust-src`; a pinned nightly that rustup fetches; Debian's compiler
//! for its browsers (`rustc-web`) told to accept nightly's options. Page and worker are built by
//! the same one, both with a rebuilt library, so that every way does the same.

use anyhow::{Result, bail};
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::command::{Command, exists};
use crate::{tool, workspace};

/// The target of page and worker.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
const PINNED_NIGHTLY: &str = "nightly-2026-05-20";
/// The oldest compiler that the workspace builds with.
const OLDEST_MINOR: u32 = 95;
const DEBIAN_PACKAGES: &[&str] = &[
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-llvm",
    "rust-web-clippy",
    "lld-22",
];
/// Forces one of the three ways.
const CHOICE: &str = "INTERLEAVE_WASM_COMPILER";

type Way = fn() -> Result<Compiler>;

/// A compiler that can rebuild the standard library.
pub(crate) struct Compiler {
    /// `rustc --version`, part of every stamp.
    pub(crate) version: String,
    sysroot: PathBuf,
    environment: Vec<(&'static str, OsString)>,
    /// To come before everything else on PATH.
    pub(crate) folder: Option<PathBuf>,
}

impl Compiler {
    /// Finds the compiler, installing one if need be.
    ///
    /// # Errors
    /// None of the three ways works here; the message names them with what each said.
    pub(crate) fn find() -> Result<Self> {
        let choice = env::var(CHOICE).unwrap_or_default();
        let mut refusals = Vec::new();
        let ways: [(&str, Way); 3] = [
            ("nightly", installed_nightly),
            ("rustup", fetched_nightly),
            ("debian", debian),
        ];
        for (name, way) in ways {
            if !choice.is_empty() && choice != name {
                continue;
            }
            match way() {
                Ok(compiler) => return Ok(compiler),
                Err(error) => refusals.push(format!("  {name}: {error:#}")),
            }
        }
        bail!(
            "no compiler for the threaded worker. Any one of these will do:\n\
             \n  1. a nightly toolchain with its sources:  rustup toolchain install nightly --component rust-src\
             \n  2. rustup and a network: the pinned {PINNED_NIGHTLY} is then fetched on its own\
             \n  3. Debian's packages:  apt-get install {}\n\
             \nWhat each said here:\n{}",
            DEBIAN_PACKAGES.join(" "),
            refusals.join("\n"),
        )
    }

    /// Makes a command use this compiler and rebuild the standard library.
    pub(crate) fn adopt(&self, command: Command) -> Command {
        let mut command = command
            .without_cargo_environment()
            .path_first(self.folder.clone());
        for (name, value) in &self.environment {
            command = command.env(name, value);
        }
        command.env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
    }

    /// A Cargo of this compiler.
    pub(crate) fn cargo(&self, subcommand: &str) -> Command {
        self.adopt(Command::new("cargo").arg(subcommand))
    }

    /// Compiler options that keep this machine's folders out of the module, so that two machines
    /// build the same bytes.
    pub(crate) fn path_options(&self) -> Vec<String> {
        let pairs = [
            (workspace::cargo_home().join("registry/src"), "registry"),
            (self.sysroot.join("lib/rustlib/src/rust"), "rust"),
            (workspace::root(), "interleave"),
        ];
        pairs
            .iter()
            .map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()))
            .collect()
    }

    /// Makes sure that Clippy came with this compiler, adding it where rustup can.
    pub(crate) fn need_clippy(&self) -> Result<()> {
        let ask = || self.cargo("clippy").arg("--version").read();
        if ask().is_err() {
            self.adopt(Command::new("rustup").args(["component", "add", "clippy"]))
                .run()?;
        }
        ask().map(drop)
    }

    fn of_rustup(toolchain: &str) -> Result<Self> {
        let ask = |what: &[&str]| {
            Command::new("rustup")
                .args(["run", toolchain, "rustc"])
                .args(what)
                .read()
        };
        Self::checked(
            ask(&["--version"])?,
            ask(&["--print", "sysroot"])?,
            vec![("RUSTUP_TOOLCHAIN", toolchain.into())],
            None,
        )
    }

    fn checked(
        version: String,
        sysroot: String,
        environment: Vec<(&'static str, OsString)>,
        folder: Option<PathBuf>,
    ) -> Result<Self> {
        let sysroot = PathBuf::from(sysroot);
        if minor(&version).is_none_or(|minor| minor < OLDEST_MINOR) {
            bail!("{version} is older than 1.{OLDEST_MINOR}");
        }
        if !sysroot
            .join("lib/rustlib/src/rust/library/Cargo.lock")
            .is_file()
        {
            bail!("{version} came without rust-src");
        }
        Ok(Self {
            version,
            sysroot,
            environment,
            folder,
        })
    }
}

/// The 95 of `rustc 1.95.0 (…)`.
fn minor(version: &str) -> Option<u32> {
    version
        .split_whitespace()
        .nth(1)?
        .split('.')
        .nth(1)?
        .parse()
        .ok()
}

fn installed_nightly() -> Result<Compiler> {
    let listed = Command::new("rustup").args(["toolchain", "list"]).read()?;
    let mut names: Vec<&str> = listed
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| name.starts_with("nightly"))
        .collect();
    // The pinned one first, if it is there.
    names.sort_by_key(|name| !name.starts_with(PINNED_NIGHTLY));
    let mut refusals = Vec::new();
    for name in names {
        match Compiler::of_rustup(name) {
            Ok(compiler) => return Ok(compiler),
            Err(error) => refusals.push(format!("{name}: {error:#}")),
        }
    }
    if refusals.is_empty() {
        bail!("rustup has no nightly installed");
    }
    bail!("{}", refusals.join("; "))
}

fn fetched_nightly() -> Result<Compiler> {
    if let Ok(compiler) = Compiler::of_rustup(PINNED_NIGHTLY) {
        return Ok(compiler);
    }
    if !exists("rustup") {
        bail!("rustup is not installed");
    }
    println!("  fetching {PINNED_NIGHTLY} with rust-src, clippy and the {TARGET} target");
    Command::new("rustup")
        .args([
            "toolchain",
            "install",
            PINNED_NIGHTLY,
            "--profile",
            "minimal",
            "--no-self-update",
        ])
        .args([
            "--component",
            "rust-src",
            "--component",
            "clippy",
            "--target",
            TARGET,
        ])
        .env("RUSTUP_MAX_RETRIES", "1")
        .run()?;
    Compiler::of_rustup(PINNED_NIGHTLY)
}

fn debian() -> Result<Compiler> {
    debian_installed().or_else(|_| {
        tool::apt_install(DEBIAN_PACKAGES)?;
        debian_installed()
    })
}

fn debian_installed() -> Result<Compiler> {
    for program in ["/usr/bin/rustc", "/usr/bin/cargo", "/usr/bin/cargo-clippy"] {
        if !Path::new(program).exists() {
            bail!("{program} is not installed");
        }
    }
    // rustup's `cargo` may come first on PATH; a folder with links to Debian's comes before it.
    let folder = workspace::path("target/debian-compiler");
    fs::create_dir_all(&folder)?;
    for name in ["cargo", "rustc", "rustdoc", "cargo-clippy", "clippy-driver"] {
        let link = folder.join(name);
        if fs::symlink_metadata(&link).is_err() {
            std::os::unix::fs::symlink(Path::new("/usr/bin").join(name), link)?;
        }
    }
    let ask = |what: &[&str]| {
        Command::new("/usr/bin/rustc")
            .without_cargo_environment()
            .args(what)
            .read()
    };
    Compiler::checked(
        ask(&["--version"])?,
        ask(&["--print", "sysroot"])?,
        vec![
            ("RUSTC_BOOTSTRAP", "1".into()),
            ("RUSTC", "/usr/bin/rustc".into()),
        ],
        Some(folder),
    )
}
