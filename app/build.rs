//! Turns the texts in `locales/` into Rust, so that a missing or misspelt one is a compile error.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=locales");
    #[cfg(feature = "ui")]
    if let Err(error) = texts::generate() {
        println!("cargo::error={error}");
    }
}

/// The generator is called here and not through its own macro, which cannot switch on the plain-text
/// form of sentences with figures in them (attributes need it).
#[cfg(feature = "ui")]
mod texts {
    use leptos_i18n_parser::parse_locales::options::{Config, ParseOptions};
    use leptos_i18n_parser::parse_locales::parse_locales;
    use std::error::Error;
    use std::path::PathBuf;
    use std::{env, fs};

    /// One file for each part of the page.
    const NAMESPACES: [&str; 5] = ["shell", "execution", "consensus", "shard", "strategy"];

    pub(super) fn generate() -> Result<(), Box<dyn Error>> {
        let mut config =
            Config::new("en")?.parse_options(ParseOptions::new().interpolate_display(true));
        for namespace in NAMESPACES {
            config = config.add_namespace(namespace)?;
        }
        let folder = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
        let texts = parse_locales(Some(folder), config)?;
        let code = leptos_i18n_codegen::gen_code(&texts, None, false, None, false)?;
        fs::write(
            PathBuf::from(env::var("OUT_DIR")?).join("i18n.rs"),
            code.to_string(),
        )?;
        Ok(())
    }
}
