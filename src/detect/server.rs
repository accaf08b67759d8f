//! Servers: a workload's container that runs `ZooKeeper`, with its settings and what they come to.

use super::read::{Origin, Place, Setting, Which, read, tag_support};
use super::tag::Support;
use crate::kubernetes::{Container, EnvValue, Resource, Workload};
use crate::rules::{EnvStore, Flavor, RuleSet, Start, Store};
use crate::yaml::Node;
use crate::zookeeper::{Verdict, parse_int};

/// A `ZooKeeper` server found in a document.
#[derive(Clone)]
pub struct Server<'d, 'r> {
    /// The object that runs it.
    pub workload: Workload<'d>,
    /// The container that it runs in.
    pub container: Container<'d>,
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

/// A purge setting that the server does not read.
#[derive(Clone)]
pub struct Ignored<'d> {
    /// The variable.
    pub name: &'d str,
    /// Its value, where one is written.
    pub text: Option<&'d str>,
    /// Its entry.
    pub node: Node<'d>,
}

/// The servers that a resource runs, in the order of its containers.
#[must_use]
pub fn servers<'d, 'r>(resource: Resource<'d>, rules: &'r RuleSet) -> Vec<Server<'d, 'r>> {
    let Some(workload) = Workload::of(resource) else { return Vec::new() };
    workload.containers().filter_map(|container| server(workload, container, rules)).collect()
}

fn server<'d, 'r>(workload: Workload<'d>, container: Container<'d>, rules: &'r RuleSet) -> Option<Server<'d, 'r>> {
    let image = container.image()?;
    let is_ours = |flavor: &&Flavor| flavor.recognise.images.iter().any(|pattern| image.ends_in(pattern));
    let flavor = rules.flavors.iter().find(is_ours)?;
    let place = Place { workload, container, flavor };
    let (interval, retain) = match what_runs(container, &flavor.start) {
        Runs::Nothing => return None,
        Runs::ReadingSettings => (read(place, Which::Interval), read(place, Which::Retain)),
        Runs::Otherwise(reason) => {
            let setting = Setting::unknown(Origin::Command, reason);
            (setting.clone(), setting)
        }
    };
    let verdict = if flavor.verified { Verdict::of(&interval.reading, &retain.reading) } else { Verdict::Unknown };
    let ignored = ignored(container, [&interval, &retain]);
    Some(Server { workload, container, flavor, interval, retain, verdict, ignored })
}

enum Runs {
    Nothing,
    ReadingSettings,
    Otherwise(String),
}

/// What a container's command and arguments start.
fn what_runs(container: Container<'_>, start: &Start) -> Runs {
    let Some(text) = container.command_text() else { return Runs::ReadingSettings };
    let holds = |phrases: &[String]| phrases.iter().any(|phrase| holds_phrase(&text, phrase));
    if holds(&start.reads_settings) {
        return Runs::ReadingSettings;
    }
    if holds(&start.bypasses_settings) {
        return Runs::Otherwise("the command starts the server past the script that reads the settings".to_owned());
    }
    if holds(&start.serves_nothing) {
        return Runs::Nothing;
    }
    Runs::Otherwise("the command is replaced by one that is not known".to_owned())
}

/// Whether a phrase stands in a command as whole words: what surrounds it may not go on with a letter, digit, dash or
/// underscore. A phrase that begins with a slash also fits the end of a longer path.
fn holds_phrase(text: &str, phrase: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    text.match_indices(phrase).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + phrase.len()..).and_then(|after| after.chars().next());
        (phrase.starts_with('/') || !before.is_some_and(goes_on)) && !after.is_some_and(goes_on)
    })
}

/// Variables that look like purge settings and decide nothing.
fn ignored<'d>(container: Container<'d>, settings: [&Setting<'d>; 2]) -> Vec<Ignored<'d>> {
    let decides = |name: &str| {
        settings.iter().any(|setting| match &setting.origin {
            Origin::Env { name: own, .. } | Origin::EnvFile { name: own } => own == name,
            Origin::File { .. } | Origin::Command | Origin::Default => false,
        })
    };
    let mut found: Vec<Ignored<'d>> = Vec::new();
    for (name, node) in container.env_names() {
        if is_purge_name(name) && !decides(name) && !found.iter().any(|other| other.name == name) {
            let written = container.env(name).map(|variable| variable.value);
            let text = if let Some(EnvValue::Written(value)) = written { value.text() } else { None };
            // A name may only sound like a setting; what is no number may be anything, a password too.
            let text = text.filter(|text| parse_int(text).is_some());
            found.push(Ignored { name, text, node });
        }
    }
    found
}

/// Whether somebody who wrote this name meant a purge setting, whatever the family and the spelling.
fn is_purge_name(name: &str) -> bool {
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    ["AUTOPURGE", "PURGEINTERVAL", "SNAPRETAINCOUNT"].iter().any(|word| letters.contains(word))
}

impl<'r> Server<'_, 'r> {
    /// The variable that a patch writes, where the image reads one.
    #[must_use]
    pub fn patch_store(&self) -> Option<&'r EnvStore> {
        let place = Place { workload: self.workload, container: self.container, flavor: self.flavor };
        self.flavor.settings.iter().find_map(|store| match store {
            Store::Env(env) if env.patch && tag_support(place, &env.since, &env.unclear_since) == Support::Yes => {
                Some(env)
            }
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{holds_phrase, is_purge_name};

    #[test]
    fn phrases_are_whole_words() {
        let table = [
            ("exec /entrypoint.sh /run.sh", "/run.sh", true),
            ("/opt/bitnami/scripts/zookeeper/run.sh", "/run.sh", true),
            ("/run.shell", "/run.sh", false),
            ("sleep infinity", "sleep", true),
            ("sleepwalk", "sleep", false),
            ("my-zkCli.sh", "zkCli.sh", false),
            ("zkServer.sh start-foreground", "zkServer.sh start-foreground", true),
            ("bin/zkServer.sh status", "zkServer.sh status", true),
        ];
        for (text, phrase, expected) in table {
            assert_eq!(holds_phrase(text, phrase), expected, "{text} / {phrase}");
        }
    }

    #[test]
    fn purge_names_are_recognised_in_every_spelling() {
        for name in
            ["ZOO_AUTOPURGE_INTERVAL", "ZK_PURGE_INTERVAL", "ZOO_CFG_autopurge_purgeInterval", "ZK_SNAP_RETAIN_COUNT"]
        {
            assert!(is_purge_name(name), "{name}");
        }
        assert!(!is_purge_name("ZOO_SERVERS"));
    }
}
