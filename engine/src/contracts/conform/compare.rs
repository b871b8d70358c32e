//! Whether what came out is what was expected.

use super::decimal::Decimal;
use super::input::{Outcome, Refusal};
use serde_json::Value;

/// Refusals whose published name must match; other labels in the files are their authors' own.
const PUBLISHED_NAMES: [&str; 12] = [
    "K",
    "SPL",
    "T",
    "R",
    "INSUFFICIENT_AMOUNT",
    "INSUFFICIENT_LIQUIDITY",
    "INSUFFICIENT_INPUT_AMOUNT",
    "INSUFFICIENT_OUTPUT_AMOUNT",
    "EXCESSIVE_INPUT_AMOUNT",
    "INSUFFICIENT_A_AMOUNT",
    "INSUFFICIENT_B_AMOUNT",
    "INVALID_PATH",
];

/// What does not agree, or `None`. Only the keys that `expect` has are compared.
pub(super) fn disagreement(
    expect: &Value,
    tolerance: Option<&Value>,
    outcome: &Outcome,
) -> Option<String> {
    let refused;
    let output = match outcome {
        Ok(output) => output,
        Err(Refusal::Shape(problem)) => return Some(problem.clone()),
        Err(Refusal::Revert(revert)) => {
            refused = serde_json::json!({ "revert": revert.0 });
            &refused
        }
    };
    compare("", expect, tolerance, Some(output))
}

fn compare(
    path: &str,
    expect: &Value,
    tolerance: Option<&Value>,
    output: Option<&Value>,
) -> Option<String> {
    match (expect, output) {
        // "Not given": whatever came out is free.
        (Value::Null, _) => None,
        (Value::Object(fields), Some(Value::Object(given))) => {
            fields.iter().find_map(|(name, value)| {
                let path = format!("{path}.{name}");
                match given.get(name) {
                    None if given.contains_key("revert") => {
                        Some(format!("{path}: refused with {}", given["revert"]))
                    }
                    found if name == "revert" => compare_refusal(&path, value, found),
                    found => compare(&path, value, tolerance, found),
                }
            })
        }
        (Value::Array(items), Some(Value::Array(given))) => {
            if items.len() != given.len() {
                return Some(format!(
                    "{path}: {} items, expected {}",
                    given.len(),
                    items.len()
                ));
            }
            items
                .iter()
                .zip(given)
                .enumerate()
                .find_map(|(i, (item, found))| {
                    compare(&format!("{path}[{i}]"), item, tolerance, Some(found))
                })
        }
        (Value::String(_) | Value::Number(_), Some(found)) => {
            let agrees = compare_numbers(expect, tolerance, found)
                .unwrap_or_else(|| text(expect) == text(found));
            (!agrees).then(|| format!("{path}: {found}, expected {expect}"))
        }
        (expect, Some(found)) if expect == found => None,
        (expect, Some(found)) => Some(format!("{path}: {found}, expected {expect}")),
        (expect, None) => Some(format!("{path}: no output, expected {expect}")),
    }
}

fn compare_refusal(path: &str, expect: &Value, found: Option<&Value>) -> Option<String> {
    let Some(found) = found else {
        return Some(format!(
            "{path}: accepted, expected a refusal with {expect}"
        ));
    };
    let by_name = expect
        .as_str()
        .is_some_and(|name| PUBLISHED_NAMES.contains(&name));
    (by_name && expect != found).then(|| format!("{path}: {found}, expected {expect}"))
}

/// `None` where the two are not numbers, or the tolerance cannot be applied.
fn compare_numbers(expect: &Value, tolerance: Option<&Value>, found: &Value) -> Option<bool> {
    let expected = Decimal::parse(&text(expect))?;
    let found = Decimal::parse(&text(found))?;
    let Some(tolerance) = tolerance else {
        return found.equals(expected);
    };
    let limit = |name| Decimal::parse(&text(tolerance.get(name)?));
    if let Some(distance) = limit("abs") {
        found.is_within(expected, distance)
    } else if let Some(part) = limit("rel") {
        found.is_within_part(expected, part)
    } else {
        let units = tolerance.get("units")?;
        let of = |name| Decimal::parse(&text(units.get(name)?));
        found.is_within_steps(expected, of("unit")?, of("steps")?)
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
