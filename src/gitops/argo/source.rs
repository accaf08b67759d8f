//! The sources of an application and the charts that they refer to.

use crate::gitops::field::Field;
use crate::gitops::git_chart::GitChart;
use crate::gitops::path;
use crate::gitops::release::Chart;
use crate::gitops::surroundings::Scope;

/// One source.
pub(super) struct Source<'d> {
    pub(super) field: Field<'d>,
    pub(super) helm: Option<Field<'d>>,
}

impl<'d> Source<'d> {
    /// `sources` takes precedence over `source`.
    pub(super) fn all(spec: &Field<'d>) -> Vec<Self> {
        let sources = spec.get("sources").map(|sources| sources.items()).unwrap_or_default();
        let fields = if sources.is_empty() { spec.get("source").into_iter().collect() } else { sources };
        fields.into_iter().map(|field: Field<'d>| Self { helm: field.get("helm"), field }).collect()
    }

    /// The chart; `None` if the source does not seem to be one: plain manifests in Git, or files for other sources.
    pub(super) fn chart(&self, scope: &Scope<'_>) -> Option<Chart> {
        let repository = self.field.text_of("repoURL").unwrap_or_default();
        let version = self.field.get("targetRevision").and_then(|revision| revision.located());
        let gap = version.as_ref().filter(|version| !version.place.is_known);
        let version_gap = gap.map(|version| format!("the version is {}, which is filled in", version.text));
        let version = version.filter(|_| version_gap.is_none());
        if let Some(written) = ["chart", "path"].into_iter().find_map(|key| self.unknown(key)) {
            let repository = Some(repository.to_owned());
            return Some(Chart {
                repository,
                version,
                version_gap,
                ..Chart::filled_in(&format!("{written}, which is filled in"))
            });
        }
        if let Some(chart) = self.field.text_of("chart") {
            let name = Some(path::name(chart).to_owned());
            let repository = Some(repository.to_owned());
            return Some(Chart { name, repository, version, version_gap, ..Chart::default() });
        }
        if let Some((registry, name)) = registry(repository) {
            let (name, repository) = (Some(name.to_owned()), Some(registry.to_owned()));
            return Some(Chart { name, repository, version, version_gap, ..Chart::default() });
        }
        self.chart_in_git(scope)
    }

    /// What is written under a key, if part of it is unknown.
    fn unknown(&self, key: &str) -> Option<String> {
        let written = self.field.get(key)?.located()?;
        (!written.place.is_known).then_some(written.text)
    }

    /// A chart's folder in Git, in this repository if it exists here. Argo CD looks into the folder to tell what it is,
    /// unless a block says so.
    fn chart_in_git(&self, scope: &Scope<'_>) -> Option<Chart> {
        let path = self.field.text_of("path")?;
        let has = |block: &str| self.field.get(block).is_some_and(|block| !block.node().entries().is_empty());
        // These two blocks say what the folder is. A plugin, though, may have Helm render it.
        if self.helm.is_none() && (has("kustomize") || has("directory")) {
            return None;
        }
        let chart = GitChart {
            path,
            repository: self.field.text_of("repoURL"),
            revision: self.field.get("targetRevision").and_then(|revision| revision.located()),
            is_guess: self.helm.is_none(),
        };
        let chart = chart.chart(scope);
        let is_something_else =
            ["kustomize", "directory", "plugin"].iter().any(|block| self.field.get(block).is_some());
        (!(chart.is_guess && is_something_else)).then_some(chart)
    }

    /// The plugin that renders the source instead of Helm, with its own values.
    pub(super) fn plugin(&self) -> Option<Field<'d>> {
        self.field.get("plugin")
    }

    /// The name by which other sources refer to the files of this one: `$name/`.
    pub(super) fn reference(&self) -> Option<&'d str> {
        self.field.text_of("ref")
    }

    pub(super) fn release_name(&self) -> Option<&'d str> {
        self.helm.as_ref().and_then(|helm| helm.text_of("releaseName"))
    }
}

/// The registry and the name in the address of a whole chart: `oci://registry/charts/zookeeper`.
fn registry(address: &str) -> Option<(&str, &str)> {
    address.starts_with("oci://").then(|| address.trim_end_matches('/').rsplit_once('/')).flatten()
}
