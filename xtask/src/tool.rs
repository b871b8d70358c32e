//! The tools that the build needs beside a compiler, installed only when they are missing and
//! cached by version outside the checkout.

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

use crate::command::{Command, exists};
use crate::fingerprint::{self, Fingerprint};
use crate::workspace;

/// Must equal the library's version in `Cargo.lock`: the two talk in a private format.
pub(crate) const WASM_BINDGEN: &str = "0.2.130";
/// The last Trunk that Rust 1.95 builds.
pub(crate) const TRUNK: &str = "0.21.14";

/// The folder with `wasm-bindgen`.
pub(crate) fn wasm_bindgen() -> Result<PathBuf> {
    // Without `--locked`: the registry may lag behind the tool's own lock file.
    cargo_install(
        "wasm-bindgen",
        "wasm-bindgen-cli",
        WASM_BINDGEN,
        "1",
        &["--no-default-features"],
    )
}

/// The folder with `trunk`.
pub(crate) fn trunk() -> Result<PathBuf> {
    // With `--locked`: newer versions of what it depends on do not compile together.
    cargo_install(
        "trunk",
        "trunk",
        TRUNK,
        "0",
        &["--locked", "--no-default-features"],
    )
}

/// Builds a tool with the settings that compile soonest; it is run a few times, never measured.
fn cargo_install(
    program: &str,
    package: &str,
    version: &str,
    optimisation: &str,
    options: &[&str],
) -> Result<PathBuf> {
    let folder = workspace::tool_folder(program, version);
    let bin = folder.join("bin");
    let says = |bin: &Path| Command::new(bin.join(program)).arg("--version").read();
    if says(&bin).is_ok_and(|text| text.split_whitespace().any(|word| word == version)) {
        return Ok(bin);
    }
    println!(
        "  installing {package} {version} into {} (several minutes, once)",
        folder.display()
    );
    Command::new("cargo")
        .args([
            "install",
            package,
            "--version",
            &format!("={version}"),
            "--force",
        ])
        .args(options)
        .arg("--root")
        .arg(&folder)
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", optimisation)
        // Not under the checkout's own target folder, whatever the caller's environment says.
        .env("CARGO_TARGET_DIR", folder.join("build"))
        .run()?;
    // Hundreds of megabytes that nobody needs again.
    fs::remove_dir_all(folder.join("build")).ok();
    says(&bin).with_context(|| format!("{package} {version} was installed but does not start"))?;
    Ok(bin)
}

/// The folder with `wasm-opt`, after installing what `package-lock.json` names.
pub(crate) fn node_modules() -> Result<PathBuf> {
    let folder = workspace::path("node_modules");
    let stamp = folder.join(".interleave-stamp");
    let mut fingerprint = Fingerprint::new("node_modules");
    fingerprint.files([
        workspace::path("package.json"),
        workspace::path("package-lock.json"),
    ])?;
    let fingerprint = fingerprint.finish();
    if !fingerprint::is_fresh(&stamp, &fingerprint) {
        if !exists("npm") {
            bail!("npm is not installed; Node.js 20 or newer brings it");
        }
        println!("  installing the packages of package-lock.json into node_modules/");
        Command::new("npm")
            .args([
                "ci",
                "--prefer-offline",
                "--no-audit",
                "--no-fund",
                "--ignore-scripts",
                "--loglevel=error",
            ])
            .run()?;
        fingerprint::write(&stamp, &fingerprint)?;
    }
    Ok(folder.join(".bin"))
}

/// The browser of the tests.
pub(crate) fn chromium() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("INTERLEAVE_CHROMIUM") {
        return Ok(named.into());
    }
    let usual = [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
    ];
    let find = || usual.iter().map(PathBuf::from).find(|path| path.exists());
    if let Some(found) = find() {
        return Ok(found);
    }
    apt_install(&["chromium"])?;
    find().context("the package chromium was installed, but there is no /usr/bin/chromium")
}

/// Installs Debian packages, as root or with a `sudo` that does not ask.
pub(crate) fn apt_install(packages: &[&str]) -> Result<()> {
    if !exists("apt-get") {
        bail!(
            "this is not a Debian; install {} by hand",
            packages.join(" ")
        );
    }
    let root = Command::new("id").arg("-u").read()? == "0";
    let apt = || {
        let command = if root {
            Command::new("apt-get")
        } else {
            Command::new("sudo").args(["-n", "apt-get"])
        };
        command.env("DEBIAN_FRONTEND", "noninteractive")
    };
    println!("  installing Debian's {}", packages.join(" "));
    let install = || {
        apt()
            .args(["install", "-y", "-q", "--no-install-recommends"])
            .args(packages)
            .run()
    };
    // Without fresh lists a new machine knows no package.
    apt().args(["update", "-q"]).run().ok();
    install()
}
