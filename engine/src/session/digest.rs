//! The digest of receipts.

use crate::primitives::Digest;
use crate::vm::native::{Receipt, Status};

/// The digest of receipts in block order: status, gas, what was returned, events.
pub fn receipts_digest(receipts: &[Receipt]) -> Digest {
    let mut hasher = blake3::Hasher::new();
    let mut buffer = Vec::with_capacity(1024);
    for receipt in receipts {
        buffer.clear();
        put(receipt, &mut buffer);
        hasher.update(&buffer);
    }
    Digest(*hasher.finalize().as_bytes())
}

fn put(receipt: &Receipt, into: &mut Vec<u8>) {
    let (status, name) = match receipt.status {
        Status::Success => (0, ""),
        Status::Reverted(revert) => (1, revert.0),
        Status::OutOfGas => (2, ""),
        Status::Invalid(revert) => (3, revert.0),
    };
    into.push(status);
    into.extend((name.len() as u32).to_le_bytes());
    into.extend(name.as_bytes());
    into.extend(receipt.gas.to_le_bytes());
    for word in receipt.returned {
        into.extend(word.to_le_bytes());
    }
    into.extend((receipt.events.len() as u32).to_le_bytes());
    for event in &receipt.events {
        into.extend(event.contract.0.to_le_bytes());
        into.extend(event.kind.to_le_bytes());
        for word in event.args {
            into.extend(word.to_le_bytes());
        }
    }
}
