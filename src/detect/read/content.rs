//! What the properties file that a start script writes says when the server starts.

use crate::unix_path::base_name;
use std::ops::Range;

use super::file::in_text;
use super::script::Script;
use super::value::expanded_by_shell;
use super::{Origin, ServerContext, Setting, default_reading};
use crate::kubernetes::{Container, Mounted, mount_at};
use crate::rules::Store;
use crate::shell::{OtherFile, Piece, Source, Text, Variables, shown};
use crate::zookeeper::{PurgeSetting, Reading, effective, java_trimmed, properties};

/// The sample file that `ZooKeeper` ships to be copied, in which the purge settings are commented out.
const SAMPLE: &str = "zoo_sample.cfg";

/// The key without which no server starts.
const DATA_DIR_KEY: &str = "dataDir";

/// What a file contains, and what the text that writes it sets variables to.
#[derive(Clone)]
pub(super) struct Content {
    /// In file order.
    pieces: Vec<Piece>,
    variables: Variables,
    /// Whether what was there before is a file that says what the flavor's default says.
    is_onto_default: bool,
}

/// What a content says about a key.
enum Said {
    /// The text writes it.
    Written(Written),
    /// A copied file may set it; if it does not, one of the `before` pieces that precede it may.
    File { file: OtherFile, is_certain: bool, before: usize },
    /// It was there before, or is not there.
    Before,
    /// It cannot be determined; the reason.
    Unknown(String),
    /// Nothing.
    Nothing,
}

/// A value that a text writes.
struct Written {
    text: String,
    /// Its place in the source, if it is in one piece.
    place: Option<Range<usize>>,
    /// Whether the shell computes it.
    is_worked_out: bool,
    /// Whether it is in the first line of the text.
    is_first: bool,
    /// The file that comes right before that line.
    behind: Option<String>,
}

/// What a copied file says.
enum Copied<'d> {
    Says(Setting<'d>),
    /// It does not set the key; with the resulting setting, if the file can be changed.
    SaysNothing(Option<Setting<'d>>),
    /// The file is not there.
    Missing,
    Unknown(String),
}

impl Content {
    pub(super) fn new(pieces: Vec<Piece>, variables: &Variables) -> Self {
        Self { pieces, variables: variables.clone(), is_onto_default: false }
    }

    /// A content that cannot be determined, for a reason.
    pub(super) fn unknown(reason: String) -> Self {
        Self::new(vec![Piece { source: Source::Unknown(reason), is_certain: true }], &Variables::default())
    }

    /// Only what was there before.
    pub(super) fn before() -> Self {
        Self::new(vec![Piece { source: Source::Before, is_certain: true }], &Variables::default())
    }

    /// The same, written onto a file that says what the flavor's default says.
    pub(super) fn onto_default(self) -> Self {
        Self { is_onto_default: true, ..self }
    }

    /// The setting; `None` if it depends on whatever was there before.
    pub(super) fn setting<'d>(
        &self,
        script: &Script<'d>,
        server: ServerContext<'_, 'd, '_>,
        which: PurgeSetting,
        is_generated: bool,
    ) -> Option<Setting<'d>> {
        let unknown =
            |reason: String| Some(Setting { node: Some(script.node), ..Setting::unknown(script.origin(), reason) });
        if !is_generated && self.lacks_data_dir(server) {
            return unknown(format!(
                "the start script writes the whole file without {DATA_DIR_KEY}, and no server starts with that"
            ));
        }
        let mut count = self.pieces.len();
        // The last copied file without the key, if the text itself has no place for a line.
        let mut silent = None;
        loop {
            match self.said(which.key(), count) {
                Said::Written(Written { behind: Some(path), .. }) if !ends_a_line(server, &path) => {
                    return unknown(format!(
                        "{path} does not end with a newline, so what is appended continues its last line"
                    ));
                }
                Said::Written(written) => return Some(self.of_text(server, which, script, written)),
                Said::File { file, is_certain, before } => {
                    let is_last = before + 1 == self.pieces.len();
                    match copied(server, which, &file, is_last) {
                        Copied::Says(setting) if is_certain => return Some(setting),
                        Copied::SaysNothing(setting) => {
                            silent = silent.or(setting.filter(|_| is_certain && script.starts.is_err()));
                            // A whole folder that is copied overwrites everything before.
                            count = if file.is_optional && is_certain { 0 } else { before };
                        }
                        Copied::Missing => count = before,
                        Copied::Says(_) => return unknown(under_a_condition(which.key())),
                        Copied::Unknown(reason) => return unknown(reason),
                    }
                }
                Said::Unknown(reason) => return unknown(reason),
                // A generator has written the rest of the file.
                Said::Before if is_generated => return None,
                Said::Before if self.is_onto_default => {
                    let default = Setting::decided(default_reading(server, which), script.origin());
                    return Some(Setting { node: Some(script.node), ..default });
                }
                Said::Before if !is_bare(server) => {
                    return unknown(
                        "the start script appends to the image's own file, whose content is not known".to_owned(),
                    );
                }
                Said::Before | Said::Nothing if silent.is_some() => return silent,
                Said::Before | Said::Nothing => {
                    let bare = Setting::decided(Reading::Number(which.when_unset()), script.origin());
                    return Some(Setting { node: Some(script.node), ..bare });
                }
            }
        }
    }

    /// Whether the text writes the whole of the file, and no line of it may be the one that every server needs.
    fn lacks_data_dir(&self, server: ServerContext<'_, '_, '_>) -> bool {
        self.pieces.iter().all(|piece| match &piece.source {
            Source::Text(text) => {
                let found = properties(text.as_str());
                !found.iter().any(|one| {
                    one.key == DATA_DIR_KEY || self.may_be(text, &(one.line.start..one.written.start), DATA_DIR_KEY)
                })
            }
            Source::Before => is_bare(server),
            Source::File(_) | Source::Unknown(_) => false,
        })
    }

    /// The place of a key's value in the source; `Some(None)` if the value is there but not in one piece.
    #[expect(clippy::option_option, reason = "no value, and a value without a place")]
    pub(super) fn value(&self, key: &str) -> Option<Option<Range<usize>>> {
        match self.said(key, self.pieces.len()) {
            Said::Written(written) => Some(written.place),
            Said::File { .. } | Said::Before | Said::Unknown(_) | Said::Nothing => None,
        }
    }

    fn of_text<'d>(
        &self,
        server: ServerContext<'_, 'd, '_>,
        which: PurgeSetting,
        script: &Script<'d>,
        written: Written,
    ) -> Setting<'d> {
        // Kubernetes fills in `$(X)` wherever it appears.
        let known = if written.is_worked_out || written.text.contains("$(") {
            expanded_by_shell(&written.text, &self.variables, server)
        } else {
            Some(written.text)
        };
        let Some(text) = known else {
            let reason = format!("the start script computes {} when the pod starts", which.key());
            return Setting { node: Some(script.node), ..Setting::unknown(script.origin(), reason) };
        };
        let reading = Reading::of(&text);
        Setting { text: Some(text), node: Some(script.node), ..Setting::decided(reading, script.origin()) }
    }

    /// What the first `count` pieces say about a key: the last one that says anything decides.
    fn said(&self, key: &str, count: usize) -> Said {
        let pieces = self.pieces.get(..count).unwrap_or_default();
        let mut at = pieces.len();
        while let Some(piece) = at.checked_sub(1).and_then(|at| pieces.get(at)) {
            at -= 1;
            let said = match &piece.source {
                Source::Text(_) if piece.is_certain => {
                    // Lines may be written in parts.
                    let text = |piece: &Piece| match &piece.source {
                        Source::Text(text) if piece.is_certain => Some(text.clone()),
                        _ => None,
                    };
                    let texts: Vec<Text> = pieces.get(..=at).unwrap_or_default().iter().rev().map_while(text).collect();
                    at = (at + 1).saturating_sub(texts.len());
                    let behind =
                        at.checked_sub(1).and_then(|at| pieces.get(at)).and_then(|piece| match &piece.source {
                            Source::File(file) => Some(file.path.clone()),
                            _ => None,
                        });
                    match self.said_in(&Text::joined(texts.iter().rev()), key) {
                        Some(Said::Written(written)) if written.is_first => {
                            Some(Said::Written(Written { behind, ..written }))
                        }
                        other => other,
                    }
                }
                Source::Text(text) => match self.said_in(text, key) {
                    Some(Said::Written(_)) => Some(Said::Unknown(under_a_condition(key))),
                    other => other,
                },
                Source::File(file) => Some(Said::File { file: file.clone(), is_certain: piece.is_certain, before: at }),
                Source::Unknown(reason) => Some(Said::Unknown(reason.clone())),
                Source::Before => Some(Said::Before),
            };
            if let Some(said) = said {
                return said;
            }
        }
        Said::Nothing
    }

    fn said_in(&self, text: &Text, key: &str) -> Option<Said> {
        let found = properties(text.as_str());
        let last = found.iter().rev().find(|property| {
            property.key == key || self.may_be(text, &(property.line.start..property.written.start), key)
        })?;
        if last.key != key {
            return Some(Said::Unknown(format!(
                "the start script computes lines of the file, one of which may be {key}"
            )));
        }
        Some(Said::Written(Written {
            text: java_trimmed(&last.value).to_owned(),
            place: text.place(last.written.clone()),
            is_worked_out: text.is_worked_out(&last.written),
            is_first: last.line.start == 0,
            behind: None,
        }))
    }

    /// Whether a key that the shell computes may turn out to be this one.
    fn may_be(&self, text: &Text, place: &Range<usize>, key: &str) -> bool {
        let mut expansions = text.expansions_in(place);
        let Some(first) = expansions.next() else { return false };
        let written = text.as_str().get(place.clone()).unwrap_or_default();
        // The expansion may extend past the end of the key's name.
        let before = written.split(['$', '`']).next().unwrap_or_default().trim_start();
        let is_known = |expansion: &str| {
            let name = expansion.trim_matches(['$', '{', '}']);
            let value = self.variables.get(name).flatten();
            value.is_some_and(|value| !value.contains(['$', '`']) && !value.to_lowercase().contains("purge"))
        };
        key.starts_with(before) && !std::iter::once(first).chain(expansions).all(is_known)
    }
}

/// Whether the image has no configuration file of its own.
fn is_bare(server: ServerContext<'_, '_, '_>) -> bool {
    let image = server.site.container().and_then(Container::image);
    server.flavor.settings.iter().any(|store| match store {
        Store::Script(store) => image.is_some_and(|image| store.bare_images.iter().any(|end| image.ends_in(end))),
        _ => false,
    })
}

fn under_a_condition(key: &str) -> String {
    format!("the start script writes {key} only under a condition")
}

/// Whether a mounted file ends with a line break; assumed if its text is not in the manifests.
fn ends_a_line(server: ServerContext<'_, '_, '_>, path: &str) -> bool {
    let file = server.pod().and_then(|pod| pod.mounted_file(server.objects, path));
    match file {
        Some(Mounted::Text(text)) => text.as_str().ends_with('\n'),
        Some(Mounted::Unreadable(_) | Mounted::Made(_)) | None => true,
    }
}

fn copied<'d>(server: ServerContext<'_, 'd, '_>, which: PurgeSetting, file: &OtherFile, is_last: bool) -> Copied<'d> {
    let OtherFile { path, is_edited, is_optional } = file;
    let Some(pod) = server.pod() else { return Copied::Missing };
    let file = shown(path, "a file");
    let edited =
        || Copied::Unknown(format!("the start script edits lines of {file}, one of which may be {}", which.key()));
    match pod.mounted_file(server.objects, path) {
        Some(Mounted::Text(held)) => {
            let text = held.as_str();
            if *is_edited && text.to_lowercase().contains("purge") || !is_last && !text.ends_with('\n') {
                return edited();
            }
            let setting = in_text(which, text, Origin::properties(held.clone()));
            // A line that is a variable may expand to anything.
            if effective(&properties(text), which.key()).is_none() {
                let may_be = text.lines().any(|line| line.trim_start().starts_with(['$', '@', '{']));
                return if may_be { edited() } else { Copied::SaysNothing((!is_edited).then_some(setting)) };
            }
            Copied::Says(setting)
        }
        Some(Mounted::Unreadable(reason)) => Copied::Unknown(reason),
        Some(Mounted::Made(_)) => {
            Copied::Unknown(format!("the start script copies {file}, which is created in the pod"))
        }
        None if base_name(path) == SAMPLE && !is_edited => Copied::SaysNothing(None),
        None if *is_optional && mount_at(pod.container, path).is_some() => Copied::Missing,
        None => Copied::Unknown(format!("the start script copies {file}, which is not in these manifests")),
    }
}
