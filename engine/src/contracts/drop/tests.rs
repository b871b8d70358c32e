use super::*;
use crate::contracts::chain::Chain;
use crate::primitives::Address;
use crate::vm::native::{Contract, Registry, Revert};
use proptest::prelude::*;

const KINDS: [DropKind; 2] = [DropKind::Ordered, DropKind::Commutative];

const fn per_claim(units: u64, cap: Option<u64>) -> Terms {
    Terms::PerClaim { units, cap }
}

fn deploy(kind: DropKind, terms: Terms) -> (Chain, Address) {
    let mut registry = Registry::default();
    let drop = registry.deploy(Box::new(Drop::new("Genesis", kind, terms)));
    let mut chain = Chain::new(registry);
    if let Terms::Stock(units) = terms {
        seed_stock(&mut chain.store, drop, units);
    }
    (chain, drop)
}

fn play(kind: DropKind) -> (Chain, Vec<[u128; 2]>) {
    let (mut chain, drop) = deploy(kind, per_claim(25, None));
    let returned = [7, 8, 7]
        .map(|number| chain.call(Address::account(number), drop, claim()).unwrap())
        .to_vec();
    invariants::check(&chain.store, drop, per_claim(25, None)).unwrap();
    assert!(invariants::check(&chain.store, drop, per_claim(24, None)).is_err());
    assert!(invariants::check(&chain.store, drop, per_claim(25, Some(2))).is_err());
    assert_eq!(chain.store.word(&claims_key(drop)).low(), 3);
    assert_eq!(
        chain
            .store
            .word(&units_key(drop, Address::account(7)))
            .low(),
        50
    );
    assert_eq!(
        chain.vm.registry.label(&claims_key(drop)),
        "drop Genesis · counter of claims"
    );
    (chain, returned)
}

#[test]
fn both_kinds_leave_the_same_state() {
    let (ordered, numbers) = play(DropKind::Ordered);
    let (commutative, nothing) = play(DropKind::Commutative);
    assert_eq!(
        ordered.store.sorted().len(),
        commutative.store.sorted().len()
    );
    let of_drop = |chain: &Chain| {
        let mut slots = chain.store.sorted();
        slots.retain(|(key, _)| chain.vm.registry.get(key.owner).is_some());
        slots
    };
    assert_eq!(of_drop(&ordered), of_drop(&commutative));
    assert_eq!(numbers, [[1, 0], [2, 0], [3, 0]]);
    assert_eq!(nothing, [[0, 0]; 3]);
}

#[test]
fn names_itself_and_its_slots() {
    let drop = Drop::new("Genesis", DropKind::Ordered, per_claim(1, None));
    let address = Address::contract(16);
    assert_eq!(drop.name(), "drop Genesis");
    assert_eq!(
        drop.label(&units_key(address, Address::account(3))),
        "drop Genesis · units of account 3"
    );
}

#[test]
fn the_claim_that_reaches_the_cap_is_served_and_the_next_is_refused() {
    for kind in KINDS {
        let terms = per_claim(5, Some(2));
        let (mut chain, drop) = deploy(kind, terms);
        let mut claim = |number| chain.call(Address::account(number), drop, claim());
        assert!(claim(1).is_ok() && claim(2).is_ok(), "{kind:?}");
        assert_eq!(claim(3), Err(Revert("ERC20ExceededCap")), "{kind:?}");
        assert_eq!(chain.store.word(&claims_key(drop)).low(), 2);
        let third = units_key(drop, Address::account(3));
        assert!(
            chain.store.word(&third).is_zero(),
            "a refusal leaves nothing"
        );
        assert_eq!(invariants::check(&chain.store, drop, terms), Ok(()));
        let (mut none, drop) = deploy(kind, per_claim(5, Some(0)));
        let refused = none.call(Address::account(1), drop, super::claim());
        assert_eq!(refused, Err(EXCEEDED_CAP));
    }
}

#[test]
fn a_faucet_gives_its_last_unit_and_not_one_more() {
    for kind in KINDS {
        let terms = Terms::Stock(10);
        let (mut chain, drop) = deploy(kind, terms);
        let mut draw = |units| chain.call(Address::account(1), drop, draw(units));
        assert_eq!(draw(7), Ok([0; 2]));
        assert_eq!(draw(4), Err(Revert("ERC20InsufficientBalance")), "{kind:?}");
        assert_eq!(draw(3), Ok([0; 2]), "a smaller draw still fits");
        assert_eq!(draw(0), Ok([0; 2]));
        assert_eq!(draw(1), Err(INSUFFICIENT_BALANCE));
        assert!(chain.store.word(&stock_key(drop)).is_zero());
        assert_eq!(invariants::check(&chain.store, drop, terms), Ok(()));
        assert!(invariants::check(&chain.store, drop, Terms::Stock(9)).is_err());
        assert_eq!(
            chain.vm.registry.label(&stock_key(drop)),
            "faucet Genesis · units left"
        );
    }
}

#[test]
fn only_a_shared_slot_that_is_replaced_can_be_bounded() {
    let address = Address::contract(16);
    let drop = Drop::new("Genesis", DropKind::Ordered, per_claim(1, Some(3)));
    let bounded = drop.bounded(&claims_key(address)).unwrap();
    assert_eq!(bounded.name(), drop.name());
    assert!(bounded.bounded(&claims_key(address)).is_none());
    let units = units_key(address, Address::account(3));
    assert!(drop.bounded(&units).is_none());
}

proptest! {
    /// Both kinds serve and refuse the same calls and leave the same slots.
    #[test]
    fn ordered_and_bounded_never_differ(
        calls in prop::collection::vec((1u32..4, 0u64..9), 0..30), cap in 0u64..20, is_faucet in any::<bool>()
    ) {
        let terms = if is_faucet { Terms::Stock(cap * 4) } else { per_claim(3, Some(cap)) };
        let [(mut ordered, drop), (mut bounded, _)] = KINDS.map(|kind| deploy(kind, terms));
        for (account, units) in calls {
            let call = if is_faucet { draw(units) } else { claim() };
            let account = Address::account(account);
            let served = ordered.call(account, drop, call).map(|_| ());
            prop_assert_eq!(served, bounded.call(account, drop, call).map(|_| ()));
            prop_assert_eq!(invariants::check(&bounded.store, drop, terms), Ok(()));
        }
        let of_drop = |chain: &Chain| {
            let mut slots = chain.store.sorted();
            slots.retain(|(key, _)| key.owner == drop);
            slots
        };
        prop_assert_eq!(of_drop(&ordered), of_drop(&bounded));
    }
}
