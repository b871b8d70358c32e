//! Laws at work.

use super::bootstrap::Blocks;
use super::law::{Law, Regime};
use super::profile::{self, Clustered};
use crate::market::draw::poisson;
use crate::primitives::draw::{Normals, unit};
use crate::primitives::{Decimal, Seed};

/// Seconds of a year.
const YEAR_S: f64 = 365.0 * 86_400.0;

/// A law with its state.
#[derive(Clone, Debug)]
pub(in crate::market) enum Stepper {
    Still,
    Brownian {
        drift: f64,
        deviation: f64,
    },
    Reversion {
        level: f64,
        keep: f64,
        deviation: f64,
    },
    Jumps {
        drift: f64,
        deviation: f64,
        rate: f64,
        mean: f64,
        jump: f64,
        own: Normals,
    },
    Regimes {
        states: Vec<[f64; 3]>,
        at: usize,
        own: Normals,
    },
    Garch {
        drift: f64,
        omega: f64,
        alpha: f64,
        beta: f64,
        variance: f64,
    },
    Clustered(Box<Clustered>),
    Blocks(Blocks),
    Replay {
        prices: Vec<Decimal>,
        at: usize,
    },
}

/// The law at steps of so many seconds, with draws of its own from this seed.
pub(in crate::market) fn stepper(law: &Law, step_s: u32, seed: &Seed) -> Stepper {
    let years = f64::from(step_s) / YEAR_S;
    let drift = |ppm: i32| f64::from(ppm) / 1e6 * years;
    let deviation = |ppm: u32| f64::from(ppm) / 1e6 * libm::sqrt(years);
    match law {
        Law::Still => Stepper::Still,
        Law::Gbm {
            drift_ppm,
            volatility_ppm,
        } => Stepper::Brownian {
            drift: drift(*drift_ppm),
            deviation: deviation(*volatility_ppm),
        },
        Law::MeanReversion {
            level,
            half_life_s,
            volatility_ppm,
        } => {
            let pull = std::f64::consts::LN_2 / f64::from((*half_life_s).max(1));
            let keep = libm::exp(-pull * f64::from(step_s));
            // The exact law over a step: σ²(1 − e^(−2κt)) / 2κ.
            let variance = (1.0 - keep * keep) / (2.0 * pull * YEAR_S);
            Stepper::Reversion {
                level: libm::log(level.0 as f64),
                keep,
                deviation: f64::from(*volatility_ppm) / 1e6 * libm::sqrt(variance),
            }
        }
        Law::JumpDiffusion {
            drift_ppm,
            volatility_ppm,
            jumps_per_thousand_years,
            jump_mean_ppm,
            jump_deviation_ppm,
        } => Stepper::Jumps {
            drift: drift(*drift_ppm),
            deviation: deviation(*volatility_ppm),
            rate: f64::from(*jumps_per_thousand_years) / 1e3 * years,
            mean: f64::from(*jump_mean_ppm) / 1e6,
            jump: f64::from(*jump_deviation_ppm) / 1e6,
            own: Normals::new(seed.fork("jumps").stream()),
        },
        Law::Regimes(regimes) => {
            let state = |regime: &Regime| {
                let leave = 1.0 - libm::exp(-f64::from(step_s) / f64::from(regime.lasts_s.max(1)));
                [
                    drift(regime.drift_ppm),
                    deviation(regime.volatility_ppm),
                    leave,
                ]
            };
            Stepper::Regimes {
                states: regimes.iter().map(state).collect(),
                at: 0,
                own: Normals::new(seed.fork("regimes").stream()),
            }
        }
        Law::Garch {
            drift_ppm,
            volatility_ppm,
            alpha_ppm,
            beta_ppm,
        } => {
            let [alpha, beta] = [alpha_ppm, beta_ppm].map(|ppm| f64::from(*ppm) / 1e6);
            let long = deviation(*volatility_ppm) * deviation(*volatility_ppm);
            Stepper::Garch {
                drift: drift(*drift_ppm),
                omega: long * (1.0 - alpha - beta).max(0.0),
                alpha,
                beta,
                variance: long,
            }
        }
        Law::Profile { name } => profile::named(name).map_or(Stepper::Still, |profile| {
            let own = Normals::new(seed.fork("volatility").stream());
            Stepper::Clustered(Box::new(Clustered::new(profile, step_s, own)))
        }),
        Law::Bootstrap { returns_ppb, block } => {
            let stream = seed.fork("blocks").stream();
            Stepper::Blocks(Blocks::new(returns_ppb.clone(), *block, stream))
        }
        Law::Replay { prices } => Stepper::Replay {
            prices: prices.clone(),
            at: 0,
        },
    }
}

impl Stepper {
    /// The log return of the next step from this log price. `louder` scales what is random.
    pub(in crate::market) fn step(&mut self, log_price: f64, innovation: f64, louder: f64) -> f64 {
        match self {
            Self::Still => 0.0,
            Self::Brownian { drift, deviation } => *drift + *deviation * louder * innovation,
            Self::Reversion {
                level,
                keep,
                deviation,
            } => (*keep - 1.0) * (log_price - *level) + *deviation * louder * innovation,
            Self::Jumps {
                drift,
                deviation,
                rate,
                mean,
                jump,
                own,
            } => {
                let count = poisson(own.stream(), *rate);
                let jumps: f64 = (0..count).map(|_| *mean + *jump * own.draw()).sum();
                *drift + *deviation * louder * innovation + jumps
            }
            Self::Regimes { states, at, own } => {
                let [drift, deviation, leave] = states[*at];
                if states.len() > 1 && unit(own.stream()) < leave {
                    let others = states.len() as u64 - 1;
                    *at = (*at + 1 + own.stream().below(others) as usize) % states.len();
                }
                drift + deviation * louder * innovation
            }
            Self::Garch {
                drift,
                omega,
                alpha,
                beta,
                variance,
            } => {
                let surprise = libm::sqrt(*variance) * innovation;
                *variance = *omega + *alpha * surprise * surprise + *beta * *variance;
                *drift + louder * surprise
            }
            Self::Clustered(clustered) => louder * clustered.step(innovation),
            Self::Blocks(blocks) => louder * blocks.step(),
            Self::Replay { prices, at } => {
                *at += 1;
                match prices.get(*at) {
                    Some(price) => libm::log(price.0 as f64) - log_price,
                    None => 0.0,
                }
            }
        }
    }
}
