//! From JSON text to a document, with every problem's place.
//!
//! Each field is tried alone against a sound document, so that all problems come at once, each with its
//! path.

use super::check::check;
use super::format::{STRATEGY_VERSION, StrategyScenario};
use crate::scenario::Problem;
use serde_json::Value;

/// Longest document, in bytes.
pub const TEXT_MAX: usize = 256 * 1_024;

/// Reads and checks a document. Fields left out have their defaults, except `version`.
///
/// # Errors
/// All problems: of the text, of the shape (unknown fields, wrong types), or, once the shape is right, of
/// the values.
pub fn parse(text: &str) -> Result<StrategyScenario, Vec<Problem>> {
    if text.len() > TEXT_MAX {
        let hint = "a document has a few thousand; is this the right file?";
        return Err(vec![problem(
            "",
            format!("longer than {TEXT_MAX} bytes"),
            hint,
        )]);
    }
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let hint = "look at that line; a comma or a quotation mark too many or too few is the usual reason";
        vec![problem("", format!("not JSON: {error}"), hint)]
    })?;
    let Value::Object(given) = value else {
        let hint = "write fields in braces: { \"field\": value }";
        return Err(vec![problem("", "expected an object".to_owned(), hint)]);
    };
    let mut problems = Vec::new();
    let mut sound = StrategyScenario::default();
    if !given.contains_key("version") {
        let hint = format!("write \"version\": {STRATEGY_VERSION}");
        problems.push(problem("version", "is missing".to_owned(), &hint));
    }
    for (field, value) in given {
        if let Err(found) = take(&mut sound, &field, value) {
            problems.push(found);
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
pub fn print(scenario: &StrategyScenario) -> String {
    let mut text = serde_json::to_string_pretty(scenario).unwrap_or_default();
    text.push('\n');
    text
}

fn problem(path: &str, message: String, hint: &str) -> Problem {
    Problem {
        path: path.to_owned(),
        message,
        hint: hint.to_owned(),
    }
}

fn take(sound: &mut StrategyScenario, field: &str, value: Value) -> Result<(), Problem> {
    let mut whole = serde_json::to_value(&*sound).unwrap_or(Value::Null);
    let fields = whole.as_object_mut();
    let Some(place) = fields.and_then(|fields| fields.get_mut(field)) else {
        let hint = "interleave strategy preset:dca-calm --print shows all there are";
        return Err(problem(field, "no such field".to_owned(), hint));
    };
    *place = value;
    match serde_json::from_value(whole) {
        Ok(scenario) => {
            *sound = scenario;
            Ok(())
        }
        Err(error) => {
            let hint = "interleave strategy preset:dca-calm --print shows what it takes";
            Err(problem(field, error.to_string(), hint))
        }
    }
}
