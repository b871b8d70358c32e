//! From keys to slot numbers.
//!
//! Most keys are a contract's field of an account with a small number, or of such an account and a small
//! number. Those have their slots in pages of neighbours, found by two look-ups in small tables, without
//! hashing and without looking at the slot: a store of many thousand slots does not fit the caches, its
//! page tables do. All other keys are hashed.

use super::Key;
use super::cells::Line;
use crate::primitives::Address;

/// Marks what is not there.
pub(super) const EMPTY: u32 = u32::MAX;

/// Neighbours that get their slots together: consecutive subjects, in bits.
const PAGE_BITS: u32 = 4;
/// The same of a pair: one first, consecutive seconds. Few, since every first has pages of its own.
const PAIR_PAGE_BITS: u32 = 2;

/// Fields of a contract that have pages, in bits; contracts that have them, and subjects of a field that do:
/// bounds for what a page table can grow to.
const FIELD_BITS: u32 = 3;
const CONTRACTS: u64 = 1 << 12;
const SUBJECTS: u64 = 1 << 20;
const FIRSTS: u64 = 1 << 18;
const SECOND_BITS: u32 = 4;

/// Nothing where a number has no more than so many bits, and else what no table reaches.
const fn beyond(number: u64, bits: u32) -> u64 {
    ((number >> bits != 0) as u64) << 62
}

/// Where every key's slot is.
#[derive(Clone, Debug)]
pub(super) struct Directory {
    /// By contract and field.
    fields: Vec<Field>,
    /// For the keys without pages: power-of-two table of slots, open addressing, at most half full.
    places: Vec<u32>,
    hashed: usize,
}

/// The first slot of each page of a field: of accounts, of contracts, of pairs.
#[derive(Clone, Default, Debug)]
struct Field {
    pages: [Vec<u32>; 3],
}

/// Which of a field's pages are those of pairs; others are by the bit that tells contracts from accounts.
const OF_PAIRS: usize = 2;

/// Where a key belongs if it has a page. Without one it is beyond the tables, or beyond what they may grow to.
struct Dense {
    field: u64,
    kind: usize,
    page: u64,
    offset: u32,
}

impl Default for Directory {
    fn default() -> Self {
        Self {
            fields: Vec::new(),
            places: vec![EMPTY; 64],
            hashed: 0,
        }
    }
}

impl Dense {
    /// Looked at with every access: as few branches as possible.
    #[inline]
    fn of(key: &Key) -> Self {
        let field = u64::from(key.field);
        // Accounts have numbers that contracts are not allowed to have.
        let contract = u64::from(key.owner.0 ^ Address::contract(0).0);
        let field = contract << FIELD_BITS | field | beyond(field, FIELD_BITS);
        let (first, second) = (key.subject >> 32, key.subject & u64::from(u32::MAX));
        if first == 0 {
            let whose = Address(second as u32);
            let number = whose.number();
            return Self {
                field,
                kind: usize::from(whose.is_contract()),
                page: u64::from(number >> PAGE_BITS),
                offset: number % (1 << PAGE_BITS),
            };
        }
        let number = first << SECOND_BITS | second | beyond(second, SECOND_BITS);
        Self {
            field,
            kind: OF_PAIRS,
            page: number >> PAIR_PAGE_BITS,
            offset: number as u32 % (1 << PAIR_PAGE_BITS),
        }
    }

    /// Slots of its page.
    const fn page_len(&self) -> u64 {
        match self.kind {
            OF_PAIRS => 1 << PAIR_PAGE_BITS,
            _ => 1 << PAGE_BITS,
        }
    }

    /// Whether the key has a page.
    const fn is_small(&self) -> bool {
        let pages = match self.kind {
            OF_PAIRS => FIRSTS << SECOND_BITS >> PAIR_PAGE_BITS,
            _ => SUBJECTS >> PAGE_BITS,
        };
        self.field < CONTRACTS << FIELD_BITS && self.page < pages
    }
}

/// The value at an index that may be beyond whatever can be indexed.
#[inline]
fn at<T>(values: &[T], index: u64) -> Option<&T> {
    (index < values.len() as u64).then(|| &values[index as usize])
}

impl Directory {
    /// The key's slot. Slots are given with their neighbours', so a key may have one that was never set.
    /// Whether a slot is a key's is asked of `is_at`.
    #[inline]
    pub(super) fn find(&self, key: &Key, is_at: impl Fn(u32) -> bool) -> Option<u32> {
        let dense = Dense::of(key);
        let pages = at(&self.fields, dense.field).map(|field| &field.pages[dense.kind]);
        match pages.and_then(|pages| at(pages, dense.page)) {
            Some(first) if *first != EMPTY => Some(first + dense.offset),
            // What the tables reach has a page and no other place.
            Some(_) => None,
            None => match dense.is_small() {
                true => None,
                false => self.find_hashed(key, is_at),
            },
        }
    }

    /// The key's slot, given to it now if it has none; `lines` then grows.
    #[inline]
    pub(super) fn find_or_give<V: Default>(
        &mut self,
        key: &Key,
        lines: &mut Vec<Line<Key, V>>,
    ) -> u32 {
        match self.find(key, |slot| lines[slot as usize].key == *key) {
            Some(slot) => slot,
            None => self.give(key, lines),
        }
    }

    /// A slot for a key that has none.
    #[cold]
    fn give<V: Default>(&mut self, key: &Key, lines: &mut Vec<Line<Key, V>>) -> u32 {
        let slot = lines.len() as u32;
        let dense = Dense::of(key);
        if !dense.is_small() {
            self.give_hashed(key, slot);
            lines.push(Line {
                key: *key,
                value: V::default(),
                is_changed: false,
            });
            if (self.hashed + 1) * 2 > self.places.len() {
                self.grow(lines);
            }
            return slot;
        }
        let (field, page) = (dense.field as usize, dense.page as usize);
        if self.fields.len() <= field {
            self.fields.resize_with(field + 1, Field::default);
        }
        let pages = &mut self.fields[field].pages[dense.kind];
        if pages.len() <= page {
            pages.resize(page + 1, EMPTY);
        }
        pages[page] = slot;
        let first = key.subject - u64::from(dense.offset);
        lines.extend((0..dense.page_len()).map(|offset| Line {
            key: Key {
                subject: first + offset,
                ..*key
            },
            value: V::default(),
            is_changed: false,
        }));
        slot + dense.offset
    }

    #[inline(never)]
    fn find_hashed(&self, key: &Key, is_at: impl Fn(u32) -> bool) -> Option<u32> {
        let mask = self.places.len() - 1;
        let mut place = key.spread() as usize & mask;
        loop {
            match self.places[place] {
                EMPTY => return None,
                slot if is_at(slot) => return Some(slot),
                _ => place = (place + 1) & mask,
            }
        }
    }

    /// Gives a slot to a key that has none.
    fn give_hashed(&mut self, key: &Key, slot: u32) {
        let mask = self.places.len() - 1;
        let mut place = key.spread() as usize & mask;
        while self.places[place] != EMPTY {
            place = (place + 1) & mask;
        }
        self.places[place] = slot;
        self.hashed += 1;
    }

    fn grow<V>(&mut self, lines: &[Line<Key, V>]) {
        let old = std::mem::take(&mut self.places);
        self.places = vec![EMPTY; old.len() * 2];
        self.hashed = 0;
        for slot in old.into_iter().filter(|slot| *slot != EMPTY) {
            self.give_hashed(&lines[slot as usize].key, slot);
        }
    }
}
