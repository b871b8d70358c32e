//! `interleave conform`.

use crate::failure::Failure;
use crate::source;
use engine::contracts::conform::{self, Error, Report};
use engine::intent;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Vector files.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Print one JSON list: one object a file, with its failing cases.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let (mut failing, mut unplayed) = (0, 0);
    let mut list = Vec::new();
    for path in &arguments.files {
        let file = path.display().to_string();
        let text = source::text(path, conform::JSON_MAX)?;
        match play(&text) {
            Ok(report) => {
                failing += report.failing().count();
                if arguments.json {
                    list.push(object(&file, &report));
                } else {
                    print(&file, &report);
                }
            }
            Err(error) => {
                unplayed += 1;
                eprintln!("error: {file}: {error}");
                list.push(serde_json::json!({ "file": file, "error": error.to_string() }));
            }
        }
    }
    if arguments.json {
        println!("{}", serde_json::Value::from(list));
    }
    match (failing, unplayed) {
        (0, 0) => Ok(()),
        _ => Err(Failure::Failed(format!(
            "{failing} cases disagree, {unplayed} files could not be played"
        ))),
    }
}

/// Contracts first, then auctions.
fn play(text: &str) -> Result<Report, Error> {
    match conform::play(text) {
        Err(Error::UnknownProtocol { protocol, known })
            if !intent::conform::PROTOCOLS.contains(&protocol.as_str()) =>
        {
            let known = format!("{known}, {}", intent::conform::PROTOCOLS.join(", "));
            Err(Error::UnknownProtocol { protocol, known })
        }
        Err(Error::UnknownProtocol { .. }) => intent::conform::play(text),
        other => other,
    }
}

fn object(file: &str, report: &Report) -> serde_json::Value {
    serde_json::json!({
        "file": file,
        "protocol": report.protocol,
        "version": report.version,
        "cases": report.cases.len(),
        "agreeing": report.agreeing(),
        "failing": report.failing().collect::<Vec<_>>(),
    })
}

fn print(file: &str, report: &Report) {
    println!(
        "{file}: {} {}: {} of {} cases agree",
        report.protocol,
        report.version,
        report.agreeing(),
        report.cases.len()
    );
    for case in report.failing() {
        let why = case.disagreement.as_deref().unwrap_or_default();
        println!("  failing: {}: {why}", case.name);
    }
}
