//! Solvers, and a whole auction: solutions, winners, execution, certificates.

use super::clear::{clear, flow, pairs};
use super::cross::cross;
use super::pick::pick;
use super::ring::rings;
use super::route::Routing;
use crate::intent::auction::{Bounds, Packing, Selection, pack, reference_score, reward, select};
use crate::intent::certificate::{Certificate, certify, passed_over};
use crate::intent::order::{Batch, Solution};
use crate::intent::verify::{Fault, Verifier, Witness};
use crate::primitives::Seed;

/// Most solutions of one solver to one batch.
pub(super) const SOLUTIONS_MAX: usize = 256;

/// Turns batches into solutions.
pub trait Solver {
    /// What people call it.
    fn name(&self) -> &'static str;
    /// Solutions of a batch. The same batch and seed give the same ones.
    fn solve(&self, batch: &Batch, seed: &Seed) -> Vec<Solution>;
    /// What it hands over when one of its solutions has won; an honest one hands over that one.
    fn deliver(&self, won: &Solution) -> Option<Solution> {
        Some(won.clone())
    }
}

/// The honest ways of solving.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    /// Each directed pair through its one best pool.
    Direct,
    /// Each directed pair over all its pools.
    Split,
    /// Each directed pair along the best path of at most three pools.
    Hops,
    /// Both directions of a pair meet first.
    Cross,
    /// Rings over several tokens.
    Ring,
    /// Which indivisible orders to fill together.
    BranchAndBound,
    /// Some orders, some way.
    Random,
}

/// The honest solvers.
pub const fn all() -> [Method; 7] {
    [
        Method::Direct,
        Method::Split,
        Method::Hops,
        Method::Cross,
        Method::Ring,
        Method::BranchAndBound,
        Method::Random,
    ]
}

impl Solver for Method {
    fn name(&self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Split => "split",
            Self::Hops => "multi-hop",
            Self::Cross => "coincidence",
            Self::Ring => "ring",
            Self::BranchAndBound => "branch-and-bound",
            Self::Random => "random",
        }
    }

    fn solve(&self, batch: &Batch, seed: &Seed) -> Vec<Solution> {
        let each = |routing: Routing| -> Vec<Solution> {
            let pairs = pairs(batch).into_iter();
            pairs
                .filter_map(|(give, get)| clear(batch, routing, &flow(batch, give, get)))
                .collect()
        };
        let mut solutions = match self {
            Self::Direct => each(Routing::Direct),
            Self::Split => each(Routing::Split),
            Self::Hops => each(Routing::Hops),
            Self::Cross => {
                let both = pairs(batch).into_iter().filter(|(give, get)| give < get);
                both.filter_map(|(a, b)| cross(batch, a, b)).collect()
            }
            Self::Ring => rings(batch),
            Self::BranchAndBound => {
                let pairs = pairs(batch).into_iter();
                pairs
                    .filter_map(|(give, get)| pick(batch, &flow(batch, give, get)))
                    .collect()
            }
            Self::Random => {
                let mut stream = seed.fork("random solver").stream();
                let mut some = Vec::new();
                for (give, get) in pairs(batch) {
                    let mut orders = flow(batch, give, get);
                    orders.retain(|_| stream.below(2) == 0);
                    let routing =
                        [Routing::Direct, Routing::Split, Routing::Hops][stream.below(3) as usize];
                    some.extend(clear(batch, routing, &orders));
                }
                some
            }
        };
        solutions.truncate(SOLUTIONS_MAX);
        for solution in &mut solutions {
            solution.solver = self.name().to_owned();
        }
        solutions
    }
}

/// What became of a winner.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Executed as it won.
    Executed,
    /// Its solver delivered nothing.
    Withheld,
    /// The verifier did not let it through.
    Undone(Fault),
}

/// What a batch came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settlement {
    /// All solutions, in the order of solvers.
    pub solutions: Vec<Solution>,
    /// Who won, and why the others did not.
    pub selection: Selection,
    /// The best choice of winners there is.
    pub packing: Packing,
    /// What became of each winner, in their order.
    pub outcomes: Vec<Outcome>,
    /// One for each executed fill that has a reference route.
    pub certificates: Vec<Certificate>,
    /// Orders that nobody filled although the pools would have.
    pub passed_over: Vec<u64>,
    /// Rewards of the winners' solvers, each once, by name.
    pub rewards: Vec<(String, i128)>,
    /// The batch afterwards.
    pub after: Verifier,
}

/// Bounds of rewards: nothing is lost beyond a hundredth of a native unit of 10^18, as on CoW's mainnet.
const BOUNDS: Bounds = Bounds {
    loss_max: 10_000_000_000_000_000,
    fee_share_bps: 5_000,
};

/// Winners are executed by falling score. One that finds a pool moved by a winner before it is undone, as
/// on a chain; its orders stay in the batch for the next auction.
///
/// Runs a whole auction: solve, score, choose, deliver, verify, certify. `protocol_fee` bounds rewards.
pub fn settle_batch(
    mut verifier: Verifier,
    solvers: &[&dyn Solver],
    witness: &dyn Witness,
    seed: &Seed,
    max_winners: u32,
    protocol_fee: u128,
) -> Settlement {
    let before = verifier.batch().clone();
    let mut solutions = Vec::new();
    let mut owners = Vec::new();
    for (number, solver) in solvers.iter().enumerate() {
        for mut solution in solver
            .solve(&before, &seed.fork(solver.name()))
            .into_iter()
            .take(SOLUTIONS_MAX)
        {
            solver.name().clone_into(&mut solution.solver);
            solutions.push(solution);
            owners.push(number);
        }
    }
    let selection = select(&before, &solutions, max_winners);
    let fair: Vec<_> = selection.fair_bids().collect();
    let packing = pack(&fair, max_winners);
    let mut outcomes = Vec::new();
    let mut certificates = Vec::new();
    let mut filled = Vec::new();
    let mut missing: Vec<(String, u128)> = Vec::new();
    for place in &selection.winners {
        let won = &solutions[*place as usize];
        let outcome = match solvers[owners[*place as usize]].deliver(won) {
            None => Outcome::Withheld,
            // Bound by its digest: what is executed is what was scored.
            Some(delivered) if delivered.digest() != won.digest() => {
                Outcome::Undone(Fault::NotTheBid)
            }
            Some(delivered) => match verifier.settle(&delivered, witness) {
                Ok(_) => {
                    filled.extend(delivered.fills.iter().map(|fill| fill.order));
                    certificates.extend(
                        delivered
                            .fills
                            .iter()
                            .filter_map(|fill| certify(&before, fill)),
                    );
                    Outcome::Executed
                }
                Err(fault) => Outcome::Undone(fault),
            },
        };
        if outcome != Outcome::Executed {
            let score = selection.bid(*place).map_or(0, |bid| bid.score);
            missing.push((won.solver.clone(), score));
        }
        outcomes.push(outcome);
    }
    let mut names: Vec<_> = selection
        .winners
        .iter()
        .map(|at| solutions[*at as usize].solver.clone())
        .collect();
    names.sort_unstable();
    names.dedup();
    let rewards = names.into_iter().map(|name| {
        let lost = missing.iter().filter(|(who, _)| *who == name);
        let lost = lost.fold(0u128, |sum, (_, score)| sum.saturating_add(*score));
        let reference = reference_score(&selection, &name, max_winners);
        let reward = reward(selection.total(), reference, lost, protocol_fee, BOUNDS);
        (name, reward)
    });
    let rewards = rewards.collect();
    Settlement {
        passed_over: passed_over(&before, &filled),
        solutions,
        selection,
        packing,
        outcomes,
        certificates,
        rewards,
        after: verifier,
    }
}
