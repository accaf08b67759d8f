//! Which flavor a container or a custom resource runs: what is certain is asked before what is likely.

use super::Site;
use super::read::{Place, has_first_place};
use crate::kubernetes::{Container, Image, Objects, Resource, Workload};
use crate::rules::{Components, CustomResource, Flavor, LazyFlavor, RuleSet};
use crate::yaml::Node;

/// The flavor of a container that is known by its command or its image.
pub(super) fn of_container<'d, 'r>(
    workload: Workload<'d>,
    container: Container<'d>,
    objects: &Objects<'d>,
    rules: &'r RuleSet,
) -> Option<&'r Flavor> {
    let image = container.image()?;
    let flavor = by_command(container, image, rules).or_else(|| by_image(container, image, rules))?;
    let site = Site::Pod { workload, container };
    let takes_place = |other: &&LazyFlavor| {
        other.recognise.instead_of.contains(&flavor.id) && has_first_place(Place { site, flavor: other, objects })
    };
    Some(rules.flavors.iter().find(takes_place).unwrap_or(flavor))
}

/// Whether a container of a workload may be a server, as far as command and image say.
pub(super) fn may_serve(workload: Workload<'_>, rules: &RuleSet) -> bool {
    workload.containers().any(|container| {
        let image = container.image();
        image.is_some_and(|image| {
            by_command(container, image, rules).or_else(|| by_image(container, image, rules)).is_some()
        })
    })
}

fn by_command<'r>(container: Container<'_>, image: Image<'_>, rules: &'r RuleSet) -> Option<&'r LazyFlavor> {
    let text = container.command_text()?;
    rules.flavors.iter().find(|flavor| {
        let rule = &flavor.recognise;
        let fits_image = rule.images.is_empty() || rule.images.iter().any(|pattern| image.ends_in(pattern));
        fits_image && !is_excluded(flavor, image) && rule.commands.iter().any(|phrase| holds_phrase(&text, phrase))
    })
}

/// Images that say enough, then those that need a variable beside them, then those that say next to nothing.
fn by_image<'r>(container: Container<'_>, image: Image<'_>, rules: &'r RuleSet) -> Option<&'r LazyFlavor> {
    let may_be = |flavor: &&LazyFlavor| flavor.recognise.commands.is_empty() && !is_excluded(flavor, image);
    let flavors = || rules.flavors.iter().filter(may_be);
    let fits = |patterns: &[String]| patterns.iter().any(|pattern| image.ends_in(pattern));
    let has_env = |flavor: &LazyFlavor| flavor.recognise.mirror_env.iter().any(|name| container.env(name).is_some());
    flavors()
        .find(|flavor| fits(&flavor.recognise.images))
        .or_else(|| flavors().find(|flavor| fits(&flavor.recognise.mirrors) && has_env(flavor)))
        .or_else(|| flavors().find(|flavor| fits(&flavor.recognise.mirrors) && flavor.recognise.mirror_env.is_empty()))
}

fn is_excluded(flavor: &LazyFlavor, image: Image<'_>) -> bool {
    flavor.recognise.unless_images.iter().any(|pattern| image.ends_in(pattern))
}

impl Components {
    /// The items that are servers.
    pub(super) fn of<'a, 'd: 'a>(&'a self, node: Node<'d>) -> impl Iterator<Item = Node<'d>> + 'a {
        let items = node.at(&self.list).map(|list| list.items().collect::<Vec<_>>()).unwrap_or_default();
        let is_server = |item: &Node<'d>| {
            item.get(&self.field).and_then(Node::text).is_some_and(|text| text.starts_with(self.starts_with.as_str()))
        };
        items.into_iter().filter(is_server)
    }
}

/// The flavor of a custom resource.
pub(super) fn of_resource<'r>(resource: Resource<'_>, rules: &'r RuleSet) -> Option<(&'r Flavor, &'r CustomResource)> {
    rules.flavors.iter().find_map(|flavor| {
        let custom = flavor.recognise.resource.as_ref()?;
        let is_kind = custom.group == resource.group() && custom.kind == resource.kind();
        let is_set = |pointer: &String| resource.node().at(pointer).is_some_and(|node| !node.is_null());
        let has_field = custom.requires.as_ref().is_none_or(is_set);
        let is_off = custom.unless.as_ref().is_some_and(is_set)
            || custom.unless_annotation.iter().any(|(key, value)| resource.annotation(key) == Some(value));
        let has_server =
            custom.components.as_ref().is_none_or(|components| components.of(resource.node()).next().is_some());
        (is_kind && has_field && has_server && !is_off).then_some((&**flavor, custom))
    })
}

/// Whether a phrase stands in a command as whole words: what surrounds it may not go on with a letter, digit, dash or
/// underscore, nor with the ending of a file's name. A phrase that begins with a slash also fits the end of a longer path.
pub(super) fn holds_phrase(text: &str, phrase: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    text.match_indices(phrase).any(|(at, _)| {
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
