//! The readers of GitOps files and of what they set: no panic, no endless way, and every place lies within its file.
#![no_main]

use autopurge::gitops::{Content, Files, Flag, Release, Surroundings, release_again, releases};
use autopurge::helm::{Argument, HelmVersion, Origin, SetFlag, Sources, Value, set};
use libfuzzer_sys::fuzz_target;

/// One name for each reader; the first byte of an input, a digit, chooses one.
const NAMES: [&str; 5] = ["objects.yaml", "helmfile.yaml", "kustomization.yaml", "fleet.yaml", "main.tf"];

/// A repository of one text, whatever file is asked for.
struct Everywhere<'t>(&'t str);

impl Files for Everywhere<'_> {
    fn read(&self, _path: &str) -> Option<String> {
        Some(self.0.to_owned())
    }

    fn list(&self, _folder: &str) -> Vec<String> {
        vec!["other.yaml".to_owned(), "other.tf".to_owned()]
    }

    fn folders(&self) -> Vec<String> {
        vec![String::new(), "beside".to_owned()]
    }
}

/// The values as lint lays them over each other, as far as they go.
fn lay(release: &Release, text: &str) {
    assert!(release.object.place.span.end <= text.len());
    let (mut sources, mut values) = (Sources::default(), Value::empty());
    for layer in &release.layers {
        let _ = layer.unknown();
        match &layer.content {
            Content::Values(found) => drop(found.read(|node| Value::from_node(node, 0))),
            Content::Missing(missing) | Content::MissingValue(_, missing) => assert!(missing.place.span.end <= text.len()),
            Content::Parameters(parameters) => {
                for parameter in parameters {
                    let number = sources.add(Origin::Flag(String::new()), parameter.assignment.as_bytes());
                    let Some(source) = sources.get(number).cloned() else { continue };
                    let flag = if parameter.flag == Flag::Set { SetFlag::Typed } else { SetFlag::Text };
                    let argument = Argument { flag, number, source: &source };
                    let _ = set(&mut values, argument, HelmVersion::V4, &mut |_| Err(String::new()));
                }
            }
        }
    }
}

/// Releases that are read a second time; a state file may name fifty others for each of them.
const AGAIN: usize = 3;

fuzz_target!(|bytes: &[u8]| {
    let Some((reader, text)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let name = NAMES[usize::from(reader.wrapping_sub(b'0')) % NAMES.len()];
    let files = Everywhere(text);
    let around = Surroundings::new(&files);
    let found = releases(name, text, &around).releases;
    found.iter().for_each(|release| lay(release, text));
    for release in found.iter().take(AGAIN) {
        assert!(release_again(release, name, text, &around).is_some());
    }
});
