//! Growth by `ClickHouse` table. A replicated table is recognised by its child nodes, wherever it is: `replicas`, `log`
//! and `blocks`.

use super::growth::{Change, Grown, Sides};
use super::level::Pair;

/// What a table keeps in `ZooKeeper`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Checksums of inserted blocks, for deduplication: `blocks`, `async_blocks`.
    Blocks,
    /// The parts of each replica: `replicas/*/parts`.
    Parts,
    /// The replication log: `log`.
    Log,
    /// What each replica still has to do: `replicas/*/queue`.
    Queue,
    /// Everything else of a table.
    Rest,
}

impl Kind {
    /// All kinds, in the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::Blocks, Self::Parts, Self::Log, Self::Queue, Self::Rest];

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Blocks => "blocks",
            Self::Parts => "parts",
            Self::Log => "log",
            Self::Queue => "queue",
            Self::Rest => "rest",
        }
    }
}

/// How the tables have changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tables {
    /// Each table; those that have grown or shrunk most come first.
    pub tables: Vec<Grown>,
    /// All tables together, by kind.
    pub kinds: [(Kind, Change); 5],
    /// What belongs to no table.
    pub elsewhere: Change,
}

/// Breaks growth down by table and kind; `None` if there is no table.
#[must_use]
pub fn tables(sides: Sides<'_>) -> Option<Tables> {
    let found = find(sides);
    let mut kinds = Kind::ALL.map(|kind| (kind, Change::default()));
    let mut elsewhere = sides.change(sides.root());
    for table in &found {
        elsewhere = elsewhere.minus(sides.change(*table));
        for (kind, change) in &mut kinds {
            *change = change.plus(of_kind(sides, *table, *kind));
        }
    }
    let grown = |pair: &Pair| Grown { path: sides.path(*pair), change: sides.change(*pair) };
    let mut tables: Vec<Grown> = found.iter().map(grown).collect();
    tables.sort_by(|a, b| b.change.growth().abs().cmp(&a.change.growth().abs()).then_with(|| a.path.cmp(&b.path)));
    (!tables.is_empty()).then_some(Tables { tables, kinds, elsewhere })
}

fn find(sides: Sides<'_>) -> Vec<Pair> {
    let (mut found, mut children, mut left) = (Vec::new(), Vec::new(), vec![sides.root()]);
    while let Some(pair) = left.pop() {
        children.clear();
        sides.trees().push_children(pair, &mut children);
        if ["replicas", "log", "blocks"].iter().all(|name| child(sides, &children, name).is_some()) {
            found.push(pair);
        } else {
            left.append(&mut children);
        }
    }
    found
}

fn child(sides: Sides<'_>, children: &[Pair], name: &str) -> Option<Pair> {
    children.iter().copied().find(|child| sides.trees().name(*child) == name.as_bytes())
}

fn of_kind(sides: Sides<'_>, table: Pair, kind: Kind) -> Change {
    let below = |names: &[&str]| sum(sides, &named(sides, &[table], names));
    let replicas = |name: &str| {
        let replicas = all_children(sides, &named(sides, &[table], &["replicas"]));
        sum(sides, &named(sides, &replicas, &[name]))
    };
    match kind {
        Kind::Blocks => below(&["blocks", "async_blocks"]),
        Kind::Parts => replicas("parts"),
        Kind::Log => below(&["log"]),
        Kind::Queue => replicas("queue"),
        Kind::Rest => {
            let known = [Kind::Blocks, Kind::Parts, Kind::Log, Kind::Queue];
            known.iter().fold(sides.change(table), |rest, kind| rest.minus(of_kind(sides, table, *kind)))
        }
    }
}

fn all_children(sides: Sides<'_>, pairs: &[Pair]) -> Vec<Pair> {
    let mut children = Vec::new();
    for pair in pairs {
        sides.trees().push_children(*pair, &mut children);
    }
    children
}

fn named(sides: Sides<'_>, pairs: &[Pair], names: &[&str]) -> Vec<Pair> {
    let is_named = |child: &Pair| names.iter().any(|name| name.as_bytes() == sides.trees().name(*child));
    all_children(sides, pairs).into_iter().filter(is_named).collect()
}

fn sum(sides: Sides<'_>, pairs: &[Pair]) -> Change {
    pairs.iter().fold(Change::default(), |sum, pair| sum.plus(sides.change(*pair)))
}
