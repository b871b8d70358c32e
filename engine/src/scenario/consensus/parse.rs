//! From JSON text to a document, with every problem's place.
//!
//! Each field is tried alone against a sound document, so that all problems come at once, each with its
//! path.

use super::check::check;
use super::format::{ActDocument, CONSENSUS_VERSION, ConsensusScenario};
use crate::scenario::Problem;
use crate::scenario::fields::{json, problem, take};
use serde_json::Value;

/// What is said of a field of the wrong type.
const HINT: &str = "look at what the field takes: interleave consensus --print shows a document";

/// Fields that hold fields.
const PARTS: [&str; 2] = ["payload", "network"];

/// Reads and checks a document. Fields left out have their defaults, except `version`.
///
/// # Errors
/// All problems: of the text (line and column), of the shape (unknown fields, wrong types), or, once
/// the shape is right, of the values.
pub fn parse(text: &str) -> Result<ConsensusScenario, Vec<Problem>> {
    let value = json(text)?;
    let Value::Object(given) = value else {
        return Err(vec![problem(
            "",
            "expected an object".to_owned(),
            "write fields in braces: { \"field\": value }",
        )]);
    };
    let mut problems = Vec::new();
    let mut sound = ConsensusScenario::default();
    if !given.contains_key("version") {
        let hint = format!("write \"version\": {CONSENSUS_VERSION}");
        problems.push(problem("version", "is missing".to_owned(), &hint));
    }
    for (field, value) in &given {
        match value {
            Value::Object(part) if PARTS.contains(&field.as_str()) => {
                for (inner, value) in part {
                    take(&mut sound, HINT, &[field, inner], value, &mut problems);
                }
            }
            Value::Array(acts) if field == "acts" => match read_acts(acts) {
                Ok(acts) => sound.acts = acts,
                Err(of_acts) => problems.extend(of_acts),
            },
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

/// Reads a list of acts: `[…]` or `{"acts": […]}`. Their values are checked with the document.
///
/// # Errors
/// All problems of the text and of the shape.
pub fn parse_acts(text: &str) -> Result<Vec<ActDocument>, Vec<Problem>> {
    let value = json(text)?;
    let list = value.get("acts").unwrap_or(&value).as_array();
    match list {
        Some(acts) => read_acts(acts),
        None => Err(vec![problem(
            "acts",
            "expected a list".to_owned(),
            "write [ { \"at_us\": 0, \"do\": { \"crash\": { \"node\": 1 } } } ]",
        )]),
    }
}

/// The document as indented JSON, as [`parse`] reads it.
pub fn print(scenario: &ConsensusScenario) -> String {
    let mut text = serde_json::to_string_pretty(scenario).unwrap_or_default();
    text.push('\n');
    text
}

fn read_acts(acts: &[Value]) -> Result<Vec<ActDocument>, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut read = Vec::new();
    for (number, act) in acts.iter().enumerate() {
        match serde_json::from_value(act.clone()) {
            Ok(act) => read.push(act),
            Err(error) => problems.push(problem(
                &format!("acts[{number}]"),
                error.to_string(),
                "write { \"at_us\": 0, \"do\": { \"crash\": { \"node\": 1 } } }",
            )),
        }
    }
    if problems.is_empty() {
        Ok(read)
    } else {
        Err(problems)
    }
}
