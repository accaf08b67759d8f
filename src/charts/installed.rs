//! Finds the chart that a server in a stream was installed with, by the labels in its release.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use memchr::memmem;

use super::labelled::{Labelled, WrittenLabel};

use super::shipped::{ShippedServer, rows};
use crate::detect::Server;
use crate::helm::{ChartLabel, dependency_path};
use crate::manifests::Manifests;
use crate::rules::{Chart, RuleSet, ShippedRow};
use crate::yaml::{Node, Span};
use crate::zookeeper::PurgeSetting;

/// A chart known to the rules, found in a release of the stream.
#[derive(Clone)]
pub struct InstalledChart<'r> {
    /// What the rules know about it.
    pub chart: &'r Chart,
    /// Its name and version.
    pub label: ChartLabel,
    /// The keys under which the server's values are found, joined with dots: those of enclosing charts, then those of
    /// the chart's dependencies.
    pub prefix: String,
    /// What the server does as shipped by this version of the chart.
    pub shipped: ShippedRow,
    /// The index of the document with the label.
    pub document: usize,
    /// The label's key.
    pub key: Span,
    /// The label's value.
    pub span: Span,
}

/// Charts by label. The documents of a release are not all parsed, only those up to the first that carries a label.
pub struct ChartLabels<'m, 's, 'r> {
    manifests: &'m Manifests<'s>,
    rules: &'r RuleSet,
    labels: Vec<WrittenLabel>,
}

/// A server in a chart's model that matches a server in the stream.
struct Fit<'l, 'r> {
    chart: &'r Chart,
    written: &'l WrittenLabel,
    /// The keys of the enclosing charts that the label does not name.
    enclosing: Vec<String>,
    shipped: ShippedRow,
    /// How deep in the chart's dependencies a server may be.
    height: usize,
}

/// A server in the stream, and the template path that says which charts it comes from.
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
    /// Finds the labels in the stream that name a chart known to the rules, by scanning its bytes.
    #[must_use]
    pub fn find(manifests: &'m Manifests<'s>, rules: &'r RuleSet) -> Self {
        let stream = manifests.stream();
        let mut labels: Vec<WrittenLabel> = Vec::new();
        // Every object repeats a few texts: the number of the label that each of them is, if any.
        let mut numbers: BTreeMap<&str, Option<usize>> = BTreeMap::new();
        for at in memmem::find_iter(stream, b"chart") {
            let behind = stream.get(at + b"chart".len()..).unwrap_or_default();
            // Most of them are folders: `# Source: posthog/charts/kafka`.
            if behind.first().is_some_and(u8::is_ascii_alphanumeric) {
                continue;
            }
            let Some((text, document)) = scalar_behind(behind).zip(manifests.index_at(at)) else { continue };
            let number = *numbers.entry(text).or_insert_with(|| {
                let label = known_label(text, rules)?;
                let number = labels.iter().position(|known| known.label == label);
                Some(number.unwrap_or_else(|| {
                    labels.push(WrittenLabel::new(label));
                    labels.len().saturating_sub(1)
                }))
            });
            if let Some(label) = number.and_then(|number| labels.get_mut(number)) {
                label.add(document);
            }
        }
        Self { manifests, rules, labels }
    }

    /// The known chart that the server's release was installed from: the outermost one.
    #[must_use]
    pub fn of(&self, server: &Server<'_, '_>, template: Option<&str>) -> Option<InstalledChart<'r>> {
        let installed = Installed { server, template: template.map(TemplatePath::new) };
        let is_outermost =
            |label: &ChartLabel| installed.template.as_ref().is_some_and(|template| template.outermost == label.name);
        // No chart is further out than the one that the template path begins with.
        self.outermost(&installed, is_outermost).or_else(|| self.outermost(&installed, |label| !is_outermost(label)))
    }

    fn outermost(
        &self,
        installed: &Installed<'_, '_, '_>,
        is_asked: impl Fn(&ChartLabel) -> bool,
    ) -> Option<InstalledChart<'r>> {
        let mut fits: Vec<Fit<'_, 'r>> = Vec::new();
        for written in self.labels.iter().filter(|written| is_asked(&written.label)) {
            for chart in self.rules.charts.running(&written.label.name, &installed.server.flavor.id) {
                fits.extend(self.fit(chart, written, installed));
            }
        }
        // Without a template path, the outermost chart is the one whose server is deepest below it, then the one with
        // the deepest dependencies.
        fits.sort_by_key(|fit| (fit.enclosing.len(), Reverse((fit.shipped.keys.len(), fit.height))));
        fits.into_iter().find_map(|fit| self.labelled(installed.server, fit))
    }

    /// The server in a chart's model that matches.
    fn fit<'l>(
        &self,
        chart: &'r Chart,
        written: &'l WrittenLabel,
        installed: &Installed<'_, '_, '_>,
    ) -> Option<Fit<'l, 'r>> {
        let label = &written.label;
        let version = label.version.as_semver();
        let versions = chart.at(version).filter(|_| chart.is_assessed(version))?;
        let rows = rows(chart, versions, self.rules);
        let height = rows.iter().map(|row| row.keys.len()).max()?;
        let mut rows = fitting(rows, installed.server);
        // For a chart's own servers, their own label has to be this one.
        rows.retain(|row| !row.keys.is_empty() || own_label(installed.server).is_none_or(|own| own == *label));
        let (enclosing, shipped) = match &installed.template {
            Some(template) => template.row(&label.name, rows)?,
            None => (Vec::new(), only_one(rows)?),
        };
        Some(Fit { chart, written, enclosing, shipped, height })
    }

    /// The first document of the server's release with the label.
    fn labelled(&self, server: &Server<'_, '_>, fit: Fit<'_, 'r>) -> Option<InstalledChart<'r>> {
        let Fit { chart, written, enclosing, shipped, .. } = fit;
        let Labelled { document, key, span } = written.of_release(server.site.resource(), self.manifests)?;
        let prefix = enclosing.iter().chain(&shipped.keys).map(String::as_str).collect::<Vec<_>>().join(".");
        Some(InstalledChart { chart, label: written.label.clone(), prefix, shipped, document, key, span })
    }
}

impl<'a> TemplatePath<'a> {
    fn new(template: &'a str) -> Self {
        let keys = dependency_path(template).split('.').filter(|key| !key.is_empty()).map(str::to_owned).collect();
        Self { outermost: template.split('/').next().unwrap_or_default(), keys }
    }

    /// Finds the server whose position among the chart's dependencies matches the template path, along with the keys of
    /// the charts that enclose the chart. If no chart encloses it, the path has to begin with its name, and only then.
    fn row(&self, chart: &str, rows: Vec<ShippedRow>) -> Option<(Vec<String>, ShippedRow)> {
        rows.into_iter().find_map(|row| {
            let enclosing = self.keys.strip_suffix(row.keys.as_slice())?.to_vec();
            (enclosing.is_empty() == (self.outermost == chart)).then_some((enclosing, row))
        })
    }
}

/// The only server, or the only one that is on by default, or the only one whose version is pinned.
fn only_one(mut rows: Vec<ShippedRow>) -> Option<ShippedRow> {
    let choices: [fn(&ShippedRow) -> bool; 2] = [|row| row.is_on, ShippedRow::is_pinned];
    for choice in choices {
        if rows.iter().any(choice) {
            rows.retain(choice);
        }
    }
    let mut rows = rows.into_iter();
    rows.next().filter(|_| rows.next().is_none())
}

/// The servers of a chart that a server in the stream may be, each once, from the newest version that fits.
fn fitting(rows: Vec<ShippedRow>, server: &Server<'_, '_>) -> Vec<ShippedRow> {
    let own = own_label(server);
    let mut fitting: Vec<ShippedRow> = Vec::new();
    for row in rows.into_iter().filter(|row| row.flavor == server.flavor.id && row.fits(own.as_ref())) {
        match fitting.iter_mut().find(|older| older.keys == row.keys && older.number == row.number) {
            Some(older) => *older = row,
            None => fitting.push(row),
        }
    }
    fitting
}

/// The chart whose template rendered the server's own resource, by its label.
fn own_label(server: &Server<'_, '_>) -> Option<ChartLabel> {
    let labels = server.site.resource().labels().into_iter();
    let is_key = |key: &Node<'_>| key.text().is_some_and(ChartLabel::is_key);
    labels.filter(|(key, _)| is_key(key)).find_map(|(_, value)| ChartLabel::parse(value.as_str()?))
}

/// The label of a chart known to the rules. Most belong to others: a version is parsed only if the text starts with the
/// name of a known one.
fn known_label(text: &str, rules: &RuleSet) -> Option<ChartLabel> {
    let label = rules.charts.names().any(|name| text.starts_with(name)).then(|| ChartLabel::parse(text)).flatten()?;
    rules.charts.names().any(|name| name == label.name).then_some(label)
}

/// The scalar after `chart` if that was the end of a key: `chart: x`, `"helm.sh/chart": "x"`.
fn scalar_behind(bytes: &[u8]) -> Option<&str> {
    let line = bytes.get(..bytes.len().min(300))?;
    let line = line.get(..memchr::memchr2(b'\n', b'\r', line).unwrap_or(line.len()))?;
    let line =
        std::str::from_utf8(line).or_else(|cut| std::str::from_utf8(line.get(..cut.valid_up_to()).unwrap_or_default()));
    let line = line.ok()?;
    let value = line.trim_start_matches(['"', '\'']).trim_start().strip_prefix(':')?.trim_start();
    value.trim_start_matches(['"', '\'']).split(['"', '\'', ' ', ',', '}']).next()
}

impl InstalledChart<'_> {
    /// Whether this version of the chart ships the server with purging switched off.
    #[must_use]
    pub fn ships_purge_off(&self) -> bool {
        self.shipped.never_purges()
    }

    /// What reports say about the server as shipped.
    #[must_use]
    pub fn shipped_server(&self) -> ShippedServer {
        let path = self.value_path(PurgeSetting::Interval);
        ShippedServer::new(self.chart, self.label.version.to_string(), (&self.shipped, path))
    }

    /// The path, in the release's own values, of the value that switches purging on or sets the retain count; `None` if
    /// no value does.
    #[must_use]
    pub fn value_path(&self, which: PurgeSetting) -> Option<String> {
        let path = which.pick(self.shipped.interval.as_ref(), self.shipped.retain.as_ref())?;
        Some(if self.prefix.is_empty() { path.clone() } else { format!("{}.{path}", self.prefix) })
    }
}

#[cfg(test)]
mod tests {
    use super::scalar_behind;

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
