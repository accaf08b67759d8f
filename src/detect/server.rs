//! Servers: where they run, what their settings are and what those come to.

use super::read::{Origin, Place, Setting, Which, read, tag_support};
use super::recognise::{holds_phrase, of_container, of_resource};
use super::tag::Support;
use super::{Ignored, Site, ignored};
use crate::kubernetes::{Container, Mounted, Objects, Resource, Workload, mounted_file, plain_words};
use crate::rules::{EnvStore, FieldStore, FieldTextStore, Flavor, RuleSet, Start, Store};
use crate::yaml::Node;
use crate::zookeeper::Verdict;

/// A `ZooKeeper` server found in a document.
#[derive(Clone)]
pub struct Server<'d, 'r> {
    /// Where it runs.
    pub site: Site<'d>,
    /// What it is.
    pub flavor: &'r Flavor,
    /// Its purge interval.
    pub interval: Setting<'d>,
    /// Its retain count.
    pub retain: Setting<'d>,
    /// What it does about old snapshots.
    pub verdict: Verdict,
    /// Purge settings that nothing reads.
    pub ignored: Vec<Ignored<'d>>,
}

/// The place where a patch adds a setting that is written nowhere.
#[derive(Clone, Copy)]
pub enum PatchStore<'r> {
    /// A variable.
    Env(&'r EnvStore),
    /// A field.
    Field(&'r FieldStore),
    /// A line in a field.
    FieldText(&'r FieldTextStore),
}

/// The servers that a resource runs, in the order of its containers or groups.
#[must_use]
pub fn servers<'d, 'r>(resource: Resource<'d>, objects: &Objects<'d>, rules: &'r RuleSet) -> Vec<Server<'d, 'r>> {
    if let Some(workload) = Workload::of(resource) {
        return workload.containers().filter_map(|container| in_pod(workload, container, objects, rules)).collect();
    }
    let Some((flavor, custom)) = of_resource(resource, rules) else { return Vec::new() };
    let groups = custom.groups.as_ref().and_then(|pointer| resource.node().at(pointer)).map(Node::entries);
    let keys = groups.map_or_else(|| vec![None], |entries| entries.into_iter().map(|(key, _)| key.text()).collect());
    keys.into_iter().map(|group| judged(Place { site: Site::Custom { resource, group }, flavor, objects })).collect()
}

fn in_pod<'d, 'r>(
    workload: Workload<'d>,
    container: Container<'d>,
    objects: &Objects<'d>,
    rules: &'r RuleSet,
) -> Option<Server<'d, 'r>> {
    let flavor = of_container(workload, container, objects, rules)?;
    let place = Place { site: Site::Pod { workload, container }, flavor, objects };
    match what_runs(workload, container, flavor, objects) {
        Runs::Nothing => None,
        Runs::ReadingSettings => Some(judged(place)),
        Runs::Otherwise(reason) => {
            let setting = Setting::unknown(Origin::Command, reason);
            Some(with_settings(place, setting.clone(), setting))
        }
    }
}

fn judged<'d, 'r>(place: Place<'_, 'd, 'r>) -> Server<'d, 'r> {
    with_settings(place, read(place, Which::Interval), read(place, Which::Retain))
}

fn with_settings<'d, 'r>(place: Place<'_, 'd, 'r>, interval: Setting<'d>, retain: Setting<'d>) -> Server<'d, 'r> {
    let Place { site, flavor, objects } = place;
    let verdict = if flavor.verified { Verdict::of(&interval.reading, &retain.reading) } else { Verdict::Unknown };
    let ignored = ignored::settings(site, flavor, objects, [&interval, &retain]);
    Server { site, flavor, interval, retain, verdict, ignored }
}

enum Runs {
    Nothing,
    ReadingSettings,
    Otherwise(String),
}

/// What a container's command and arguments start. Scripts that they name count where they are mounted from objects of
/// the stream. What serves nothing has to be all of the command: start scripts sleep and test too.
fn what_runs(workload: Workload<'_>, container: Container<'_>, flavor: &Flavor, objects: &Objects<'_>) -> Runs {
    let Start { reads_settings, bypasses_settings, serves_nothing, args_keep_script } = &flavor.start;
    let Some(command) = container.command_text() else { return Runs::ReadingSettings };
    let text = with_scripts(workload, container, objects, &command);
    let holds = |text: &str, phrases: &[String]| phrases.iter().any(|phrase| holds_phrase(text, phrase));
    let is_script = flavor.settings.iter().any(|store| matches!(store, Store::Script(_)));
    let is_command = reads_settings.is_empty() && holds(&text, &flavor.recognise.commands);
    if is_script || is_command || holds(&text, reads_settings) {
        return Runs::ReadingSettings;
    }
    if is_all_of(&command, serves_nothing) {
        return Runs::Nothing;
    }
    if *args_keep_script && !container.has_command() {
        return Runs::ReadingSettings;
    }
    if holds(&text, bypasses_settings) {
        return Runs::Otherwise("the command starts the server past the script that reads the settings".to_owned());
    }
    Runs::Otherwise("the command is replaced by one that is not known".to_owned())
}

/// Whether a command is one of the phrases with its arguments, behind a shell or not, and nothing else.
fn is_all_of(command: &str, phrases: &[String]) -> bool {
    let is_shell = |word: &str| matches!(word.rsplit('/').next(), Some("sh" | "bash" | "ash" | "dash"));
    let mut words = command.split_whitespace().peekable();
    if words.next_if(|word| is_shell(word)).is_some() {
        while words.next_if(|word| word.starts_with('-')).is_some() {}
    }
    let simple: Vec<&str> = words.filter(|word| *word != "exec").collect();
    let simple = simple.join(" ");
    let is_one = !simple.contains([';', '&', '|', '`']);
    is_one
        && phrases.iter().any(|phrase| {
            let start = simple.get(..simple.find(' ').unwrap_or(simple.len())).unwrap_or_default();
            let name = start.rsplit('/').next().unwrap_or_default();
            let whole = simple.strip_prefix(start).unwrap_or_default();
            holds_phrase(&format!("{name}{whole}"), phrase) && format!("{name}{whole}").starts_with(phrase.as_str())
        })
}

/// A command with the texts of the scripts behind it that it names.
fn with_scripts(workload: Workload<'_>, container: Container<'_>, objects: &Objects<'_>, command: &str) -> String {
    let mut text = command.to_owned();
    for path in command.split_whitespace().filter(|word| word.starts_with('/')) {
        if let Some(Mounted::Text { node, .. }) = mounted_file(workload, container, objects, path) {
            text.push(' ');
            text.push_str(&plain_words(node.text().unwrap_or_default()));
        }
    }
    text
}

impl<'r> Server<'_, 'r> {
    /// Where a patch adds the setting, where the image or the operator reads any place.
    #[must_use]
    pub fn patch_store(&self) -> Option<PatchStore<'r>> {
        let objects = Objects::default();
        let place = Place { site: self.site, flavor: self.flavor, objects: &objects };
        self.flavor.settings.iter().find_map(|store| match store {
            Store::Env(env) if env.patch && tag_support(place, &env.since, &env.unclear_since) == Support::Yes => {
                Some(PatchStore::Env(env))
            }
            Store::Field(field) if field.patch => Some(PatchStore::Field(field)),
            Store::FieldText(field) if field.patch => Some(PatchStore::FieldText(field)),
            _ => None,
        })
    }
}
