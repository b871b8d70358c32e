//! Interleave's page and worker.
