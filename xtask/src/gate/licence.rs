//! What may come in: licences that fit the project's own, and no crate that would undo a rule of
//! the design. Reads what is installed; asks no network.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
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

/// Everything that a package reaches, by package id.
type Reach<'a> = BTreeSet<&'a str>;

/// Checks the crates of `Cargo.lock` that the workspace can use.
pub(super) fn crates() -> Result<()> {
    let text = Command::new("cargo")
        .args(["metadata", "--format-version", "1", "--locked"])
        .read()?;
    let metadata: Value = serde_json::from_str(&text).context("cargo metadata is not JSON")?;
    let packages = by_id(&metadata["packages"]);
    let nodes = by_id(&metadata["resolve"]["nodes"]);
    let member = |name: &str| {
        packages
            .iter()
            .find(|(_, package)| package["name"] == name && package["source"].is_null())
    };
    let roots = |names: &[&str]| {
        names
            .iter()
            .filter_map(|name| member(name).map(|(id, _)| *id))
            .collect::<Vec<_>>()
    };
    let shipped = reach(&nodes, &roots(&["app", "engine"]), false);
    let engine = reach(&nodes, &roots(&["engine"]), false);
    let all = reach(&nodes, &roots(&["app", "engine", "xtask"]), true);

    let mut complaints = Vec::new();
    for id in &all {
        let Some(package) = packages.get(id) else {
            continue;
        };
        let name = text_of(&package["name"]);
        let version = text_of(&package["version"]);
        let licence = text_of(&package["license"]);
        let allowed = |term: &str| {
            ALLOWED.contains(&term) || (!shipped.contains(id) && ALLOWED_FOR_TOOLS.contains(&term))
        };
        if !satisfied(licence, &allowed) {
            complaints.push(format!(
                "{name} {version}: licence `{licence}` is not on the list"
            ));
        }
        let banned = BANNED
            .iter()
            .chain(BANNED_IN_ENGINE.iter().filter(|_| engine.contains(id)));
        for (_, reason) in banned.filter(|(banned, _)| *banned == name) {
            complaints.push(format!("{name} {version} may not be used: {reason}"));
        }
    }
    println!("  {} crates, {} of them shipped", all.len(), shipped.len());
    if all.len() < 3 {
        bail!("cargo metadata named no packages")
    }
    report(&complaints)
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

fn by_id(list: &Value) -> BTreeMap<&str, &Value> {
    list.as_array()
        .into_iter()
        .flatten()
        .map(|item| (text_of(&item["id"]), item))
        .collect()
}

/// What the roots reach, themselves included; development dependencies only of the roots.
fn reach<'a>(
    nodes: &BTreeMap<&'a str, &'a Value>,
    roots: &[&'a str],
    development: bool,
) -> Reach<'a> {
    let mut seen: Reach<'a> = Reach::new();
    let mut waiting: Vec<(&str, bool)> = roots.iter().map(|root| (*root, development)).collect();
    while let Some((id, development)) = waiting.pop() {
        if !seen.insert(id) {
            continue;
        }
        for edge in nodes
            .get(id)
            .and_then(|node| node["deps"].as_array())
            .into_iter()
            .flatten()
        {
            let only_development = edge["dep_kinds"].as_array().is_some_and(|kinds| {
                !kinds.is_empty() && kinds.iter().all(|kind| kind["kind"] == "dev")
            });
            if development || !only_development {
                waiting.push((text_of(&edge["pkg"]), false));
            }
        }
    }
    seen
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
    fn development_dependencies_count_only_at_the_root() {
        let graph: Value = serde_json::json!([
            {"id": "root", "deps": [{"pkg": "dev", "dep_kinds": [{"kind": "dev"}]}, {"pkg": "lib", "dep_kinds": [{"kind": null}]}]},
            {"id": "lib", "deps": [{"pkg": "far", "dep_kinds": [{"kind": "dev"}]}]},
            {"id": "dev", "deps": []},
            {"id": "far", "deps": []},
        ]);
        let nodes = by_id(&graph);
        assert_eq!(
            reach(&nodes, &["root"], false),
            Reach::from(["lib", "root"])
        );
        assert_eq!(
            reach(&nodes, &["root"], true),
            Reach::from(["dev", "lib", "root"])
        );
    }
}
