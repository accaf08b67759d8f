//! `autopurge.yaml`: where it is found, what it may say, what is in force.

mod found;
mod mistakes;
mod precedence;

use std::fs;
use std::path::Path;

use autopurge::config::{Config, ConfigError};
use miette::{GraphicalReportHandler, GraphicalTheme};
use tempfile::TempDir;

/// A folder with files in it; their folders are made.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn load(text: &str) -> Result<Config, ConfigError> {
    let folder = folder(&[("autopurge.yaml", text)]);
    Config::load(Path::new("autopurge.yaml"), folder.path())
}

/// The message of a configuration that is refused, as people see it.
fn refused(text: &str) -> String {
    let error = load(text).expect_err("mistakes");
    let mut message = String::new();
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(200);
    handler.render_report(&mut message, &error).expect("a message");
    message
}
