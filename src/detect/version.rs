//! Versions: of an operator, as far as needed to say what it did before it supported purging, and of `ZooKeeper`
//! itself.

use super::Site;
use super::read::ServerContext;
use super::tag::is_below;
use crate::helm::ChartLabel;
use crate::kubernetes::{Image, Objects, Resource, Workload};
use crate::rules::{Flavor, Older};
use crate::yaml::Node;

/// A release line of `ZooKeeper`: 3.5 for 3.5.8.
pub type ReleaseLine = (u64, u64);

/// What an operator too old to read settings does, with the version that shows its age.
pub(super) fn older<'d, 'r>(server: ServerContext<'_, 'd, 'r>) -> Option<(&'r Older, &'d str)> {
    let Site::Custom { resource, .. } = server.site else { return None };
    let mut told: Option<(&Older, &str)> = None;
    for rule in &server.flavor.older {
        let Some(version) = operator_version(rule, resource, server.objects) else { continue };
        // Bounds for one place are adjacent; once it has given a version, other places no longer count.
        if told.is_some_and(|(first, _)| !is_same_place(first, rule)) {
            break;
        }
        if is_below(version, &rule.below) {
            return Some((rule, version));
        }
        told = Some((rule, version));
    }
    None
}

fn is_same_place(one: &Older, other: &Older) -> bool {
    (&one.field, &one.operator, &one.chart) == (&other.field, &other.operator, &other.chart)
}

fn operator_version<'d>(rule: &Older, resource: Resource<'d>, objects: &Objects<'d>) -> Option<&'d str> {
    if let Some(pointer) = &rule.field {
        return resource.node().at(pointer).and_then(Node::text).map(without_repository);
    }
    if let Some(chart) = &rule.chart {
        let mut labels = resource.labels().into_iter().filter(|(key, _)| key.text().is_some_and(ChartLabel::is_key));
        return labels.find_map(|(_, value)| value.as_str()?.strip_prefix(chart.as_str())?.strip_prefix('-'));
    }
    let operator = rule.operator.as_ref()?;
    let containers = objects.all().filter_map(Workload::of).flat_map(Workload::containers);
    let images = containers.filter_map(|container| container.image().filter(|image| image.ends_in(operator)));
    let mut tags: Vec<&str> = images.filter_map(|image| image.tag).collect();
    tags.dedup();
    if let [tag] = tags.as_slice() { Some(tag) } else { None }
}

/// The tag of an image, or the whole text if it is only a version.
fn without_repository(text: &str) -> &str {
    Image::parse(text).tag.unwrap_or(text)
}

/// The release line of `ZooKeeper` that a server runs, if a tag or a field tells.
pub(super) fn release_line(site: Site<'_>, flavor: &Flavor) -> Option<ReleaseLine> {
    let rule = flavor.zookeeper.as_ref()?;
    if let Some(always) = &rule.always {
        return line_of(always);
    }
    let text = match (&rule.field, site) {
        (Some(pointer), _) => without_repository(site.node().at(pointer)?.text()?),
        (None, Site::Pod(pod)) => pod.container.image()?.tag?,
        (None, Site::Custom { .. }) => return None,
    };
    let text = rule.behind.as_ref().map_or(Some(text), |mark| text.split_once(mark.as_str()).map(|(_, rest)| rest))?;
    if rule.bundled.is_empty() {
        return line_of(text);
    }
    rule.bundled.iter().find(|bundled| is_below(text, &bundled.below)).and_then(|bundled| line_of(&bundled.zookeeper))
}

/// The release line of a `ZooKeeper` version, whose major number is always 3. A tag that counts something else gives
/// none.
fn line_of(text: &str) -> Option<ReleaseLine> {
    let mut numbers = text.trim_start_matches('v').split(|c: char| !c.is_ascii_digit());
    let (major, minor) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
    (major == 3).then_some((major, minor))
}

#[cfg(test)]
mod tests {
    use super::{line_of, without_repository};

    #[test]
    fn a_version_is_the_tag_of_an_image_or_stands_alone() {
        let table = [
            ("3.8.1", "3.8.1"),
            ("a/zookeeper:3.8.1", "3.8.1"),
            ("localhost:5000/zookeeper:3.8.1@sha256:00ff", "3.8.1"),
            ("zookeeper@sha256:3.8.1", "zookeeper@sha256:3.8.1"),
        ];
        for (text, expected) in table {
            assert_eq!(without_repository(text), expected, "{text}");
        }
    }

    #[test]
    fn release_lines_are_those_of_zookeeper() {
        let table = [
            ("3.4.14", Some((3, 4))),
            ("v3.5", Some((3, 5))),
            ("3.8-22.04_edge", Some((3, 8))),
            ("3", None),
            ("7.5.0", None),
            ("latest", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(line_of(text), expected, "{text}");
        }
    }
}
