//! Which chart a server of a stream was installed with, by the labels in its release.

use std::cmp::Reverse;

use memchr::memmem;
use serde_json::json;

use super::assess::shipped_in_short;
use super::fix::ValuesChange;
use super::judge::Judged;
use super::tree::{Place, Sides, sides_along};
use crate::detect::{Server, Which};
use crate::helm::{ChartLabel, dependency_path};
use crate::kubernetes::{Resource, resources};
use crate::manifests::Manifests;
use crate::rules::{Chart, Range, RuleSet};
use crate::yaml::{Node, Span};
use crate::zookeeper::Verdict;

/// A chart that rules know, in a release of the stream.
#[derive(Clone)]
pub struct InstalledChart<'r> {
    /// What is known about it.
    pub chart: &'r Chart,
    /// Its name and version.
    pub label: ChartLabel,
    /// Keys of enclosing charts' values, and of its own dependencies', under which the server's values stand.
    pub prefix: String,
    /// What the server does as this version of the chart ships it.
    pub shipped: Judged,
    /// The number of the document with the label.
    pub document: usize,
    /// The label's key.
    pub key: Span,
    /// The label's value.
    pub span: Span,
}

/// Charts by label, without parsing the documents of a release: only the first one that carries a label is read.
pub struct ChartLabels<'m, 's, 'r> {
    manifests: &'m Manifests<'s>,
    rules: &'r RuleSet,
    /// Each label with the places where it is written.
    labels: Vec<(ChartLabel, Vec<usize>)>,
}

/// A server of a chart's model that fits a server of the stream.
struct Fit<'l, 'r> {
    chart: &'r Chart,
    label: &'l ChartLabel,
    offsets: &'l [usize],
    /// Keys of the enclosing charts that the label does not name, then of the chart's own dependencies.
    enclosing: Vec<String>,
    keys: Vec<String>,
    place: Place<'r>,
    /// How many levels of charts below it may run a server.
    height: usize,
}

/// A server of the stream, and what it says of the charts that it comes from.
struct Installed<'a, 'd, 'r> {
    server: &'a Server<'d, 'r>,
    template: Option<TemplatePath<'a>>,
}

/// The template that a server was rendered from: `posthog/charts/kafka/charts/zookeeper/...`.
struct TemplatePath<'a> {
    /// `posthog`.
    outermost: &'a str,
    /// `kafka`, `zookeeper`.
    keys: Vec<String>,
}

impl<'m, 's, 'r> ChartLabels<'m, 's, 'r> {
    /// The labels in a stream that name a chart of the rules, by their bytes.
    #[must_use]
    pub fn find(manifests: &'m Manifests<'s>, rules: &'r RuleSet) -> Self {
        let stream = manifests.stream();
        // Most labels are of other charts: a version is only read where the text starts like a chart that is known.
        let is_known = |text: &str| rules.charts.names().any(|name| text.starts_with(name));
        let mut labels: Vec<(ChartLabel, Vec<usize>)> = Vec::new();
        for at in memmem::find_iter(stream, b"chart") {
            let behind = stream.get(at + b"chart".len()..).unwrap_or_default();
            let label = scalar_behind(behind).filter(|text| is_known(text)).and_then(ChartLabel::parse);
            let Some(label) = label.filter(|label| rules.charts.names().any(|name| name == label.name)) else {
                continue;
            };
            match labels.iter_mut().find(|(known, _)| *known == label) {
                Some((_, offsets)) => offsets.push(at),
                None => labels.push((label, vec![at])),
            }
        }
        Self { manifests, rules, labels }
    }

    /// The chart of the rules that a server's release was installed from: the outermost one that is known.
    #[must_use]
    pub fn of(&self, server: &Server<'_, '_>, template: Option<&str>) -> Option<InstalledChart<'r>> {
        let installed = Installed { server, template: template.map(TemplatePath::new) };
        let is_outermost =
            |label: &ChartLabel| installed.template.as_ref().is_some_and(|template| template.outermost == label.name);
        // Nothing stands further out than the chart that a template's path begins with.
        self.outermost(&installed, is_outermost).or_else(|| self.outermost(&installed, |label| !is_outermost(label)))
    }

    fn outermost(
        &self,
        installed: &Installed<'_, '_, '_>,
        is_asked: impl Fn(&ChartLabel) -> bool,
    ) -> Option<InstalledChart<'r>> {
        let mut fits: Vec<Fit<'_, 'r>> = Vec::new();
        for (label, offsets) in self.labels.iter().filter(|(label, _)| is_asked(label)) {
            for chart in self.rules.charts.running(&label.name, &installed.server.flavor.id) {
                fits.extend(self.fit(chart, (label, offsets), installed));
            }
        }
        // Without templates the one with the server deepest below it is the outermost, or the one with the most below it.
        fits.sort_by_key(|fit| (fit.enclosing.len(), Reverse((fit.keys.len(), fit.height))));
        fits.into_iter().find_map(|fit| self.labelled(installed.server, fit))
    }

    /// The server of a chart's model that is meant.
    fn fit<'l>(
        &self,
        chart: &'r Chart,
        (label, offsets): (&'l ChartLabel, &'l [usize]),
        installed: &Installed<'_, '_, '_>,
    ) -> Option<Fit<'l, 'r>> {
        let version = label.version.as_semver();
        let versions = chart.at(version).filter(|_| chart.is_assessed(version))?;
        let way = |key: &str| installed.template.as_ref().is_none_or(|template| template.passes(key));
        let all = sides_along(chart, &[versions], &json!({}), self.rules, &way);
        let height = all.keys().map(|(keys, _)| keys.len()).max()?;
        let mut places = places(all, installed.server);
        // Of a chart's own servers the label says the same as theirs.
        places.retain(|(keys, _)| !keys.is_empty() || own_label(installed.server).is_none_or(|own| own == *label));
        let (enclosing, keys, place) = match &installed.template {
            Some(template) => template.place(&label.name, places)?,
            None => only_one(places).map(|(keys, place)| (Vec::new(), keys, place))?,
        };
        Some(Fit { chart, label, offsets, enclosing, keys, place, height })
    }

    /// The first document of the server's release with the label.
    fn labelled(&self, server: &Server<'_, '_>, fit: Fit<'_, 'r>) -> Option<InstalledChart<'r>> {
        let Fit { chart, label, offsets, enclosing, keys, place, .. } = fit;
        let (document, key, span) = offsets.iter().find_map(|at| self.read(server, label, *at))?;
        let prefix = enclosing.iter().chain(&keys).map(String::as_str).collect::<Vec<_>>().join(".");
        let shipped = shipped_in_short(&place, self.rules)?;
        Some(InstalledChart { chart, label: label.clone(), prefix, shipped, document, key, span })
    }

    /// Reads the document at a place: whether the text there is a label, of the server's release.
    fn read(&self, server: &Server<'_, '_>, label: &ChartLabel, at: usize) -> Option<(usize, Span, Span)> {
        let manifest = self.manifests.read(self.manifests.index_at(at)?).ok()??;
        let own = server.site.resource();
        let of_release = resources(&manifest.document).into_iter().filter(|resource| {
            let agrees = |a: Option<&str>, b: Option<&str>| a.is_none() || b.is_none() || a == b;
            resource.release() == own.release() && agrees(resource.namespace(), own.namespace())
        });
        let (key, value) = of_release.flat_map(Resource::labels).find(|(key, value)| {
            let is_key = key.text().is_some_and(ChartLabel::is_key);
            is_key && value.as_str().and_then(ChartLabel::parse).as_ref() == Some(label)
        })?;
        Some((manifest.index, key.span(), value.span()))
    }
}

impl<'a> TemplatePath<'a> {
    fn new(template: &'a str) -> Self {
        let keys = dependency_path(template).split('.').filter(|key| !key.is_empty()).map(str::to_owned).collect();
        Self { outermost: template.split('/').next().unwrap_or_default(), keys }
    }

    /// Whether the way leads through the dependency with a key.
    fn passes(&self, key: &str) -> bool {
        self.keys.iter().any(|own| own == key)
    }

    /// The server whose place among the dependencies of a chart is that of the template. Charts around that chart are
    /// enclosing; without any it is the outermost, and the path begins with its name.
    fn place<'r>(
        &self,
        chart: &str,
        places: Vec<(Vec<String>, Place<'r>)>,
    ) -> Option<(Vec<String>, Vec<String>, Place<'r>)> {
        places.into_iter().find_map(|(keys, place)| {
            let enclosing = self.keys.strip_suffix(keys.as_slice())?.to_vec();
            (enclosing.is_empty() == (self.outermost == chart)).then_some((enclosing, keys, place))
        })
    }
}

/// The only server, or the only one that is switched on by default, or of which just this version is asked for.
fn only_one<'r>(mut places: Vec<(Vec<String>, Place<'r>)>) -> Option<(Vec<String>, Place<'r>)> {
    let choices: [fn(&Place<'r>) -> bool; 2] =
        [|place| place.is_on, |place| place.asked.is_some_and(|range| range.starts_with('='))];
    for choice in choices {
        if places.iter().any(|(_, place)| choice(place)) {
            places.retain(|(_, place)| choice(place));
        }
    }
    let mut places = places.into_iter();
    places.next().filter(|_| places.next().is_none())
}

/// The servers of a chart that a server of the stream can be, each once, by the keys of their values.
fn places<'r>(sides: Sides<'r>, server: &Server<'_, '_>) -> Vec<(Vec<String>, Place<'r>)> {
    let own = own_label(server);
    let can_be = |place: &Place<'r>| place.model.flavor == server.flavor.id && place.fits(own.as_ref());
    let newest = sides.into_iter().filter_map(|((keys, _), sides)| {
        let place = sides.into_iter().rev().filter_map(|side| side.place).find(can_be)?;
        Some((keys, place))
    });
    newest.collect()
}

/// The chart whose template the server's own resource was rendered from, by its label.
fn own_label(server: &Server<'_, '_>) -> Option<ChartLabel> {
    let labels = server.site.resource().labels().into_iter();
    let is_key = |key: &Node<'_>| key.text().is_some_and(ChartLabel::is_key);
    labels.filter(|(key, _)| is_key(key)).find_map(|(_, value)| ChartLabel::parse(value.as_str()?))
}

/// The scalar behind `chart` where that was the end of a key: `chart: x`, `"helm.sh/chart": "x"`.
fn scalar_behind(bytes: &[u8]) -> Option<&str> {
    let line = bytes.get(..bytes.len().min(300))?.split(|byte| matches!(byte, b'\n' | b'\r')).next()?;
    let line = line.utf8_chunks().next()?.valid();
    let value = line.trim_start_matches(['"', '\'']).trim_start().strip_prefix(':')?.trim_start();
    value.trim_start_matches(['"', '\'']).split(['"', '\'', ' ', ',', '}']).next()
}

impl InstalledChart<'_> {
    /// Whether this version of the chart ships the server with purging switched off.
    #[must_use]
    pub fn ships_purge_off(&self) -> bool {
        self.shipped.verdict == Verdict::NeverPurges
    }

    /// The value, from the release's own values on, that switches purging on or sets the retain count; `None` where none
    /// reaches that.
    #[must_use]
    pub fn value_path(&self, which: Which) -> Option<String> {
        let (interval, retain) = (&self.shipped.interval, &self.shipped.retain);
        let fix = self.shipped.fix.as_ref().filter(|fix| fix.change == ValuesChange::Set).map(|fix| &fix.path);
        let path = match which {
            Which::Interval => interval.path.as_ref().or(fix),
            Which::Retain => retain.path.as_ref(),
        }?;
        Some(if self.prefix.is_empty() { path.to_string() } else { format!("{}.{path}", self.prefix) })
    }
}

impl Place<'_> {
    /// Whether the label of a resource can be that of the server's own chart: its name, and a version of the range.
    fn fits(&self, label: Option<&ChartLabel>) -> bool {
        let Some(label) = label.filter(|label| label.name == self.chart.name) else { return true };
        let version = label.version.as_semver();
        let is_asked = |range: &str| range.parse::<Range>().is_ok_and(|range| range.contains(version));
        self.asked.is_none_or(is_asked) && is_asked(self.range)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::scalar_behind;
    use crate::charts::assess::shipped;
    use crate::charts::tree::sides;
    use crate::rules::{self, Chart, RuleSet};

    /// The last version that ships a server with purging switched off, where the ranges say it. Servers that are not
    /// switched on by default do not count.
    fn measured_through(chart: &Chart, rules: &RuleSet) -> Option<String> {
        let is_off = |versions| {
            let mut places = sides(chart, &[versions], &json!({}), rules).into_values().flatten();
            places.any(|side| {
                side.place.is_some_and(|place| {
                    place.is_on && shipped(&place, rules).is_some_and(|judged| judged.never_purges())
                })
            })
        };
        let (range, _) = chart.ranges().rev().find(|(_, versions)| is_off(versions))?;
        range.last().map(|version| version.to_string())
    }

    #[test]
    fn what_charts_say_was_measured_is_what_their_ranges_come_to() {
        let rules = rules::built_in().unwrap();
        let wrong: Vec<String> = rules
            .charts
            .all()
            .map(|chart| (chart, measured_through(chart, &rules)))
            .filter(|(chart, measured)| chart.measured_through != *measured)
            .map(|(chart, measured)| format!("{}: {:?}, not {measured:?}", chart.id, chart.measured_through))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn scalars_are_found_behind_the_key() {
        let table: [(&[u8], Option<&str>); 7] = [
            (b": posthog-18.2.0\n  x: y", Some("posthog-18.2.0")),
            (b": \"posthog-1.4.24\"", Some("posthog-1.4.24")),
            (b"\": \"posthog-18.2.0\", \"a\": 1", Some("posthog-18.2.0")),
            (b"\":\"posthog-18.2.0\"}", Some("posthog-18.2.0")),
            (b"s/posthog", None),
            (b": \xff", Some("")),
            (b"", None),
        ];
        for (bytes, expected) in table {
            assert_eq!(scalar_behind(bytes), expected);
        }
    }
}
