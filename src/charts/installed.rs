//! Which chart a server of a stream was installed with, by the labels in its release.

use std::cmp::Reverse;

use memchr::memmem;

use super::labelled::{Labelled, WrittenLabel};

use super::shipped::{ShippedServer, rows};
use crate::detect::{Server, Which};
use crate::helm::{ChartLabel, dependency_path};
use crate::manifests::Manifests;
use crate::rules::{Chart, RuleSet, ShippedRow};
use crate::yaml::{Node, Span};

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
    pub shipped: ShippedRow,
    /// The number of the document with the label.
    pub document: usize,
    /// The label's key.
    pub key: Span,
    /// The label's value.
    pub span: Span,
}

/// Charts by label, without parsing the documents of a release: they are read up to the first one that carries a label.
pub struct ChartLabels<'m, 's, 'r> {
    manifests: &'m Manifests<'s>,
    rules: &'r RuleSet,
    labels: Vec<WrittenLabel>,
}

/// A server of a chart's model that fits a server of the stream.
struct Fit<'l, 'r> {
    chart: &'r Chart,
    written: &'l WrittenLabel,
    /// Keys of the enclosing charts that the label does not name.
    enclosing: Vec<String>,
    shipped: ShippedRow,
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
        let mut labels: Vec<WrittenLabel> = Vec::new();
        for at in memmem::find_iter(stream, b"chart") {
            let behind = stream.get(at + b"chart".len()..).unwrap_or_default();
            let label = scalar_behind(behind).filter(|text| is_known(text)).and_then(ChartLabel::parse);
            let Some(label) = label.filter(|label| rules.charts.names().any(|name| name == label.name)) else {
                continue;
            };
            let Some(document) = manifests.index_at(at) else { continue };
            match labels.iter_mut().find(|known| known.label == label) {
                Some(known) => known.add(document),
                None => labels.push(WrittenLabel::new(label, document)),
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
        for written in self.labels.iter().filter(|written| is_asked(&written.label)) {
            for chart in self.rules.charts.running(&written.label.name, &installed.server.flavor.id) {
                fits.extend(self.fit(chart, written, installed));
            }
        }
        // Without templates the one with the server deepest below it is the outermost, or the one with the most below it.
        fits.sort_by_key(|fit| (fit.enclosing.len(), Reverse((fit.shipped.keys.len(), fit.height))));
        fits.into_iter().find_map(|fit| self.labelled(installed.server, fit))
    }

    /// The server of a chart's model that is meant.
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
        // Of a chart's own servers the label says the same as theirs.
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

    /// The server whose place among the dependencies of a chart is that of the template, with the keys of the charts
    /// around that chart. Without any it is the outermost, and the path begins with its name.
    fn row(&self, chart: &str, rows: Vec<ShippedRow>) -> Option<(Vec<String>, ShippedRow)> {
        rows.into_iter().find_map(|row| {
            let enclosing = self.keys.strip_suffix(row.keys.as_slice())?.to_vec();
            (enclosing.is_empty() == (self.outermost == chart)).then_some((enclosing, row))
        })
    }
}

/// The only server, or the only one that is switched on by default, or of which just this version is asked for.
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

/// The servers of a chart that a server of the stream can be, each once, by the newest version that fits.
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
        self.shipped.never_purges()
    }

    /// What is to be told of that.
    #[must_use]
    pub fn shipped_server(&self) -> ShippedServer {
        let path = self.value_path(Which::Interval);
        ShippedServer::new(self.chart, self.label.version.to_string(), (&self.shipped, path))
    }

    /// The value, from the release's own values on, that switches purging on or sets the retain count; `None` where none
    /// reaches that.
    #[must_use]
    pub fn value_path(&self, which: Which) -> Option<String> {
        let path = match which {
            Which::Interval => self.shipped.interval.as_ref(),
            Which::Retain => self.shipped.retain.as_ref(),
        }?;
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
