//! A replay as a trace file for Chrome's and Perfetto's viewers (Trace Event Format, JSON form).
//!
//! One track a lane; executions and validations as slices, commits as instants, and for every abort an
//! arrow from the run that changed the value to the validation that noticed. A tick is shown as a
//! nanosecond.

use super::Replay;
use crate::scenario::TxKind;
use crate::trace::{Origin, Outcome, Task, TaskKind};
use std::collections::BTreeMap;
use std::fmt::{self, Write};

/// Writes the trace piece by piece, never holding more than one event.
///
/// # Errors
/// What `out` refuses.
pub fn write(replay: &Replay, out: &mut impl Write) -> fmt::Result {
    let recording = &replay.recording;
    out.write_str("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n")?;
    write!(
        out,
        r#"{{"ph":"M","pid":0,"name":"process_name","args":{{"name":"block {} in virtual time"}}}}"#,
        replay.block
    )?;
    for lane in 0..recording.lanes {
        write!(
            out,
            ",\n{{\"ph\":\"M\",\"pid\":0,\"tid\":{lane},\"name\":\"thread_name\",\"args\":{{\"name\":\"lane {lane}\"}}}}"
        )?;
    }
    let mut runs: BTreeMap<(u32, u32), &Task> = BTreeMap::new();
    for task in &recording.tasks {
        if task.kind == TaskKind::Execute {
            runs.insert((task.tx.0, task.incarnation.0), task);
        }
    }
    let mut arrows = 0;
    for task in &recording.tasks {
        slice(replay, task, out)?;
        if let Outcome::Aborted { key, found, .. } = task.outcome
            && let Some(writer) = writer_of(&runs, found)
        {
            arrow(replay, (writer, task), key, arrows, out)?;
            arrows += 1;
        }
    }
    for (tx, tick) in recording.commits.iter().enumerate() {
        write!(
            out,
            ",\n{{\"ph\":\"i\",\"s\":\"p\",\"pid\":0,\"tid\":0,\"name\":\"commit {tx}\",\"ts\":{}}}",
            Micros(tick.0)
        )?;
    }
    out.write_str("\n]}\n")
}

/// Ticks as the microseconds that the format wants, exact to the tick.
struct Micros(u64);

impl fmt::Display for Micros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03}", self.0 / 1000, self.0 % 1000)
    }
}

/// The run that wrote what a validation found.
fn writer_of<'a>(runs: &BTreeMap<(u32, u32), &'a Task>, found: Origin) -> Option<&'a Task> {
    match found {
        Origin::Storage => None,
        Origin::Version { tx, incarnation } => runs.get(&(tx.0, incarnation.0)).copied(),
        Origin::Estimate { tx } => runs
            .range((tx.0, 0)..=(tx.0, u32::MAX))
            .next_back()
            .map(|(_, task)| *task),
    }
}

fn slice(replay: &Replay, task: &Task, out: &mut impl Write) -> fmt::Result {
    let kind = match replay.transactions.get(task.tx.as_usize()) {
        Some(info) => kind_name(info.kind),
        None => "transaction",
    };
    let (verb, category) = match task.kind {
        TaskKind::Execute => ("", "execute"),
        TaskKind::Validate => ("validate ", "validate"),
    };
    write!(
        out,
        ",\n{{\"ph\":\"X\",\"pid\":0,\"tid\":{},\"ts\":{},\"dur\":{},\"cat\":\"{category}\",\"name\":\"{verb}{} {kind}\",\"args\":{{\"transaction\":{},\"incarnation\":{}",
        task.lane,
        Micros(task.start.0),
        Micros(task.end.0 - task.start.0),
        task.tx,
        task.tx,
        task.incarnation,
    )?;
    match task.outcome {
        Outcome::Executed => out.write_str(",\"outcome\":\"executed\"")?,
        Outcome::Valid => out.write_str(",\"outcome\":\"valid\"")?,
        Outcome::Superseded => out.write_str(",\"outcome\":\"superseded\"")?,
        Outcome::Blocked { on, key } => {
            write!(out, ",\"outcome\":\"blocked\",\"on\":{on},\"key\":")?;
            quoted(replay, key, out)?;
        }
        Outcome::Aborted { key, .. } => {
            out.write_str(",\"outcome\":\"aborted\",\"key\":")?;
            quoted(replay, key, out)?;
        }
        Outcome::LockWait { holder, key } => {
            write!(out, ",\"outcome\":\"lock wait\",\"on\":{holder},\"key\":")?;
            quoted(replay, key, out)?;
        }
        Outcome::Wounded { by, key } => {
            write!(out, ",\"outcome\":\"wounded\",\"by\":{by},\"key\":")?;
            quoted(replay, key, out)?;
        }
        Outcome::Lost { winner, key } => {
            write!(out, ",\"outcome\":\"lost\",\"to\":{winner},\"key\":")?;
            quoted(replay, key, out)?;
        }
        Outcome::Breached { key } => {
            out.write_str(",\"outcome\":\"breached\",\"key\":")?;
            quoted(replay, key, out)?;
        }
    }
    out.write_str("}}")
}

fn arrow(
    replay: &Replay,
    (from, to): (&Task, &Task),
    key: u32,
    id: u32,
    out: &mut impl Write,
) -> fmt::Result {
    for (phase, task, tick) in [
        ("\"s\"", from, from.start),
        ("\"f\",\"bp\":\"e\"", to, to.start),
    ] {
        write!(
            out,
            ",\n{{\"ph\":{phase},\"id\":{id},\"pid\":0,\"tid\":{},\"ts\":{},\"cat\":\"abort\",\"name\":",
            task.lane,
            Micros(tick.0)
        )?;
        quoted(replay, key, out)?;
        out.write_str("}")?;
    }
    Ok(())
}

/// A slot's name as a JSON string.
fn quoted(replay: &Replay, key: u32, out: &mut impl Write) -> fmt::Result {
    out.write_char('"')?;
    let name = replay.keys.get(key as usize).map_or("", String::as_str);
    for character in name.chars() {
        match character {
            '"' | '\\' => write!(out, "\\{character}")?,
            c if c.is_control() => write!(out, "\\u{:04x}", u32::from(c))?,
            c => out.write_char(c)?,
        }
    }
    out.write_char('"')
}

/// A kind's name for people.
const fn kind_name(kind: TxKind) -> &'static str {
    match kind {
        TxKind::Pay => "pay",
        TxKind::Transfer => "transfer",
        TxKind::Swap => "swap",
        TxKind::AddLiquidity => "add liquidity",
        TxKind::RemoveLiquidity => "remove liquidity",
        TxKind::Supply => "supply",
        TxKind::Borrow => "borrow",
        TxKind::Repay => "repay",
        TxKind::Liquidate => "liquidate",
        TxKind::Claim => "claim",
        TxKind::Touch => "touch",
        TxKind::Settle => "settlement",
        TxKind::Cross => "shard step",
        TxKind::Call => "call",
    }
}
