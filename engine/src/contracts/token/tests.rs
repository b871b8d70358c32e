use super::*;
use crate::contracts::chain::Chain;
use crate::primitives::{Address, Amount};
use crate::vm::native::{Event, Registry, Revert, Status};
use proptest::prelude::*;

const OWNER: Address = Address::account(1);
const ALICE: Address = Address::account(2);
const BOB: Address = Address::account(3);
/// An account stands in for the operating contract here: the token only looks at the address.
const OPERATOR: Address = Address::account(9);

fn deploy(cap: Amount) -> (Chain, Address) {
    let mut registry = Registry::default();
    let token = Token::new("USDC", OWNER).with_cap(cap).with_operators([
        OPERATOR,
        Address::account(5),
        OPERATOR,
    ]);
    let address = registry.deploy(Box::new(token));
    (Chain::new(registry), address)
}

fn balance(chain: &Chain, token: Address, holder: Address) -> u128 {
    chain.store.word(&balance_key(token, holder)).low()
}

#[test]
fn only_the_owner_mints_and_only_up_to_the_cap() {
    let (mut chain, token) = deploy(Amount(100));
    let minted = chain.call(OWNER, token, mint(ALICE, Amount(60)));
    assert_eq!(minted, Ok([60, 0]));
    assert_eq!(
        chain.call(ALICE, token, mint(ALICE, Amount(1))),
        Err(Revert("NOT_OWNER"))
    );
    assert_eq!(
        chain.call(OWNER, token, mint(BOB, Amount(41))),
        Err(Revert("CAP_EXCEEDED"))
    );
    assert_eq!(
        chain.call(OWNER, token, mint(BOB, Amount::MAX)),
        Err(Revert("CAP_EXCEEDED"))
    );
    assert_eq!(
        chain.call(OWNER, token, mint(BOB, Amount(40))),
        Ok([100, 0])
    );
    assert_eq!(chain.call(ALICE, token, burn(Amount(60))), Ok([40, 0]));
    assert_eq!(chain.call(ALICE, token, total_supply()), Ok([40, 0]));
    invariants::check(&chain.store, token).unwrap();
}

#[test]
fn a_transfer_moves_units_and_says_so() {
    let (mut chain, token) = deploy(Amount::MAX);
    seed_balance(&mut chain.store, token, ALICE, Amount(10));
    let receipt = chain.send(ALICE, token, transfer(BOB, Amount(4))).unwrap();
    assert_eq!(receipt.status, Status::Success);
    assert_eq!(receipt.returned, [6, 0]);
    let args = [u128::from(ALICE.0), u128::from(BOB.0), 4, 0];
    let event = Event {
        contract: token,
        kind: TRANSFER,
        args,
    };
    assert_eq!(receipt.events, [event]);
    assert_eq!(chain.call(OWNER, token, balance_of(BOB)), Ok([4, 0]));
    assert_eq!(
        chain.call(ALICE, token, transfer(BOB, Amount(7))),
        Err(Revert("INSUFFICIENT_BALANCE"))
    );
    assert_eq!(
        chain.call(ALICE, token, transfer(ALICE, Amount(6))),
        Ok([6, 0])
    );
    assert_eq!(balance(&chain, token, ALICE), 6);
    invariants::check(&chain.store, token).unwrap();
}

#[test]
fn allowances_are_spent_unless_infinite() {
    let (mut chain, token) = deploy(Amount::MAX);
    seed_balance(&mut chain.store, token, ALICE, Amount(10));
    let take = |chain: &mut Chain, amount| {
        chain.call(BOB, token, transfer_from(ALICE, BOB, Amount(amount)))
    };
    assert_eq!(take(&mut chain, 1), Err(Revert("INSUFFICIENT_ALLOWANCE")));
    chain.call(ALICE, token, approve(BOB, Amount(5))).unwrap();
    assert_eq!(take(&mut chain, 3), Ok([7, 0]));
    assert_eq!(chain.call(OWNER, token, allowance(ALICE, BOB)), Ok([2, 0]));
    assert_eq!(take(&mut chain, 3), Err(Revert("INSUFFICIENT_ALLOWANCE")));
    chain.call(ALICE, token, approve(BOB, Amount::MAX)).unwrap();
    assert_eq!(take(&mut chain, 7), Ok([0, 0]));
    let left = chain.call(OWNER, token, allowance(ALICE, BOB));
    assert_eq!(left, Ok([u128::MAX, 0]));
    assert_eq!(take(&mut chain, 1), Err(Revert("INSUFFICIENT_BALANCE")));
}

#[test]
fn operators_need_no_allowance_and_others_are_refused() {
    let (mut chain, token) = deploy(Amount::MAX);
    seed_balance(&mut chain.store, token, ALICE, Amount(10));
    let call = operate_transfer(ALICE, BOB, Amount(4));
    assert_eq!(chain.call(BOB, token, call), Err(Revert("NOT_OPERATOR")));
    assert_eq!(chain.call(OPERATOR, token, call), Ok([6, 0]));
    let pull = operate_pull(ALICE, Amount(5));
    assert_eq!(chain.call(BOB, token, pull), Err(Revert("NOT_OPERATOR")));
    assert_eq!(chain.call(OPERATOR, token, pull), Ok([5, 0]));
    let own = operate_pull(OPERATOR, Amount(2));
    assert_eq!(chain.call(OPERATOR, token, own), Ok([5, 0]));
    invariants::check(&chain.store, token).unwrap();
}

#[test]
fn calls_that_make_no_sense_are_refused() {
    let (mut chain, token) = deploy(Amount::MAX);
    let mut wide = transfer(BOB, Amount(0));
    wide.args[0] += 1 << 32;
    assert_eq!(chain.call(ALICE, token, wide), Err(Revert("BAD_ADDRESS")));
    let unknown = crate::vm::native::Call { method: 99, ..wide };
    assert_eq!(
        chain.call(ALICE, token, unknown),
        Err(Revert("UNKNOWN_METHOD"))
    );
}

#[test]
fn labels_name_slots_for_people() {
    let (chain, token) = deploy(Amount::MAX);
    let label = |key| chain.vm.registry.label(&key);
    assert_eq!(
        label(balance_key(token, Address::account(17))),
        "token USDC · balance of account 17"
    );
    assert_eq!(label(supply_key(token)), "token USDC · total supply");
    assert_eq!(
        label(allowance_key(token, ALICE, BOB)),
        "token USDC · allowance from account 2 to account 3"
    );
}

#[test]
fn the_invariant_notices_a_stray_unit() {
    let (mut chain, token) = deploy(Amount::MAX);
    seed_balance(&mut chain.store, token, ALICE, Amount(10));
    use crate::state::Storage;
    chain.store.set(balance_key(token, BOB), balance_word(1));
    assert!(invariants::check(&chain.store, token).is_err());
}

proptest! {
    #[test]
    fn units_are_conserved(
        steps in prop::collection::vec((0u8..5, 1u32..5, 1u32..5, 0u128..40), 1..60)
    ) {
        let (mut chain, token) = deploy(Amount(200));
        for (kind, from, to, amount) in steps {
            let (from, to) = (Address::account(from), Address::account(to));
            let amount = Amount(amount);
            let (sender, call) = match kind {
                0 => (OWNER, mint(to, amount)),
                1 => (from, burn(amount)),
                2 => (from, transfer(to, amount)),
                3 => (from, approve(to, amount)),
                _ => (to, transfer_from(from, to, amount)),
            };
            // Refusals are part of the game: they must leave nothing.
            let before = chain.store.sorted();
            if chain.call(sender, token, call).is_err() {
                let of_token = |slots: Vec<(crate::state::Key, crate::state::Word)>| -> Vec<_> {
                    slots.into_iter().filter(|(key, _)| key.owner == token).collect()
                };
                prop_assert_eq!(of_token(before), of_token(chain.store.sorted()));
            }
            prop_assert_eq!(invariants::check(&chain.store, token), Ok(()));
        }
    }
}
