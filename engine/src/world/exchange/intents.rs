//! Intents and their lives.

use super::ground::raw;
use super::ladder::Ladder;
use super::order::Open;
use super::run::{Exchange, Trouble};
use crate::automation::Watch;
use crate::intent::language::{Rule, format_rule};
use crate::intent::{Cause, Intent, Life, State};
use crate::trace::intent::What;

/// Most intents of a run, those included that fills arm.
const INTENTS_MAX: usize = 4_096;

/// An intent with what the run remembers of it.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) intent: Intent,
    pub(super) life: Life,
    /// Raw units that its fills have given, of whatever.
    pub(super) given: u128,
    pub(super) ladder: Option<Ladder>,
    pub(super) compounded_s: u64,
    /// The step in which it was last refused.
    pub(super) refused_at: Option<u32>,
    /// Its group has had its fill.
    pub(super) is_settled: bool,
    /// The last reason for not firing, so that only changes are told.
    pub(super) told: (u8, String),
}

impl Exchange {
    pub(super) fn arm(
        &mut self,
        person: u32,
        rule: Rule,
        name: Option<String>,
        parent: Option<u64>,
        group: Option<u64>,
    ) -> Result<(), Trouble> {
        if self.intents.len() >= INTENTS_MAX {
            self.note(What::Refused {
                intent: parent,
                reason: format!("there are {INTENTS_MAX} intents already"),
            });
            return Ok(());
        }
        let id = self.intents.len() as u64;
        let now_s = self.now_s();
        let label = name.unwrap_or_else(|| format_rule(&rule));
        self.board.arm(Watch::new(id, person, rule.clone(), now_s));
        let nonce = rule.limits.nonce.unwrap_or(id);
        let intent = Intent {
            id,
            owner: person,
            nonce,
            parent,
            group,
            rule,
        };
        self.intents.push(Held {
            intent,
            life: Life::new(id),
            given: 0,
            ladder: None,
            compounded_s: now_s,
            refused_at: None,
            is_settled: false,
            told: (0, String::new()),
        });
        self.note(What::Armed {
            intent: id,
            person,
            label,
            parent,
        });
        let by = parent.map_or(Cause::Owner, Cause::Parent);
        self.go(id, State::Signed, by.clone())?;
        self.go(id, State::Armed, by)
    }

    /// Changes an intent's state, and logs it.
    pub(super) fn go(&mut self, id: u64, to: State, cause: Cause) -> Result<(), Trouble> {
        let now_s = self.now_s();
        let edge = self.intents[id as usize].life.go(to, now_s, cause);
        let edge = edge.map_err(|error| Trouble::Broken(format!("intent {id}: {error}")))?;
        self.note(What::State {
            intent: id,
            from: format!("{:?}", edge.from),
            to: format!("{:?}", edge.to),
            cause: match edge.cause {
                Cause::Owner => "owner".to_owned(),
                Cause::Parent(by) => format!("parent {by}"),
                Cause::Group(by) => format!("group {by}"),
                Cause::Keeper(by) => format!("keeper {by}"),
                Cause::Solver(by) => format!("solver {by}"),
                Cause::Done => "done".to_owned(),
                Cause::Time => "time".to_owned(),
                Cause::Reason(why) => why,
            },
        });
        Ok(())
    }

    pub(super) fn state(&self, id: u64) -> State {
        self.intents[id as usize].life.state
    }

    /// Something of the intent's is up for a fill.
    pub(super) fn put_up(&mut self, id: u64) -> Result<(), Trouble> {
        if self.state(id) == State::Filled {
            self.go(id, State::Armed, Cause::Done)?;
        }
        if matches!(self.state(id), State::Armed | State::PartiallyFilled) {
            self.go(id, State::Triggered, Cause::Time)?;
        }
        if self.state(id) == State::Triggered {
            self.go(id, State::Auctioned, Cause::Owner)?;
        }
        Ok(())
    }

    /// What fired is not carried out: the intent waits again.
    pub(super) fn refuse(&mut self, id: u64, reason: &str) -> Result<(), Trouble> {
        self.intents[id as usize].refused_at = Some(self.step);
        self.note(What::Refused {
            intent: Some(id),
            reason: reason.to_owned(),
        });
        self.rest(id, Cause::Reason(reason.to_owned()))
    }

    /// Back to waiting, if nothing else of it is under way.
    pub(super) fn rest(&mut self, id: u64, cause: Cause) -> Result<(), Trouble> {
        if self.is_busy(id) {
            return Ok(());
        }
        match self.state(id) {
            State::Triggered | State::Auctioned | State::Filled | State::PartiallyFilled => {
                self.go(id, State::Armed, cause)?;
                if self.board.is_armed(id) {
                    return Ok(());
                }
                // It fired for the last time, and nothing came of it.
                self.go(id, State::Expired, Cause::Time)
            }
            _ => Ok(()),
        }
    }

    /// Whether orders or pieces of it are still to be filled, or its grid is at work.
    pub(super) fn is_busy(&self, id: u64) -> bool {
        self.intents[id as usize].ladder.is_some()
            || self.open.iter().any(|open| open.intent == Some(id))
            || self.pieces.iter().any(|piece| piece.intent == id)
            || self.late.iter().any(|late| late.intent == id)
    }

    /// Takes an intent off for good, with everything of it that is under way.
    pub(super) fn cancel(&mut self, id: u64, cause: Cause) -> Result<(), Trouble> {
        self.board.disarm(id);
        self.pieces.retain(|piece| piece.intent != id);
        self.late.retain(|late| late.intent != id);
        let (gone, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut self.open)
            .into_iter()
            .partition(|open| open.intent == Some(id));
        self.open = kept;
        for open in gone {
            self.undo(&open)?;
        }
        if !self.state(id).is_final() {
            self.go(id, State::Cancelled, cause)?;
        }
        Ok(())
    }

    /// After something was carried out: states, groups, what a first fill arms.
    pub(super) fn after_fill(&mut self, id: u64, by: Cause) -> Result<(), Trouble> {
        self.put_up(id)?;
        let is_first = self.intents[id as usize].life.fills == 0;
        let is_whole = !self.is_busy(id);
        let to = if is_whole {
            State::Filled
        } else {
            State::PartiallyFilled
        };
        self.go(id, to, by)?;
        let (person, rule, group) = {
            let held = &self.intents[id as usize];
            (
                held.intent.owner,
                held.intent.rule.clone(),
                held.intent.group,
            )
        };
        if is_first {
            for child in rule.then {
                self.arm(person, child, None, Some(id), None)?;
            }
            if let Some(group) = group {
                self.settle_group(id, group)?;
            }
        }
        if is_whole && self.board.is_armed(id) {
            self.go(id, State::Armed, Cause::Done)?;
        }
        Ok(())
    }

    /// The first fill of a group cancels the rest of it, and fills what had armed it.
    fn settle_group(&mut self, id: u64, group: u64) -> Result<(), Trouble> {
        let of_group = |held: &&Held| held.intent.group == Some(group) && held.intent.id != id;
        let others: Vec<u64> = self
            .intents
            .iter()
            .filter(of_group)
            .map(|h| h.intent.id)
            .collect();
        for other in others {
            self.cancel(other, Cause::Group(id))?;
        }
        self.intents[id as usize].is_settled = true;
        if self.state(group) == State::Triggered {
            self.after_fill(group, Cause::Group(id))?;
        }
        Ok(())
    }

    /// The number by which a group's orders exclude one another, until one is filled.
    pub(super) fn nonce_of(&self, id: u64, order: u64) -> u64 {
        let held = &self.intents[id as usize];
        match (held.intent.group, held.intent.rule.limits.nonce) {
            (Some(group), _) if !held.is_settled => 1 << 61 | group,
            (_, Some(nonce)) => 1 << 62 | nonce,
            _ => order,
        }
    }

    /// What of a budget is left, in raw units of what is given.
    pub(super) fn budget(&self, id: u64, give: usize) -> u128 {
        let held = &self.intents[id as usize];
        match &held.intent.rule.limits.budget {
            Some((most, symbol)) if self.sight().token(symbol) == Some(give) => {
                raw(*most).saturating_sub(held.given)
            }
            _ => u128::MAX,
        }
    }

    /// Undoes what was prepared for an order that is not filled.
    pub(super) fn undo(&mut self, open: &Open) -> Result<(), Trouble> {
        if open.placed.is_some() {
            let call = crate::contracts::settlement::cancel(open.id);
            let gone = self
                .ground
                .send_one((open.account, self.ground.settlement, call))?;
            if let Err(why) = gone {
                return Err(Trouble::Broken(format!("order {}: {why}", open.id)));
            }
        }
        let Some(id) = open.intent else { return Ok(()) };
        if let (Some(ladder), Some(rung)) = (&mut self.intents[id as usize].ladder, open.rung) {
            ladder.missed(rung);
        }
        self.undo_loan(id, open)
    }
}
