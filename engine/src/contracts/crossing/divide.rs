//! A shard's state is divided: some accounts go to another shard with what is theirs.

use super::storage::{DONE, LOCK, PENDING, SENT};
use crate::contracts::token;
use crate::primitives::{Address, Amount};
use crate::state::{Key, Storage, Store, Word};

/// Hands accounts over from one state to another: their units of the tokens, with the supply, and their
/// locks. What was prepared, done and sent goes to both, so that a step is executed once whichever of the
/// two is asked for it, and a receipt can be shown by either. Gives the number of slots written at the other.
pub fn divide(
    (crossing, tokens): (Address, &[Address]),
    accounts: &[Address],
    from: &mut Store,
    to: &mut Store,
) -> u64 {
    let mut written = 0;
    for &account in accounts {
        for &token in tokens {
            let units = from.word(&token::balance_key(token, account)).low();
            if units > 0 {
                token::move_balance(from, to, token, account, Amount(units));
                written += 1;
            }
        }
        let lock = Key {
            owner: crossing,
            field: LOCK,
            subject: u64::from(account.0),
        };
        let holder = from.word(&lock);
        if !holder.is_zero() {
            to.set(lock, holder);
            from.set(lock, Word::default());
            written += 1;
        }
    }
    let is_remembered =
        |key: &Key| key.owner == crossing && matches!(key.field, PENDING | DONE | SENT);
    let memory = from.entries().filter(|(key, _)| is_remembered(key));
    for (key, word) in memory {
        to.set(*key, *word);
        written += 1;
    }
    written
}
