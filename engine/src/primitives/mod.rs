//! Money, identifiers, seeds, virtual time.
