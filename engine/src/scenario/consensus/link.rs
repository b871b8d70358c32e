//! The document packed for an address's fragment: `#2.PAYLOAD`, beside the executor's `#1.`.
//!
//! The payload is base64url without padding over: the codec version (1 byte), the document in postcard,
//! the *moment* to open at if there is one, and a CRC-32 over all of it. Postcard writes fields by place,
//! so fields and variants of the document are only ever appended, and an appended field means a new
//! codec version. A document that does not use it is written as before: links that are out there, and
//! those that say the same, stay as they are.

use super::check::check;
use super::format::{ActDocument, Adversary, ConsensusScenario, NetworkPart, PayloadPart};
use crate::primitives::Micros;
use crate::scenario::link::LinkError;
use crate::scenario::link::sealed::{seal, sound, unpack, unseal};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The digit in front of the payload, and the first codec version inside.
pub const VERSION: u8 = 2;

/// The codec version of documents whose regions are moved ([`ConsensusScenario::moved`]).
const MOVED: u8 = 3;

/// What a link says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ConsensusLink {
    /// The document; has no problems.
    pub scenario: ConsensusScenario,
    /// The moment to look at, if the link says so.
    pub moment: Option<Micros>,
}

/// The link of a document that has no problems.
pub fn encode(link: &ConsensusLink) -> String {
    let (version, packed) = match link.scenario.moved.is_empty() {
        true => {
            let ConsensusLink { scenario, moment } = link.clone();
            let link = UnmovedLink { scenario, moment };
            (VERSION, postcard::to_allocvec(&link))
        }
        false => (MOVED, postcard::to_allocvec(link)),
    };
    let mut bytes = vec![version];
    bytes.extend(packed.unwrap_or_default());
    seal(VERSION, bytes)
}

/// Reads a link, as people paste it.
///
/// # Errors
/// A [`LinkError`]; never half a document.
pub fn decode(text: &str) -> Result<ConsensusLink, LinkError> {
    let bytes = unseal(VERSION, text)?;
    let (version, packed) = bytes.split_first().ok_or(LinkError::Cut)?;
    let link: ConsensusLink = match *version {
        VERSION => {
            let link = unpack(packed)?;
            let UnmovedLink { scenario, moment } = link;
            ConsensusLink { scenario, moment }
        }
        MOVED => unpack(packed)?,
        _ => return Err(LinkError::WrongVersion(version.to_string())),
    };
    let problems = check(&link.scenario);
    sound(link, problems)
}

/// A link of the first codec version.
#[derive(Serialize, Deserialize)]
struct UnmovedLink {
    #[serde(with = "Unmoved")]
    scenario: ConsensusScenario,
    moment: Option<Micros>,
}

/// How the first codec version writes a document: all fields but the last.
#[derive(Serialize, Deserialize)]
#[serde(remote = "ConsensusScenario")]
struct Unmoved {
    version: u32,
    name: String,
    seed: u64,
    protocol: String,
    nodes: u32,
    faults: Option<u32>,
    quorum: Option<u32>,
    byzantine: u32,
    adversary: Adversary,
    decisions: u64,
    timeout_ms: u32,
    bound_ms: u32,
    flaw: Option<String>,
    knobs: BTreeMap<String, u64>,
    payload: PayloadPart,
    network: NetworkPart,
    acts: Vec<ActDocument>,
    horizon_ms: u32,
    #[serde(skip)]
    moved: BTreeMap<String, [i32; 2]>,
}
