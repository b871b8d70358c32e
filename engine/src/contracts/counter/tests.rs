use super::*;
use crate::contracts::chain::Chain;
use crate::primitives::Address;
use crate::state::Key;
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
fn an_exchange_changes_slots_of_both_sides_in_turns() {
    let mut registry = Registry::default();
    let counter = registry.deploy(Box::new(Counter::new("callee")));
    let mut chain = Chain::new(registry);
    let [from, to] = [1, 2].map(Address::account);
    chain.call(from, counter, exchange(from, to, 7, 3)).unwrap();
    chain.call(to, counter, exchange(to, from, 7, 3)).unwrap();
    let count = |field, of: Address| chain.store.word(&Key::of(counter, field, of)).low();
    assert_eq!([count(2, from), count(2, to)], [2, 2]);
    assert_eq!([count(3, from), count(3, to)], [1, 1]);
    assert_eq!([count(4, from), count(4, to)], [0, 0]);
    let kept = |number| Key {
        owner: counter,
        field: 1,
        subject: number,
    };
    assert!((0..7).all(|number| chain.store.word(&kept(number)).low() == 0));
}

#[test]
fn refuses_what_it_does_not_know() {
    let mut registry = Registry::default();
    let counter = registry.deploy(Box::new(Counter::new("callee")));
    let mut chain = Chain::new(registry);
    let mut send = |method, args| chain.call(Address::account(1), counter, Call { method, args });
    assert_eq!(send(9, [0; 4]), Err(Revert("UNKNOWN_METHOD")));
    assert_eq!(
        send(method::EXCHANGE, [0, 1, 2, 3]),
        Err(Revert("BAD_SHAPE"))
    );
    assert_eq!(send(method::TOUCH, [0, 2, 0, 0]), Err(Revert("BAD_MODE")));
    assert_eq!(
        send(method::TOUCH, [1 << 64, 0, 0, 0]),
        Err(Revert("BAD_SUBJECT"))
    );
}
