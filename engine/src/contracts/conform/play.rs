//! Playing a vector file.

use super::compare::disagreement;
use super::input::{Input, Outcome};
use super::{CaseReport, Error, Report, aave_v3_7, compound_v2_rates, uniswap_v2};
use serde_json::Value;

/// Longest text that is parsed, in bytes.
pub const JSON_MAX: usize = 1 << 24;

/// The protocols that can be played, by the name that files give them.
pub const PROTOCOLS: [&str; 3] = ["aave_v3_7", "compound_v2_rates", "uniswap_v2"];

/// Plays every case of a vector file of a contract and says which agree.
///
/// # Errors
/// [`Error`], where the text is not a vector file or its protocol is not here.
pub fn play(json: &str) -> Result<Report, Error> {
    play_by(json, &PROTOCOLS, |protocol| match protocol {
        "aave_v3_7" => Some(aave_v3_7::operate),
        "compound_v2_rates" => Some(compound_v2_rates::operate),
        "uniswap_v2" => Some(uniswap_v2::operate),
        _ => None,
    })
}

/// Plays a vector file of a protocol that `operation` knows; `known` names all that it knows.
pub(crate) fn play_by(
    json: &str,
    known: &[&str],
    operation: impl Fn(&str) -> Option<fn(Input<'_>) -> Outcome>,
) -> Result<Report, Error> {
    if json.len() > JSON_MAX {
        return Err(Error::TooLong(json.len()));
    }
    let document: Value = serde_json::from_str(json)?;
    let text = |name| document.get(name).and_then(Value::as_str);
    let protocol = text("protocol").ok_or(Error::Shape("no protocol"))?;
    let operate = operation(protocol).ok_or_else(|| Error::UnknownProtocol {
        protocol: protocol.to_owned(),
        known: known.join(", "),
    })?;
    let cases = document
        .get("cases")
        .and_then(Value::as_array)
        .ok_or(Error::Shape("no list of cases"))?;
    let cases = cases.iter().map(|case| play_case(case, operate)).collect();
    Ok(Report {
        protocol: protocol.to_owned(),
        version: text("version").unwrap_or_default().to_owned(),
        cases,
    })
}

fn play_case(case: &Value, operate: fn(Input<'_>) -> Outcome) -> CaseReport {
    let name = case.get("name").and_then(Value::as_str).unwrap_or("?");
    let disagreement = match (case.get("input"), case.get("expect")) {
        (Some(input), Some(expect @ Value::Object(_))) => {
            disagreement(expect, case.get("tolerance"), &operate(Input(input)))
        }
        _ => Some("the case has no input, or expects nothing".to_owned()),
    };
    CaseReport {
        name: name.to_owned(),
        disagreement,
    }
}
