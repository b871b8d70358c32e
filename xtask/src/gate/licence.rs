//! What may come in: licences that fit the project's own, and no crate that would undo a rule of
//! the design. Reads what is installed; asks no network.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;

use crate::command::Command;
use crate::workspace;

/// Licences of code that reaches a visitor.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];
/// File-level copyleft: fine for tools of ours, not for what is shipped.
const ALLOWED_FOR_TOOLS: &[&str] = &["MPL-2.0"];
/// Fonts only.
const ALLOWED_FOR_FONTS: &[&str] = &["OFL-1.1"];

/// Crates that nothing here may bring along, each with the reason.
const BANNED: &[(&str, &str)] = &[
    (
        "bincode",
        "version 3 is a tombstone that does not compile; use postcard",
    ),
    (
        "chrono",
        "reads the machine's clock; the engine has virtual time, the page has Intl",
    ),
    ("native-tls", "nothing here talks to a server"),
    (
        "openssl",
        "nothing here talks to a server, and C does not build for the browser",
    ),
    (
        "openssl-sys",
        "nothing here talks to a server, and C does not build for the browser",
    ),
    ("wee_alloc", "unmaintained and leaking"),
];
/// Crates that the engine may not reach, beside those above: it is plain Rust, and a run depends on
/// its scenario and seed alone.
const BANNED_IN_ENGINE: &[(&str, &str)] = &[
    ("getrandom", "randomness comes from the scenario's seed"),
    ("js-sys", "the engine names no JavaScript"),
    (
        "rand",
        "randomness comes from the scenario's seed, by a generator pinned in primitives/seed",
    ),
    ("wasm-bindgen", "the engine names no JavaScript"),
    ("web-sys", "the engine names no JavaScript"),
    ("web-time", "the engine has virtual time"),
];

/// Name and version of a crate, to its licence.
type Crates = BTreeMap<(String, String), String>;

/// Checks the crates of `Cargo.lock` that the workspace can use.
pub(super) fn crates() -> Result<()> {
    let engine = tree(&[
        "--package",
        "engine",
        "--features",
        "cli",
        "--edges",
        "normal,build",
    ])?;
    let shipped = tree(&[
        "--package",
        "app",
        "--package",
        "engine",
        "--all-features",
        "--edges",
        "normal,build",
    ])?;
    let all = tree(&[
        "--workspace",
        "--all-features",
        "--edges",
        "normal,build,dev",
    ])?;
    let mut complaints = Vec::new();
    for (key, licence) in &all {
        let (name, version) = key;
        let tool = !shipped.contains_key(key);
        let allowed =
            |term: &str| ALLOWED.contains(&term) || (tool && ALLOWED_FOR_TOOLS.contains(&term));
        if !satisfied(licence, &allowed) {
            complaints.push(format!(
                "{name} {version}: licence `{licence}` is not on the list"
            ));
        }
        let in_engine = BANNED_IN_ENGINE.iter().filter(|_| engine.contains_key(key));
        for (_, reason) in BANNED
            .iter()
            .chain(in_engine)
            .filter(|(banned, _)| banned == name)
        {
            complaints.push(format!("{name} {version} may not be used: {reason}"));
        }
    }
    println!(
        "  {} crates, {} of them shipped, {} in the engine",
        all.len(),
        shipped.len(),
        engine.len()
    );
    if engine.is_empty() || shipped.len() < engine.len() {
        bail!("cargo tree named no crates");
    }
    report(&complaints)
}

/// What `cargo tree` lists, for every platform. Unlike `cargo metadata` it does not mix the features
/// that tests switch on into what is shipped.
fn tree(options: &[&str]) -> Result<Crates> {
    let listed = Command::new("cargo")
        .args([
            "tree", "--locked", "--target", "all", "--prefix", "none", "--format", "{p}\t{l}",
        ])
        .args(options)
        .read()?;
    Ok(listed.lines().filter_map(parse_line).collect())
}

/// `serde v1.0.229 (proc-macro)`, a tab, and the licence, which ends with ` (*)` when the crate was
/// listed before.
fn parse_line(line: &str) -> Option<((String, String), String)> {
    let (package, licence) = line.split_once('\t')?;
    let mut words = package.split_whitespace();
    let name = words.next()?.to_owned();
    let version = words.next()?.trim_start_matches('v').to_owned();
    Some(((name, version), licence.trim_end_matches(" (*)").to_owned()))
}

/// Checks the packages of `package-lock.json`.
pub(super) fn packages() -> Result<()> {
    let text = fs::read_to_string(workspace::path("package-lock.json"))?;
    let lock: Value = serde_json::from_str(&text).context("package-lock.json is not JSON")?;
    let listed = lock["packages"]
        .as_object()
        .context("package-lock.json lists no packages")?;
    let mut complaints = Vec::new();
    for (path, package) in listed.iter().filter(|(path, _)| !path.is_empty()) {
        let licence = text_of(&package["license"]);
        let tool = package["dev"] == true;
        let allowed = |term: &str| {
            ALLOWED.contains(&term)
                || (tool && ALLOWED_FOR_TOOLS.contains(&term))
                || (path.contains("@fontsource/") && ALLOWED_FOR_FONTS.contains(&term))
        };
        if !satisfied(licence, &allowed) {
            complaints.push(format!("{path}: licence `{licence}` is not on the list"));
        }
    }
    println!("  {} packages from npm", listed.len() - 1);
    report(&complaints)
}

fn report(complaints: &[String]) -> Result<()> {
    for complaint in complaints {
        eprintln!("  {complaint}");
    }
    if complaints.is_empty() {
        Ok(())
    } else {
        bail!("{} packages may not come in", complaints.len())
    }
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Whether an SPDX expression can be met with the allowed licences. Also reads the old form `A/B`.
fn satisfied(expression: &str, allowed: &dyn Fn(&str) -> bool) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    let met = either(&mut rest, allowed);
    met && rest.is_empty()
}

fn either(rest: &mut &[&str], allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut met = both(rest, allowed);
    while let ["OR", tail @ ..] = *rest {
        *rest = tail;
        met |= both(rest, allowed);
    }
    met
}

fn both(rest: &mut &[&str], allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut met = term(rest, allowed);
    while let ["AND", tail @ ..] = *rest {
        *rest = tail;
        met &= term(rest, allowed);
    }
    met
}

fn term(rest: &mut &[&str], allowed: &dyn Fn(&str) -> bool) -> bool {
    match *rest {
        ["(", tail @ ..] => {
            *rest = tail;
            let met = either(rest, allowed);
            if let [")", tail @ ..] = *rest {
                *rest = tail;
                return met;
            }
            false
        }
        [name, "WITH", exception, tail @ ..] => {
            *rest = tail;
            allowed(&format!("{name} WITH {exception}"))
        }
        [name, tail @ ..] => {
            *rest = tail;
            allowed(name)
        }
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_read_as_spdx_means_them() {
        let allowed =
            |term: &str| matches!(term, "MIT" | "Zlib" | "Apache-2.0 WITH LLVM-exception");
        for good in [
            "MIT",
            "MIT OR GPL-3.0",
            "GPL-3.0/MIT",
            "(MIT OR Apache-2.0) AND Zlib",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert!(satisfied(good, &allowed), "{good}");
        }
        for bad in [
            "",
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "Apache-2.0",
            "(MIT",
            "MIT OR",
            "MIT MIT",
            "(MIT OR Zlib) AND GPL-3.0",
        ] {
            let met = satisfied(bad, &allowed);
            // `MIT OR` lacks a side, yet MIT alone meets it.
            assert_eq!(met, bad == "MIT OR", "{bad}");
        }
    }

    #[test]
    fn a_line_of_the_tree_gives_name_version_and_licence() {
        let read = |line: &str| {
            parse_line(line).map(|((name, version), licence)| format!("{name}|{version}|{licence}"))
        };
        assert_eq!(
            read("a v1.2.3\tMIT OR Apache-2.0").as_deref(),
            Some("a|1.2.3|MIT OR Apache-2.0")
        );
        assert_eq!(
            read("b v0.1.0 (proc-macro)\tMIT (*)").as_deref(),
            Some("b|0.1.0|MIT")
        );
        assert_eq!(read(""), None);
    }
}
