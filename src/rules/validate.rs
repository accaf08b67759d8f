//! Whether a rule makes sense: the same questions for the rules built in and for a user's.

use super::chart::{Chart, ChartServer, EnvValues, Versions};
use super::model::{CheckText, Defaults, Flavor, Recognise, Source, Store};
use super::range::Range;

/// What is wrong with a rule file, and where: a JSON pointer into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// JSON pointer of the value at fault; empty for the whole file.
    pub pointer: String,
    /// What is wrong and what would be right.
    pub message: String,
}

/// A literal that is too short hits everywhere and makes every document be parsed.
const SHORTEST_LITERAL: usize = 4;

/// All problems of a flavor in a file named `stem`.
#[must_use]
pub fn flavor(flavor: &Flavor, stem: &str) -> Vec<Problem> {
    let mut problems = named(&flavor.id, stem);
    problems.extend(dated(&flavor.checked));
    problems.extend(listed("/literals", &flavor.literals));
    for (index, literal) in flavor.literals.iter().enumerate() {
        if literal.len() < SHORTEST_LITERAL {
            let message = format!(
                "the literal \"{literal}\" is shorter than {SHORTEST_LITERAL} bytes: it would match everywhere"
            );
            problems.push(Problem { pointer: format!("/literals/{index}"), message });
        }
        if literal.contains(char::is_whitespace) {
            let message = format!("the literal \"{literal}\" has a blank, at which YAML may break a line");
            problems.push(Problem { pointer: format!("/literals/{index}"), message });
        }
    }
    problems.extend(recognised(&flavor.recognise));
    problems.extend(found(flavor));
    problems.extend(settings(&flavor.settings));
    problems.extend(defaults(flavor.default));
    problems.extend(sourced(flavor.verified, &flavor.sources));
    problems
}

/// A document with a server that is known by its image has to hold a literal.
fn found(flavor: &Flavor) -> Vec<Problem> {
    let holds = |image: &String| {
        flavor.literals.iter().any(|literal| image.contains(literal.as_str()) || literal.contains(image.as_str()))
    };
    let lost =
        flavor.recognise.images.iter().filter(|_| flavor.recognise.commands.is_empty()).find(|image| !holds(image));
    let message =
        |image| format!("no literal appears in the image \"{image}\": documents with it would never be looked at");
    lost.map(|image| problem("/literals", &message(image))).unwrap_or_default()
}

fn recognised(recognise: &Recognise) -> Vec<Problem> {
    let Recognise { resource, commands, images, mirrors, instead_of, scripts, otherwise, .. } = recognise;
    let lists = [commands, images, instead_of, scripts, otherwise];
    if resource.is_none() && mirrors.is_empty() && lists.iter().all(|list| list.is_empty()) {
        return problem("/recognise", "nothing is recognised by this: name images, commands or a resource");
    }
    Vec::new()
}

fn settings(stores: &[Store]) -> Vec<Problem> {
    let is_patched = |store: &&Store| match store {
        Store::Env(store) => store.patch,
        Store::Field(store) => store.patch,
        Store::FieldText(store) => store.patch,
        Store::EnvFile(_) | Store::EnvText(_) | Store::File(_) | Store::Script(_) | Store::Flag(_) => false,
    };
    if stores.iter().filter(is_patched).count() > 1 {
        return problem("/settings", "more than one place says `patch: true`; a patch is written to one place");
    }
    Vec::new()
}

fn defaults(default: Defaults) -> Vec<Problem> {
    if default.retain.is_some_and(|count| count < 3) {
        return problem("/default/retain", "ZooKeeper never keeps fewer than 3 snapshots");
    }
    Vec::new()
}

/// All problems of a chart in a file named `stem`.
#[must_use]
pub fn chart(chart: &Chart, stem: &str) -> Vec<Problem> {
    let mut problems = named(&chart.id, stem);
    problems.extend(dated(&chart.checked));
    problems.extend(listed("/versions", &chart.versions));
    problems.extend(version("/assessed_through", Some(&chart.assessed_through)));
    problems.extend(version("/documented_through", chart.documented_through.as_ref()));
    problems.extend(version("/measured_through", chart.measured_through.as_ref()));
    problems.extend(version("/fixed_in", chart.fixed_in.as_ref()));
    for (index, versions) in chart.versions.iter().enumerate() {
        let at = format!("/versions/{index}");
        problems.extend(ranged(&format!("{at}/range"), &versions.range));
        problems.extend(served(&at, versions));
    }
    problems.extend(ordered(&chart.versions));
    problems.extend(sourced(chart.verified, &chart.sources));
    problems
}

fn ranged(pointer: &str, range: &str) -> Vec<Problem> {
    range.parse::<Range>().err().map(|message| problem(pointer, &message)).unwrap_or_default()
}

/// A version that two ranges hold would be judged by the first one, and nobody would know.
fn ordered(versions: &[Versions]) -> Vec<Problem> {
    let range = |index: usize| versions.get(index)?.range.parse::<Range>().ok();
    let is_wrong = |index: &usize| {
        let before = index.checked_sub(1).and_then(range);
        before.zip(range(*index)).is_some_and(|(before, this)| !before.is_before(&this))
    };
    let message = "this range does not begin after the one before it: list ranges oldest first, without overlaps";
    let wrong = (1..versions.len()).find(is_wrong);
    wrong.map(|index| problem(&format!("/versions/{index}/range"), message)).unwrap_or_default()
}

/// What a range of versions says of its servers and dependencies.
fn served(at: &str, versions: &Versions) -> Vec<Problem> {
    let servers = versions.servers.iter().enumerate();
    let mut problems: Vec<Problem> =
        servers.flat_map(|(index, server)| runs_once(&format!("{at}/servers/{index}"), server)).collect();
    for (index, dependency) in versions.dependencies.iter().enumerate() {
        problems.extend(ranged(&format!("{at}/dependencies/{index}/version"), &dependency.version));
    }
    problems
}

fn runs_once(at: &str, server: &ChartServer) -> Vec<Problem> {
    match (&server.container, &server.resource) {
        (Some(container), None) => container
            .env
            .iter()
            .position(|env| matches!(env, EnvValues::Text { name, .. } if name.is_empty()))
            .map(|index| problem(&format!("{at}/container/env/{index}"), "a variable needs a name"))
            .unwrap_or_default(),
        (None, Some(_)) => Vec::new(),
        _ => problem(at, "a server runs in a container or through a custom resource: say one of them"),
    }
}

/// The ids that rules can refer to.
#[derive(Clone, Copy)]
pub struct Ids<'a> {
    /// Whether there is a flavor of an id.
    pub has_flavor: &'a dyn Fn(&str) -> bool,
    /// Whether there is a chart model of an id.
    pub has_chart: &'a dyn Fn(&str) -> bool,
}

/// What a flavor refers to that is not there.
#[must_use]
pub fn references_of_flavor(flavor: &Flavor, ids: Ids<'_>) -> Vec<Problem> {
    let others = flavor.recognise.instead_of.iter().enumerate();
    others.flat_map(|(index, id)| ids.flavor(&format!("/recognise/instead_of/{index}"), id)).collect()
}

/// What a chart refers to that is not there.
#[must_use]
pub fn references_of_chart(chart: &Chart, ids: Ids<'_>) -> Vec<Problem> {
    let of_range = |(index, versions): (usize, &Versions)| {
        let at = format!("/versions/{index}");
        let servers = versions.servers.iter().enumerate();
        let servers = servers.flat_map(|(index, one)| ids.flavor(&format!("{at}/servers/{index}/flavor"), &one.flavor));
        let charts = versions.dependencies.iter().enumerate();
        let charts = charts.flat_map(|(index, one)| ids.chart(&format!("{at}/dependencies/{index}/chart"), &one.chart));
        servers.chain(charts).collect::<Vec<_>>()
    };
    chart.versions.iter().enumerate().flat_map(of_range).collect()
}

impl Ids<'_> {
    fn flavor(self, pointer: &str, id: &str) -> Vec<Problem> {
        if (self.has_flavor)(id) { Vec::new() } else { missing(pointer, &format!("there is no flavor \"{id}\"")) }
    }

    fn chart(self, pointer: &str, id: &str) -> Vec<Problem> {
        if (self.has_chart)(id) { Vec::new() } else { missing(pointer, &format!("there is no chart model \"{id}\"")) }
    }
}

fn missing(pointer: &str, what: &str) -> Vec<Problem> {
    problem(pointer, &format!("{what}; `autopurge rules` lists those that are known"))
}

/// All problems of a check's text in a file named `stem`.
#[must_use]
pub fn check(text: &CheckText, stem: &str) -> Vec<Problem> {
    named(&text.id, stem)
}

fn named(id: &str, stem: &str) -> Vec<Problem> {
    if id == stem {
        return Vec::new();
    }
    problem("/id", &format!("the id is \"{id}\", but the file's name says \"{stem}\": they have to agree"))
}

fn dated(text: &str) -> Vec<Problem> {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    if shape == "0000-00-00" {
        return Vec::new();
    }
    problem("/checked", "a day is written YYYY-MM-DD")
}

fn listed<T>(pointer: &str, list: &[T]) -> Vec<Problem> {
    if list.is_empty() { problem(pointer, "at least one entry is needed") } else { Vec::new() }
}

fn version(pointer: &str, text: Option<&String>) -> Vec<Problem> {
    match text.map(|text| semver::Version::parse(text)) {
        Some(Err(error)) => problem(pointer, &format!("not a version: {error}")),
        _ => Vec::new(),
    }
}

fn sourced(verified: bool, sources: &[Source]) -> Vec<Problem> {
    if verified && sources.is_empty() {
        return problem("/sources", "facts need a source; without one say `verified: false`");
    }
    Vec::new()
}

fn problem(pointer: &str, message: &str) -> Vec<Problem> {
    vec![Problem { pointer: pointer.to_owned(), message: message.to_owned() }]
}
