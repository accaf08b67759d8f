//! The recordings in `docs/demo/` are what the program prints today.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

use super::{program_folder, ran};
use crate::tool::{repository, skip_aloud};

#[test]
fn recordings_show_what_the_program_prints() {
    if Command::new("python3").arg("--version").output().is_err() {
        return skip_aloud("python3 is not there, so nothing can be recorded");
    }
    let folder = TempDir::new().expect("a temporary folder");
    let mut command = Command::new("bash");
    command.arg("docs/demo/record.sh").arg(folder.path()).current_dir(repository());
    let (code, said) = ran(command.env("AUTOPURGE", program_folder().join("autopurge")));
    assert_eq!(code, Some(0), "{said}");
    for (name, words) in [("lint", "purge-disabled"), ("post-render", "autopurge changed this from")] {
        let picture = fs::read_to_string(folder.path().join(format!("{name}.svg"))).expect("a picture");
        assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n"), "{picture}");
        assert!(picture.contains(words) && !picture.contains('\u{1b}'), "{name}: {picture}");
        let kept = repository().join(format!("docs/demo/{name}.svg"));
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&kept, &picture).expect("a writable folder");
        }
        let is_same = fs::read_to_string(&kept).is_ok_and(|kept| kept == picture);
        assert!(is_same, "docs/demo/{name}.svg shows what the program no longer prints: ./x fix records it anew");
    }
}
