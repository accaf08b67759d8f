//! Settings in a mounted properties file.

use super::env::{self, FolderSet, Reader};
use super::{Access, Origin, Script, ServerContext, Setting, nothing_written, property, script};
use crate::detect::Site;
use crate::kubernetes::{Container, Made, Mounted, PodContainer};
use crate::rules::FileStore;
use crate::shell::{Command, Files, Text, commands, loose_words, shown};
use crate::unix_path::{base_name, ends_in};
use crate::yaml::{Node, Span};
use crate::zookeeper::{PurgeSetting, effective, properties};

/// The main class of the server, behind which the file stands.
const MAIN: &str = "QuorumPeerMain";

/// The file that a server reads.
struct ReadFile {
    path: String,
    /// Whether the command names it, which bypasses all other files.
    is_named: bool,
    /// Why the image creates another one, if it does.
    made_elsewhere: Option<String>,
    /// The variable that the command sets to another folder or name, if it cannot be told which.
    moved_by: Option<String>,
}

impl ReadFile {
    fn of(server: ServerContext<'_, '_, '_>, store: &FileStore, container: Container<'_>) -> Option<Self> {
        let named = |path: String, is_named| Self { path, is_named, made_elsewhere: None, moved_by: None };
        if let Some(word) = &store.behind {
            let path = word_behind(&container.command_text()?, word)?;
            return Some(named(path, true));
        }
        let path = store.path.as_ref()?;
        if let Some(file) = named_configuration(container).filter(|_| path.ends_with("/zoo.cfg")) {
            let is_named = file != *path;
            return Some(named(file, is_named));
        }
        let set: Vec<FolderSet> = store
            .folder_env
            .iter()
            .enumerate()
            .map(|(number, name)| env::folder(server, name, if number == 0 { Reader::Server } else { Reader::Script }))
            .collect();
        let moved_by = set.iter().zip(&store.folder_env).find(|(set, _)| matches!(set, FolderSet::Unclear));
        let moved_by = moved_by.map(|(_, name)| name.clone());
        let mut moved = set.iter().map(|set| moved(path, set));
        let moved_to = moved.next().unwrap_or_else(|| path.clone());
        let made_elsewhere = moved
            .any(|other| other != moved_to)
            .then(|| format!("{} name different folders", store.folder_env.join(" and ")));
        let read = Self { path: moved_to, is_named: false, made_elsewhere, moved_by };
        Some(match &store.name_env {
            Some(variable) => read.renamed(variable, env::folder(server, variable, Reader::Server)),
            None => read,
        })
    }

    /// The file of another name in the same folder, if a variable names one.
    fn renamed(self, variable: &str, set: FolderSet) -> Self {
        match set {
            FolderSet::To(name) if !name.is_empty() && name != base_name(&self.path) => {
                let folder = self.path.strip_suffix(base_name(&self.path)).unwrap_or_default();
                let made_elsewhere = Some(format!("{variable} names another file than the image creates"));
                Self { path: format!("{folder}{}", name.trim_start_matches('/')), made_elsewhere, ..self }
            }
            FolderSet::Unclear => Self { moved_by: Some(variable.to_owned()), ..self },
            FolderSet::To(_) | FolderSet::Not => self,
        }
    }
}

/// The setting in a file that the command itself writes to before it starts the server.
pub(super) fn changed<'d>(
    server: ServerContext<'_, 'd, '_>,
    which: PurgeSetting,
    store: &FileStore,
) -> Option<Setting<'d>> {
    let container = server.pod()?.container;
    script::changed(server, which, &ReadFile::of(server, store, container)?.path)
}

/// The file of a store, if an init container assembles it.
pub(super) fn made<'d>(server: ServerContext<'_, 'd, '_>, store: &FileStore) -> Option<Made<'d>> {
    let pod = server.pod()?;
    match pod.mounted_file(server.objects, &ReadFile::of(server, store, pod.container)?.path)? {
        Mounted::Made(made) => Some(made),
        Mounted::Text(_) | Mounted::Unreadable(_) => None,
    }
}

/// The setting in a mounted file. If the file is there, it decides alone, whether or not it contains the key.
pub(super) fn mounted<'d>(
    server: ServerContext<'_, 'd, '_>,
    which: PurgeSetting,
    store: &FileStore,
) -> Option<Setting<'d>> {
    let pod = server.pod()?;
    let ReadFile { path, is_named, made_elsewhere, moved_by } = ReadFile::of(server, store, pod.container)?;
    if let Some(name) = moved_by {
        return Some(Setting::unknown(
            Origin::Command,
            format!("the command itself sets {name}, which decides which file is read"),
        ));
    }
    match pod.mounted_file(server.objects, &path) {
        Some(Mounted::Unreadable(reason)) => Some(Setting::unknown(Origin::File { path }, reason)),
        Some(Mounted::Made(made)) => {
            let init = ServerContext { site: Site::Pod(PodContainer { container: made.container, ..pod }), ..server };
            Script::of_made(made).setting(init, which, false)
        }
        Some(Mounted::Text(text)) => Some(in_text(which, text.as_str(), Origin::properties(text.clone()))),
        None if let Some(reason) = pod.never_a_file(&path) => Some(Setting::unknown(Origin::File { path }, reason)),
        None if store.is_written_at_start
            && let Some(reason) = script::never_written(pod.container, &path) =>
        {
            Some(Setting::unknown(Origin::File { path }, reason))
        }
        None if is_named && script::generates(server, &path) => None,
        // A file that the image ships.
        None if is_named && store.brought.iter().any(|end| ends_in(&path, end)) => Some(nothing_written(server, which)),
        None if is_named && !script::writes(server, &path) => {
            let reason =
                format!("the content of {} is not in these manifests", shown(&path, "the file that the command names"));
            Some(Setting::unknown(Origin::File { path }, reason))
        }
        None => made_elsewhere.map(|why| {
            let reason = format!("{why}, and nothing is mounted at {path}");
            Setting::unknown(Origin::File { path }, reason)
        }),
    }
}

/// A path, moved to the folder that a variable names instead.
fn moved(path: &str, set: &FolderSet) -> String {
    match set {
        FolderSet::To(folder) if folder.starts_with('/') => {
            format!("{}/{}", folder.trim_end_matches('/'), base_name(path))
        }
        FolderSet::To(_) | FolderSet::Not | FolderSet::Unclear => path.to_owned(),
    }
}

/// The setting in a properties text of a manifest. Text from a Secret is never shown.
pub(super) fn in_text<'d>(which: PurgeSetting, text: &str, origin: Origin<'d>) -> Setting<'d> {
    let found = properties(text);
    let setting = property(which, &found, origin);
    match setting.origin {
        Origin::Properties { access: Access::Secret, .. } => Setting { text: None, ..setting },
        Origin::Properties { node, access: Access::Open | Access::Immutable, .. }
        | Origin::FieldText { node: Some(node), .. } => {
            let line = effective(&found, which.key()).and_then(|property| source_line(node, &property.line));
            Setting { node: Some(node), span: line, ..setting }
        }
        _ => setting,
    }
}

/// The place of a text's line in the manifest: where the scalar's source has the same words, taking the occurrence with
/// the same number as in the text.
pub(in crate::detect) fn source_line(node: Node<'_>, line: &std::ops::Range<usize>) -> Option<Span> {
    let text = node.text()?.get(line.clone())?.trim();
    let source = node.target().source();
    let before = node.text()?.get(..line.start)?.matches(text).count();
    let (at, _) = source.match_indices(text).nth(before)?;
    let start = node.target().span().start + at;
    Some(Span::new(start, start + text.len()))
}

/// The configuration file that a container's command passes to `zkServer.sh` or to the main class.
fn named_configuration(container: Container<'_>) -> Option<String> {
    let parts: Vec<&str> = container.command_parts().into_iter().filter_map(Node::text).collect();
    let starts = |part: &&str| part.ends_with("zkServer.sh") || part.contains("zkServer.sh ") || part.contains(MAIN);
    if !parts.iter().any(starts) {
        return None;
    }
    // The words of each command in a shell text, and those of the container's command itself.
    let mut texts = parts.iter().filter(|part| part.contains([' ', '\n'])).map(|text| commands(&Text::of_source(text)));
    let words: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
    texts.find_map(|commands| named_in(&commands)).or_else(|| named_file(&words))
}

/// The configuration file that a command of a text names, with the variables that the text sets filled in.
fn named_in(commands: &[Command]) -> Option<String> {
    let words = |command: &Command| command.words.iter().map(|word| word.text.as_str().to_owned()).collect::<Vec<_>>();
    let (number, command) = commands.iter().enumerate().find(|(_, command)| named_file(&words(command)).is_some())?;
    let files = Files::before(commands, number, &|_| None);
    named_file(&command.words.iter().map(|word| files.path(word)).collect::<Vec<_>>())
}

/// The configuration file among the words of a command that starts a server: `zkServer.sh --config FOLDER`, or the file
/// after `zkServer.sh start`, the main class or Kafka's script.
pub(super) fn named_file(words: &[String]) -> Option<String> {
    let is_file = |word: &&String| !word.is_empty() && !word.starts_with('-');
    let ends = |word: &String| {
        [MAIN, "zookeeper-server-start", "zookeeper-server-start.sh"].iter().any(|end| word.ends_with(end))
    };
    if let Some(at) = words.iter().position(ends) {
        return words.get(at + 1..)?.iter().find(is_file).cloned();
    }
    let mut words = words.iter().skip_while(|word| !word.ends_with("zkServer.sh")).skip(1).peekable();
    if words.next_if(|word| *word == "--config").is_some() {
        return words.next().map(|folder| format!("{}/zoo.cfg", folder.trim_end_matches('/')));
    }
    words.next_if(|word| matches!(word.as_str(), "start" | "start-foreground"))?;
    words.next().filter(is_file).cloned()
}

/// The word after another one in a command. A leading part of a path that only the container knows is left out: the
/// working folder, or one named by a variable.
fn word_behind(command: &str, word: &str) -> Option<String> {
    let mut words = loose_words(command);
    words.find(|one| base_name(one) == word)?;
    let path = words.find(|one| !one.starts_with('-'))?;
    let is_elsewhere = |folder: &str| folder == "." || folder.starts_with('$');
    let known = path.split_once('/').filter(|(folder, _)| is_elsewhere(folder)).map_or(path, |(_, rest)| rest);
    Some(known.to_owned())
}
