//! The house rules, as a test: floors, folder docs, banned words, file lengths.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

fn rust_files(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder)
        .expect("a folder")
        .map(|e| e.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    rust_files(&root().join("src"), &mut files);
    files
        .into_iter()
        .map(|path| (path.clone(), fs::read_to_string(path).expect("text")))
        .collect()
}

/// Folder → folders it may import, from the table in the README.
fn floors() -> BTreeMap<String, Vec<String>> {
    let readme = fs::read_to_string(root().join("README.md")).expect("the map");
    let names = |cell: &str| -> Vec<String> {
        cell.split('`')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect()
    };
    readme
        .lines()
        .filter_map(|line| {
            let cells: Vec<_> = line.split('|').collect();
            let folder = names(cells.get(2)?).first()?.clone();
            Some((folder, names(cells.get(4)?)))
        })
        .collect()
}

#[test]
fn every_folder_is_on_the_map_and_every_import_goes_down() {
    let floors = floors();
    assert!(
        floors.len() > 5,
        "the table of floors was not found in README.md"
    );
    for (path, text) in sources() {
        let relative = path
            .strip_prefix(root().join("src"))
            .expect("below src")
            .to_owned();
        let Some(folder) = relative
            .components()
            .next()
            .filter(|_| relative.components().count() > 1)
        else {
            continue;
        };
        let folder = folder.as_os_str().to_string_lossy().into_owned();
        if folder == "bin" {
            continue;
        }
        let allowed = floors
            .get(&folder)
            .unwrap_or_else(|| panic!("src/{folder} is not in the table of floors in README.md"));
        let is_test = relative.ends_with("tests.rs") || relative.iter().any(|part| part == "tests");
        // Inline test modules may reach for whatever they need.
        let code = text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default();
        for (number, line) in code.lines().enumerate() {
            let Some(at) = line.find("crate::") else {
                continue;
            };
            if is_test || line.trim_start().starts_with("//") {
                continue;
            }
            for target in line[at..].split("crate::").skip(1) {
                let name: String = target
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                if name.is_empty() || name == folder || !floors.contains_key(&name) {
                    continue;
                }
                assert!(
                    allowed.contains(&name),
                    "{}:{}: {folder} may not import {name}; the table of floors in README.md says which",
                    relative.display(),
                    number + 1,
                );
            }
        }
    }
}

#[test]
fn every_folder_says_what_it_is() {
    for (path, text) in sources()
        .into_iter()
        .filter(|(path, _)| !path.ends_with("tests.rs"))
    {
        assert!(
            text.starts_with("//!") || text.starts_with("#![doc"),
            "{} does not begin by saying what it is",
            path.display()
        );
    }
}

#[test]
fn no_file_outgrows_its_name() {
    for (path, text) in sources() {
        let lines = text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .map_or(0, |code| code.lines().count());
        assert!(
            lines <= 420,
            "{} has {lines} lines; split it",
            path.display()
        );
    }
}

#[test]
fn vague_names_and_open_promises_are_banned() {
    let banned_files = [
        "utils", "util", "common", "helpers", "helper", "misc", "manager",
    ];
    let banned_words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("unimplemented", "!"),
    ];
    for (path, text) in sources() {
        for part in path.iter().map(|part| part.to_string_lossy()) {
            let stem = part.trim_end_matches(".rs");
            assert!(
                !banned_files.contains(&stem),
                "{}: name it for what it does",
                path.display()
            );
        }
        for word in banned_words {
            assert!(
                !text.contains(word),
                "{}: {word}: finish it or leave it out",
                path.display()
            );
        }
    }
}
