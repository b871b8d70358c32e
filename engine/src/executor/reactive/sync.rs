//! Where this folder takes its locks and atomics from.
//!
//! One place, so that the test of interleavings can compile the same sources against a checker's.

pub(crate) use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
pub(crate) use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
