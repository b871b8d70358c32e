//! Where things are: the checkout, the tool cache, this machine.

use std::env;
use std::path::{Path, PathBuf};

/// The checkout's root, the folder above this crate.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// A path inside the checkout.
pub(crate) fn path(relative: &str) -> PathBuf {
    root().join(relative)
}

/// The folder for one version of one tool, outside the checkout so that every clone shares it.
pub(crate) fn tool_folder(tool: &str, version: &str) -> PathBuf {
    let cache = env::var_os("XDG_CACHE_HOME")
        .filter(|folder| !folder.is_empty())
        .map(PathBuf::from)
        .unwrap_or_else(|| home().join(".cache"));
    cache.join("interleave").join(format!("{tool}-{version}"))
}

/// Cargo's own folder, which holds the registry's sources.
pub(crate) fn cargo_home() -> PathBuf {
    env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .unwrap_or_else(|| home().join(".cargo"))
}

fn home() -> PathBuf {
    env::var_os("HOME")
        .map(PathBuf::from)
        .unwrap_or_else(|| PathBuf::from("/root"))
}
