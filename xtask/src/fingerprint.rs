//! Whether something must be built again: a hash of everything it is made from, kept in a stamp
//! file beside the result. Times of files are not looked at, since a checkout changes them.

use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// FNV-1a over 128 bits: enough to tell two source trees apart, and no dependency.
pub(crate) struct Fingerprint(u128);

impl Fingerprint {
    /// Starts with a name, so that two kinds of stamp never agree.
    pub(crate) fn new(name: &str) -> Self {
        let mut this = Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d);
        this.text(name);
        this
    }

    /// Adds bytes with their length.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        for byte in (bytes.len() as u64).to_le_bytes().iter().chain(bytes) {
            self.0 = (self.0 ^ u128::from(*byte))
                .wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        }
    }

    /// Adds text.
    pub(crate) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// Adds the names and contents of files, and of all files below folders. What does not exist
    /// counts as absent, not as an error.
    pub(crate) fn files(&mut self, paths: impl IntoIterator<Item = PathBuf>) -> Result<()> {
        for path in paths {
            for file in files_below(&path)? {
                self.text(&file.to_string_lossy());
                self.bytes(
                    &fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?,
                );
            }
        }
        Ok(())
    }

    /// 32 hexadecimal digits.
    pub(crate) fn finish(&self) -> String {
        format!("{:032x}", self.0)
    }
}

/// All files below a folder (or the file itself), sorted by path; symbolic links are followed.
pub(crate) fn files_below(path: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut waiting = vec![path.to_path_buf()];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            let entries =
                fs::read_dir(&path).with_context(|| format!("cannot list {}", path.display()))?;
            for entry in entries {
                waiting.push(entry?.path());
            }
        } else if path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The sources that the compiler read, from the list that it leaves beside what it wrote. Empty if
/// there is none.
pub(crate) fn listed_sources(list: &Path) -> Vec<PathBuf> {
    let text = fs::read_to_string(list).unwrap_or_default();
    let sources = text.split_once(": ").map_or("", |(_, sources)| sources);
    // A space inside a path is written with a backslash before it.
    let sources = sources.replace("\\ ", "\0");
    sources
        .split_whitespace()
        .map(|source| PathBuf::from(source.replace('\0', " ")))
        .collect()
}

/// Whether the stamp holds this fingerprint.
pub(crate) fn is_fresh(stamp: &Path, fingerprint: &str) -> bool {
    fs::read_to_string(stamp).is_ok_and(|text| text == fingerprint)
}

/// Writes the stamp. Call it only after the result is whole.
pub(crate) fn write(stamp: &Path, fingerprint: &str) -> Result<()> {
    if let Some(folder) = stamp.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(stamp, fingerprint).with_context(|| format!("cannot write {}", stamp.display()))
}
