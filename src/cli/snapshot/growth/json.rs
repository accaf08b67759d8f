//! What has grown as JSON, `autopurge/snapshot-compare/v1`. v1 may gain anything, but loses nothing.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Growth;
use crate::cli::document::{Answer, Program};
use crate::cli::snapshot::SnapshotError;
use crate::zookeeper::snapshot::compare::{self, Tables};

/// What has grown from one snapshot to another, or why nothing is compared (`snapshot compare --format json`).
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::cli) struct Document<'a> {
    /// `autopurge/snapshot-compare/v1`.
    schema: &'static str,
    /// The program that wrote this.
    tool: Program,
    /// The first snapshot.
    left: &'a str,
    /// The second snapshot.
    right: &'a str,
    #[serde(flatten)]
    answer: Answer<Known<'a>>,
}

/// What has changed.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Known<'a> {
    /// The change of the whole tree.
    whole: Change,
    /// The nodes below which most has grown, each with everything below it; most grown first.
    growth: Vec<Grown<'a>>,
    /// The change by table, if `ClickHouse` keeps replicated tables in the tree.
    clickhouse: Option<ClickHouse<'a>>,
    /// Nodes whose data is not the same, though its size is.
    changed_in_place: Changed<'a>,
}

/// Sizes before and after.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Change {
    /// In the first snapshot.
    before: Extent,
    /// In the second.
    after: Extent,
    /// By how many bytes of a snapshot the second is larger.
    growth_bytes: i64,
}

/// A size.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Extent {
    /// Nodes.
    nodes: u64,
    /// Bytes of their data.
    data_bytes: u64,
    /// Bytes that they take in a snapshot.
    snapshot_bytes: u64,
}

/// A node with everything below it.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Grown<'a> {
    /// The path of the node.
    path: &'a str,
    #[serde(flatten)]
    change: Change,
}

/// What the replicated tables of `ClickHouse` take.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ClickHouse<'a> {
    /// Each table; those that have grown or shrunk most come first.
    tables: Vec<Grown<'a>>,
    /// All tables together, by what is kept: `blocks`, `parts`, `log`, `queue` and the `rest`.
    kinds: BTreeMap<&'static str, Change>,
    /// Nodes that belong to no table.
    elsewhere: Change,
}

/// Nodes whose data changed at the same size.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Changed<'a> {
    /// How many there are.
    count: usize,
    /// The paths of the first of them.
    paths: &'a [String],
}

impl Growth {
    /// The growth as JSON.
    pub(in crate::cli) fn document(&self) -> Document<'_> {
        let known = Known {
            whole: change(&self.whole),
            growth: self.paths.iter().map(grown).collect(),
            clickhouse: self.tables.as_ref().map(clickhouse),
            changed_in_place: Changed { count: self.changed.count, paths: &self.changed.paths },
        };
        let [left, right] = &self.names;
        document([left, right], Answer::of(known))
    }
}

/// The document when a snapshot cannot be read.
pub(super) fn refusal<'a>(names: [&'a str; 2], error: &SnapshotError) -> Document<'a> {
    document(names, Answer::refused(error))
}

fn document<'a>([left, right]: [&'a str; 2], answer: Answer<Known<'a>>) -> Document<'a> {
    Document { schema: "autopurge/snapshot-compare/v1", tool: Program::this(), left, right, answer }
}

fn clickhouse(tables: &Tables) -> ClickHouse<'_> {
    ClickHouse {
        tables: tables.tables.iter().map(grown).collect(),
        kinds: tables.kinds.iter().map(|(kind, found)| (kind.word(), change(found))).collect(),
        elsewhere: change(&tables.elsewhere),
    }
}

fn grown(grown: &compare::Grown) -> Grown<'_> {
    Grown { path: &grown.path, change: change(&grown.change) }
}

fn change(change: &compare::Change) -> Change {
    let extent = |extent: &compare::Extent| Extent {
        nodes: extent.nodes,
        data_bytes: extent.data,
        snapshot_bytes: extent.stored,
    };
    Change { before: extent(&change.before), after: extent(&change.after), growth_bytes: change.growth() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The schema for other programs is generated from the types.
    #[test]
    fn the_schema_is_that_of_the_types() {
        crate::schema::keep_document::<Document<'_>>("snapshot-compare");
    }
}
