//! `cargo xtask traffic [FOLDER]`: real mainnet blocks made into compact traces that the site ships.
//!
//! A trace keeps who pays or calls whom, how much, with which function and gas limit; it drops
//! signatures, call data and state, which the presets do not play. `public/traffic/README.md` holds
//! the format; [`trace`] writes it and reads it back to check what was written.

mod block;
mod trace;

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::PathBuf;

use crate::workspace;

/// The blocks that ship. 13287210: one account pays 1,408 others (an airdrop). 13217637: hundreds
/// pay into one account (an exchange gathers deposits). 12244000: mostly contract calls, a tenth
/// of them to one exchange's router.
const BLOCKS: [u64; 3] = [12_244_000, 13_217_637, 13_287_210];
const USUAL_FOLDER: &str = "../shared/ethereum";

/// Converts the blocks.
///
/// # Errors
/// A block is missing or not in the shape of a node's JSON-RPC answer.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let folder = match arguments {
        [] => workspace::path(USUAL_FOLDER),
        [folder] => PathBuf::from(folder),
        _ => bail!("`traffic` takes at most the folder with the blocks"),
    };
    let target = workspace::path("public/traffic");
    fs::create_dir_all(&target)?;
    for number in BLOCKS {
        let source = folder.join(format!("{number}.json.xz"));
        let block =
            block::read(&source).with_context(|| format!("cannot read {}", source.display()))?;
        if block.number != number {
            bail!("{} holds block {}", source.display(), block.number);
        }
        let bytes = trace::write(&block)?;
        if trace::read(&bytes)? != block {
            bail!("the trace of block {number} reads back as another block");
        }
        fs::write(target.join(format!("{number}.bin")), &bytes)?;
        println!(
            "  block {number}: {} transactions, {} bytes",
            block.transactions.len(),
            bytes.len()
        );
    }
    Ok(())
}
