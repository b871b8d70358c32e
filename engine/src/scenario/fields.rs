//! Reading a document field by field: each is tried alone against a sound document, so that all problems
//! come at once, each with its path.

use super::Problem;
use super::parse::TEXT_MAX;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

pub(super) fn json(text: &str) -> Result<Value, Vec<Problem>> {
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

pub(super) fn problem(path: &str, message: String, hint: &str) -> Problem {
    Problem {
        path: path.to_owned(),
        message,
        hint: hint.to_owned(),
    }
}

/// Takes one field over into a sound document, or says what is wrong with it.
pub(super) fn take<T: Serialize + DeserializeOwned>(
    sound: &mut T,
    hint: &str,
    place: &[&str],
    value: &Value,
    problems: &mut Vec<Problem>,
) {
    let path = place.join(".");
    let mut whole = serde_json::to_value(&*sound).unwrap_or(Value::Null);
    let known: Vec<String> = holder(&mut whole, place)
        .map(|fields| fields.keys().cloned().collect())
        .unwrap_or_default();
    let Some(field) = place.last() else { return };
    if !known.iter().any(|name| name == field) {
        let hint = format!("there are: {}", known.join(", "));
        return problems.push(problem(&path, "no such field".to_owned(), &hint));
    }
    if let Some(fields) = holder(&mut whole, place) {
        fields.insert((*field).to_owned(), value.clone());
    }
    match serde_json::from_value(whole) {
        Ok(document) => *sound = document,
        Err(error) => problems.push(problem(&path, error.to_string(), hint)),
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
