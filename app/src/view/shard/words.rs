//! What happened, in plain sentences.

use crate::i18n::*;
use crate::model::format;
use engine::primitives::Micros;
use engine::shard::isolation::Anomaly;
use engine::shard::transfer::{Protocol, Trust, Unsupported};
use engine::trace::look::BlockEntry;
use engine::trace::shard::{CLIENT, End, REFERENCE};

/// A text of the shard lab with its values filled in.
macro_rules! tell {
    ($locale:expr, $key:ident $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::view::execution::wording::fill(
            $crate::i18n::td_string!($locale, shard.$key),
            &[$((stringify!($name), &$value as &dyn std::fmt::Display)),*],
        )
    };
}
pub(super) use tell;

/// A moment or a span.
pub(super) fn time(at: Micros) -> String {
    format::simulated(at.0)
}

/// A share in millionths.
pub(super) fn share(ppm: u64) -> String {
    format::percent(ppm, 1_000_000)
}

/// Where a message begins or ends.
pub(super) fn place(locale: Locale, end: u16) -> String {
    match end {
        CLIENT => td_string!(locale, shard.clients).to_owned(),
        REFERENCE => td_string!(locale, shard.reference).to_owned(),
        shard => tell!(locale, district, shard = shard),
    }
}

/// A protocol by its name.
pub(super) fn protocol(locale: Locale, protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Relay => td_string!(locale, shard.protocol_relay),
        Protocol::Receipts => td_string!(locale, shard.protocol_receipts),
        Protocol::Broker => td_string!(locale, shard.protocol_broker),
        Protocol::Atomix => td_string!(locale, shard.protocol_atomix),
        Protocol::Sbac => td_string!(locale, shard.protocol_sbac),
        Protocol::Byzcuit => td_string!(locale, shard.protocol_byzcuit),
        Protocol::Reference => td_string!(locale, shard.protocol_reference),
        Protocol::Kronos => td_string!(locale, shard.protocol_kronos),
    }
}

/// What it does, in one sentence.
pub(super) fn line(locale: Locale, protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Relay => td_string!(locale, shard.line_relay),
        Protocol::Receipts => td_string!(locale, shard.line_receipts),
        Protocol::Broker => td_string!(locale, shard.line_broker),
        Protocol::Atomix => td_string!(locale, shard.line_atomix),
        Protocol::Sbac => td_string!(locale, shard.line_sbac),
        Protocol::Byzcuit => td_string!(locale, shard.line_byzcuit),
        Protocol::Reference => td_string!(locale, shard.line_reference),
        Protocol::Kronos => td_string!(locale, shard.line_kronos),
    }
}

/// Whom it needs.
pub(super) fn trust(locale: Locale, trust: Trust) -> &'static str {
    match trust {
        Trust::Shards => td_string!(locale, shard.trust_shards),
        Trust::Client => td_string!(locale, shard.trust_client),
        Trust::Reference => td_string!(locale, shard.trust_reference),
    }
}

/// What it cannot do.
pub(super) fn unsupported(locale: Locale, why: Unsupported) -> &'static str {
    match why {
        Unsupported::ContractCalls => td_string!(locale, shard.unsupported_calls),
        Unsupported::Refusals => td_string!(locale, shard.unsupported_refusals),
        Unsupported::DependentSteps => td_string!(locale, shard.unsupported_dependent),
        Unsupported::SeveralInputs => td_string!(locale, shard.unsupported_inputs),
    }
}

/// An anomaly's name and what it means.
pub(super) fn anomaly(locale: Locale, anomaly: Anomaly) -> &'static str {
    match anomaly {
        Anomaly::DirtyWrite => td_string!(locale, shard.anomaly_dirty_write),
        Anomaly::DirtyRead => td_string!(locale, shard.anomaly_dirty_read),
        Anomaly::CircularFlow => td_string!(locale, shard.anomaly_circular),
        Anomaly::LostUpdate => td_string!(locale, shard.anomaly_lost_update),
        Anomaly::ReadSkew => td_string!(locale, shard.anomaly_read_skew),
        Anomaly::WriteSkew => td_string!(locale, shard.anomaly_write_skew),
    }
}

/// What a transaction is.
pub(super) fn what(locale: Locale, what: &str) -> &'static str {
    match what {
        "pay" => td_string!(locale, shard.what_pay),
        "gather" => td_string!(locale, shard.what_gather),
        "swap" => td_string!(locale, shard.what_swap),
        "route" => td_string!(locale, shard.what_route),
        "withdraw" => td_string!(locale, shard.what_withdraw),
        _ => td_string!(locale, shard.what_move),
    }
}

/// A contract's reason, which is published in capitals, as people read it.
pub(super) fn reason(word: &str) -> String {
    word.to_lowercase().replace('_', " ")
}

/// How a transaction ended.
pub(super) fn ended(locale: Locale, end: End, why: &str) -> String {
    match end {
        End::Open => td_string!(locale, shard.end_open).to_owned(),
        End::Committed => td_string!(locale, shard.end_committed).to_owned(),
        End::Aborted => tell!(locale, end_aborted, reason = reason(why)),
        End::Refunded => tell!(locale, end_refunded, reason = reason(why)),
        End::Retried => tell!(locale, end_retried, reason = reason(why)),
    }
}

/// What an entry of a block does, with its phase where there are any.
pub(super) fn entry(locale: Locale, entry: &BlockEntry) -> String {
    let what = match entry.what.as_str() {
        "whole" => td_string!(locale, shard.entry_whole),
        "pay" => td_string!(locale, shard.entry_pay),
        "debit" => td_string!(locale, shard.entry_debit),
        "credit" => td_string!(locale, shard.entry_credit),
        "trade" => td_string!(locale, shard.entry_trade),
        "check" => td_string!(locale, shard.entry_check),
        _ => td_string!(locale, shard.entry_empty),
    };
    match entry.phase.as_str() {
        "prepare" => tell!(locale, phase_prepare, what = what),
        "commit" => tell!(locale, phase_commit, what = what),
        "abort" => tell!(locale, phase_abort, what = what),
        "refund" => tell!(locale, phase_refund, what = what),
        _ => what.to_owned(),
    }
}

/// A fault by its name in documents.
pub(super) fn fault(locale: Locale, name: &str) -> &'static str {
    match name {
        "stall" => td_string!(locale, shard.fault_stall),
        "partition" => td_string!(locale, shard.fault_partition),
        "vanish" => td_string!(locale, shard.fault_vanish),
        "halt" => td_string!(locale, shard.fault_halt),
        "replay" => td_string!(locale, shard.fault_replay),
        "reorganise" => td_string!(locale, shard.fault_reorganise),
        "split" => td_string!(locale, shard.fault_split),
        "move" => td_string!(locale, shard.fault_move),
        _ => td_string!(locale, shard.fault_merge),
    }
}
