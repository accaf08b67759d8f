//! Finds out which chart a name refers to: half a dozen charts are named `zookeeper`.

use serde_json::Value;

use super::asked::{Asked, Fits};
use super::path::path_of;
use crate::helm::Metadata;
use crate::rules::{Chart, RuleSet};

/// What is known about a chart when it is looked up. Missing evidence says nothing either way.
#[derive(Clone, Copy)]
pub(super) struct Evidence<'a> {
    /// The name in Chart.yaml.
    pub(super) name: &'a str,
    /// The version or version range that is asked for.
    pub(super) asked: Asked<'a>,
    /// The address of the repository that it comes from.
    pub(super) repository: Option<&'a str>,
    /// Its Chart.yaml.
    pub(super) metadata: Option<&'a Metadata>,
    /// Its own values.yaml.
    pub(super) values: Option<&'a Value>,
}

/// The models that a chart may have.
pub(super) enum Identity<'r> {
    /// This one.
    Known(&'r Chart),
    /// One of these; the evidence does not say which.
    OneOf(Vec<&'r Chart>),
    /// Possibly one of these, although some evidence contradicts them.
    Doubtful(Vec<&'r Chart>),
    /// Possibly one of these, in a folder that is not at hand: what it has in common with what was published is its name.
    OutOfSight(Vec<&'r Chart>),
    /// None of them: it is a different chart.
    Unknown,
}

/// What one kind of evidence says about a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Yes,
    No,
    Nothing,
}

/// Identifies the chart by the strongest evidence that tells the candidates apart: the repository, its values, what
/// Chart.yaml says about its origin, the version.
pub(super) fn identify<'r>(evidence: &Evidence<'_>, rules: &'r RuleSet) -> Identity<'r> {
    let named: Vec<&Chart> = rules.charts.named(evidence.name).collect();
    let is_common_name = named.iter().filter(|chart| chart.may_run_a_server()).count() > 1
        || !named.iter().any(|chart| is_of_its_maker(chart));
    let from_here: Vec<&Chart> =
        named.iter().copied().filter(|chart| by_repository(evidence, chart) == Says::Yes).collect();
    // Regardless of the version: a chart from a known repository is the one with that name there.
    let mut candidates = published(if from_here.is_empty() { named } else { from_here }, evidence);
    if evidence.repository.is_some_and(is_folder) {
        return if candidates.is_empty() { Identity::Unknown } else { Identity::OutOfSight(candidates) };
    }
    let kinds = [by_repository, by_values, by_metadata];
    for says in kinds {
        let confirmed: Vec<&Chart> =
            candidates.iter().copied().filter(|chart| says(evidence, chart) == Says::Yes).collect();
        match confirmed.as_slice() {
            [] => {}
            [one] => return Identity::Known(one),
            _ => candidates = confirmed,
        }
    }
    let contradicts = |chart: &&Chart| kinds.iter().any(|says| says(evidence, chart) == Says::No);
    let is_confirmed = |chart: &&Chart| kinds.iter().any(|says| says(evidence, chart) == Says::Yes);
    if evidence.metadata.is_some() {
        // A published chart says where it comes from; one made with `helm create` does not, whatever its name.
        let is_silent = |chart: &Chart| !chart.identity.metadata.is_empty();
        candidates.retain(|chart| is_confirmed(chart) || !contradicts(chart) && !is_silent(chart));
    }
    // This reads all models, and hardly any chart comes to the question.
    let is_of_others = || evidence.repository.is_some_and(|address| is_of_a_vendor(address, rules));
    match candidates.as_slice() {
        [] => Identity::Unknown,
        // A private repository may serve copies; but many unrelated charts share a common name and have another chart
        // inside, and a vendor's repository has a chart of its own by that name.
        [one] if !contradicts(one) => Identity::Known(one),
        [one] if (!is_common_name || one.has_own_servers()) && !is_of_others() => Identity::Known(one),
        _ if candidates.iter().any(contradicts) => Identity::Doubtful(candidates),
        _ => Identity::OneOf(candidates),
    }
}

/// The charts that may have been published in the requested version. A version newer than any assessed one counts as
/// well, unless its major version is beyond the chart's newest and another chart is known to have it. A version between
/// known ones counts only if the repository is the chart's own.
fn published<'r>(charts: Vec<&'r Chart>, evidence: &Evidence<'_>) -> Vec<&'r Chart> {
    let asked = &evidence.asked;
    let can_be = |(chart, fits): &(&Chart, Fits<'_>)| match fits {
        Fits::Versions(_) | Fits::NotAssessed(_) => true,
        Fits::Unseen(_) => by_repository(evidence, chart) == Says::Yes,
        Fits::Nothing => false,
    };
    let fits = charts.into_iter().map(|chart| (chart, asked.fits(chart)));
    let (known, newer): (Vec<_>, Vec<_>) = fits.filter(can_be).partition(|(_, fits)| matches!(fits, Fits::Versions(_)));
    let is_far = |chart: &Chart| {
        let last = semver::Version::parse(&chart.assessed_through).ok();
        asked.lowest(chart).zip(last).is_some_and(|(lowest, last)| lowest.major > last.major)
    };
    let has_known = !known.is_empty();
    let newer = newer.into_iter().filter(|(chart, _)| !has_known || !is_far(chart));
    known.into_iter().chain(newer).map(|(chart, _)| chart).collect()
}

/// Whether a chart is called after its maker or the maker's repository, as PostHog's `posthog` is, so that it is the only
/// one of its name. Anybody may publish a chart named after somebody else's product.
fn is_of_its_maker(chart: &Chart) -> bool {
    let marks = chart.identity.metadata.iter().chain(&chart.identity.repositories);
    marks.into_iter().any(|mark| mark.to_lowercase().contains(&chart.name))
}

/// Whether a chart with this name is published in this repository.
#[must_use]
pub fn comes_from(name: &str, repository: &str, rules: &RuleSet) -> bool {
    let evidence = Evidence { name, asked: Asked::Newest, repository: Some(repository), metadata: None, values: None };
    rules.charts.named(name).any(|chart| by_repository(&evidence, chart) == Says::Yes)
}

/// Compares addresses without the scheme; a mirror often keeps the vendor's name in its path.
fn by_repository(evidence: &Evidence<'_>, chart: &Chart) -> Says {
    let Some(address) = evidence.repository.map(str::to_lowercase) else { return Says::Nothing };
    let has_mark = |text: &str| chart.identity.metadata.iter().any(|mark| is_marked(text, mark, chart));
    // An alias that a user gave to a repository.
    let is_alias = ["@", "alias:"].iter().any(|start| address.starts_with(start));
    if is_alias || address.is_empty() {
        return if is_alias && has_mark(&address) { Says::Yes } else { Says::Nothing };
    }
    let place = place_of(&address);
    let is_copy = || place.split_once('/').is_some_and(|(_, path)| has_mark(path));
    if is_source(place, chart) || is_served_at(place, chart) || is_copy() { Says::Yes } else { Says::No }
}

/// Whether an address has a mark of a chart's maker. One that is the name of the product too has to stand alone in it:
/// anybody calls a repository `helm-posthog`.
fn is_marked(text: &str, mark: &str, chart: &Chart) -> bool {
    let mark = mark.to_lowercase();
    if chart.name.contains(&mark) { text.split(['/', '@', ':']).any(|part| part == mark) } else { text.contains(&mark) }
}

/// Whether a chart's own repository is at a place, or a mirror that keeps its name as part of the path.
fn is_served_at(place: &str, chart: &Chart) -> bool {
    chart.identity.repositories.iter().map(|known| known.to_lowercase()).any(|known| {
        place.strip_prefix(&known).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            || place.split('/').any(|part| part == known)
    })
}

/// An address in lower case without its scheme.
fn place_of(address: &str) -> &str {
    address.split_once("://").map_or(address, |(_, place)| place).trim_end_matches('/')
}

/// Whether a repository is where somebody publishes charts of their own: the repository of a known chart, or a page of
/// GitHub, which has its owner's name.
fn is_of_a_vendor(address: &str, rules: &RuleSet) -> bool {
    let address = address.to_lowercase();
    let place = place_of(&address);
    let is_page = place.split('/').next().is_some_and(|host| host.ends_with(".github.io"));
    is_page || rules.charts.all().any(|chart| is_served_at(place, chart))
}

/// Whether the address of a repository is the path of a folder.
fn is_folder(address: &str) -> bool {
    ["file:", ".", "/"].iter().any(|start| address.starts_with(start))
}

/// Whether a place is the Git repository in which the chart is developed, or a mirror under the same name:
/// `github.com/bitnami/charts`, `git@github.com:bitnami/charts.git`.
pub(super) fn is_source(place: &str, chart: &Chart) -> bool {
    let place = place.strip_suffix(".git").unwrap_or(place);
    let before = place.strip_suffix(chart.repository.to_lowercase().as_str());
    before.is_some_and(|before| before.ends_with(['/', ':']))
}

/// What Chart.yaml says about the chart's origin.
fn by_metadata(evidence: &Evidence<'_>, chart: &Chart) -> Says {
    let Some(metadata) = evidence.metadata.filter(|_| !chart.identity.metadata.is_empty()) else {
        return Says::Nothing;
    };
    let annotations = metadata.annotations.values();
    let texts = metadata.home.iter().chain(&metadata.icon).chain(&metadata.sources).chain(annotations);
    let text = texts.map(|text| text.to_lowercase()).collect::<Vec<_>>().join("\n");
    if text.is_empty() {
        return Says::Nothing;
    }
    if chart.identity.metadata.iter().any(|mark| text.contains(&mark.to_lowercase())) { Says::Yes } else { Says::No }
}

/// Whether the chart has the values that the model's templates read.
fn by_values(evidence: &Evidence<'_>, chart: &Chart) -> Says {
    let (paths, texts) = (&chart.identity.values, &chart.identity.texts);
    let Some(values) = evidence.values.filter(|_| !paths.is_empty() || !texts.is_empty()) else {
        return Says::Nothing;
    };
    let has = |path: &String| path_of(path).of(values).is_some();
    let says = |(path, part): (&String, &String)| {
        let text = path_of(path).of(values).and_then(Value::as_str);
        text.is_some_and(|text| text.contains(part.as_str()))
    };
    if paths.iter().all(has) && texts.iter().all(says) { Says::Yes } else { Says::No }
}
