//! Which chart a server was installed with, by the labels in its release.

use memchr::memmem;

use super::Server;
use crate::helm::{ChartLabel, dependency_path};
use crate::kubernetes::{Resource, resources};
use crate::manifests::Manifests;
use crate::rules::{Chart, ChartServer, RuleSet, Versions};
use crate::yaml::Span;

/// A chart that rules know, in a release of the stream.
#[derive(Clone)]
pub struct InstalledChart<'r> {
    /// What is known about it.
    pub chart: &'r Chart,
    /// Its name and version.
    pub label: ChartLabel,
    /// What this version does.
    pub versions: &'r Versions,
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
    candidates: Vec<(&'r Chart, ChartLabel, usize)>,
}

impl<'m, 's, 'r> ChartLabels<'m, 's, 'r> {
    /// The labels in a stream that name a chart of the rules, by their bytes.
    #[must_use]
    pub fn find(manifests: &'m Manifests<'s>, rules: &'r RuleSet) -> Self {
        let stream = manifests.stream();
        // Most labels are of other charts: a version is only read where the text starts like a chart that is known.
        let is_known = |text: &str| rules.charts.iter().any(|chart| text.starts_with(chart.name.as_str()));
        let candidate = |at: usize| {
            let text = scalar_behind(stream.get(at + b"chart".len()..)?).filter(|text| is_known(text))?;
            let label = ChartLabel::parse(text)?;
            Some((rules.chart(&label.name)?, label, at))
        };
        let candidates = memmem::find_iter(stream, b"chart").filter_map(candidate).collect();
        Self { manifests, candidates }
    }

    /// The chart of the rules that a server's release was installed from.
    #[must_use]
    pub fn of(&self, server: &Server<'_, '_>) -> Option<InstalledChart<'r>> {
        self.candidates.iter().find_map(|(chart, label, at)| self.installed(server, chart, label, *at))
    }

    /// Reads the document of a candidate: whether the text is a label, of the server's release.
    fn installed(
        &self,
        server: &Server<'_, '_>,
        chart: &'r Chart,
        label: &ChartLabel,
        at: usize,
    ) -> Option<InstalledChart<'r>> {
        let versions = chart.at(&label.version)?;
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
        let (key, span) = (key.span(), value.span());
        Some(InstalledChart { chart, label: label.clone(), versions, document: manifest.index, key, span })
    }
}

/// The scalar behind `chart` where that was the end of a key: `chart: x`, `"helm.sh/chart": "x"`.
fn scalar_behind(bytes: &[u8]) -> Option<&str> {
    let line = bytes.get(..bytes.len().min(300))?.split(|byte| matches!(byte, b'\n' | b'\r')).next()?;
    let line = line.utf8_chunks().next()?.valid();
    let value = line.trim_start_matches(['"', '\'']).trim_start().strip_prefix(':')?.trim_start();
    value.trim_start_matches(['"', '\'']).split(['"', '\'', ' ', ',', '}']).next()
}

impl<'r> InstalledChart<'r> {
    /// The server of the chart's model that was found, and what stands before its values paths when the chart itself is
    /// a sub-chart (`outer.`).
    ///
    /// The template's path tells them apart; without one, the only server of the flavor is meant.
    #[must_use]
    pub fn model_of(&self, server: &Server<'_, '_>, template: Option<&str>) -> Option<(&'r ChartServer, String)> {
        let models = || self.versions.servers.iter().filter(|model| model.flavor == server.flavor.id);
        let Some(path) = template.map(dependency_path) else {
            let mut models = models();
            return models.next().filter(|_| models.next().is_none()).map(|model| (model, String::new()));
        };
        models().find_map(|model| {
            let lead = path.strip_suffix(&model.prefix)?;
            (lead.is_empty() || lead.ends_with('.')).then(|| (model, lead.to_owned()))
        })
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
