//! Shell texts that write the server's properties file themselves.

use std::ops::Range;

use super::content::Content;
use super::file::{made, named_file};
use super::{Access, Origin, ServerContext, Setting};
use crate::detect::Site;
use crate::detect::recognise::{holds_phrase, script_paths};
use crate::kubernetes::{Container, Holder, Made, Mounted, PodContainer, mount_at};
use crate::rules::{ScriptStore, Store};
use crate::shell::{Command, Dialect, Files, Link, Text, commands_in, loose_words};
use crate::unix_path::ends_in;
use crate::yaml::Node;
use crate::zookeeper::PurgeSetting;

/// How many commands of a text that may start the server are followed.
const MAX_STARTS: usize = 20;

/// A shell text of a command that writes a properties file and then starts the server with it.
#[derive(Clone)]
pub struct Script<'d> {
    /// The text.
    pub node: Node<'d>,
    /// The file, by a name that the text can use anywhere; `None` if there is no such name.
    pub file: Option<String>,
    /// Where in the text a command can be added that runs right before each start of the server; or why it cannot
    /// safely be added.
    pub starts: Result<Vec<Start>, &'static str>,
    /// Where it is kept, if it is mounted.
    holder: Option<Holder<'d>>,
    /// The content of the file at each start of the server.
    contents: Vec<Content>,
}

/// Where a command can be added before the server starts.
#[derive(Clone, Copy)]
pub struct Start {
    /// The place in the text.
    pub at: usize,
    /// What connects the added command to the start. In the background, `&&` would make a shell of its own of both, and
    /// `$!` would be that shell.
    pub link: &'static str,
}

/// The shell text that writes the file of a flavor's `script` place: that of a container's command, or a mounted script
/// that it starts; or that of an init container that creates the file.
#[must_use]
pub(in crate::detect) fn script<'d>(server: ServerContext<'_, 'd, '_>) -> Option<Script<'d>> {
    server.flavor.settings.iter().find_map(|store| match store {
        Store::Script(store) => of_store(server, store),
        Store::File(store) => made(server, store).map(Script::of_made),
        _ => None,
    })
}

fn of_store<'d>(server: ServerContext<'_, 'd, '_>, store: &ScriptStore) -> Option<Script<'d>> {
    let Site::Pod(pod) = server.site else { return None };
    let parts = pod.container.command_parts();
    parts.iter().find_map(|part| of_part(server, *part, None, store)).or_else(|| {
        let command = parts.iter().filter_map(|part| part.text()).collect::<Vec<_>>().join(" ");
        let own = server.flavor.start.scripts.iter().map(String::as_str);
        script_paths(&command).chain(own).find_map(|path| match pod.mounted_file(server.objects, path)? {
            Mounted::Text(text) if Access::to(&text) == Access::Open => {
                of_part(server, text.node, Some(MountedScript { holder: &text.holder, path }), store)
            }
            _ => None,
        })
    })
}

/// The shell that reads a text of the command, or the script at a path.
fn dialect(server: ServerContext<'_, '_, '_>, node: Node<'_>, path: Option<&str>) -> Dialect {
    let Some(container) = server.site.container() else { return Dialect::Any };
    let parts = container.command_parts();
    let Some(path) = path else {
        let before = parts.iter().take_while(|part| part.span() != node.span()).filter_map(|part| part.text());
        return Dialect::behind(before.collect::<Vec<_>>().into_iter());
    };
    let command = container.command_text().unwrap_or_default();
    let before: Vec<&str> = loose_words(&command).take_while(|word| *word != path).collect();
    Dialect::of_script(node.text().unwrap_or_default(), before.into_iter())
}

/// A script in a `ConfigMap`.
#[derive(Clone, Copy)]
struct MountedScript<'a, 'd> {
    holder: &'a Holder<'d>,
    /// Its path in the container.
    path: &'a str,
}

/// The script that a text is; `mounted` if it is no part of the command.
fn of_part<'d>(
    server: ServerContext<'_, 'd, '_>,
    node: Node<'d>,
    mounted: Option<MountedScript<'_, 'd>>,
    store: &ScriptStore,
) -> Option<Script<'d>> {
    let text = node.text()?;
    if !store.starts.iter().any(|phrase| phrase.split(' ').all(|word| text.contains(word))) {
        return None;
    }
    let commands = commands_in(&Text::of_source(text), dialect(server, node, mounted.map(|script| script.path)));
    // Text in quotes that is passed to a shell counts only if nothing else starts the server with a file of the text.
    [false, true].into_iter().find_map(|is_nested| {
        let is_start = |command: &Command| store.starts.iter().any(|phrase| starts(command, phrase));
        let all = commands
            .iter()
            .enumerate()
            .filter(|(_, command)| command.outer.is_some() == is_nested && is_start(command));
        let scripts = |path: &str| script_text(server, path);
        let (mut contents, mut files, mut starts) = (Vec::new(), Vec::new(), Vec::new());
        for (number, command) in all.take(MAX_STARTS) {
            let before = Files::before(&commands, number, &scripts);
            let Some((content, file)) = content_in(&before, &commands, number, text, store) else { continue };
            let unwritten = file.as_ref().and_then(|file| never_written(server.site.container()?, file));
            let content = unwritten.map_or(content, Content::unknown);
            let is_of_image = file.as_ref().is_some_and(|file| store.brings(file) && !is_mounted(server, file));
            let content = if is_of_image { content.onto_default() } else { content };
            contents.push(content);
            files.push(file);
            starts.push(match command {
                Command { outer: Some(_), .. } => Err("the command starts the server inside quotes"),
                Command { link: Link::Or, .. } => Err("the command starts the server after `||`"),
                Command { is_in_background: true, link: Link::Next, .. } => Ok(Start { at: command.start, link: "; " }),
                _ => Ok(Start { at: command.start, link: " && " }),
            });
            // The server may still read what is written while it starts up.
            let meanwhile = command.is_in_background.then(|| Files::around(&commands, number, &scripts));
            let meanwhile = meanwhile.and_then(|files| content_in(&files, &commands, number, text, store));
            contents.extend(meanwhile.map(|(content, _)| content));
        }
        let first = files.first()?.clone();
        let file = first.filter(|first| files.iter().all(|file| file.as_ref() == Some(first)));
        Some(Script {
            node,
            file,
            starts: starts.into_iter().collect(),
            holder: mounted.map(|script| script.holder.clone()),
            contents,
        })
    })
}

/// Why nothing can be written to a path, where the container's own files can only be read.
pub(super) fn never_written(container: Container<'_>, path: &str) -> Option<String> {
    let is_read_only =
        container.node().at("/securityContext/readOnlyRootFilesystem").and_then(Node::text) == Some("true");
    let is_of_image = path.starts_with('/') && mount_at(container, path).is_none();
    (is_read_only && is_of_image)
        .then(|| format!("the root file system is read-only, so that nothing can be written to {path}"))
}

/// The content of the file that a command of the text starts the server with, and how the text can name that file.
fn content_in(
    files: &Files,
    commands: &[Command],
    number: usize,
    text: &str,
    store: &ScriptStore,
) -> Option<(Content, Option<String>)> {
    let command = commands.get(number)?;
    let words: Vec<String> = command.program_words().iter().map(|word| files.path(word)).collect();
    let of_folder = || {
        let folder =
            files.variables().get("ZOOCFGDIR").filter(|_| commands.iter().any(|command| command.sets("ZOOCFGDIR")))?;
        Some(format!("{}/{}", folder.unwrap_or("$ZOOCFGDIR"), store.file))
    };
    let named = named_file(&words).or_else(of_folder);
    if let Some((pieces, name)) = files.get(named.as_deref().unwrap_or(&store.file)) {
        return Some((Content::new(pieces, files.variables()), name.of(text).map(str::to_owned)));
    }
    let file = match named {
        Some(path) if store.brings(&path) && files.has_spared(&path) => path,
        Some(path) => store.generated_before(commands.get(..number)?).filter(|generated| *generated == path)?,
        None => store.generated_before(commands.get(..number)?)?,
    };
    Some((Content::before(), Some(file)))
}

/// Whether a command starts what a phrase describes, and does not merely mention it.
fn starts(command: &Command, phrase: &str) -> bool {
    let words = command.program_words();
    if words.is_empty() || !command.may_start() {
        return false;
    }
    // Words with blanks are messages, unless a shell gets them.
    let word = |text: &str| if text.contains([' ', '\n']) { "_".to_owned() } else { text.to_owned() };
    let line: Vec<String> = words.iter().map(|one| word(one.text.as_str())).collect();
    holds_phrase(&line.join(" "), phrase)
        || command.handed_to_shell().is_some_and(|text| holds_phrase(text.as_str(), phrase))
}

/// Whether something is mounted at a path.
fn is_mounted(server: ServerContext<'_, '_, '_>, path: &str) -> bool {
    server
        .pod()
        .is_some_and(|pod| mount_at(pod.container, path).is_some() || pod.mounted_file(server.objects, path).is_some())
}

impl ScriptStore {
    /// Whether the image brings the file at a path along.
    fn brings(&self, path: &str) -> bool {
        self.brought.iter().any(|end| ends_in(path, end))
    }

    /// The file that the generator writes, if the generator is among the commands.
    fn generated_before(&self, commands: &[Command]) -> Option<String> {
        let generator = self.generator.as_ref()?;
        let is_called = commands.iter().any(|command| starts(command, generator));
        self.generated.clone().filter(|_| is_called)
    }
}

/// The setting that the text writes; the text decides alone, whether or not it writes the key.
pub(super) fn written<'d>(
    server: ServerContext<'_, 'd, '_>,
    which: PurgeSetting,
    store: &ScriptStore,
) -> Option<Setting<'d>> {
    if let Some(reason) = never_generated(server, store) {
        return Some(Setting::unknown(Origin::Command, reason));
    }
    let script = of_store(server, store)?;
    script.setting(server, which, store.generator.is_some())
}

/// Why the generator cannot write its file: a volume of objects lies there, or one that is mounted to be read only.
fn never_generated(server: ServerContext<'_, '_, '_>, store: &ScriptStore) -> Option<String> {
    let path = store.generated.as_ref().filter(|path| path.starts_with('/'))?;
    let PodContainer { workload, container } = server.pod()?;
    let mount = mount_at(container, path)?;
    let volume = workload.volume(mount.get("name").and_then(Node::as_str)?);
    let of_objects = ["configMap", "secret", "projected", "downwardAPI"];
    let is_of_objects = volume.is_some_and(|volume| of_objects.iter().any(|kind| volume.get(kind).is_some()));
    let is_read_only = is_of_objects || mount.get("readOnly").and_then(Node::text) == Some("true");
    let at = mount.get("mountPath").and_then(Node::text).filter(|_| is_read_only)?;
    Some(format!("nothing can be written to the volume at {at}, where the image's script has to write {path}"))
}

/// Whether a command of the container runs a generator that writes the file at a path.
pub(super) fn generates(server: ServerContext<'_, '_, '_>, path: &str) -> bool {
    let stores = server.flavor.settings.iter().filter_map(|store| match store {
        Store::Script(store) if store.generated.as_deref() == Some(path) => store.generator.as_ref(),
        _ => None,
    });
    stores.into_iter().any(|generator| {
        let texts = server.texts.iter().map(|text| commands_in(&Text::of_source(text), Dialect::Any));
        texts.flatten().any(|command| starts(&command, generator))
    })
}

/// The setting if the command writes to a file that it is not expected to write; `None` if it does not.
pub(super) fn changed<'d>(server: ServerContext<'_, 'd, '_>, which: PurgeSetting, path: &str) -> Option<Setting<'d>> {
    writing(server, path)?.setting(server, which, true)
}

/// Whether a command writes to a file.
pub(super) fn writes(server: ServerContext<'_, '_, '_>, path: &str) -> bool {
    writing(server, path).is_some()
}

/// The text of a visible script, by the path that a command uses for it.
fn script_text(server: ServerContext<'_, '_, '_>, path: &str) -> Option<String> {
    server.pod()?.mounted_file(server.objects, path)?.text()
}

/// The text of a command that writes to a file before its last command, which is taken for the one that starts the
/// server.
fn writing<'d>(server: ServerContext<'_, 'd, '_>, path: &str) -> Option<Script<'d>> {
    let container = server.site.container()?;
    let (folder, name) = path.rsplit_once('/').unwrap_or((path, path));
    let may_write = |text: &&str| text.contains([' ', '\n']) && (text.contains(name) || text.contains(folder));
    container.command_parts().into_iter().find_map(|node| {
        let text = node.text().filter(may_write)?;
        let commands = commands_in(&Text::of_source(text), dialect(server, node, None));
        let files = Files::before(&commands, commands.len().checked_sub(1)?, &|path| script_text(server, path));
        let (pieces, name) = files.get(path)?;
        let content = || Content::new(pieces, files.variables());
        let content = never_written(container, path).map_or_else(content, Content::unknown);
        let file = name.of(text);
        Some(Script {
            node,
            file: file.map(str::to_owned),
            starts: Err("the command starts the server somewhere"),
            holder: None,
            contents: vec![content],
        })
    })
}

impl<'d> Script<'d> {
    pub(super) fn origin(&self) -> Origin<'d> {
        Origin::Script { node: self.node, holder: self.holder.clone() }
    }

    /// A file made by an init container. It can only be changed through the files that it is made of.
    pub(super) fn of_made(made: Made<'d>) -> Self {
        let Made { node, pieces, variables, .. } = made;
        let contents = vec![Content::new(pieces, &variables)];
        Self { node, file: None, starts: Err("an init container writes the file"), holder: None, contents }
    }

    /// The setting that the file gives at every start of the server; `None` if it depends on whatever was there before.
    pub(super) fn setting(
        &self,
        server: ServerContext<'_, 'd, '_>,
        which: PurgeSetting,
        is_generated: bool,
    ) -> Option<Setting<'d>> {
        let settings = self.contents.iter().map(|content| content.setting(self, server, which, is_generated));
        let settings: Vec<Option<Setting<'d>>> = settings.collect();
        let is_same = |one: &Option<Setting<'d>>, other: &Option<Setting<'d>>| match (one, other) {
            (Some(one), Some(other)) => one.reading == other.reading && one.text == other.text,
            (one, other) => one.is_none() && other.is_none(),
        };
        let first = settings.first()?;
        if settings.iter().all(|other| is_same(first, other)) {
            return first.clone();
        }
        let reason = format!("the start script starts the server in several ways, with and without {}", which.key());
        Some(Setting { node: Some(self.node), ..Setting::unknown(self.origin(), reason) })
    }

    /// The place in the text of the value that decides a key, if the text writes one; an error if it cannot be changed
    /// there.
    pub fn value(&self, key: &str) -> Result<Option<Range<usize>>, &'static str> {
        let places: Vec<Option<Option<Range<usize>>>> =
            self.contents.iter().map(|content| content.value(key)).collect();
        let first = places.first().cloned().flatten();
        match first {
            _ if places.iter().any(|place| *place != first) => Err("the command starts the server in several ways"),
            None => Ok(None),
            Some(None) => Err("the command starts the server with a computed value"),
            Some(place) => Ok(place),
        }
    }
}
