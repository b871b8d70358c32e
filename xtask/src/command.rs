//! Running other programs: echoed before they start, named with their exit status when they fail.

use anyhow::{Context, Result, bail};
use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Instant;

use crate::workspace;

/// What Cargo and rustup tell a program that they run. It would bind a second Cargo to the first
/// one's compiler, so a command that chooses its own compiler starts without it.
const CARGO_ENVIRONMENT: &[&str] = &[
    "CARGO",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_MANIFEST_DIR",
    "CARGO_MANIFEST_PATH",
    "RUSTC",
    "RUSTDOC",
    "RUSTFLAGS",
    "RUSTUP_TOOLCHAIN",
    "RUST_RECURSION_COUNT",
];

/// A program to run in the checkout's root.
pub(crate) struct Command {
    inner: std::process::Command,
    shown: String,
}

impl Command {
    /// A program found on PATH, or by its path.
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let program = program.as_ref();
        let mut inner = std::process::Command::new(program);
        inner.current_dir(workspace::root());
        let name = Path::new(program).file_name().unwrap_or(program);
        Self {
            inner,
            shown: name.to_string_lossy().into_owned(),
        }
    }

    /// Adds one argument.
    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.shown.push(' ');
        self.shown.push_str(&argument.as_ref().to_string_lossy());
        self.inner.arg(argument);
        self
    }

    /// Adds arguments.
    pub(crate) fn args<A: AsRef<OsStr>>(self, arguments: impl IntoIterator<Item = A>) -> Self {
        arguments.into_iter().fold(self, Self::arg)
    }

    /// Sets a variable of the program's environment.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.inner.env(name, value);
        self
    }

    /// Drops what the Cargo that runs us put into the environment.
    pub(crate) fn without_cargo_environment(mut self) -> Self {
        for name in CARGO_ENVIRONMENT {
            self.inner.env_remove(name);
        }
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("CARGO_PKG_") {
                self.inner.env_remove(name);
            }
        }
        // `cargo run` puts its toolchain's libraries first; another compiler must find its own.
        if let Some(libraries) = env::var_os("LD_LIBRARY_PATH") {
            let kept = env::split_paths(&libraries).filter(|folder| {
                !folder.starts_with(workspace::root())
                    && !folder
                        .components()
                        .any(|part| part.as_os_str() == "toolchains")
            });
            if let Ok(joined) = env::join_paths(kept) {
                self.inner.env("LD_LIBRARY_PATH", joined);
            }
        }
        self
    }

    /// Puts folders in front of the program's PATH.
    pub(crate) fn path_first(self, folders: impl IntoIterator<Item = PathBuf>) -> Self {
        let present = env::var_os("PATH").unwrap_or_default();
        let all = folders.into_iter().chain(env::split_paths(&present));
        let joined = env::join_paths(all).unwrap_or(present.clone());
        self.env("PATH", joined)
    }

    /// Runs it with our terminal; an exit status other than 0 is an error.
    pub(crate) fn run(mut self) -> Result<()> {
        println!("  $ {}", self.shown);
        let begun = Instant::now();
        let status = self
            .inner
            .status()
            .with_context(|| format!("cannot start `{}`", self.shown))?;
        let seconds = begun.elapsed().as_secs_f64();
        if seconds > 5.0 {
            println!("    {seconds:.1} s");
        }
        if status.success() {
            Ok(())
        } else {
            bail!("`{}` failed: {status}", self.shown)
        }
    }

    /// Runs it and hands every line it writes to standard output to `each`, after printing it.
    pub(crate) fn run_lines(mut self, mut each: impl FnMut(&str)) -> Result<()> {
        use std::io::BufRead;
        println!("  $ {}", self.shown);
        let mut child = self
            .inner
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start `{}`", self.shown))?;
        if let Some(output) = child.stdout.take() {
            for line in std::io::BufReader::new(output).split(b'\n') {
                let line = line?;
                let line = String::from_utf8_lossy(&line);
                println!("{line}");
                each(&line);
            }
        }
        let status = child.wait()?;
        if status.success() {
            Ok(())
        } else {
            bail!("`{}` failed: {status}", self.shown)
        }
    }

    /// Runs it quietly and returns what it wrote to standard output, trimmed.
    pub(crate) fn read(mut self) -> Result<String> {
        let output = self
            .inner
            .stderr(Stdio::piped())
            .output()
            .with_context(|| format!("cannot start `{}`", self.shown))?;
        if !output.status.success() {
            let complaint = String::from_utf8_lossy(&output.stderr);
            bail!(
                "`{}` failed: {}: {}",
                self.shown,
                output.status,
                complaint.trim()
            );
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Runs it quietly with `input` and returns the bytes that it wrote to standard output.
    pub(crate) fn read_with_input(mut self, input: &[u8]) -> Result<String> {
        use std::io::Write;
        let mut child: Child = self
            .inner
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start `{}`", self.shown))?;
        if let Some(mut pipe) = child.stdin.take() {
            pipe.write_all(input)?;
        }
        let output = child.wait_with_output()?;
        if !output.status.success() {
            bail!("`{}` failed: {}", self.shown, output.status);
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}

/// Whether a program can be started at all.
pub(crate) fn exists(program: impl AsRef<OsStr>) -> bool {
    let program: OsString = program.as_ref().to_owned();
    std::process::Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
