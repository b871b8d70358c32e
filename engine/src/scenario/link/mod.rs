//! A scenario, or a moment of its run, packed for an address's fragment: `#1.PAYLOAD`.
//!
//! The payload is base64url without padding over: the *codec version* (1 byte), the number of the
//! *preset* it starts from (1 byte), the *fields* that differ from it (tag byte, then an LEB128 number;
//! ascending, each once), the *moment* if there is one (more such fields), and a CRC-32 over all of it,
//! so that a cut or altered link is noticed. The encoder takes the preset that gives the shortest link.
//! Invariants: a link that decodes has decoded whole and passed every check; anything else is a
//! [`LinkError`] with a way out. Decoding any text takes bounded time and memory. A link once published
//! opens for ever: tags are never given another meaning, presets are never edited, and a change to
//! either means a new codec version beside this one (`engine/tests/links.txt` keeps published links).
//! A recorded block stands in it as it is packed.
//! Absent on purpose: compression (it does not pay below a hundred fields) and view settings other than
//! the moment (moving a splitter must not change a link).

pub(super) mod address;
mod error;
mod field;
pub(super) mod sealed;
#[cfg(test)]
mod tests;

use super::check::check;
use super::format::Scenario;
use super::preset;
pub use error::LinkError;
use field::Input;
use serde::{Deserialize, Serialize};

/// The digit in front of the payload, and the codec version inside.
const VERSION: u8 = 1;

/// What a link says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Link {
    /// The scenario; has no problems.
    pub scenario: Scenario,
    /// Where to look, if the link says so.
    pub moment: Option<LinkMoment>,
}

/// A moment of a run: the second half of a link, apart from the document.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct LinkMoment {
    /// How many steps of the recording have happened.
    pub step: u32,
    /// The selected transaction.
    pub tx: Option<u32>,
    /// Which lab is open; the page numbers them.
    pub lab: u8,
}

/// The link of a scenario that has no problems: `#1.` and the payload.
pub fn encode(scenario: &Scenario, moment: Option<&LinkMoment>) -> String {
    let shortest = preset::all()
        .iter()
        .map(|preset| {
            let mut bytes = vec![VERSION, preset.id];
            field::put_differences(&preset.scenario(), scenario, &mut bytes);
            bytes
        })
        .min_by_key(Vec::len);
    let mut bytes = shortest.unwrap_or_default();
    if let Some(moment) = moment {
        field::put_moment(moment, &mut bytes);
    }
    sealed::seal(VERSION, bytes)
}

/// Reads a link, as people paste it: a whole address or its fragment, percent-encoded up to twice, with
/// punctuation or padding at its end, in either base64 alphabet.
///
/// # Errors
/// A [`LinkError`]; never half a scenario.
pub fn decode(text: &str) -> Result<Link, LinkError> {
    let bytes = sealed::unseal(VERSION, text)?;
    let mut input = Input::new(&bytes);
    match input.byte()? {
        VERSION => {}
        other => return Err(LinkError::WrongVersion(other.to_string())),
    }
    let number = input.byte()?;
    let preset = preset::numbered(number).ok_or(LinkError::UnknownPreset(number))?;
    let mut link = Link {
        scenario: preset.scenario(),
        moment: None,
    };
    field::take_all(input, &mut link)?;
    let problems = check(&link.scenario);
    sealed::sound(link, problems)
}

/// CRC-32 as in Ethernet and zip files (IEEE 802.3; reflected polynomial 0xEDB88320).
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), step)
    })
}
