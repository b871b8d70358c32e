use super::*;
use crate::contracts::chain::Chain;
use crate::primitives::Address;
use crate::vm::native::{Call, Registry, Revert};

#[test]
fn a_slot_counts_its_touches_in_both_modes() {
    let mut registry = Registry::default();
    let counter = registry.deploy(Box::new(Counter::new("callee")));
    let mut chain = Chain::new(registry);
    let user = Address::account(1);
    let mut send = |subject, mode| chain.call(user, counter, touch(subject, mode)).unwrap();
    assert_eq!(send(5, TouchMode::Ordered), [0, 0]);
    assert_eq!(send(5, TouchMode::Commutative), [0, 0]);
    assert_eq!(send(6, TouchMode::Commutative), [0, 0]);
    assert_eq!(send(5, TouchMode::Ordered), [2, 0]);
    assert_eq!(chain.store.word(&touches_key(counter, 5)).low(), 3);
    assert_eq!(chain.store.word(&touches_key(counter, 6)).low(), 1);
    assert_eq!(
        chain.vm.registry.label(&touches_key(counter, 5)),
        "callee · slot of 5"
    );
}

#[test]
fn refuses_what_it_does_not_know() {
    let mut registry = Registry::default();
    let counter = registry.deploy(Box::new(Counter::new("callee")));
    let mut chain = Chain::new(registry);
    let mut send = |method, args| chain.call(Address::account(1), counter, Call { method, args });
    assert_eq!(send(9, [0; 4]), Err(Revert("UNKNOWN_METHOD")));
    assert_eq!(send(method::TOUCH, [0, 2, 0, 0]), Err(Revert("BAD_MODE")));
    assert_eq!(
        send(method::TOUCH, [1 << 64, 0, 0, 0]),
        Err(Revert("BAD_SUBJECT"))
    );
}
