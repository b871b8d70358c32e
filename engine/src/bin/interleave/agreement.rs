//! What a run of an agreement protocol came to, as JSON and for people.

use engine::consensus::report::Report;
use engine::consensus::{Progress, Safety, Verdict};
use serde_json::{Map, Value, json};

/// The report as one JSON object.
pub(crate) fn as_json(report: &Report) -> Value {
    let messages: Map<String, Value> = report
        .messages
        .iter()
        .map(|(kind, count)| (kind.clone(), (*count).into()))
        .collect();
    let expected = report.expected.as_ref().map(|expected| {
        let kinds = report.messages.iter().zip(&expected.messages);
        let messages: Map<String, Value> = kinds
            .map(|((kind, _), count)| (kind.clone(), (*count).into()))
            .collect();
        json!({
            "messages": messages,
            "messages_total": expected.messages_total,
            "hops": expected.hops,
            "rule": expected.rule,
        })
    });
    json!({
        "protocol": report.protocol,
        "nodes": report.nodes,
        "quorum": report.quorum,
        "decisions": report.decisions,
        "messages": messages,
        "messages_total": report.messages_total,
        "apart": report.apart,
        "bytes": report.bytes,
        "delivered": report.delivered,
        "dropped": report.dropped,
        "hops": report.hops,
        "hops_range": report.hops_range,
        "latency_us": report.latency_us,
        "elapsed_us": report.elapsed,
        "verdict": verdict(&report.verdict),
        "digest": report.digest,
        "expected": expected,
    })
}

fn verdict(verdict: &Verdict) -> Value {
    let conflict = match &verdict.safety {
        Safety::Held => Value::Null,
        Safety::Broken(violation) => json!(violation),
    };
    let (progress, waits) = match &verdict.progress {
        Progress::Done => ("done", Value::Null),
        Progress::Running => ("running", Value::Null),
        Progress::Stuck(waits) => ("stuck", json!(waits)),
    };
    json!({
        "safety": if verdict.is_safe() { "held" } else { "broken" },
        "conflict": conflict,
        "progress": progress,
        "waits": waits,
        "inclusion": verdict.inclusion,
        "line": verdict.to_string(),
    })
}

/// The report for people.
pub(crate) fn print(report: &Report) {
    println!(
        "{}: {} nodes, quorum {}, {} decisions in {} ms",
        report.protocol,
        report.nodes,
        report.quorum,
        report.decisions,
        report.elapsed.0 / 1_000
    );
    for (kind, count) in report.messages.iter().filter(|(_, count)| *count > 0) {
        println!("  {kind:<16} {count:>10}");
    }
    println!("  {:<16} {:>10}", "in all", report.messages_total);
    let latency = report.latency_us;
    println!(
        "hops {}; latency p50 {} µs, p90 {}, p99 {}, mean {}",
        report.hops, latency.p50, latency.p90, latency.p99, latency.mean
    );
    println!("{}", report.verdict);
    println!("digest {}", report.digest);
}
