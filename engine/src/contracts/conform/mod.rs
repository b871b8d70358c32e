//! Plays published vectors against the contracts.
