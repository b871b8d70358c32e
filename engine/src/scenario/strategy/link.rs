//! The document packed for an address's fragment: `#4.PAYLOAD`, beside the other labs' `#1.` and `#2.`.
//!
//! The payload is base64url without padding over: the codec version (1 byte), the document in postcard,
//! the *step* to open at if there is one, and a CRC-32 over all of it. Postcard writes fields by place, so
//! fields and variants of the document are only ever appended, and an appended field means a new codec
//! version. A document that does not use it is written as before: links that are out there, and those that
//! say the same, stay as they are.

use super::check::check;
use super::format::{
    AssetPart, CrowdPart, DealerPart, KeeperPart, LenderPart, PerpetualPart, PersonPart, PoolPart,
    ShockPart, StrategyScenario, usual_dealers,
};
use crate::market::NewsSettings;
use crate::scenario::link::LinkError;
use crate::scenario::link::sealed::{seal, sound, unpack, unseal};
use serde::{Deserialize, Serialize};

/// The digit in front of the payload, and the first codec version inside.
pub const VERSION: u8 = 4;

/// The codec version of documents with dealers or perpetuals of their own.
const EXTENDED: u8 = 5;

/// Longest link, in bytes: what is longer does not open again. Save such a document as a file.
pub const LINK_MAX: usize = 8_000;

/// What a link says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StrategyLink {
    /// The document; has no problems.
    pub scenario: StrategyScenario,
    /// The step to look at, if the link says so.
    pub step: Option<u32>,
}

/// The link of a document that has no problems; `None` where it would be longer than [`LINK_MAX`].
pub fn encode(link: &StrategyLink) -> Option<String> {
    let scenario = &link.scenario;
    let is_extended = scenario.dealers != usual_dealers() || !scenario.perpetuals.is_empty();
    let (version, packed) = if is_extended {
        (EXTENDED, postcard::to_allocvec(link))
    } else {
        let plain = PlainLink {
            scenario: scenario.clone(),
            step: link.step,
        };
        (VERSION, postcard::to_allocvec(&plain))
    };
    let mut bytes = vec![version];
    bytes.extend(packed.ok()?);
    let text = seal(VERSION, bytes);
    (text.len() <= LINK_MAX).then_some(text)
}

/// Reads a link, as people paste it.
///
/// # Errors
/// A [`LinkError`]; never half a document.
pub fn decode(text: &str) -> Result<StrategyLink, LinkError> {
    let bytes = unseal(VERSION, text)?;
    let (version, packed) = bytes.split_first().ok_or(LinkError::Cut)?;
    let link: StrategyLink = match *version {
        VERSION => {
            let link = unpack(packed)?;
            let PlainLink { scenario, step } = link;
            StrategyLink { scenario, step }
        }
        EXTENDED => unpack(packed)?,
        _ => return Err(LinkError::WrongVersion(version.to_string())),
    };
    let problems = check(&link.scenario);
    sound(link, problems)
}

/// A link of the first codec version.
#[derive(Serialize, Deserialize)]
struct PlainLink {
    #[serde(with = "PlainScenario")]
    scenario: StrategyScenario,
    step: Option<u32>,
}

/// How the first codec version writes a document: all fields but the last two.
#[derive(Serialize, Deserialize)]
#[serde(remote = "StrategyScenario")]
struct PlainScenario {
    version: u32,
    name: String,
    seed: u64,
    days: u32,
    step_s: u32,
    quote: String,
    assets: Vec<AssetPart>,
    correlation_ppm: Vec<i32>,
    shocks: Vec<ShockPart>,
    news: Option<NewsSettings>,
    pools: Vec<PoolPart>,
    lenders: Vec<LenderPart>,
    reward_bps: u32,
    crowd: CrowdPart,
    people: Vec<PersonPart>,
    solvers: Vec<String>,
    keepers: KeeperPart,
    #[serde(skip, default = "usual_dealers")]
    dealers: Vec<DealerPart>,
    #[serde(skip)]
    perpetuals: Vec<PerpetualPart>,
}
