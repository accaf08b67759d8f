//! The cure in a chart's values: a file for `-f`, or words for the command line.

use serde_json::Value;

use super::page::{Entry, Page};
use crate::checks::ChartValues;
use crate::printable::shell_word;

/// Values of one chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// What they are for: the chart, and the release if it is known.
    pub of: String,
    /// Key paths from the top of the chart's values, each with the value to set.
    pub values: Vec<(Vec<String>, Value)>,
}

impl From<&ChartValues> for Settings {
    fn from(values: &ChartValues) -> Self {
        let release = values.release.as_ref().map(|release| format!(", release {release}")).unwrap_or_default();
        let keys = |path: &str| path.split('.').map(str::to_owned).collect();
        let all = values.values.iter().map(|(path, number)| (keys(path), Value::from(*number)));
        Self { of: format!("the {} chart{release}", values.chart), values: all.collect() }
    }
}

/// A values file.
#[must_use]
pub fn file(settings: &Settings) -> Page {
    let mut root = Page::Table(Vec::new());
    for (keys, value) in &settings.values {
        put(&mut root, keys, value.into());
    }
    if let Page::Table(entries) = &mut root
        && let Some(first) = entries.first_mut()
    {
        first.comment = Some(format!("Enables purging in ZooKeeper. Values of {}.", settings.of));
    }
    root
}

/// Puts a value under a path of keys, creating the tables that are missing.
fn put(table: &mut Page, keys: &[String], value: Page) {
    let (Page::Table(entries), Some((key, rest))) = (&mut *table, keys.split_first()) else {
        *table = value;
        return;
    };
    let at = entries.iter().position(|entry| entry.key == *key).unwrap_or(entries.len());
    if at == entries.len() {
        entries.push(Entry::new(key, Page::Table(Vec::new())));
    }
    if let Some(entry) = entries.get_mut(at) {
        put(&mut entry.value, rest, value);
    }
}

/// The words for `helm upgrade`, in one line.
#[must_use]
pub fn words(values: &ChartValues) -> String {
    let word = |(path, number): &(String, i32)| format!("--set {}", shell_word(&format!("{path}={number}")));
    values.values.iter().map(word).collect::<Vec<_>>().join(" ") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_in_the_tables_of_their_paths() {
        let values = ChartValues {
            chart: "PostHog".to_owned(),
            release: Some("ph".to_owned()),
            values: [("zookeeper.autopurge.purgeInterval", 1), ("zookeeper.autopurge.snapRetainCount", 5)]
                .map(|(path, number)| (path.to_owned(), number))
                .to_vec(),
        };
        let expected = "# Enables purging in ZooKeeper. Values of the PostHog chart, release ph.
zookeeper:
  autopurge:
    purgeInterval: 1
    snapRetainCount: 5
";
        assert_eq!(file(&Settings::from(&values)).text(), expected);
        let words = words(&values);
        assert_eq!(words, "--set zookeeper.autopurge.purgeInterval=1 --set zookeeper.autopurge.snapRetainCount=5\n");
    }

    #[test]
    fn words_are_quoted_for_a_shell() {
        let values = vec![("zookeeper.env[0].value".to_owned(), 1)];
        let values = ChartValues { chart: "PostHog".to_owned(), release: None, values };
        assert_eq!(words(&values), "--set 'zookeeper.env[0].value=1'\n");
    }
}
