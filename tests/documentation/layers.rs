//! The table of folders in `src/lib.rs` is the order of imports.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use crate::tool::repository;

#[test]
fn imports_point_downwards() {
    let source = repository().join("src");
    let table = fs::read_to_string(source.join("lib.rs")).expect("src/lib.rs");
    let rows = table.lines().filter_map(|line| line.strip_prefix("//! | `")?.split_once('`'));
    let names: Vec<&str> = rows.map(|(name, _)| name).collect();
    // What only tests see is in no layer.
    let table = table.replace("#[cfg(test)]\nmod schema;\n", "");
    let modules =
        table.lines().filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';'));
    let (all, listed): (BTreeSet<&str>, BTreeSet<&str>) = (modules.collect(), names.iter().copied().collect());
    assert!(all.len() > 15 && all == listed, "{all:?} {listed:?}");
    let mut wrong = Vec::new();
    for (row, name) in names.iter().enumerate() {
        for file in files(&source.join(name)) {
            let text = fs::read_to_string(&file).expect("a source");
            // A list of modules would hide their names from the search below.
            assert!(!text.contains("crate::{"), "{}", file.display());
            let above = names.iter().take(row).filter(|above| imports(&text, above));
            wrong.extend(above.map(|above| format!("{} imports {above}, which stands above it", file.display())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a source names a module of the crate.
fn imports(text: &str, module: &str) -> bool {
    let path = format!("crate::{module}");
    text.match_indices(&path).any(|(at, _)| {
        let behind = text[at + path.len()..].chars().next();
        !behind.is_some_and(|next| next.is_alphanumeric() || next == '_')
    })
}

/// The sources of a module: its folder, or its file.
fn files(module: &std::path::Path) -> Vec<PathBuf> {
    let file = module.with_extension("rs");
    if file.is_file() {
        return vec![file];
    }
    let walk = walkdir::WalkDir::new(module).sort_by_file_name().into_iter();
    let paths = walk.map(|entry| entry.expect("a readable folder").into_path());
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}
