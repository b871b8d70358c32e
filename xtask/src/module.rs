//! The wasm modules: what each is built from, with what, and the files that it comes to.

use anyhow::Result;
use std::path::PathBuf;

use crate::compiler::{Compiler, TARGET};
use crate::{page, script, workspace};

/// The most memory that the threaded worker may grow to, in bytes.
const MAXIMUM_MEMORY_BYTES: u32 = 1 << 30;

/// One of the builds.
pub(crate) struct Module {
    pub(crate) name: &'static str,
    /// The program.
    pub(crate) program: &'static str,
    pub(crate) feature: &'static str,
    pub(crate) target_folder: &'static str,
    pub(crate) features: &'static str,
    pub(crate) shared_memory: bool,
    /// How wasm-opt works on it: for speed, or for size where it is mostly a page.
    pub(crate) optimise: &'static str,
}

pub(crate) const MODULES: [Module; 6] = [
    Module {
        name: "mt",
        program: "worker",
        feature: "threads",
        target_folder: "target/engine-mt",
        features: "+atomics,+bulk-memory,+mutable-globals,+simd128",
        shared_memory: true,
        optimise: "-O3",
    },
    Module {
        name: "shard-mt",
        program: "shard_mt",
        feature: "pool",
        target_folder: "target/engine-mt",
        features: "+atomics,+bulk-memory,+mutable-globals,+simd128",
        shared_memory: true,
        optimise: "-O3",
    },
    Module {
        name: "st",
        program: "worker",
        feature: "host",
        target_folder: "target/engine-st",
        features: "+bulk-memory,+mutable-globals,+simd128",
        shared_memory: false,
        optimise: "-O3",
    },
    Module {
        name: "consensus",
        program: "consensus",
        feature: "ui",
        // Built as the page is, so that the libraries and the shared parts are compiled once for both.
        target_folder: page::TARGET_FOLDER,
        features: "",
        shared_memory: false,
        optimise: "-Os",
    },
    Module {
        name: "strategy",
        program: "strategy",
        feature: "ui",
        target_folder: page::TARGET_FOLDER,
        features: "",
        shared_memory: false,
        optimise: "-Os",
    },
    Module {
        name: "shard",
        program: "shard",
        feature: "ui",
        target_folder: page::TARGET_FOLDER,
        features: "",
        shared_memory: false,
        optimise: "-Os",
    },
];

impl Module {
    /// Compiler options, one a line of Cargo's encoded form.
    pub(crate) fn options(&self, compiler: &Compiler) -> Vec<String> {
        let mut options = Vec::new();
        if !self.features.is_empty() {
            options.push(format!("-Ctarget-feature={}", self.features));
        }
        if self.shared_memory {
            options.extend(shared_memory_options());
        }
        options.extend(compiler.path_options());
        options
    }

    /// What Cargo switches on. The page's own features are the default ones: named, they would be others to
    /// Cargo, and everything would be compiled twice.
    pub(crate) fn features_of_cargo(&self) -> Vec<&'static str> {
        if self.is_lab() {
            Vec::new()
        } else {
            vec!["--no-default-features", "--features", self.feature]
        }
    }

    pub(crate) fn stamp(&self) -> PathBuf {
        workspace::path("target/stamps").join(format!("engine-{}", self.name))
    }

    pub(crate) fn folder(&self) -> PathBuf {
        workspace::path("public/engine").join(self.name)
    }

    /// What the compiler wrote, by its ending: `wasm`, or `d` for the list of sources.
    pub(crate) fn compiled(&self, ending: &str) -> PathBuf {
        workspace::path(self.target_folder)
            .join(TARGET)
            .join("release")
            .join(self.program)
            .with_extension(ending)
    }

    /// A file of its folder.
    pub(crate) fn file(&self, ending: &str) -> PathBuf {
        self.folder().join(format!("{}{ending}", self.program))
    }

    /// The scripts that load it, by name.
    pub(crate) fn scripts(&self) -> Result<Vec<(&'static str, String)>> {
        Ok(if self.is_lab() {
            script::lab(self.program).to_vec()
        } else {
            let maximum = self.shared_memory.then_some(MAXIMUM_MEMORY_BYTES);
            let text = script::start(&self.folder(), self.program, self.call(), maximum)?;
            vec![("start.js", text)]
        })
    }

    /// Whether it is a page as well.
    pub(crate) fn is_lab(&self) -> bool {
        self.feature == "ui"
    }

    /// What the script calls that starts it.
    pub(crate) fn call(&self) -> &'static str {
        match self.program {
            "worker" => script::START,
            _ => script::SERVE,
        }
    }

    /// A lab's style sheet.
    pub(crate) fn style(&self) -> String {
        format!("app/style/{}.css", self.program)
    }

    /// What it is made from beside its sources.
    pub(crate) fn others(&self) -> Vec<String> {
        if !self.is_lab() {
            return Vec::new();
        }
        let texts = format!("app/locales/en/{}.json", self.program);
        vec![self.style(), "app/locales/en/shell.json".to_owned(), texts]
    }
}

/// What the linker needs for a module whose memory is shared and imported. Since late 2025 rustc
/// no longer adds these by itself, and since May 2026 `__heap_base` must be asked for.
fn shared_memory_options() -> Vec<String> {
    let mut arguments = vec![
        "--shared-memory".to_owned(),
        "--import-memory".to_owned(),
        format!("--max-memory={MAXIMUM_MEMORY_BYTES}"),
    ];
    for symbol in [
        "__wasm_init_tls",
        "__tls_size",
        "__tls_align",
        "__tls_base",
        "__heap_base",
    ] {
        arguments.push(format!("--export={symbol}"));
    }
    arguments
        .iter()
        .map(|argument| format!("-Clink-arg={argument}"))
        .collect()
}
