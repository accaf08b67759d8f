//! Releases of charts whose name cannot be determined.

use super::Case;
use crate::charts::{Judged, has_servers};
use crate::lint::models::ModelledServer;

impl Case<'_> {
    /// What a chart with an undetermined name may run. Most charts have nothing to do with ZooKeeper: if the name is
    /// filled in from elsewhere, a server is assumed only if something known about the release names one, or a chart
    /// that brings one.
    pub(super) fn unnamed(&self) -> Option<ModelledServer> {
        let why = self.release.chart.name_gap.as_ref()?;
        let because = format!("it is not known whether its chart runs ZooKeeper at all: {why}");
        let judged = Judged::out_of_sight("unknown", because);
        let server = ModelledServer { judged, prefix: Vec::new(), chart: Default::default() };
        (!self.release.chart.is_filled_in || self.is_named_after_one(why) || self.has_values_of_one()).then_some(server)
    }

    fn is_named_after_one(&self, why: &str) -> bool {
        let release = self.release;
        let names = [Some(release.object.name.as_str()), release.name.as_deref()];
        let texts = [Some(why), release.namespace.as_deref(), release.chart.repository.as_deref()];
        let is_chart = |name: &str| has_servers(name, self.linter.rules);
        names.into_iter().flatten().any(is_chart) || names.into_iter().chain(texts).flatten().any(names_server)
    }

    /// Whether there are values under a key that names the server or its settings, at the top level or one below.
    fn has_values_of_one(&self) -> bool {
        let values = self.layers.values.to_json();
        let keys = |value: &serde_json::Value| {
            value.as_object().into_iter().flatten().map(|(key, _)| key.clone()).collect::<Vec<_>>()
        };
        let below = values.as_object().into_iter().flatten().flat_map(|(_, value)| keys(value));
        keys(&values)
            .into_iter()
            .chain(below)
            .any(|key| names_server(&key) || key.to_ascii_lowercase().contains("purge"))
    }
}

/// Whether a text contains `zookeeper` or a common abbreviation: `zk`, `my-zk-0`, `zkChart`.
fn names_server(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let mut words = text.split(|character: char| !character.is_ascii_alphanumeric());
    text.contains("zookeeper") || words.any(|word| word.starts_with("zk"))
}
