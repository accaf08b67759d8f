//! What a shell text has written into files.
//!
//! Nothing that is not understood is ignored: a program that names a file, a script that is run, or a line that the
//! shell computes makes a part of the file unknown.

use std::collections::BTreeMap;
use std::ops::Range;

use super::command::Output;
use super::variables::{expanded, variables_in};
use super::{Command, OtherFile, Piece, Source, Variables, Word};
use crate::unix_path::{base_name, ends_in};

/// The files that a text has written, by the paths that the text uses. A folder that something was copied into has a
/// trailing slash and represents every file in it.
#[derive(Clone, Debug, Default)]
pub struct Files {
    pub(super) written: BTreeMap<String, Written>,
    pub(super) variables: Variables,
    /// The working folder if the text has changed it; empty if it is unknown.
    pub(super) folder: Option<String>,
    /// The files that are open under descriptor numbers, and whether they certainly are.
    pub(super) opened: BTreeMap<u32, (Output, bool)>,
    /// How many commands have been followed; those of functions count once per call.
    pub(super) steps: usize,
    /// Files that were edited in lines that have nothing to do with purging.
    pub(super) spared: Vec<String>,
    /// Commands that were run and whose effects are unknown.
    pub(super) strangers: Vec<Stranger>,
}

/// A command whose effects are unknown.
#[derive(Clone, Debug)]
pub(super) struct Stranger {
    program: String,
    /// What it names, if it touches nothing else.
    names: Option<Vec<String>>,
}

/// A file that the text has written.
#[derive(Clone, Debug, Default)]
pub(super) struct Written {
    pub(super) pieces: Vec<Piece>,
    /// How the text named it when it was last written to.
    name: Name,
    /// Whether other files have been copied from it.
    is_source: bool,
}

/// How a text names a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Name {
    /// In a way that may mean another file elsewhere in the text.
    #[default]
    Unclear,
    /// By the word at this place.
    Word(Range<usize>),
    /// By a known path.
    Path(String),
}

/// How many parts a file may have.
pub(super) const MAX_PIECES: usize = 500;

impl Files {
    /// The content of the file at a path, in order, and how the text names it. Both are unknown if several files that
    /// the text writes may be that file. A relative path matches any file whose path ends in it.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<(Vec<Piece>, Name)> {
        let is_file = |key: &str| match (path.starts_with('/'), key.starts_with('/')) {
            (true, true) => key == path,
            (true, false) => base_name(key) == base_name(path),
            (false, _) => ends_in(key, path),
        };
        let is_folder = |key: &str| key.ends_with('/') && (!path.starts_with('/') || path.starts_with(key));
        let all = |is_meant: &dyn Fn(&str) -> bool| -> Vec<&Written> {
            self.written.iter().filter(|(key, _)| is_meant(key)).map(|(_, file)| file).collect()
        };
        let mut meant = all(&is_file);
        if meant.len() > 1 {
            meant.retain(|file| !file.is_source);
        }
        if meant.is_empty() {
            meant = all(&is_folder);
        }
        match meant.as_slice() {
            [] => {
                // A purge setting is written to a file that cannot be identified.
                let is_one = |(key, file): (&String, &Written)| may_be_same(key, path) && file.speaks();
                self.written.iter().any(is_one).then(|| (vec![Piece::ambiguous()], Name::Unclear))
            }
            [file] => {
                let pieces = file.pieces.iter().cloned();
                let pieces = pieces.map(|piece| Piece { source: piece.source.of_name(base_name(path)), ..piece });
                let is_inside = all(&is_file).is_empty();
                let inside = || if path.starts_with('/') { Name::Path(path.to_owned()) } else { Name::Unclear };
                Some((pieces.collect(), if is_inside { inside() } else { file.name.clone() }))
            }
            [..] => Some((vec![Piece::ambiguous()], Name::Unclear)),
        }
    }

    /// The program that may have written a file at a path, although the text is not seen to write it: an unknown
    /// program that names the file or its folder, or a script.
    #[must_use]
    pub fn stranger(&self, path: &str) -> Option<String> {
        let may_write = |stranger: &&Stranger| stranger.names.as_ref().is_none_or(|names| touch(names, path));
        self.strangers.iter().find(may_write).map(|stranger| stranger.program.clone())
    }

    /// Whether the text has edited a file at a path, but nothing in it that has to do with purging.
    #[must_use]
    pub fn has_spared(&self, path: &str) -> bool {
        self.spared.iter().any(|spared| spared == path)
    }

    /// The variables that the text sets.
    #[must_use]
    pub const fn variables(&self) -> &Variables {
        &self.variables
    }

    /// An unknown program may have changed the files that it names, or those in folders that it names.
    pub(super) fn doubt_named(&mut self, command: &Command, is_certain: bool) {
        let names: Vec<String> = command.arguments().flat_map(|word| self.named(word)).collect();
        let source = Source::made_by(command.program());
        for (_, file) in self.written.iter_mut().filter(|(path, _)| touch(&names, path)) {
            file.pieces.push(Piece { source: source.clone(), is_certain });
        }
        // A text passed to a shell is followed.
        if command.handed_to_shell().is_none() {
            self.strangers.push(Stranger { program: command.program().to_owned(), names: Some(names) });
        }
    }

    /// The path that a word means, and the one after the `=` of an option.
    fn named(&self, word: &Word) -> impl Iterator<Item = String> {
        let behind = word.text.as_str().split_once('=').map(|(_, value)| self.path_of(value));
        std::iter::once(self.path(word)).chain(behind)
    }

    /// The effects of a script are unknown.
    pub(super) fn doubt_all(&mut self, program: &str, is_certain: bool) {
        for file in self.written.values_mut() {
            file.pieces.push(Piece { source: Source::made_by(program), is_certain });
        }
        self.strangers.push(Stranger { program: program.to_owned(), names: None });
    }

    /// Lines unrelated to purging count as unchanged unless the editor's command mentions purging.
    pub(super) fn edit(&mut self, name: &Word, asks_for_purging: bool, is_certain: bool) {
        let path = self.path(name);
        if is_worked_out(&path) {
            for (_, file) in self.written.iter_mut().filter(|(other, _)| may_be_same(&path, other)) {
                file.edit("sed", asks_for_purging, false);
            }
        }
        if !self.written.contains_key(&path) && self.folders_of(&path).next().is_some() {
            self.put(path.clone(), name, true, Vec::new(), is_certain);
        }
        let Some(file) = self.written.get_mut(&path) else {
            let edited = OtherFile { path: path.clone(), is_edited: true, is_optional: false };
            let source = if asks_for_purging { Source::made_by("sed") } else { Source::File(edited) };
            return self.put(path, name, true, vec![source], is_certain);
        };
        file.edit("sed", asks_for_purging, is_certain);
    }

    /// Those folders above a path that something was copied into.
    fn folders_of<'f>(&'f self, path: &'f str) -> impl Iterator<Item = &'f Written> {
        let holds = |folder: &str| folder.ends_with('/') && path.starts_with(folder);
        self.written.iter().filter(move |(folder, _)| holds(folder)).map(|(_, written)| written)
    }

    /// Copies or moves a file, or the files of a folder.
    pub(super) fn copy(&mut self, source: &Word, target: &Word, is_certain: bool) {
        let (from, to) = (self.path(source), self.path(target));
        let is_folder = is_several(&from) || is_nameless(&from) && !self.is_file(&to);
        let content = match self.written.get_mut(&from) {
            Some(file) => {
                file.is_source = true;
                file.pieces.iter().map(|piece| piece.source.clone()).collect()
            }
            None if is_folder => return self.fill(&from, &to, target, is_certain),
            None => vec![Source::file(from.clone())],
        };
        // Into a folder, unless the target is named like a file.
        let name = base_name(&from);
        let is_folder = to.ends_with('/') || !base_name(&to).contains('.') && base_name(&to) != name;
        let to = if is_folder { format!("{}/{name}", to.trim_end_matches('/')) } else { to };
        self.put(to, target, false, content, is_certain);
    }

    /// Copies the files of a folder, or files with unknown names, into another folder.
    fn fill(&mut self, from: &str, to: &str, target: &Word, is_certain: bool) {
        if is_worked_out(to) {
            // It may be a folder or a file.
            self.put(to.to_owned(), target, false, vec![Source::made_by("cp")], false);
        }
        let to = format!("{}/", to.trim_end_matches('/'));
        let folder = ["/*", "/."].into_iter().find_map(|end| from.strip_suffix(end));
        // A folder that the text itself has written to is not followed further.
        let folder = folder.filter(|folder| !folder.contains(['*', '?', '[']) && !self.has_written(folder));
        let source = folder.map_or_else(
            || Source::made_by("cp"),
            |folder| Source::File(OtherFile { path: format!("{folder}/"), is_edited: false, is_optional: true }),
        );
        let is_certain = is_certain && folder.is_some();
        for (path, file) in self.written.iter_mut().filter(|(path, _)| path.starts_with(&to)) {
            file.pieces.push(Piece { source: source.clone().of_name(base_name(path)), is_certain });
        }
        self.put(to, target, true, vec![source], is_certain);
    }

    /// Whether a target is a file, and not a folder.
    fn is_file(&self, path: &str) -> bool {
        self.written.contains_key(path) || !path.ends_with('/') && !is_nameless(path)
    }

    /// Whether something has been written at or below a path.
    pub(super) fn has_written(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        self.written.keys().any(|written| written == path || written.starts_with(&folder))
    }

    pub(super) fn truncate(&mut self, output: Option<&Output>, is_certain: bool) {
        if let Some(output) = output {
            self.write(&output.file, false, Vec::new(), is_certain);
        }
    }

    pub(super) fn write(&mut self, name: &Word, appends: bool, content: Vec<Source>, is_certain: bool) {
        let path = self.path(name);
        self.put(path, name, appends, content, is_certain);
    }

    fn put(&mut self, path: String, word: &Word, appends: bool, content: Vec<Source>, is_certain: bool) {
        if path.starts_with("/dev/") {
            return;
        }
        let name = self.name(&path, word);
        let speaks = content.iter().any(Source::may_speak_of_purging);
        if is_worked_out(&path) && speaks {
            let others = self.written.iter_mut().filter(|(other, _)| **other != path && may_be_same(&path, other));
            others.for_each(|(_, file)| file.pieces.push(Piece::of_another(&path)));
        }
        // Something copied into its folder may be this file.
        let before = self.folders_of(&path).flat_map(|folder| folder.pieces.iter().cloned());
        let before = before.map(|piece| Piece { source: piece.source.of_name(base_name(&path)), ..piece });
        // So may a file whose name is computed.
        let worked_out = self.written.iter().filter(|(other, file)| may_be_same(other, &path) && file.speaks());
        let before: Vec<Piece> = before.chain(worked_out.map(|(other, _)| Piece::of_another(other))).collect();
        let file = self.written.entry(path).or_insert_with(|| Written {
            pieces: std::iter::once(Piece { source: Source::Before, is_certain: true }).chain(before).collect(),
            ..Written::default()
        });
        (file.name, file.is_source) = (name, false);
        match (appends, is_certain) {
            (false, true) => file.pieces.clear(),
            // What was there may be gone.
            (false, false) => file.pieces.iter_mut().for_each(|piece| piece.is_certain = false),
            (true, _) => {}
        }
        file.pieces.extend(content.into_iter().map(|source| Piece { source, is_certain }));
        if file.pieces.len() > MAX_PIECES {
            file.pieces = vec![Piece::too_long()];
        }
    }

    /// How a command added elsewhere in the text can name the file.
    fn name(&self, path: &str, word: &Word) -> Name {
        let written = word.text.as_str();
        if path.starts_with('/') && !path.contains(['$', '`']) {
            return if written == path { Name::Word(word.span.clone()) } else { Name::Path(path.to_owned()) };
        }
        // An environment variable means the same everywhere, unless the text sets it.
        let names: Vec<&str> = variables_in(written).collect();
        let is_environment = |name: &&str| {
            self.variables.get(name).is_none()
                && name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        };
        let is_path = written.starts_with('/') || written.starts_with('$');
        let is_clear = is_path && !names.is_empty() && names.iter().all(is_environment) && !written.contains("$(");
        if is_clear { Name::Word(word.span.clone()) } else { Name::Unclear }
    }

    pub(super) fn content(&self, name: &Word) -> Vec<Source> {
        let path = self.path(name);
        match self.written.get(&path) {
            Some(file) => file.pieces.iter().map(|piece| piece.source.clone()).collect(),
            None => vec![Source::file(path)],
        }
    }

    /// A word with leading variables replaced by the values they were set to.
    pub(super) fn expanded(&self, word: &str) -> String {
        expanded(word, |name| self.variables.get(name).flatten())
    }

    /// The path that a word means: leading variables are replaced by the values they were set to, and the working
    /// folder is prepended if the text has changed it.
    #[must_use]
    pub fn path(&self, word: &Word) -> String {
        self.path_of(word.text.as_str())
    }

    fn path_of(&self, word: &str) -> String {
        let path = self.expanded(word);
        match &self.folder {
            Some(folder) if folder.starts_with('/') && !path.starts_with(['/', '$', '`']) => {
                format!("{}/{}", folder.trim_end_matches('/'), path.trim_start_matches("./"))
            }
            _ => path,
        }
    }
}

impl Name {
    /// The name in a text as a shell understands it anywhere; `None` if there is no such name.
    #[must_use]
    pub fn of<'n>(&'n self, text: &'n str) -> Option<&'n str> {
        let is_plain = |path: &&str| path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte));
        match self {
            Self::Unclear => None,
            Self::Word(span) => text.get(span.clone()),
            Self::Path(path) => Some(path.as_str()).filter(is_plain),
        }
    }
}

impl Written {
    /// A file that has only its previous content.
    pub(super) fn new(name: Name) -> Self {
        Self { pieces: vec![Piece { source: Source::Before, is_certain: true }], name, is_source: false }
    }

    /// Whether it mentions a purge setting.
    fn speaks(&self) -> bool {
        self.pieces.iter().any(|piece| piece.source.speaks_of_purging())
    }

    fn edit(&mut self, editor: &str, asks_for_purging: bool, is_certain: bool) {
        for piece in &mut self.pieces {
            piece.source = std::mem::replace(&mut piece.source, Source::Before).edited(editor, asks_for_purging);
        }
        if asks_for_purging {
            self.pieces.push(Piece { source: Source::made_by(editor), is_certain });
        }
    }
}

/// Whether one of the names is that of a file, of a folder above it, or a pattern that it may match.
fn touch(names: &[String], path: &str) -> bool {
    names.iter().any(|name| touches(name, path))
}

fn touches(name: &str, path: &str) -> bool {
    let folder = path.rsplit_once('/').map(|(folder, _)| folder).filter(|folder| !folder.is_empty());
    let above = name.trim_end_matches('/');
    let is_above = name.starts_with('/') && path.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'));
    let begins = |pattern: &str| pattern.split(PATTERN).next().is_some_and(|start| path.starts_with(start));
    let ends = |pattern: &str| pattern.rsplit(PATTERN).next().is_some_and(|end| path.ends_with(end));
    let is_pattern = name.contains(PATTERN);
    name.contains(base_name(path))
        || folder.is_some_and(|folder| name.contains(folder))
        || is_above
        || is_pattern && begins(name) && ends(name)
        || matches!(name, "." | "..")
}

/// Characters of glob patterns.
const PATTERN: [char; 4] = ['*', '?', '[', ']'];

/// Whether a path means more than one file, or certainly a folder.
fn is_several(path: &str) -> bool {
    path.contains(['*', '?', '[']) || path.ends_with(['/', '.'])
}

/// Whether a path is not named like a file.
fn is_nameless(path: &str) -> bool {
    !base_name(path).contains('.')
}

/// Whether the shell computes a path or part of it.
fn is_worked_out(path: &str) -> bool {
    path.contains(['$', '`'])
}

/// Whether a path that the shell computes may turn out to be another one, judging by its literal parts.
fn may_be_same(path: &str, other: &str) -> bool {
    let prefix = |path: &str| path.split(['$', '`']).next().unwrap_or_default().to_owned();
    let (own, others) = (prefix(path), prefix(other));
    // What follows the last variable.
    let own_end = path.rsplit(['}', ')', '`']).next().filter(|_| path.contains(['{', '(', '`']));
    let plain_end = path.rsplit_once('$').and_then(|(_, rest)| {
        rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').and_then(|at| rest.get(at..))
    });
    let end = own_end.or(plain_end).unwrap_or_default();
    is_worked_out(path)
        && (own.starts_with(&others) || others.starts_with(&own))
        && (is_worked_out(other) || other.ends_with(end))
}
