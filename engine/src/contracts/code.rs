//! The contracts' code by number: what a contract as plain data is made of again.

use super::{counter, crossing, drop, lending, pool, settlement, token};
use crate::vm::native::{Contract, Deployed};

/// [`token::Token`]. Numbers stand in links: none is ever given to another contract.
pub const TOKEN: u8 = 1;
/// [`pool::Pool`].
pub const POOL: u8 = 2;
/// [`lending::Market`].
pub const LENDING: u8 = 3;
/// [`settlement::Settlement`].
pub const SETTLEMENT: u8 = 4;
/// [`crossing::Crossing`].
pub const CROSSING: u8 = 5;
/// [`counter::Counter`].
pub const COUNTER: u8 = 6;
/// [`drop::Drop`].
pub const DROP: u8 = 7;

/// Whether there is such code, and the terms are sound. Apart from [`deploy`], so that who only reads documents
/// need not have the code itself.
pub fn is_sound(deployed: &Deployed) -> bool {
    match deployed.code {
        TOKEN => deployed.terms::<token::Token>().is_some(),
        POOL => deployed.terms().is_some_and(|it| pool::Pool::is_sound(&it)),
        LENDING => deployed
            .terms()
            .is_some_and(|it| lending::Market::is_sound(&it)),
        SETTLEMENT => deployed.terms::<settlement::Settlement>().is_some(),
        CROSSING => deployed.terms::<crossing::Crossing>().is_some(),
        COUNTER => deployed.terms::<counter::Counter>().is_some(),
        DROP => deployed.terms::<drop::Drop>().is_some(),
        _ => false,
    }
}

/// The contract that was deployed so, if there is such code and its terms are sound.
pub fn deploy(deployed: &Deployed) -> Option<Box<dyn Contract>> {
    Some(match deployed.code {
        TOKEN => Box::new(deployed.terms::<token::Token>()?),
        POOL => Box::new(deployed.terms().filter(pool::Pool::is_sound)?),
        LENDING => Box::new(deployed.terms().filter(lending::Market::is_sound)?),
        SETTLEMENT => Box::new(deployed.terms::<settlement::Settlement>()?),
        CROSSING => Box::new(deployed.terms::<crossing::Crossing>()?),
        COUNTER => Box::new(deployed.terms::<counter::Counter>()?),
        DROP => Box::new(deployed.terms::<drop::Drop>()?),
        _ => return None,
    })
}
