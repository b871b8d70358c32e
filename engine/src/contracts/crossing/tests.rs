use super::*;
use crate::contracts::chain::Chain;
use crate::contracts::{pool, token};
use crate::primitives::{Address, Amount};
use crate::vm::native::{Call, Registry, Revert};

const RELAYER: Address = Address::account(1 << 29);
const ALICE: Address = Address::account(1);
const BOB: Address = Address::account(2);

struct Shard {
    chain: Chain,
    crossing: Address,
    tokens: [Address; 2],
}

impl Shard {
    fn new(weakness: Weakness) -> Self {
        let mut registry = Registry::default();
        let first = registry.next_address();
        let [eth, usdc, pair, crossing] =
            [0, 1, 2, 3].map(|place| Address::contract(first.number() + place));
        let operators = [pair, crossing];
        for symbol in ["ETH", "USDC"] {
            let token = token::Token::new(symbol, RELAYER).with_operators(operators);
            registry.deploy(Box::new(token));
        }
        let pool = pool::Pool::new("ETH/USDC", RELAYER, [eth, usdc], 30);
        registry.deploy(Box::new(pool));
        let contract = Crossing::new(
            vec![eth, usdc],
            vec![(pair, [0, 1])],
            (RELAYER, 1),
            weakness,
        );
        registry.deploy(Box::new(contract));
        let mut chain = Chain::new(registry);
        let tokens = [eth, usdc];
        pool::seed(
            &mut chain.store,
            pair,
            tokens,
            [Amount(1_000_000), Amount(2_000_000)],
            BOB,
        );
        for token in tokens {
            for holder in [ALICE, BOB] {
                token::seed_balance(&mut chain.store, token, holder, Amount(1_000));
            }
            for number in 0..TRANSITS {
                let holder = transit_account(number);
                token::seed_balance(&mut chain.store, token, holder, Amount(1_000_000));
            }
        }
        Self {
            chain,
            crossing,
            tokens,
        }
    }

    fn call(&mut self, call: Call) -> Result<u128, Revert> {
        let returned = self.chain.call(RELAYER, self.crossing, call)?;
        let audit = self.chain.vm.registry.audit(&self.chain.store);
        assert_eq!(audit, Ok(()));
        Ok(returned[0])
    }

    fn balance(&self, token: usize, of: Address) -> u128 {
        let key = token::balance_key(self.tokens[token], of);
        self.chain.store.word(&key).low()
    }

    fn transit(&self, token: usize, ticket: u64) -> i128 {
        self.balance(token, transit(ticket)) as i128 - 1_000_000
    }
}

const DEBIT: Step = Step::Debit {
    account: ALICE,
    token: 0,
};
const CREDIT: Step = Step::Credit {
    account: BOB,
    token: 0,
};

#[test]
fn what_is_debited_is_in_transit_until_it_is_credited_or_refunded_and_each_only_once() {
    let mut shard = Shard::new(Weakness::default());
    assert_eq!(shard.call(step(5, 0, Phase::Now, DEBIT, 300)), Ok(300));
    assert_eq!((shard.balance(0, ALICE), shard.transit(0, 5)), (700, 300));
    let receipt = receipt_key(shard.crossing, 5, 0);
    assert_eq!(shard.chain.store.word(&receipt).low(), 300);
    let again = shard.call(step(5, 0, Phase::Now, DEBIT, 300));
    assert_eq!(again, Err(Revert("ALREADY")));
    assert_eq!(shard.call(step(5, 1, Phase::Now, CREDIT, 300)), Ok(300));
    let replay = shard.call(step(5, 1, Phase::Now, CREDIT, 300));
    assert_eq!(replay, Err(Revert("ALREADY")));
    assert_eq!((shard.balance(0, BOB), shard.transit(0, 5)), (1_300, 0));
    shard
        .call(step(6, 0, Phase::Now, DEBIT, 100))
        .expect("held");
    assert_eq!(shard.call(step(6, 0, Phase::Refund, DEBIT, 0)), Ok(100));
    assert_eq!(
        shard.call(step(6, 0, Phase::Refund, DEBIT, 0)),
        Err(Revert("ALREADY"))
    );
    assert_eq!((shard.balance(0, ALICE), shard.transit(0, 6)), (700, 0));
    let too_much = shard.call(step(7, 0, Phase::Now, DEBIT, 701));
    assert_eq!(too_much, Err(Revert("INSUFFICIENT_BALANCE")));
}

#[test]
fn without_its_memory_a_replayed_credit_is_paid_again() {
    let mut shard = Shard::new(Weakness {
        repeats: true,
        ..Weakness::default()
    });
    for _ in 0..2 {
        assert_eq!(shard.call(step(5, 1, Phase::Now, CREDIT, 300)), Ok(300));
    }
    assert_eq!((shard.balance(0, BOB), shard.transit(0, 5)), (1_600, -600));
}

#[test]
fn what_is_prepared_is_locked_until_it_is_committed_or_aborted() {
    let mut shard = Shard::new(Weakness::default());
    assert_eq!(shard.call(step(5, 0, Phase::Prepare, DEBIT, 300)), Ok(700));
    assert_eq!(shard.balance(0, ALICE), 1_000);
    let locked = Err(Revert("LOCKED"));
    assert_eq!(shard.call(pay(ALICE, BOB, 0, 1)), locked);
    assert_eq!(shard.call(pay(BOB, ALICE, 0, 1)), locked);
    assert_eq!(shard.call(step(6, 0, Phase::Prepare, DEBIT, 1)), locked);
    assert_eq!(shard.call(step(5, 0, Phase::Commit, DEBIT, 300)), Ok(300));
    assert_eq!((shard.balance(0, ALICE), shard.transit(0, 5)), (700, 300));
    assert_eq!(shard.call(pay(ALICE, BOB, 0, 1)), Ok(1));
    let late = shard.call(step(5, 0, Phase::Abort, DEBIT, 300));
    assert_eq!(late, Err(Revert("TOO_LATE")));
    shard
        .call(step(7, 0, Phase::Prepare, DEBIT, 1))
        .expect("free");
    assert_eq!(shard.call(step(7, 0, Phase::Abort, DEBIT, 1)), Ok(0));
    assert_eq!(shard.call(pay(BOB, ALICE, 0, 1)), Ok(1));
    // An abort that comes before its preparation keeps that one out.
    assert_eq!(shard.call(step(8, 0, Phase::Abort, DEBIT, 1)), Ok(0));
    let late = shard.call(step(8, 0, Phase::Prepare, DEBIT, 1));
    assert_eq!(late, Err(Revert("TOO_LATE")));
}

#[test]
fn without_locks_an_update_is_lost() {
    let mut shard = Shard::new(Weakness {
        has_no_locks: true,
        ..Weakness::default()
    });
    shard
        .call(step(5, 0, Phase::Prepare, DEBIT, 300))
        .expect("held");
    assert_eq!(shard.call(pay(ALICE, BOB, 0, 200)), Ok(200));
    shard
        .call(step(5, 0, Phase::Commit, DEBIT, 300))
        .expect("as prepared");
    // 1,000 − 300, as if the payment had not been: 200 units came from nowhere.
    assert_eq!((shard.balance(0, ALICE), shard.transit(0, 5)), (700, 100));
}

#[test]
fn a_prepared_trade_brings_what_was_promised() {
    let mut shard = Shard::new(Weakness::default());
    let trade = Step::Trade {
        pool: 0,
        zero_for_one: true,
        least: 1,
    };
    let out = shard
        .call(step(5, 1, Phase::Prepare, trade, 100))
        .expect("liquid");
    let meanwhile = shard.call(swap(BOB, 0, true, 100, 1));
    assert_eq!(meanwhile, Err(Revert("LOCKED")));
    assert_eq!(shard.call(step(5, 1, Phase::Commit, trade, 100)), Ok(out));
    assert_eq!(shard.transit(1, 5), out as i128);
    assert_eq!(shard.transit(0, 5), -100);
    assert!(shard.call(swap(BOB, 0, true, 100, 1)).is_ok());
    let route = route(BOB, [0, 0], [true, false], 100, 1);
    assert!(shard.call(route).is_ok_and(|back| back <= 100));
    let withdrawn = shard.call(withdraw(ALICE, BOB, BOB, 1, 10, 1_000_000));
    assert_eq!(withdrawn, Err(Revert("CHECK_FAILED")));
}

#[test]
fn only_relayers_and_only_known_words_are_heard() {
    let mut shard = Shard::new(Weakness::default());
    let stranger = shard
        .chain
        .call(ALICE, shard.crossing, pay(ALICE, BOB, 0, 1));
    assert_eq!(stranger, Err(Revert("NOT_RELAYER")));
    let mut call = step(5, 0, Phase::Now, DEBIT, 1);
    call.args[1] |= 200 << 40;
    assert_eq!(shard.call(call), Err(Revert("BAD_STEP")));
    call.method = 99;
    assert_eq!(shard.call(call), Err(Revert("UNKNOWN_METHOD")));
    assert_eq!(shard.call(pay(ALICE, BOB, 9, 1)), Err(Revert("NO_TOKEN")));
    let pool = shard.call(swap(ALICE, 9, true, 1, 1));
    assert_eq!(pool, Err(Revert("NO_POOL")));
}

#[test]
fn a_divided_state_keeps_units_locks_and_memory_whole() {
    let mut shard = Shard::new(Weakness::default());
    shard
        .call(step(7, 0, Phase::Prepare, DEBIT, 400))
        .expect("ready to pay");
    let mut other = crate::state::Store::default();
    let before = shard.chain.store.word(&token::supply_key(shard.tokens[0]));
    let contract = (shard.crossing, shard.tokens.as_slice());
    // Two balances, a lock, and what was prepared and done.
    let slots = divide(contract, &[ALICE], &mut shard.chain.store, &mut other);
    assert_eq!(slots, 5);
    let lock = crate::state::Key {
        owner: shard.crossing,
        field: storage::LOCK,
        subject: u64::from(ALICE.0),
    };
    let here = &shard.chain.store;
    assert_eq!((here.word(&lock).low(), other.word(&lock).low()), (0, 7));
    for token in shard.tokens {
        let held = |store: &crate::state::Store| store.word(&token::balance_key(token, ALICE));
        assert_eq!((held(here).low(), held(&other).low()), (0, 1_000));
    }
    let supply = token::supply_key(shard.tokens[0]);
    let sum = here.word(&supply).low() + other.word(&supply).low();
    assert_eq!(sum, before.low());
    for field in [storage::PENDING, storage::DONE] {
        let key = crate::state::Key {
            owner: shard.crossing,
            field,
            subject: storage::subject(7, 0),
        };
        assert!(!here.word(&key).is_zero());
        assert_eq!(here.word(&key), other.word(&key));
    }
}
