//! Counting what passed and what failed.

use anyhow::Result;

/// Counts of tests.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) passed: u64,
    pub(super) failed: u64,
}

impl Tally {
    /// Adds another's counts.
    pub(super) fn add(&mut self, other: &Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// Counts one check and reports it; a failed one does not end the stage.
    pub(super) fn check(&mut self, result: Result<()>) -> Result<()> {
        match result {
            Ok(()) => self.passed += 1,
            Err(error) => {
                eprintln!("  failed: {error:#}");
                self.failed += 1;
            }
        }
        Ok(())
    }

    /// Reads a line of Rust's test programs: `test result: ok. 5 passed; 0 failed; …`.
    pub(super) fn libtest(&mut self, line: &str) {
        let Some((_, counts)) = line.split_once("test result: ") else {
            return;
        };
        self.count(
            counts.split_once(". ").map_or("", |(_, counts)| counts),
            "; ",
        );
    }

    /// Reads the closing line of the browser tests: `browser: 5 passed, 0 failed`.
    pub(super) fn total(&mut self, line: &str) {
        if let Some(counts) = line.strip_prefix("browser: ") {
            self.count(counts, ", ");
        }
    }

    fn count(&mut self, counts: &str, separator: &str) {
        for part in counts.split(separator) {
            let Some((number, what)) = part.split_once(' ') else {
                continue;
            };
            let number: u64 = number.parse().unwrap_or(0);
            match what.trim() {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_added_up_and_others_ignored() {
        let mut tally = Tally::default();
        tally.libtest("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.1s");
        tally.libtest(
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out",
        );
        tally.libtest("test state::is_passed ... ok");
        tally.total("browser: 7 passed, 1 failed");
        tally.total("7 passed, 1 failed");
        assert_eq!((tally.passed, tally.failed), (22, 3));
    }
}
