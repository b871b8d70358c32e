//! Interleave's page and worker.
pub mod model;
