//! From JSON text to a document, with every problem's place.

use super::check::check;
use super::format::{SHARD_VERSION, ShardScenario};
use crate::scenario::Problem;
use crate::scenario::fields::{json, problem, take};
use serde_json::Value;

/// Fields that hold fields.
const PARTS: [&str; 4] = ["traffic", "block", "network", "takeover"];

/// What is said of a field of the wrong type.
const HINT: &str = "look at what the field takes: interleave shards --print shows a document";

/// Reads and checks a document. Fields left out have their defaults, except `version`.
///
/// # Errors
/// All problems: of the text (line and column), of the shape (unknown fields, wrong types), or, once the
/// shape is right, of the values.
pub fn parse(text: &str) -> Result<ShardScenario, Vec<Problem>> {
    let Value::Object(given) = json(text)? else {
        return Err(vec![problem(
            "",
            "expected an object".to_owned(),
            "write fields in braces: { \"field\": value }",
        )]);
    };
    let mut problems = Vec::new();
    let mut sound = ShardScenario::default();
    if !given.contains_key("version") {
        let hint = format!("write \"version\": {SHARD_VERSION}");
        problems.push(problem("version", "is missing".to_owned(), &hint));
    }
    for (field, value) in &given {
        match value {
            Value::Object(part) if PARTS.contains(&field.as_str()) => {
                for (inner, value) in part {
                    take(&mut sound, HINT, &[field, inner], value, &mut problems);
                }
            }
            value => take(&mut sound, HINT, &[field], value, &mut problems),
        }
    }
    if problems.is_empty() {
        problems = check(&sound);
    }
    if problems.is_empty() {
        Ok(sound)
    } else {
        Err(problems)
    }
}

/// The document as indented JSON, as [`parse`] reads it.
pub fn print(scenario: &ShardScenario) -> String {
    let mut text = serde_json::to_string_pretty(scenario).unwrap_or_default();
    text.push('\n');
    text
}
