//! Published vectors, where the folder of vectors lies beside the checkout.

use engine::contracts::conform;
use std::path::{Path, PathBuf};

/// `../shared/vectors` seen from the checkout; worktrees and clones may lie elsewhere, so a missing
/// folder is said and passed over. The numbers typed into the contracts' own tests run everywhere.
fn folder() -> Option<PathBuf> {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    let folder = checkout.parent()?.join("shared/vectors");
    if folder.is_dir() {
        Some(folder)
    } else {
        println!("no folder {}: nothing to compare with", folder.display());
        None
    }
}

fn all_agree(file: &str) {
    let Some(folder) = folder() else { return };
    let json = std::fs::read_to_string(folder.join(file)).expect("a vector file");
    let report = conform::play(&json)
        .or_else(|_| engine::intent::conform::play(&json))
        .expect("a protocol that is here");
    let failing: Vec<_> = report.failing().collect();
    assert!(failing.is_empty(), "{file}: {failing:#?}");
    assert!(report.agreeing() > 0, "{file} has no cases");
    println!("{file}: {} cases agree", report.agreeing());
}

#[test]
fn uniswap_v2_agrees() {
    all_agree("uniswap_v2.json");
}

#[test]
fn aave_v3_7_agrees() {
    all_agree("aave_v3_7.json");
}

#[test]
fn compound_v2_rates_agree() {
    all_agree("compound_v2_rates.json");
}

#[test]
fn winner_selection_agrees() {
    all_agree("cow_winner_selection.json");
}

#[test]
fn dutch_decay_agrees() {
    all_agree("dutch_decay.json");
}
