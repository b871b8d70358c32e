use super::*;
use crate::contracts::chain::Chain;
use crate::primitives::Address;
use crate::vm::native::{Contract, Registry};

fn play(kind: DropKind) -> (Chain, Vec<[u128; 2]>) {
    let mut registry = Registry::default();
    let drop = registry.deploy(Box::new(Drop::new("Genesis", kind, 25)));
    let mut chain = Chain::new(registry);
    let returned = [7, 8, 7]
        .map(|number| chain.call(Address::account(number), drop, claim()).unwrap())
        .to_vec();
    invariants::check(&chain.store, drop, 25).unwrap();
    assert!(invariants::check(&chain.store, drop, 24).is_err());
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
    let drop = Drop::new("Genesis", DropKind::Ordered, 1);
    let address = Address::contract(16);
    assert_eq!(drop.name(), "drop Genesis");
    assert_eq!(
        drop.label(&units_key(address, Address::account(3))),
        "drop Genesis · units of account 3"
    );
}
