//! The document packed for an address's fragment: `#3.PAYLOAD`, beside the executor's `#1.` and the
//! agreement protocols' `#2.`.
//!
//! The payload is base64url without padding over: the codec version (1 byte), the document in postcard,
//! the *moment* to open at if there is one, and a CRC-32 over all of it. Postcard writes fields by place,
//! so fields and variants of the document are only ever appended, and an appended field means a new
//! codec version.

use super::check::check;
use super::format::ShardScenario;
use crate::primitives::Micros;
use crate::scenario::link::LinkError;
use crate::scenario::link::sealed::{seal, sound, unpack, unseal};
use serde::{Deserialize, Serialize};

/// The digit in front of the payload.
pub const VERSION: u8 = 3;

/// What a link says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShardLink {
    /// The document; has no problems.
    pub scenario: ShardScenario,
    /// The moment to look at, if the link says so.
    pub moment: Option<Micros>,
}

/// The link of a document that has no problems.
pub fn encode(link: &ShardLink) -> String {
    let mut bytes = vec![VERSION];
    bytes.extend(postcard::to_allocvec(link).unwrap_or_default());
    seal(VERSION, bytes)
}

/// Reads a link, as people paste it.
///
/// # Errors
/// A [`LinkError`]; never half a document.
pub fn decode(text: &str) -> Result<ShardLink, LinkError> {
    let bytes = unseal(VERSION, text)?;
    let (version, packed) = bytes.split_first().ok_or(LinkError::Cut)?;
    if *version != VERSION {
        return Err(LinkError::WrongVersion(version.to_string()));
    }
    let link: ShardLink = unpack(packed)?;
    let problems = check(&link.scenario);
    sound(link, problems)
}
