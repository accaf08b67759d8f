//! Which flavor a container or a custom resource runs: certain evidence is checked before likely evidence.

use std::collections::BTreeMap;

use super::Site;
use super::read::{ServerContext, has_first_place};
use crate::kubernetes::{EnvFrom, Image, Objects, PodContainer, Resource, Workload, datum, mount_path, plain_words};
use crate::rules::{Components, CustomResource, Flavor, LazyFlavor, Mirror, RuleSet, Start};
use crate::shell::{is_shell, loose_words};
use crate::unix_path::base_name;
use crate::yaml::Node;

/// Whether a container of a workload may be a server, as far as command and image show. The image behind an image
/// stream is named in another document.
pub(super) fn may_serve(workload: Workload<'_>, rules: &RuleSet) -> bool {
    let nothing = Objects::default();
    let starts = |container| Started::of(PodContainer { workload, container }.deployed(&nothing), &nothing);
    workload.containers().filter_map(starts).any(|started| {
        started.image.is_stream || started.known(rules).is_some() || started.may_be_told_elsewhere(rules)
    })
}

/// What a container starts.
pub(super) struct Started<'a, 'd> {
    pub(super) pod: PodContainer<'d>,
    pub(super) objects: &'a Objects<'d>,
    image: Image<'d>,
    /// The text of its command, if it has one.
    pub(super) command: Option<String>,
    /// The texts of the scripts that the command names, if they are mounted from objects in the stream.
    scripts: Vec<String>,
    /// The words of its command and of those scripts.
    pub(super) words: Vec<String>,
    /// The texts that it starts with, unchanged: the parts of the command, the command as one text, the scripts.
    pub(super) texts: Vec<String>,
}

impl<'a, 'd> Started<'a, 'd> {
    /// `None` if it has no image.
    pub(super) fn of(pod: PodContainer<'d>, objects: &'a Objects<'d>) -> Option<Self> {
        let container = pod.container;
        let (image, command) = (container.image()?, container.command_text());
        let scripts = command.as_deref().map(|command| named_scripts(pod, objects, command));
        let scripts = scripts.unwrap_or_default();
        let words = command.iter().cloned().chain(scripts.iter().map(|script| plain_words(script))).collect();
        let parts = container.command_parts().into_iter().filter_map(Node::text).map(str::to_owned);
        let texts = parts.chain(command.clone()).chain(scripts.iter().cloned()).collect();
        Some(Self { pod, objects, image, command, scripts, words, texts })
    }

    /// The flavor that command or image show, or the one that replaces it here.
    pub(super) fn flavor<'r>(&self, rules: &'r RuleSet) -> Option<&'r Flavor> {
        let flavor = self.known(rules)?;
        let takes_place = |other: &&LazyFlavor| other.instead_of().contains(&flavor.id) && self.has_first_place(other);
        Some(rules.of_pods().find(takes_place).unwrap_or(flavor))
    }

    fn known<'r>(&self, rules: &'r RuleSet) -> Option<&'r LazyFlavor> {
        self.by_command(rules)
            .or_else(|| self.by_image(rules))
            .or_else(|| self.otherwise(rules))
            .or_else(|| self.by_container(rules))
    }

    fn otherwise<'r>(&self, rules: &'r RuleSet) -> Option<&'r LazyFlavor> {
        rules.of_pods().find(|flavor| {
            let rule = flavor.recognise();
            self.words.iter().any(|text| holds_one(text, &rule.otherwise)) && self.may_be(flavor)
        })
    }

    /// What the container is called and which ports it declares. Alone, its name is evidence only if nothing shows which
    /// image it runs.
    fn by_container<'r>(&self, rules: &'r RuleSet) -> Option<&'r LazyFlavor> {
        let is_image_unknown = self.image.is_unknown();
        rules.of_pods().find(|flavor| {
            is_image_unknown && self.is_called(&flavor.recognise().names)
                || may_identify_by_image(flavor, self.image) && self.is_mirror(flavor, Mirror::is_by_container)
        })
    }

    fn is_called(&self, words: &[String]) -> bool {
        is_called(self.pod.container.name(), words)
    }

    /// Whether the container declares a port.
    fn has_port(&self, port: u16) -> bool {
        let ports =
            self.pod.container.node().get("ports").into_iter().flat_map(|ports| ports.items().collect::<Vec<_>>());
        let port = port.to_string();
        ports.into_iter().any(|entry| entry.get("containerPort").and_then(Node::text) == Some(port.as_str()))
    }

    /// A flavor that replaces others applies only if its first settings place is written.
    fn may_be(&self, flavor: &LazyFlavor) -> bool {
        flavor.instead_of().is_empty() || self.has_first_place(flavor)
    }

    fn has_first_place(&self, flavor: &Flavor) -> bool {
        let site = Site::Pod(self.pod);
        has_first_place(ServerContext { site, flavor, objects: self.objects, texts: &self.texts })
    }

    fn by_command<'r>(&self, rules: &'r RuleSet) -> Option<&'r LazyFlavor> {
        let command = self.command.as_ref()?;
        rules.of_pods().filter(|flavor| flavor.is_by_command()).find(|flavor| {
            let rule = flavor.recognise();
            let fits_image = rule.images.is_empty() || self.ends_in(&rule.images);
            let is_started = if rule.scripts.is_empty() || self.scripts.is_empty() {
                holds_one(command, &rule.commands)
            } else {
                self.scripts.iter().any(|script| rule.scripts.iter().any(|phrase| script.contains(phrase.as_str())))
            };
            fits_image && is_started && !self.ends_in(&rule.unless_images)
        })
    }

    /// Images that are enough by themselves, then those that need other evidence in the container, then those that say
    /// next to nothing.
    fn by_image<'r>(&self, rules: &'r RuleSet) -> Option<&'r LazyFlavor> {
        let may_be = |flavor: &&LazyFlavor| may_identify_by_image(flavor, self.image);
        let flavors = || rules.of_pods().filter(may_be);
        flavors()
            .find(|flavor| self.ends_in(&flavor.recognise().images))
            .or_else(|| flavors().find(|flavor| self.is_mirror(flavor, Mirror::is_by_setting)))
            .or_else(|| flavors().find(|flavor| self.is_mirror(flavor, Mirror::is_plain)))
    }

    /// Whether the image is one of a flavor's mirrors of a kind, and what tells it stands beside it.
    fn is_mirror(&self, flavor: &LazyFlavor, kind: fn(&Mirror) -> bool) -> bool {
        let mut mirrors = flavor.recognise().mirrors.iter().filter(|mirror| kind(mirror));
        mirrors.any(|mirror| self.ends_in(&mirror.images) && self.is_beside(mirror)) && self.may_be(flavor)
    }

    fn is_beside(&self, mirror: &Mirror) -> bool {
        let has = |variables: &[String], files: &[String]| {
            variables.iter().any(|name| self.has_variable(name)) || files.iter().any(|file| self.mounts(file))
        };
        let is_started = |text: &String| holds_one(text, &mirror.commands);
        (!mirror.is_by_setting() || has(&mirror.variables, &mirror.files))
            && (mirror.commands.is_empty() || self.words.iter().any(is_started))
            && (mirror.names.is_empty() || self.is_called(&mirror.names))
            && mirror.ports.iter().all(|&port| self.has_port(port))
            && !has(&mirror.unless_variables, &mirror.unless_files)
    }

    /// Whether a variable is set, in the container itself or by an object of the stream that `envFrom` names.
    fn has_variable(&self, name: &str) -> bool {
        let brings = |from: EnvFrom<'d>| {
            let key = name.strip_prefix(from.prefix)?;
            datum(self.objects.referred(from.object, self.pod.workload.resource)?, key)
        };
        self.pod.container.env(name).is_some()
            || self.pod.container.env_from().into_iter().any(|from| brings(from).is_some())
    }

    /// Whether variables from other objects may tell that the image is a mirror.
    fn may_be_told_elsewhere(&self, rules: &RuleSet) -> bool {
        let may_be = |mirror: &Mirror| {
            let is_started = |text: &String| holds_one(text, &mirror.commands);
            !mirror.variables.is_empty()
                && self.ends_in(&mirror.images)
                && (mirror.commands.is_empty() || self.words.iter().any(is_started))
        };
        !self.pod.container.env_from().is_empty()
            && rules.of_pods().any(|flavor| flavor.recognise().mirrors.iter().any(may_be))
    }

    /// Whether something is mounted at the path of a file or of its folder.
    fn mounts(&self, file: &str) -> bool {
        let folder = file.rsplit_once('/').map(|(folder, _)| folder);
        self.pod
            .container
            .volume_mounts()
            .iter()
            .any(|mount| mount_path(*mount).is_some_and(|path| path == file || Some(&*path) == folder))
    }

    /// Whether a file of an object is, or may be, mounted at a path.
    pub(super) fn is_mounted_over(&self, path: &str) -> bool {
        self.pod.mounted_file(self.objects, path).is_some()
    }

    /// Whether the command names a script that is not in the manifests and that the flavor does not know.
    pub(super) fn has_unseen_script(&self, flavor: &Flavor) -> bool {
        let Start { reads_settings, reads_file, bypasses_settings, serves_nothing, scripts, .. } = &flavor.start;
        let known = [reads_settings, reads_file, bypasses_settings, serves_nothing, scripts].into_iter().flatten();
        let known: Vec<&str> = known.filter_map(|phrase| phrase.split(' ').next()).map(base_name).collect();
        let is_in_sight = |path: &str| {
            let mounted = self.pod.mounted_file(self.objects, path);
            mounted.is_some_and(|file| file.text().is_some())
        };
        let words = self.command.iter().flat_map(|command| loose_words(command));
        let mut scripts = words.enumerate().filter(|(number, word)| {
            let is_program = *number == 0 && word.starts_with('/') && !is_shell(word);
            is_program || word.strip_suffix(".sh").is_some()
        });
        scripts.any(|(_, script)| !known.contains(&base_name(script)) && !is_in_sight(script))
    }

    fn ends_in(&self, patterns: &[String]) -> bool {
        patterns.iter().any(|pattern| self.image.ends_in(pattern))
    }
}

fn holds_one(text: &str, phrases: &[String]) -> bool {
    phrases.iter().any(|phrase| holds_phrase(text, phrase))
}

/// Whether a container's name, but for an ordinal, is one of these words or ends in one behind a dash.
pub(crate) fn is_called(name: &str, words: &[String]) -> bool {
    let is_ordinal = |end: &str| !end.is_empty() && end.bytes().all(|byte| byte.is_ascii_digit());
    let name = name.rsplit_once('-').filter(|(_, end)| is_ordinal(end)).map_or(name, |(name, _)| name);
    let before = |word: &String| name.strip_suffix(word.as_str());
    words.iter().filter_map(before).any(|before| before.is_empty() || before.ends_with('-'))
}

/// Whether an image can be enough to tell a flavor: some flavors are recognised by their commands, and some images are
/// excluded.
pub(crate) fn may_identify_by_image(flavor: &LazyFlavor, image: Image<'_>) -> bool {
    let rule = flavor.recognise();
    rule.commands.is_empty() && !rule.unless_images.iter().any(|pattern| image.ends_in(pattern))
}

/// The texts of the scripts that a command names by their paths, if they are mounted from objects in the stream.
pub(super) fn named_scripts<'d>(pod: PodContainer<'d>, objects: &Objects<'d>, command: &str) -> Vec<String> {
    let text = |path: &str| pod.mounted_file(objects, path)?.text();
    script_paths(command).filter_map(text).collect()
}

/// The words of a command that may be paths of scripts.
pub(super) fn script_paths(command: &str) -> impl Iterator<Item = &str> {
    loose_words(command).filter(|word| word.starts_with('/'))
}

impl Components {
    /// The items that are servers.
    pub(super) fn of<'a, 'd: 'a>(&'a self, node: Node<'d>) -> impl Iterator<Item = Node<'d>> + 'a {
        let items = node.at(&self.list).map(|list| list.items().collect::<Vec<_>>()).unwrap_or_default();
        let begins = move |text: &str| text.starts_with(self.starts_with.as_str());
        let is_server = move |item: &Node<'d>| {
            let text = self.fields.iter().find_map(|field| item.get(field).and_then(Node::text));
            let is_within = |text: &str| self.may_follow_dash && text.split('-').any(begins);
            text.is_some_and(|text| begins(text) || is_within(text))
        };
        items.into_iter().filter(is_server)
    }
}

/// The flavor of a custom resource.
pub(super) fn of_resource<'r>(resource: Resource<'_>, rules: &'r RuleSet) -> Option<(&'r Flavor, &'r CustomResource)> {
    let (group, kind) = (resource.group(), resource.kind());
    let of_kind = rules.flavors.iter().filter(|flavor| flavor.has_kind(kind));
    let of_kind: Vec<_> = of_kind.filter_map(|flavor| Some((flavor, flavor.recognise().resource.as_ref()?))).collect();
    let is_known = of_kind.iter().any(|(_, custom)| custom.group == group);
    // The API groups of operators are domain names.
    let is_meant = |custom: &CustomResource| {
        let is_version = custom.versions.is_empty() || custom.versions.iter().any(|one| one == resource.version());
        if is_known { custom.group == group && is_version } else { custom.is_of_any_group() && group.contains('.') }
    };
    of_kind.into_iter().filter(|(_, custom)| is_meant(custom)).find_map(|(flavor, custom)| {
        let is_set = |pointer: &String| resource.node().at(pointer).is_some_and(|node| !node.is_null());
        let has_field = custom.requires.as_ref().is_none_or(is_set);
        let text = |pointer: &String| resource.node().at(pointer).and_then(Node::text).unwrap_or_default();
        let is_case = |fields: &BTreeMap<String, Vec<String>>| {
            fields.iter().all(|(pointer, texts)| texts.iter().any(|one| one == text(pointer)))
        };
        let has_case = custom.one_of.is_empty() || custom.one_of.iter().any(is_case);
        let begins = |(pointer, texts): (&String, &Vec<String>)| {
            texts.iter().any(|beginning| text(pointer).starts_with(beginning.as_str()))
        };
        let is_off = custom.unless.iter().any(is_set)
            || custom.unless_begins.iter().any(begins)
            || custom.unless_annotation.iter().any(|(key, value)| resource.annotation(key) == Some(value));
        let has_server =
            custom.components.as_ref().is_none_or(|components| components.of(resource.node()).next().is_some());
        (has_field && has_case && has_server && !is_off).then_some((&**flavor, custom))
    })
}

/// Whether a command contains a phrase as whole words: no letter, digit, dash or underscore may precede it or follow
/// it, nor may a file extension follow it. A phrase that begins with a slash also matches the end of a longer path.
pub(crate) fn holds_phrase(text: &str, phrase: &str) -> bool {
    find_phrase(text, phrase).is_some()
}

/// Where a command contains a phrase as whole words.
pub(super) fn find_phrase(text: &str, phrase: &str) -> Option<usize> {
    let goes_on = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    // Texts and phrases are short: to prepare a search would take longer than to compare.
    let &first = phrase.as_bytes().first()?;
    let mut places = memchr::memchr_iter(first, text.as_bytes())
        .filter(|at| text.as_bytes().get(*at..).is_some_and(|rest| rest.starts_with(phrase.as_bytes())));
    places.find(|&at| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + phrase.len()..).unwrap_or_default();
        let after = after.strip_prefix('.').unwrap_or(after).chars().next();
        (phrase.starts_with('/') || !before.is_some_and(goes_on)) && !after.is_some_and(goes_on)
    })
}

#[cfg(test)]
mod tests {
    use super::holds_phrase;

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
            ("bin/pulsar zookeeper-shell", "bin/pulsar zookeeper", false),
            ("/config-scripts/run.sh", "/config-scripts/run", false),
            ("start it.", "start it", true),
        ];
        for (text, phrase, expected) in table {
            assert_eq!(holds_phrase(text, phrase), expected, "{text} / {phrase}");
        }
    }
}
