//! From JSON text to a document, with every problem's place.
//!
//! Each field is tried alone against a sound document, so that all problems come at once, each with its
//! path.

use super::check::check;
use super::format::{ActDocument, CONSENSUS_VERSION, ConsensusScenario};
use crate::scenario::Problem;
use crate::scenario::parse::TEXT_MAX;
use serde_json::{Map, Value};

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
                    let path = format!("{field}.{inner}");
                    take(&mut sound, &path, &[field, inner], value, &mut problems);
                }
            }
            Value::Array(acts) if field == "acts" => match read_acts(acts) {
                Ok(acts) => sound.acts = acts,
                Err(of_acts) => problems.extend(of_acts),
            },
            value => take(&mut sound, field, &[field], value, &mut problems),
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

fn json(text: &str) -> Result<Value, Vec<Problem>> {
    if text.len() > TEXT_MAX {
        return Err(vec![problem(
            "",
            format!("longer than {TEXT_MAX} bytes"),
            "a scenario has a few hundred; is this the right file?",
        )]);
    }
    serde_json::from_str(text).map_err(|error| {
        vec![problem(
            "",
            format!("not JSON: {error}"),
            "look at that line; a comma or a quotation mark too many or too few is the usual reason",
        )]
    })
}

fn problem(path: &str, message: String, hint: &str) -> Problem {
    Problem {
        path: path.to_owned(),
        message,
        hint: hint.to_owned(),
    }
}

/// Takes one field over into a sound document, or says what is wrong with it.
fn take(
    sound: &mut ConsensusScenario,
    path: &str,
    place: &[&str],
    value: &Value,
    problems: &mut Vec<Problem>,
) {
    let mut whole = serde_json::to_value(&*sound).unwrap_or(Value::Null);
    let known: Vec<String> = holder(&mut whole, place)
        .map(|fields| fields.keys().cloned().collect())
        .unwrap_or_default();
    let Some(field) = place.last() else { return };
    if !known.iter().any(|name| name == field) {
        let hint = format!("there are: {}", known.join(", "));
        return problems.push(problem(path, "no such field".to_owned(), &hint));
    }
    if let Some(fields) = holder(&mut whole, place) {
        fields.insert((*field).to_owned(), value.clone());
    }
    match serde_json::from_value(whole) {
        Ok(scenario) => *sound = scenario,
        Err(error) => {
            let hint =
                "look at what the field takes: interleave consensus --print shows a document";
            problems.push(problem(path, error.to_string(), hint));
        }
    }
}

/// The object that the last field of a place is in.
fn holder<'a>(whole: &'a mut Value, place: &[&str]) -> Option<&'a mut Map<String, Value>> {
    let (_, outer) = place.split_last()?;
    let mut at = whole;
    for field in outer {
        at = at.get_mut(*field)?;
    }
    at.as_object_mut()
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
