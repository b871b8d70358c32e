use super::*;
use crate::primitives::{Address, Digest};
use crate::state::{Key, Word};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn key(number: u64) -> Key {
    Key {
        owner: Address::contract((number % 7) as u32),
        field: (number % 3) as u32,
        subject: number,
    }
}

fn writes(count: usize) -> impl Strategy<Value = Vec<(Key, Word)>> {
    prop::collection::vec((0u64..500, 0u128..4), 0..count).prop_map(|list| {
        list.into_iter()
            .map(|(number, value)| (key(number), Word::from_low(value)))
            .collect()
    })
}

fn from_scratch(state: &BTreeMap<Key, Word>) -> Digest {
    let entries: Vec<_> = state.iter().map(|(k, w)| (*k, *w)).collect();
    let mut commitment = Commitment::default();
    commitment.update(&entries);
    commitment.root()
}

proptest! {
    #[test]
    fn the_root_is_a_function_of_the_slots(blocks in prop::collection::vec(writes(400), 1..8), threads in 1usize..5) {
        let mut commitment = Commitment::default();
        let mut model = BTreeMap::new();
        for block in blocks {
            commitment.update_on(&block, threads);
            for (key, word) in &block {
                if word.is_zero() {
                    model.remove(key);
                } else {
                    model.insert(*key, *word);
                }
            }
            prop_assert_eq!(commitment.len(), model.len());
            prop_assert_eq!(commitment.root(), from_scratch(&model));
            let mut one_by_one = Commitment::default();
            for (key, word) in model.iter().rev() {
                one_by_one.update(&[(*key, *word)]);
            }
            prop_assert_eq!(commitment.root(), one_by_one.root());
        }
    }

    #[test]
    fn proofs_hold_for_what_is_so_and_for_nothing_else(
        state in writes(600), asked in 0u64..600, other in 0u128..5, bit: usize, at: usize,
    ) {
        let mut commitment = Commitment::default();
        commitment.update(&state);
        let mut model = BTreeMap::new();
        model.extend(state);
        let asked = key(asked);
        let held = model.get(&asked).copied().unwrap_or_default();
        let (proof, root) = (commitment.prove(&asked), commitment.root());
        prop_assert!(proof.verify(&root, &asked, Some(held)));
        prop_assert_eq!(proof.verify(&root, &asked, None), held.is_zero());
        let other = Word::from_low(other);
        prop_assert_eq!(proof.verify(&root, &asked, Some(other)), other == held);

        // Any one altered bit, entry or sibling breaks it.
        let mut bytes = postcard::to_allocvec(&proof).unwrap();
        let index = at % bytes.len();
        bytes[index] ^= 1 << (bit % 8);
        if let Ok(altered) = postcard::from_bytes::<Proof>(&bytes)
            && altered != proof
        {
            prop_assert!(!altered.verify(&root, &asked, Some(held)));
        }
        let mut shorter = proof.clone();
        if shorter.entries.pop().is_some() {
            prop_assert!(!shorter.verify(&root, &asked, Some(held)));
        }
        let mut higher = proof.clone();
        if higher.siblings.pop().is_some() {
            prop_assert!(!higher.verify(&root, &asked, Some(held)));
        }
        let mut swollen = proof;
        swollen.siblings.resize(1_000, Digest::default());
        prop_assert!(!swollen.verify(&root, &asked, Some(held)));
    }
}

#[test]
fn threads_do_not_show_in_a_large_state() {
    let state: Vec<_> = (0..60_000)
        .map(|number| (key(number), Word::pair(u128::from(number) + 1, 7)))
        .collect();
    let change: Vec<_> = (0..20_000)
        .map(|number| (key(number * 5), Word::from_low(u128::from(number % 3))))
        .collect();
    let roots = [1, 2, 4].map(|threads| {
        let mut commitment = Commitment::default();
        commitment.update_on(&state, threads);
        let before = commitment.root();
        commitment.update_on(&change, threads);
        (before, commitment.root())
    });
    assert_eq!(roots[0], roots[1]);
    assert_eq!(roots[0], roots[2]);
    assert_ne!(roots[0].0, roots[0].1);
}

/// The stored form: links and golden files carry roots, so its making may never change unnoticed.
#[test]
fn the_form_of_the_root_is_pinned() {
    let mut commitment = Commitment::default();
    assert_eq!(commitment.root().to_string(), EMPTY_ROOT);
    let state: Vec<_> = (0..100)
        .map(|number| (key(number), Word::from_low(u128::from(number))))
        .collect();
    commitment.update(&state);
    assert_eq!(commitment.root().to_string(), HUNDRED_ROOT);
}

const EMPTY_ROOT: &str = "1a6616580e63fad2d67b70b19cef7aa6238ab0a71ee5aad5354f5ed61e74068d";
const HUNDRED_ROOT: &str = "373ffed9299bb782365503b23e350f46bd8ba97380ddf34580200b8533e232d7";
