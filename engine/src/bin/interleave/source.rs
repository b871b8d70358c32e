//! Where scenarios and other inputs come from.

use crate::failure::Failure;
use engine::scenario::{Scenario, link, parse, preset};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The scenario that an argument names: `preset:NAME`, a JSON file, or a link.
pub(crate) fn scenario(argument: &str) -> Result<Scenario, Failure> {
    if let Some(name) = argument.strip_prefix("preset:") {
        return preset::named(name)
            .map(preset::Preset::scenario)
            .ok_or_else(|| {
                let names: Vec<_> = preset::all().iter().map(|preset| preset.name).collect();
                Failure::Input(
                    format!("no preset {name:?}"),
                    format!("there are: {}", names.join(", ")),
                )
            });
    }
    let path = Path::new(argument);
    if path.is_file() {
        return Ok(parse::parse(&text(path, parse::TEXT_MAX)?)?);
    }
    match link::decode(argument) {
        Ok(link) => Ok(link.scenario),
        Err(link::LinkError::NotALink) => Err(nothing(argument)),
        Err(error) => Err(error.into()),
    }
}

/// An argument that names no document.
pub(crate) fn nothing(argument: &str) -> Failure {
    Failure::Input(
        format!("{argument:?} is no file, no preset and no link"),
        "write a JSON file's path, preset:NAME, or a link such as #1.AQDXU33w".to_owned(),
    )
}

/// A file's text, at most so many bytes and one, so that whoever reads it can refuse it as too long.
pub(crate) fn text(path: &Path, bytes_max: usize) -> Result<String, Failure> {
    let shown = path.display();
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(bytes_max as u64 + 1).read_to_end(&mut bytes))
        .map_err(|error| {
            Failure::Input(
                format!("{shown}: {error}"),
                "give the path of a file that can be read".to_owned(),
            )
        })?;
    String::from_utf8(bytes).map_err(|_| {
        Failure::Input(
            format!("{shown}: not text"),
            "give a JSON file in UTF-8".to_owned(),
        )
    })
}
