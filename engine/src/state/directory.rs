//! From keys to slot numbers.
//!
//! Most keys are a contract's field of an account with a small number, or of such an account and a small
//! number. Those have their slots in pages of neighbours, found by two look-ups in small tables, without
//! hashing and without looking at the slot: a store of many thousand slots does not fit the caches, its
//! page tables do. All other keys are hashed.

use super::Key;
use super::cells::Line;

/// Marks what is not there.
pub(super) const EMPTY: u32 = u32::MAX;

/// Neighbours that get their slots together: consecutive subjects.
const PAGE: u64 = 16;
/// The same of a pair: one first, consecutive seconds. Few, since every first has pages of its own.
const PAIR_PAGE: u64 = 4;

/// Fields of a contract that have pages, contracts that have them, and subjects of a field that do: bounds
/// for what a page table can grow to.
const FIELDS: usize = 8;
const CONTRACTS: usize = 1 << 12;
const SUBJECTS: u64 = 1 << 20;
const FIRSTS: u64 = 1 << 18;
const SECONDS: u64 = 16;

/// Where subjects that are contracts begin.
const CONTRACT_SUBJECTS: u64 = 1 << 31;

/// Where every key's slot is.
#[derive(Clone, Debug)]
pub(super) struct Directory {
    /// By contract and field.
    fields: Vec<Field>,
    /// For the keys without pages: power-of-two table of slots, open addressing, at most half full.
    places: Vec<u32>,
    hashed: usize,
}

/// The first slot of each page of a field.
#[derive(Clone, Default, Debug)]
struct Field {
    accounts: Vec<u32>,
    contracts: Vec<u32>,
    pairs: Vec<u32>,
}

/// What a key with pages names.
#[derive(Clone, Copy)]
enum Subject {
    Account,
    Contract,
    Pair,
}

/// Where a key with pages belongs.
struct Dense {
    field: usize,
    subject: Subject,
    page: usize,
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

impl Subject {
    /// Slots of a page.
    const fn page(self) -> u64 {
        match self {
            Self::Account | Self::Contract => PAGE,
            Self::Pair => PAIR_PAGE,
        }
    }
}

impl Dense {
    fn of(key: &Key) -> Option<Self> {
        let contract = key.owner.number() as usize;
        let field = key.field as usize;
        let (first, second) = (key.subject >> 32, key.subject & u64::from(u32::MAX));
        // By number, pages of one kind after the other without gaps.
        let (subject, number, is_small) = if first > 0 {
            let number = first * SECONDS + second;
            (Subject::Pair, number, first < FIRSTS && second < SECONDS)
        } else if second >= CONTRACT_SUBJECTS {
            let number = second - CONTRACT_SUBJECTS;
            (Subject::Contract, number, number < SUBJECTS)
        } else {
            (Subject::Account, second, second < SUBJECTS)
        };
        let is_dense =
            key.owner.is_contract() && contract < CONTRACTS && field < FIELDS && is_small;
        is_dense.then_some(Self {
            field: contract * FIELDS + field,
            subject,
            page: (number / subject.page()) as usize,
            offset: (number % subject.page()) as u32,
        })
    }
}

impl Field {
    fn pages(&self, subject: Subject) -> &[u32] {
        match subject {
            Subject::Account => &self.accounts,
            Subject::Contract => &self.contracts,
            Subject::Pair => &self.pairs,
        }
    }

    fn pages_mut(&mut self, subject: Subject) -> &mut Vec<u32> {
        match subject {
            Subject::Account => &mut self.accounts,
            Subject::Contract => &mut self.contracts,
            Subject::Pair => &mut self.pairs,
        }
    }
}

impl Directory {
    /// The key's slot. Slots are given with their neighbours', so a key may have one that was never set.
    /// Whether a slot is a key's is asked of `is_at`.
    pub(super) fn find(&self, key: &Key, is_at: impl Fn(u32) -> bool) -> Option<u32> {
        let Some(dense) = Dense::of(key) else {
            return self.find_hashed(key, is_at);
        };
        let field = self.fields.get(dense.field)?;
        match *field.pages(dense.subject).get(dense.page)? {
            EMPTY => None,
            first => Some(first + dense.offset),
        }
    }

    /// The key's slot, given to it now if it has none; `lines` then grows.
    pub(super) fn find_or_give<V: Default>(
        &mut self,
        key: &Key,
        lines: &mut Vec<Line<Key, V>>,
    ) -> u32 {
        if let Some(slot) = self.find(key, |slot| lines[slot as usize].key == *key) {
            return slot;
        }
        let slot = lines.len() as u32;
        let Some(dense) = Dense::of(key) else {
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
        };
        if self.fields.len() <= dense.field {
            self.fields.resize_with(dense.field + 1, Field::default);
        }
        let pages = self.fields[dense.field].pages_mut(dense.subject);
        if pages.len() <= dense.page {
            pages.resize(dense.page + 1, EMPTY);
        }
        pages[dense.page] = slot;
        let first = key.subject - u64::from(dense.offset);
        lines.extend((0..dense.subject.page()).map(|offset| Line {
            key: Key {
                subject: first + offset,
                ..*key
            },
            value: V::default(),
            is_changed: false,
        }));
        slot + dense.offset
    }

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
