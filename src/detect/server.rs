//! Servers: where they run, what their settings are and what those amount to.

use super::cleaner::mitigation;
use super::compression::compression;
use super::read::{Origin, Script, ServerContext, Setting, UNKNOWN_IMAGE, read, read_file, script, tag_support};
use super::recognise::{Started, holds_phrase, named_scripts, of_resource};
use super::start::{self, Runs};
use super::tag::Support;
use super::version::{ReleaseLine, older, release_line};
use super::{Compression, Ignored, Mitigation, Site, idle, ignored};
use crate::kubernetes::{Container, Hook, Objects, PodContainer, Resource, Workload, plain_words};
use crate::rules::{CustomResource, EnvStore, FieldStore, FieldTextStore, Flavor, RuleSet, Start, Store};
use crate::yaml::Node;
use crate::zookeeper::{PurgeSetting, Reading, Verdict};

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
    /// What purges instead, if the server itself never does.
    pub mitigation: Option<Mitigation>,
    /// How its snapshots are compressed, if the manifest sets that.
    pub compression: Option<Compression>,
    /// The release line of `ZooKeeper` that it runs, if known.
    pub zookeeper: Option<ReleaseLine>,
    /// The shell text that writes its configuration or appends to it.
    pub script: Option<Script<'d>>,
    /// Whether its start script cuts off the last line of the configuration.
    pub cuts_last_line: bool,
    /// Whether the operator or the image reads no setting at all.
    reads_no_settings: bool,
}

/// Where a patch adds a setting that is not written anywhere.
#[derive(Clone, Copy)]
pub enum PatchStore<'r> {
    /// A variable.
    Env(&'r EnvStore),
    /// A field.
    Field(&'r FieldStore),
    /// A line in a field.
    FieldText(&'r FieldTextStore),
    /// A line in the command's shell text that appends to a file.
    Script,
}

/// The servers that a resource runs, in the order of its containers or groups.
#[must_use]
pub fn servers<'d, 'r>(resource: Resource<'d>, objects: &Objects<'d>, rules: &'r RuleSet) -> Vec<Server<'d, 'r>> {
    found(resource, objects, rules, &|found| found.server())
}

/// What the servers of a resource do, in the order of [`servers`], and nothing else about them.
#[must_use]
pub fn verdicts<'d>(resource: Resource<'d>, objects: &Objects<'d>, rules: &RuleSet) -> Vec<Verdict> {
    found(resource, objects, rules, &|found| found.verdict())
}

/// What is wanted of each server that a resource runs.
fn found<'d, 'r, T>(
    resource: Resource<'d>,
    objects: &Objects<'d>,
    rules: &'r RuleSet,
    look: &impl Fn(Found<'_, 'd, 'r>) -> T,
) -> Vec<T> {
    let is_judged = |other| Workload::of(other).is_some() || of_resource(other, rules).is_some();
    if objects.has_substitute(resource, is_judged) {
        return Vec::new();
    }
    if let Some(workload) = Workload::of(resource) {
        let pods = workload.containers().map(|container| PodContainer { workload, container }.deployed(objects));
        return pods.filter_map(|pod| in_pod(pod, objects, rules, look)).collect();
    }
    if resource.hook().is_some_and(Hook::is_short_lived) {
        return Vec::new();
    }
    let Some((flavor, custom)) = of_resource(resource, rules) else { return Vec::new() };
    let groups = groups(resource.node(), custom).into_iter();
    groups
        .map(|group| {
            let server = ServerContext { site: Site::Custom { resource, group }, flavor, objects, texts: &[] };
            look(Found::reading_settings(server))
        })
        .collect()
}

/// The names of the server groups that an operator creates for a custom resource; a single unnamed one if there are no
/// groups.
fn groups<'d>(node: Node<'d>, custom: &CustomResource) -> Vec<Option<&'d str>> {
    if let Some(components) = &custom.components {
        return components.of(node).map(|item| item.get("name").and_then(Node::text)).collect();
    }
    let entries = custom.groups.as_ref().and_then(|pointer| node.at(pointer)).map(Node::entries);
    entries.map_or_else(|| vec![None], |entries| entries.into_iter().map(|(key, _)| key.text()).collect())
}

fn in_pod<'d, 'r, T>(
    pod: PodContainer<'d>,
    objects: &Objects<'d>,
    rules: &'r RuleSet,
    look: &impl Fn(Found<'_, 'd, 'r>) -> T,
) -> Option<T> {
    let started = Started::of(pod, objects)?;
    let flavor = started.flavor(rules)?;
    let site = Site::Pod(pod);
    let server = ServerContext { site, flavor, objects, texts: &started.texts };
    let found = match started.unless_mounted_over(flavor, what_runs(&started, pod.container, flavor)) {
        Runs::Nothing => return None,
        Runs::Settings => Found::reading_settings(server),
        Runs::File => Found::reading_file(server),
        // A setting may be read even if that is not known.
        Runs::Bypassing => Found::unknown(server, BYPASSING, !started.has_unseen_script(flavor)),
        Runs::Unknown(reason) => Found::unknown(server, &reason, false),
    };
    Some(look(found))
}

/// Why the settings of a server that nothing visible configures are unknown.
const BYPASSING: &str = "the command bypasses the script that reads the settings";

/// A server of which nothing but its settings has been read.
struct Found<'a, 'd, 'r> {
    server: ServerContext<'a, 'd, 'r>,
    interval: Setting<'d>,
    retain: Setting<'d>,
    /// Whether all settings that take effect are known, so that any other is one that nothing reads.
    knows_all: bool,
    /// Whether it reads its file and no other setting.
    reads_file_alone: bool,
}

impl<'a, 'd, 'r> Found<'a, 'd, 'r> {
    fn reading_settings(server: ServerContext<'a, 'd, 'r>) -> Self {
        let [interval, retain] = [PurgeSetting::Interval, PurgeSetting::Retain].map(|which| read(server, which));
        Self { server, interval, retain, knows_all: true, reads_file_alone: false }
    }

    fn reading_file(server: ServerContext<'a, 'd, 'r>) -> Self {
        let [interval, retain] = [PurgeSetting::Interval, PurgeSetting::Retain].map(|which| read_file(server, which));
        Self { server, interval, retain, knows_all: true, reads_file_alone: true }
    }

    /// With unknown settings, for a reason.
    fn unknown(server: ServerContext<'a, 'd, 'r>, reason: &str, knows_all: bool) -> Self {
        let setting = Setting::unknown(Origin::Command, reason.to_owned());
        Self { server, interval: setting.clone(), retain: setting, knows_all, reads_file_alone: false }
    }

    /// Whether the facts about the flavor and its image are verified.
    fn is_verified(&self) -> bool {
        let ServerContext { site, flavor, .. } = self.server;
        flavor.verified && !is_belief(site, flavor)
    }

    fn verdict(&self) -> Verdict {
        if self.is_verified() { Verdict::of(&self.interval.reading, &self.retain.reading) } else { Verdict::Unknown }
    }

    fn server(self) -> Server<'d, 'r> {
        let (verdict, is_verified) = (self.verdict(), self.is_verified());
        let Self { server, interval, retain, knows_all, reads_file_alone } = self;
        let ServerContext { site, flavor, .. } = server;
        // If the facts about an image are unverified, it is not known what it ignores.
        let ignored =
            if is_verified && knows_all { ignored::settings(server, [&interval, &retain]) } else { Vec::new() };
        Server {
            mitigation: (verdict == Verdict::NeverPurges).then(|| mitigation(server)).flatten(),
            compression: compression(site, flavor, &interval),
            zookeeper: release_line(site, flavor),
            reads_no_settings: reads_file_alone || older(server).is_some(),
            script: script(server),
            cuts_last_line: matches!(interval.origin, Origin::Properties { .. }) && cuts_last_line(server),
            site,
            flavor,
            interval,
            retain,
            verdict,
            ignored,
        }
    }
}

/// Whether the facts about this image of the flavor are unverified.
fn is_belief(site: Site<'_>, flavor: &Flavor) -> bool {
    let image = site.container().and_then(Container::image);
    image.is_some_and(|image| flavor.recognise.unverified_images.iter().any(|pattern| image.ends_in(pattern)))
}

/// Whether the command, or a mounted script that it names, drops the last line of a file: Pravega's start script takes
/// that line for the one that names the dynamic configuration.
fn cuts_last_line(server: ServerContext<'_, '_, '_>) -> bool {
    let Some(pod) = server.pod() else { return false };
    let Some(command) = pod.container.command_text() else { return false };
    let text = with_scripts(&command, &named_scripts(pod, server.objects, &command));
    ["head -n -1", "head -n-1", "head --lines=-1", "sed $d", "sed \\$d"].iter().any(|cut| text.contains(cut))
}

impl Started<'_, '_> {
    /// What runs if something is mounted over a script that would read the settings.
    fn unless_mounted_over(&self, flavor: &Flavor, runs: Runs) -> Runs {
        let is_own = matches!(flavor.settings.first(), Some(Store::Script(_)));
        let over = flavor.start.scripts.iter().find(|path| self.is_mounted_over(path));
        match (runs, over) {
            (Runs::Settings, Some(path)) if !is_own => {
                Runs::Unknown(format!("another script is mounted over {path}, the one that reads the settings"))
            }
            (runs, _) => runs,
        }
    }
}

/// What a container's command and arguments run. Scripts that they name count if they are mounted from objects in the
/// stream. Phrases that run no server count only if they are the whole command: start scripts sleep and test too.
fn what_runs(started: &Started<'_, '_>, container: Container<'_>, flavor: &Flavor) -> Runs {
    if started.command.is_none() {
        return Runs::Settings;
    }
    let keeps_script = flavor.start.args_keep_script;
    if keeps_script && idle::script_serves_nothing(container, &flavor.start) {
        return Runs::Nothing;
    }
    let text = started.words.join(" ");
    if is_taken_for_reading(&text, container, flavor) {
        return Runs::Settings;
    }
    let seen = (container.has_command() || !keeps_script).then(|| seen(started, &text, flavor)).flatten();
    let past = match seen {
        Some(runs @ (Runs::Settings | Runs::Nothing | Runs::Unknown(_))) => return runs,
        Some(past @ (Runs::File | Runs::Bypassing)) => Some(past),
        None => None,
    };
    if idle::serves_nothing(container, &flavor.start) || idle::only_purges(&text) {
        return Runs::Nothing;
    }
    if keeps_script && !container.has_command() {
        return of_arguments(&text, flavor);
    }
    past.unwrap_or_else(|| {
        let is_known = !flavor.settings.is_empty();
        let reason = if is_known { "the command is replaced by an unknown one" } else { UNKNOWN_IMAGE };
        Runs::Unknown(reason.to_owned())
    })
}

/// Whether the settings are read whatever the rest of the command does, as far as its text tells.
fn is_taken_for_reading(text: &str, container: Container<'_>, flavor: &Flavor) -> bool {
    let Start { reads_settings, reads_settings_through, .. } = &flavor.start;
    let is_script = matches!(flavor.settings.first(), Some(Store::Script(store)) if store.generator.is_none());
    let is_command = || reads_settings.is_empty() && mentions(text, &flavor.recognise.commands);
    // The image's own script looks for the phrases among its arguments in this way.
    let is_argument =
        || !reads_settings_through.is_empty() && !container.has_command() && mentions(text, reads_settings);
    is_script || is_command() || is_argument()
}

/// What a command is seen to run, if it mentions anything that is known.
fn seen(started: &Started<'_, '_>, text: &str, flavor: &Flavor) -> Option<Runs> {
    let Start { reads_settings, reads_file, bypasses_settings, .. } = &flavor.start;
    let is_named = [reads_settings, reads_file, bypasses_settings].into_iter().any(|phrases| mentions(text, phrases));
    is_named.then(|| start::runs(started, &flavor.start)).flatten()
}

/// What the image's own script runs with the arguments of a text.
fn of_arguments(text: &str, flavor: &Flavor) -> Runs {
    if mentions(text, &flavor.start.reads_settings) || mentions(text, &flavor.start.bypasses_settings) {
        Runs::Settings
    } else {
        Runs::Unknown("the image's command is replaced by an unknown one".to_owned())
    }
}

/// Whether a text holds one of the phrases, wherever it stands.
fn mentions(text: &str, phrases: &[String]) -> bool {
    phrases.iter().any(|phrase| holds_phrase(text, phrase))
}

/// A command followed by the texts of the scripts that it names.
fn with_scripts(command: &str, scripts: &[String]) -> String {
    let texts = [command.to_owned()].into_iter().chain(scripts.iter().map(|script| plain_words(script)));
    texts.collect::<Vec<_>>().join(" ")
}

impl<'r> Server<'_, 'r> {
    /// The same with a verdict that something leaves open which is not visible.
    #[must_use]
    pub fn doubted(mut self, why: &str) -> Self {
        for setting in [&mut self.interval, &mut self.retain] {
            setting.reading = Reading::Unknown;
            setting.unknown_because = Some(why.to_owned());
        }
        Self { verdict: Verdict::Unknown, ignored: Vec::new(), mitigation: None, ..self }
    }

    /// Where a patch adds the setting, if the image or the operator reads settings at all.
    #[must_use]
    pub fn patch_store(&self) -> Option<PatchStore<'r>> {
        if self.reads_no_settings {
            return None;
        }
        self.flavor.settings.iter().find_map(|store| match store {
            Store::Env(env) if env.patch && tag_support(self.site, &env.since, &env.unclear_since) == Support::Yes => {
                Some(PatchStore::Env(env))
            }
            Store::Field(field) if field.patch => Some(PatchStore::Field(field)),
            Store::FieldText(field) if field.patch => Some(PatchStore::FieldText(field)),
            Store::Script(script) if script.generator.is_some() && self.script.is_some() => Some(PatchStore::Script),
            _ => None,
        })
    }
}
