//! What all links have in common: the digit in front, a codec version, and a check sum over all of it.

use super::{LinkError, address, crc32};
use crate::scenario::Problem;
use serde::de::DeserializeOwned;

/// The fragment of these bytes, the first of which is the codec version: `#DIGIT.PAYLOAD`.
pub(in crate::scenario) fn seal(digit: u8, mut bytes: Vec<u8>) -> String {
    bytes.extend(crc32(&bytes).to_be_bytes());
    format!("#{digit}.{}", address::encode(&bytes))
}

/// The bytes of a fragment, as people paste it; they are whole.
///
/// # Errors
/// A [`LinkError`].
pub(in crate::scenario) fn unseal(digit: u8, text: &str) -> Result<Vec<u8>, LinkError> {
    let payload = address::payload(text, digit)?;
    let mut bytes = address::decode(&payload)?;
    let (body, sum) = bytes.split_last_chunk::<4>().ok_or(LinkError::Cut)?;
    if crc32(body).to_be_bytes() != *sum {
        return Err(LinkError::Cut);
    }
    bytes.truncate(body.len());
    Ok(bytes)
}

/// What is packed in bytes: all of them.
///
/// # Errors
/// A [`LinkError`].
pub(in crate::scenario) fn unpack<T: DeserializeOwned>(packed: &[u8]) -> Result<T, LinkError> {
    let unpacked: Result<(T, &[u8]), _> = postcard::take_from_bytes(packed);
    match unpacked {
        Ok((link, [])) => Ok(link),
        Ok(_) => Err(LinkError::Malformed("something follows its document")),
        Err(_) => Err(LinkError::Malformed("it is no document of this version")),
    }
}

/// A link whose document has no problems.
///
/// # Errors
/// [`LinkError::Problems`].
pub(in crate::scenario) fn sound<T>(link: T, problems: Vec<Problem>) -> Result<T, LinkError> {
    if problems.is_empty() {
        Ok(link)
    } else {
        Err(LinkError::Problems(problems))
    }
}
