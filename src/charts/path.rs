//! Paths that rules name in a chart's values.

use serde_json::Value;

use crate::helm::{Step, ValuesPath};

/// Parses a rule's path. An invalid one yields an empty path; rules are validated beforehand.
pub(super) fn path_of(text: &str) -> ValuesPath {
    text.parse().unwrap_or_default()
}

/// Extending and checking paths.
pub(super) trait InValues {
    /// The path with a key added.
    fn key(&self, key: &str) -> Self;
    /// The path with a list index added.
    fn index(&self, index: usize) -> Self;
    /// The outermost table on the path that is missing or not a table: templates fail on it.
    fn gap(&self, values: &Value) -> Option<Self>
    where
        Self: Sized;
}

impl InValues for ValuesPath {
    fn key(&self, key: &str) -> Self {
        then(self, Step::Key(key.to_owned()))
    }

    fn index(&self, index: usize) -> Self {
        then(self, Step::Index(index))
    }

    fn gap(&self, values: &Value) -> Option<Self> {
        let outer = |length| Self { steps: self.steps.iter().take(length).cloned().collect() };
        (1..self.steps.len()).map(outer).find(|table| !table.of(values).is_some_and(Value::is_object))
    }
}

fn then(path: &ValuesPath, step: Step) -> ValuesPath {
    ValuesPath { steps: path.steps.iter().cloned().chain([step]).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_go_on() {
        let path = path_of("zookeeper.configData").key("PULSAR_PREFIX_autopurge.purgeInterval");
        assert_eq!(path.to_string(), r"zookeeper.configData.PULSAR_PREFIX_autopurge\.purgeInterval");
        assert_eq!(path_of("extraEnvVars").index(0).key("value").to_string(), "extraEnvVars[0].value");
    }

    #[test]
    fn gaps_are_tables_that_are_not_there() {
        let values = serde_json::json!({"autopurge": null, "image": {"tag": "3"}});
        let gap = |path: &str| path_of(path).gap(&values).map(|path| path.to_string());
        assert_eq!(gap("autopurge.purgeInterval"), Some("autopurge".to_owned()));
        assert_eq!(gap("image.digest"), None);
        assert_eq!(gap("missing"), None);
        assert_eq!(gap("a.b.c"), Some("a".to_owned()));
    }
}
