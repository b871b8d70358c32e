//! The text around the bytes: finding the payload in what people paste, and base64url (RFC 4648,
//! section 5).

use super::LinkError;
use crate::contracts::recorded::PACKED_MAX;
use std::borrow::Cow;

/// Longest text that is looked at. Links have some dozens of characters, and as many as a recorded block
/// takes where there is one.
const TEXT_MAX: usize = PACKED_MAX * 4 / 3 + 1_024;

/// How often an address may have been percent-encoded.
const ROUNDS: usize = 2;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// What chat programs and people leave at a link's end.
fn is_trailing(character: char) -> bool {
    character.is_whitespace() || ".,;:!?)]}>\"'`=".contains(character)
}

/// The payload's text in what was pasted.
pub(in crate::scenario) fn payload(text: &str, version: u8) -> Result<String, LinkError> {
    if text.len() > TEXT_MAX {
        return Err(LinkError::NotALink);
    }
    let mut text = Cow::Borrowed(text.trim());
    for _ in 0..ROUNDS {
        if text.contains('%') {
            text = Cow::Owned(percent_decode(&text)?);
        }
    }
    let fragment = text.rsplit('#').next().unwrap_or_default();
    let fragment = fragment.trim_matches(is_trailing);
    let (digits, payload) = fragment.split_once('.').ok_or_else(|| {
        // "#1" alone is what is left of a link cut right behind its version.
        if text.contains('#') && is_number(fragment) {
            LinkError::Cut
        } else {
            LinkError::NotALink
        }
    })?;
    if !is_number(digits) || !payload.chars().all(is_base64) {
        return Err(LinkError::NotALink);
    }
    if digits != version.to_string() {
        return Err(LinkError::WrongVersion(digits.to_owned()));
    }
    Ok(payload.to_owned())
}

fn is_number(text: &str) -> bool {
    (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

const fn is_base64(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '+' | '/')
}

fn percent_decode(text: &str) -> Result<String, LinkError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || (rest.next()? as char).to_digit(16);
        let (Some(high), Some(low)) = (digit(), digit()) else {
            return Err(LinkError::Cut);
        };
        bytes.push((high * 16 + low) as u8);
    }
    String::from_utf8(bytes).map_err(|_| LinkError::NotALink)
}

/// Base64url without padding.
pub(in crate::scenario) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let mut group = [0; 3];
        group[..chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes([0, group[0], group[1], group[2]]);
        for place in 0..=chunk.len() {
            let index = bits >> (18 - 6 * place) & 63;
            text.push(ALPHABET[index as usize] as char);
        }
    }
    text
}

/// The bytes of base64 text without padding, in either alphabet; only the one text that
/// [`encode`] would make is accepted for them.
pub(in crate::scenario) fn decode(text: &str) -> Result<Vec<u8>, LinkError> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for chunk in text.as_bytes().chunks(4) {
        let mut bits = 0;
        for (place, character) in chunk.iter().enumerate() {
            bits |= value_of(*character).ok_or(LinkError::NotALink)? << (18 - 6 * place);
        }
        let [_, group @ ..] = bits.to_be_bytes();
        let (used, unused) = group.split_at(chunk.len() - 1);
        if chunk.len() == 1 || unused.iter().any(|byte| *byte != 0) {
            return Err(LinkError::Cut);
        }
        bytes.extend(used);
    }
    Ok(bytes)
}

fn value_of(character: u8) -> Option<u32> {
    Some(u32::from(match character {
        b'A'..=b'Z' => character - b'A',
        b'a'..=b'z' => character - b'a' + 26,
        b'0'..=b'9' => character - b'0' + 52,
        b'-' | b'+' => 62,
        b'_' | b'/' => 63,
        _ => return None,
    }))
}
