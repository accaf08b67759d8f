//! Settings in environment variables.

use std::sync::LazyLock;

use memchr::memmem::{self, Finder};

use super::super::tag::Support;
use super::value::{ObjectText, VariableValue, filled_by_shell, filled_in, key_of, lookup};
use super::{Origin, ServerContext, Setting, default_reading, property, tag_support};
use crate::detect::Site;
use crate::detect::recognise::holds_phrase;
use crate::kubernetes::{Container, EnvValue, ObjectRef, PodContainer, is_placeholder};
use crate::rules::{Empty, EnvFileStore, EnvStore, EnvTextStore, Store};
use crate::shell::{self, Command, Dialect, Files, Variables};
use crate::yaml::Node;
use crate::zookeeper::{PurgeSetting, Reading, effective, properties};

/// The setting in a variable that holds it.
pub(super) fn variable<'d>(
    server: ServerContext<'_, 'd, '_>,
    which: PurgeSetting,
    store: &EnvStore,
) -> Option<Setting<'d>> {
    let name = which.pick(store.interval.as_ref(), store.retain.as_ref()).filter(|_| store.works)?;
    let is_default = |text: &str| reading(server, which, store, text) == default_reading(server, which);
    let by_command_text = set_by_command(server, name, &is_default);
    let value = lookup(server, name);
    if by_command_text == SetByCommand::Not && value.is_none() {
        return None;
    }
    let support = tag_support(server.site, &store.since, &store.unclear_since);
    if support == Support::No {
        return None;
    }
    match by_command_text {
        SetByCommand::Not => {}
        SetByCommand::To(text) => {
            let reading = reading(server, which, store, &text);
            let origin = Origin::Export { name: name.to_owned() };
            return Some(Setting { text: Some(text), ..Setting::decided(reading, origin) });
        }
        SetByCommand::KeptBack => return Some(started_without(name)),
        SetByCommand::AllKeptBack => return Some(started_without("the variables of the container")),
        SetByCommand::Unclear => return Some(by_command(server, name)),
    }
    let setting = match value? {
        VariableValue::Entry { entry, value } => {
            from_text(server, which, store, (Origin::Env { name: name.to_owned(), entry }, value))
        }
        VariableValue::Object { entry, object, key, text } => {
            let source = key_of(object.kind(), object.name(), &key);
            let origin = Origin::EnvFrom { name: name.to_owned(), entry, source };
            match text {
                ObjectText::Shown(node) => from_text(server, which, store, (origin, Some(node))),
                ObjectText::Hidden(text) => Setting::decided(reading(server, which, store, &text), origin),
                ObjectText::Unreadable => {
                    Setting::unknown(origin, format!("{name} comes from a value that cannot be decoded"))
                }
            }
        }
        VariableValue::Hidden { entry, source, because } => out_of_sight(name, entry, (&source, because)),
    };
    if support == Support::Unclear {
        let reason = format!("the image's tag does not tell whether it reads {name}");
        return Some(Setting { reading: Reading::Unknown, unknown_because: Some(reason), ..setting });
    }
    Some(Setting { unless: may_set(server, name), ..setting })
}

/// How the command may set a variable before it starts the server, without a word that shows it.
fn may_set(server: ServerContext<'_, '_, '_>, name: &str) -> Option<String> {
    let may_source = |text: &str| SOURCING.iter().any(|word| has_word(text, word));
    let texts = server.texts.iter().filter(|text| may_source(text) || may_work_out_names(text));
    let mut commands = texts.flat_map(|text| shell::commands(&shell::Text::of_source(text)));
    commands.find_map(|command| match command.program() {
        "." | "source" => {
            // Without a word, it is a substitution: `<(program)`.
            let file = command
                .arguments()
                .next()
                .map_or("what a program prints", |file| shell::shown(file.text.as_str(), "a file"));
            Some(format!("the command sources {file}, which may set {name}"))
        }
        _ if command.may_set_any(name) => {
            Some(format!("the command works out which variables it sets, and {name} may be one of them"))
        }
        _ => None,
    })
}

fn from_text<'d>(
    server: ServerContext<'_, 'd, '_>,
    which: PurgeSetting,
    store: &EnvStore,
    (origin, node): (Origin<'d>, Option<Node<'d>>),
) -> Setting<'d> {
    if node.is_some_and(|node| node.text().is_none()) {
        let reason = format!("the value of {} is not a string", origin.describe());
        return Setting::unknown(origin, reason);
    }
    let written = node.and_then(Node::text).unwrap_or_default();
    let filled = match &origin {
        Origin::Env { entry, .. } => filled_in(server, *entry, written),
        _ => None,
    };
    let text = filled.unwrap_or_else(|| written.to_owned());
    let unfinished = match &text {
        text if text.contains("$(") => Some("refers to other variables"),
        text if is_placeholder(text) => Some("is a placeholder that is filled in later"),
        _ => None,
    };
    if let Some(what) = unfinished {
        let reason = format!("{} {what}", origin.describe());
        return Setting { node, ..Setting::unknown(origin, reason) };
    }
    let reading = reading(server, which, store, &text);
    Setting { text: Some(text), node, ..Setting::decided(reading, origin) }
}

fn reading(server: ServerContext<'_, '_, '_>, which: PurgeSetting, store: &EnvStore, text: &str) -> Reading {
    match (text.is_empty(), store.empty) {
        (true, Empty::Default) => default_reading(server, which),
        _ => Reading::of(text),
    }
}

/// The setting in a file that a variable names.
pub(super) fn file<'d>(
    server: ServerContext<'_, 'd, '_>,
    which: PurgeSetting,
    store: &EnvFileStore,
) -> Option<Setting<'d>> {
    let name = which.pick(Some(&store.interval), store.retain.as_ref())?;
    let is_set = match lookup(server, name)? {
        VariableValue::Entry { value, .. } => value.and_then(Node::text).is_some_and(|path| !path.is_empty()),
        VariableValue::Object { .. } | VariableValue::Hidden { .. } => true,
    };
    if !is_set || tag_support(server.site, &store.since, &[]) == Support::No {
        return None;
    }
    let reason = format!("{name} names a file in the container, whose content decides");
    Some(Setting::unknown(Origin::EnvFile { name: name.to_owned() }, reason))
}

/// The setting among whitespace-separated properties in a variable.
pub(super) fn text<'d>(
    server: ServerContext<'_, 'd, '_>,
    which: PurgeSetting,
    store: &EnvTextStore,
) -> Option<Setting<'d>> {
    if tag_support(server.site, &store.since, &[]) == Support::No {
        return None;
    }
    let name = &store.variable;
    let may_set = !store.incidental || server.texts.iter().any(|text| text.contains(which.key()));
    match set_by_command(server, name, &|text| !text.contains(which.key())) {
        SetByCommand::To(text) => return of_words(which, &text, Origin::Export { name: name.clone() }),
        SetByCommand::KeptBack => return None,
        SetByCommand::AllKeptBack if may_set => return Some(started_without("the variables of the container")),
        SetByCommand::Unclear if may_set => return Some(by_command(server, name)),
        SetByCommand::Not | SetByCommand::AllKeptBack | SetByCommand::Unclear => {}
    }
    let hidden =
        |entry, source: &str, because| (!store.incidental).then(|| out_of_sight(name, entry, (source, because)));
    let (origin, text) = match lookup(server, name)? {
        VariableValue::Entry { entry, value } => {
            let node = value?;
            let written = node.text()?;
            let text = filled_in(server, entry, written).unwrap_or_else(|| written.to_owned());
            (Origin::EnvText { name: name.clone(), node }, text)
        }
        VariableValue::Object { text: ObjectText::Shown(node), .. } => {
            (Origin::EnvText { name: name.clone(), node }, node.text()?.to_owned())
        }
        VariableValue::Object { text: ObjectText::Hidden(text), .. } => (Origin::EnvFile { name: name.clone() }, text),
        VariableValue::Object { text: ObjectText::Unreadable, entry, object, key } => {
            return hidden(entry, &key_of(object.kind(), object.name(), &key), "which cannot be decoded");
        }
        VariableValue::Hidden { entry, source, because } => return hidden(entry, &source, because),
    };
    let node = if let Origin::EnvText { node, .. } = origin { Some(node) } else { None };
    let setting = of_words(which, &text, origin)?;
    Some(Setting { text: setting.text.clone().filter(|_| node.is_some()), node, ..setting })
}

/// The setting in a text whose words are properties; `None` if none of them is it.
fn of_words<'d>(which: PurgeSetting, text: &str, origin: Origin<'d>) -> Option<Setting<'d>> {
    let lines = text.split_whitespace().collect::<Vec<_>>().join("\n");
    let found = properties(&lines);
    effective(&found, which.key())?;
    Some(property(which, &found, origin))
}

/// An unknown setting: the variable's text may contain it but cannot be read, for a reason.
fn out_of_sight<'d>(name: &str, entry: Option<Node<'d>>, (source, because): (&str, &str)) -> Setting<'d> {
    let reason = format!("{name} comes from {source}, {because}");
    Setting::unknown(Origin::EnvFrom { name: name.to_owned(), entry, source: source.to_owned() }, reason)
}

/// Why a setting may still be made in a place where none is visible: `envFrom` takes variables from an object that is
/// not in the manifests.
pub(super) fn unseen(server: ServerContext<'_, '_, '_>, which: PurgeSetting, store: &Store) -> Option<String> {
    let Site::Pod(PodContainer { workload, container }) = server.site else { return None };
    let sources = container.env_from();
    if sources.is_empty() {
        return None;
    }
    let is_read = |since: &[String], unclear: &[String]| tag_support(server.site, since, unclear) != Support::No;
    let name = match store {
        Store::Env(env) if env.works && is_read(&env.since, &env.unclear_since) => {
            which.pick(env.interval.as_ref(), env.retain.as_ref())
        }
        Store::EnvFile(file) if is_read(&file.since, &[]) => which.pick(Some(&file.interval), file.retain.as_ref()),
        Store::EnvText(text) if !text.incidental && is_read(&text.since, &[]) => Some(&text.variable),
        _ => None,
    }?;
    if lookup(server, name).is_some_and(|value| value.has_entry()) {
        return None;
    }
    sources.into_iter().find_map(|from| {
        let ObjectRef { kind, name: object, .. } = from.object;
        let is_unseen =
            name.starts_with(from.prefix) && server.objects.referred(from.object, workload.resource).is_none();
        let reason = || {
            format!("envFrom takes variables from {kind} {object}, which is not in these manifests and may set {name}")
        };
        is_unseen.then(reason)
    })
}

/// What a variable that names a folder is set to.
pub(super) enum FolderSet {
    /// Nothing that can be seen.
    Not,
    /// This.
    To(String),
    /// The command sets it, and the value cannot be told.
    Unclear,
}

/// What reads a variable.
#[derive(Clone, Copy)]
pub(super) enum Reader {
    /// The server's own script, behind everything else.
    Server,
    /// The image's script, before its arguments run.
    Script,
}

/// What a variable that names a folder or a file is set to when it is read: by the command, or in the container.
pub(super) fn folder(server: ServerContext<'_, '_, '_>, name: &str, reader: Reader) -> FolderSet {
    let set = match reader {
        _ if !server.texts.iter().any(|text| holds(text, name)) => SetByCommand::Not,
        Reader::Server => set_by_texts(server, name, &|_| false),
        Reader::Script => set_by_command(server, name, &|_| false),
    };
    match set {
        SetByCommand::To(folder) => return FolderSet::To(folder),
        SetByCommand::Unclear => return FolderSet::Unclear,
        // The image's own value is gone as well, and what starts the server says so.
        SetByCommand::KeptBack | SetByCommand::AllKeptBack => return FolderSet::Not,
        SetByCommand::Not => {}
    }
    let value = server.site.container().and_then(|container| container.env(name)).map(|variable| variable.value);
    match value {
        Some(EnvValue::Written(node)) => node.text().map_or(FolderSet::Not, |folder| FolderSet::To(folder.to_owned())),
        Some(EnvValue::Missing | EnvValue::From(_)) | None => FolderSet::Not,
    }
}

/// What the shell text of a command, or a mounted script that it names, does with a variable before the server starts.
#[derive(PartialEq)]
enum SetByCommand {
    /// Nothing.
    Not,
    /// It sets it to this text.
    To(String),
    /// It starts the server without it.
    KeptBack,
    /// It starts the server without any variable of the container.
    AllKeptBack,
    /// It sets or unsets it, and the value cannot be told.
    Unclear,
}

/// All visible texts have to agree on the value. A script only counts by itself if it is the whole command: otherwise it
/// may run beside the server. A value for the case that there is none counts unless it changes nothing.
fn set_by_command(
    server: ServerContext<'_, '_, '_>,
    name: &str,
    changes_nothing: &dyn Fn(&str) -> bool,
) -> SetByCommand {
    let Some(container) = server.site.container() else { return SetByCommand::Not };
    // Arguments alone run after the image's script, which has read the variables.
    if server.flavor.start.args_keep_script && !container.has_command() {
        return SetByCommand::Not;
    }
    set_by_texts(server, name, changes_nothing)
}

/// The same, whatever has run before the command.
fn set_by_texts(server: ServerContext<'_, '_, '_>, name: &str, changes_nothing: &dyn Fn(&str) -> bool) -> SetByCommand {
    let Some(container) = server.site.container() else { return SetByCommand::Not };
    let parts = container.command_parts();
    let has_text = parts.iter().filter_map(|part| part.text()).any(|text| text.contains([' ', '\n']));
    let mut found = SetByCommand::Not;
    let keeps_back = |text: &str| KEEPING_BACK.iter().any(|word| word.find(text.as_bytes()).is_some());
    let name_alone = Finder::new(name);
    let may_set = |text: &&String| name_alone.find(text.as_bytes()).is_some() || keeps_back(text);
    for text in server.texts.iter().filter(may_set) {
        let commands = shell::commands(&shell::Text::of_source(text));
        let sets = |command: &Command| {
            let otherwise = command.value_if_missing(name).filter(|value| !changes_nothing(value));
            command.sets(name)
                || otherwise.is_some() && is_missing(server, name)
                || command.may_start() && command.keeps_back(name)
        };
        let is_own = parts.iter().any(|part| part.text() == Some(text));
        // A text is no shell text any more once it is joined with other words.
        let is_joined = has_text && !is_own && container.command_text().as_ref() == Some(text);
        if is_joined || !commands.iter().any(sets) {
            continue;
        }
        let is_run = is_own || (has_text || parts.len() <= 2) && !is_sourced_by_bash_alone(server);
        match set_before_start(server, &commands, name) {
            SetByCommand::Not => {}
            set if is_run && (found == SetByCommand::Not || found == set) => found = set,
            _ => return SetByCommand::Unclear,
        }
    }
    found
}

/// What a text holds that keeps variables from the programs that it starts.
static KEEPING_BACK: LazyLock<[Finder<'static>; 4]> =
    LazyLock::new(|| ["env -", "su ", "runuser ", "sudo "].map(Finder::new));

/// Whether a text holds another. Every variable asks this of every text, and hardly any text does.
fn holds(text: &str, word: &str) -> bool {
    memmem::find(text.as_bytes(), word.as_bytes()).is_some()
}

/// Whether a text may set variables whose names the shell works out, as far as its lines tell.
fn may_work_out_names(text: &str) -> bool {
    let (setting, running) = &*WORKING_OUT;
    let lines = |word: &Finder<'static>| {
        word.find_iter(text.as_bytes()).filter_map(|at| text.get(at..)?.lines().next()).collect::<Vec<_>>()
    };
    let has_sign = |text: &str| text.contains(['$', '`']);
    let is_before_value = |line: &str| line.split('=').next().is_some_and(has_sign);
    setting.iter().flat_map(lines).any(is_before_value) || running.iter().flat_map(lines).any(has_sign)
}

/// What stands before the names of variables that are set, and before what may set any.
static WORKING_OUT: LazyLock<([Finder<'static>; 3], [Finder<'static>; 2])> =
    LazyLock::new(|| (["export ", "declare ", "typeset "].map(Finder::new), ["eval ", "env "].map(Finder::new)));

/// The programs that run a script in the shell itself.
static SOURCING: LazyLock<[Finder<'static>; 2]> = LazyLock::new(|| [".", "source"].map(Finder::new));

/// Whether a text holds a word between blanks or ends of commands.
fn has_word(text: &str, word: &Finder<'_>) -> bool {
    let is_end = |byte: Option<&u8>| byte.is_none_or(|byte| b" \t\n;&".contains(byte));
    let (bytes, length) = (text.as_bytes(), word.needle().len());
    word.find_iter(bytes)
        .any(|at| is_end(at.checked_sub(1).and_then(|before| bytes.get(before))) && is_end(bytes.get(at + length)))
}

/// Whether the command sources a script in a way that only bash knows, and another shell may read it.
fn is_sourced_by_bash_alone(server: ServerContext<'_, '_, '_>) -> bool {
    let parts = server.site.container().map(Container::command_parts).unwrap_or_default();
    let words: Vec<&str> = parts.iter().filter_map(|part| part.text()).collect();
    let is_bash = Dialect::behind(words.iter().copied()) == Dialect::Bash;
    let texts = words.iter().map(|text| shell::commands(&shell::Text::of_source(text)));
    !is_bash && texts.flatten().any(|command| command.program() == "source")
}

/// What commands have done with a variable whenever they start the server. Where they are not seen to start it, all of
/// them count.
fn set_before_start(server: ServerContext<'_, '_, '_>, commands: &[Command], name: &str) -> SetByCommand {
    let phrases = &server.flavor.start.reads_settings;
    let is_start = |command: &Command| {
        let words: Vec<&str> = command.program_words().iter().map(|word| word.text.as_str()).collect();
        command.may_start() && phrases.iter().any(|phrase| holds_phrase(&words.join(" "), phrase))
    };
    let starts: Vec<usize> =
        commands.iter().enumerate().filter(|(_, command)| is_start(command)).map(|(number, _)| number).collect();
    let mut all = starts.iter().map(|number| set_before(server, commands, *number, name));
    let Some(first) = all.next() else {
        let mut starting = commands.iter().filter(|command| command.may_start());
        let set = || value_of(server, Files::after(commands, &|_| None).variables(), name);
        return starting.find_map(|start| kept_back(start, name)).or_else(set).unwrap_or(SetByCommand::Unclear);
    };
    if all.all(|other| other == first) { first } else { SetByCommand::Unclear }
}

/// What commands have done with a variable when the one with a number starts the server.
fn set_before(server: ServerContext<'_, '_, '_>, commands: &[Command], number: usize, name: &str) -> SetByCommand {
    let Some(start) = commands.get(number) else { return SetByCommand::Unclear };
    if let Some(value) = start.handed(name) {
        let is_plain = !value.contains(['$', '`']);
        return if is_plain { SetByCommand::To(value.to_owned()) } else { SetByCommand::Unclear };
    }
    if let Some(kept) = kept_back(start, name).or_else(|| kept_back_around(commands, number, name)) {
        return kept;
    }
    let files = Files::before(commands, number, &|_| None);
    value_of(server, files.variables(), name).unwrap_or_else(|| {
        // It is set afterwards, which counts only if the same shell comes here again.
        if start.is_last() { SetByCommand::Not } else { SetByCommand::Unclear }
    })
}

/// Whether a command keeps a variable from what it starts.
fn kept_back(start: &Command, name: &str) -> Option<SetByCommand> {
    if start.keeps_all_back() {
        return Some(SetByCommand::AllKeptBack);
    }
    start.keeps_back(name).then_some(SetByCommand::KeptBack)
}

/// The same for the commands that pass the text of a command with a number to a shell, unless that text sets the
/// variable itself.
fn kept_back_around(commands: &[Command], number: usize, name: &str) -> Option<SetByCommand> {
    let outer = commands.get(number)?.outer?;
    let is_set = commands.get(outer..number)?.iter().any(|command| command.sets(name));
    let kept = || kept_back(commands.get(outer)?, name).or_else(|| kept_back_around(commands, outer, name));
    if is_set { None } else { kept() }
}

/// What a program started by a text gets for a variable; `None` if the text does not set it.
fn value_of(server: ServerContext<'_, '_, '_>, variables: &Variables, name: &str) -> Option<SetByCommand> {
    let value = variables.get(name)?;
    let is_exported =
        server.site.container().is_some_and(|container| container.env(name).is_some()) || variables.exports(name);
    let text = value.filter(|_| is_exported).and_then(|value| filled_by_shell((name, value), variables, server));
    Some(text.map_or(SetByCommand::Unclear, SetByCommand::To))
}

/// Whether the manifests give a variable no value. The image may.
fn is_missing(server: ServerContext<'_, '_, '_>, name: &str) -> bool {
    match lookup(server, name) {
        None => true,
        Some(VariableValue::Entry { value, .. }) => value.is_none_or(|value| value.text().is_some_and(str::is_empty)),
        Some(VariableValue::Object { .. } | VariableValue::Hidden { .. }) => false,
    }
}

fn by_command<'d>(server: ServerContext<'_, '_, '_>, name: &str) -> Setting<'d> {
    let texts = server.texts.iter().filter(|text| holds(text, name));
    let commands = texts.flat_map(|text| shell::commands(&shell::Text::of_source(text)));
    let does = if commands.filter(|command| command.sets(name)).all(|command| command.program() == "unset") {
        "unsets"
    } else {
        "sets"
    };
    Setting::unknown(Origin::Command, format!("the command itself {does} {name}"))
}

fn started_without<'d>(what: &str) -> Setting<'d> {
    Setting::unknown(Origin::Command, format!("the command starts the server without {what}"))
}
