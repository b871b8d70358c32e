//! Progress and cancellation of the request that runs.

use crate::bridge::word;
use engine::session::Progress;
use std::sync::atomic::{AtomicU32, Ordering};

/// The words that the page may see. One request runs at a time, so one set is enough.
static WORDS: [AtomicU32; word::COUNT as usize] =
    [const { AtomicU32::new(0) }; word::COUNT as usize];

/// Where the words lie in the worker's memory, in bytes.
pub(super) fn address() -> u32 {
    WORDS.as_ptr() as usize as u32
}

fn word(index: u32) -> &'static AtomicU32 {
    &WORDS[index as usize]
}

/// The progress of one request.
pub(super) struct Watch {
    id: u32,
    /// Told of every report, where the page cannot read the words.
    tell: Option<fn(u32, u32, u32)>,
    dies: bool,
}

impl Watch {
    /// Begins the request of this number.
    pub(super) fn begin(id: u32, tell: Option<fn(u32, u32, u32)>) -> Self {
        word(word::DONE).store(0, Ordering::Relaxed);
        word(word::TOTAL).store(0, Ordering::Relaxed);
        Self {
            id,
            tell,
            dies: false,
        }
    }

    /// The same, for a request that is to die on the way.
    pub(super) fn dying(self) -> Self {
        Self { dies: true, ..self }
    }
}

impl Progress for Watch {
    fn report(&self, done: u32, total: u32) {
        assert!(!self.dies, "the page asked for a crash");
        word(word::DONE).store(done, Ordering::Relaxed);
        word(word::TOTAL).store(total, Ordering::Relaxed);
        if let Some(tell) = self.tell {
            tell(self.id, done, total);
        }
    }

    fn is_cancelled(&self) -> bool {
        word(word::CANCEL).load(Ordering::Relaxed) == self.id
    }
}
