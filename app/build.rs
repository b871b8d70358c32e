//! Rebuilds the page when a text changes: the macro that reads them cannot say that it does.

fn main() {
    println!("cargo:rerun-if-changed=locales");
}
