#![doc = include_str!("../README.md")]

pub mod automation;
pub mod consensus;
pub mod contracts;
pub mod executor;
pub mod intent;
pub mod market;
pub mod primitives;
pub mod scenario;
pub mod session;
pub mod shard;
pub mod sim;
pub mod state;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod trace;
pub mod vm;
pub mod world;
