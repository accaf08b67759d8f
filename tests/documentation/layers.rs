//! The table of folders in `src/lib.rs` is the order of imports.

use std::fs;
use std::path::PathBuf;

use crate::tool::repository;

#[test]
fn imports_point_downwards() {
    let source = repository().join("src");
    let table = fs::read_to_string(source.join("lib.rs")).expect("src/lib.rs");
    let rows = table.lines().filter_map(|line| line.strip_prefix("//! | `")?.split_once('`'));
    let names: Vec<&str> = rows.map(|(name, _)| name).collect();
    assert!(names.len() > 15, "{names:?}");
    let mut wrong = Vec::new();
    for (row, name) in names.iter().enumerate() {
        for file in files(&source.join(name)) {
            let text = fs::read_to_string(&file).expect("a source");
            let above = names.iter().take(row).filter(|above| text.contains(&format!("crate::{above}::")));
            wrong.extend(above.map(|above| format!("{} imports {above}, which stands above it", file.display())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
