//! The scripts that load the modules.

use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// What starts the worker. Initialising a module runs `main` on every thread of the pool as well,
/// so the worker's work hangs on an export, which only its script calls.
pub(crate) const START: &str = "start()";
/// The same for a lab's worker on real threads: as many as the address says, or as the machine has.
pub(crate) const SERVE: &str = "serve(Number(new URL(import.meta.url).searchParams.get(\"threads\")) || navigator.hardwareConcurrency || 1)";

/// Shared memory reserves its whole address space at once: some devices refuse a large one at construction, so
/// smaller ones are tried. INITIAL is the module's own first size.
pub(crate) const RESERVE: &str = "\
const PAGE_BYTES = 65536;
const reserve = () => {
  let refusal;
  for (let maximum = MAXIMUM; maximum >= 134217728; maximum /= 2) {
    try {
      return new WebAssembly.Memory({ initial: INITIAL, maximum: maximum / PAGE_BYTES, shared: true });
    } catch (error) {
      refusal = error;
    }
  }
  throw refusal;
};
";

/// A lab in a page, and in a worker. What it looks like is there before it is.
pub(crate) fn lab(program: &str) -> [(&'static str, String); 2] {
    let page = format!(
        "\
import init, {{ mount }} from \"./{program}.js\";
const sheet = document.createElement(\"link\");
sheet.rel = \"stylesheet\";
sheet.href = new URL(\"./{program}.css\", import.meta.url).href;
const styled = new Promise((done) => {{ sheet.onload = done; sheet.onerror = done; }});
document.head.append(sheet);
await Promise.all([init(), styled]);
mount();
"
    );
    let worker = format!(
        "\
import init, {{ serve }} from \"./{program}.js\";
await init();
serve();
"
    );
    [("page.js", page), ("worker.js", worker)]
}

/// The text of `start.js` for what wasm-bindgen wrote into this folder: loads the program and calls `call`;
/// `maximum_bytes` of a memory that is shared. A shared memory must begin at the size that the module asks for,
/// which wasm-bindgen wrote into the program's script.
pub(crate) fn start(
    folder: &Path,
    program: &str,
    call: &str,
    maximum_bytes: Option<u32>,
) -> Result<String> {
    let name = call.split('(').next().unwrap_or_default();
    let import = format!("import init, {{ {name} }} from \"./{program}.js\";\n");
    let Some(maximum) = maximum_bytes else {
        return Ok(format!("{import}await init();\nawait {call};\n"));
    };
    let glue = fs::read_to_string(folder.join(format!("{program}.js")))?;
    let initial: String = glue
        .split("WebAssembly.Memory({initial:")
        .nth(1)
        .map(|rest| rest.chars().take_while(char::is_ascii_digit).collect())
        .filter(|digits: &String| !digits.is_empty())
        .with_context(|| {
            format!("{program}.js names no initial memory; has wasm-bindgen changed?")
        })?;
    let reserve = RESERVE
        .replace("INITIAL", &initial)
        .replace("MAXIMUM", &maximum.to_string());
    Ok(format!(
        "{import}{reserve}await init({{ memory: reserve() }});\nawait {call};\n"
    ))
}
