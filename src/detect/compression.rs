//! Whether a server writes compressed snapshots.

use memchr::memmem;

use super::Site;
use super::read::{Access, Origin, Setting};
use crate::rules::Flavor;
use crate::yaml::{Kind, Node};

/// Formats that `ZooKeeper` recognises by their first bytes alone, so that even a truncated file counts as a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// gzip.
    Gz,
    /// snappy.
    Snappy,
}

impl Compression {
    /// The name that ZooKeeper's setting uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gz => "gz",
            Self::Snappy => "snappy",
        }
    }

    fn of(text: &str) -> Option<Self> {
        let word = text.trim_start_matches(['=', ':', ' ', '\t', '"', '\'']);
        let word = word.get(..word.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(word.len()))?;
        match word.to_ascii_lowercase().as_str() {
            "gz" => Some(Self::Gz),
            "snappy" => Some(Self::Snappy),
            _ => None,
        }
    }
}

/// The setting: a key of `zoo.cfg` or, prefixed with `zookeeper.`, a JVM property.
const KEY: &str = "snapshot.compression.method";

/// The compression that a server's manifest sets, wherever that is written: JVM options, variables, a properties text,
/// fields of a custom resource.
pub(super) fn compression(site: Site<'_>, flavor: &Flavor, interval: &Setting<'_>) -> Option<Compression> {
    let text = match &interval.origin {
        Origin::Properties { node, access: Access::Open | Access::Immutable, .. } => node.text().and_then(in_text),
        _ => None,
    };
    // Hardly any manifest sets it, and a search of the bytes shows that faster than a walk of the nodes. The resource's
    // own bytes are enough unless aliases may point elsewhere.
    let document = site.node().document();
    let bytes = if document.has_aliases() { document.text() } else { site.node().source() }.as_bytes();
    let holds = |word: &str| memmem::find(bytes, word.as_bytes()).is_some();
    let variable = flavor.compression_variable.as_deref();
    let mut search = Search { variable, left: MOST_NODES };
    text.or_else(|| (holds(KEY) || variable.is_some_and(holds)).then(|| search.node(site.node())).flatten())
}

/// No real manifest has as many nodes; only aliases of aliases do.
const MOST_NODES: usize = 20_000;

/// A walk of the nodes of a server.
struct Search<'r> {
    /// The variable that the image turns into the key.
    variable: Option<&'r str>,
    /// How many nodes may still be visited.
    left: usize,
}

impl Search<'_> {
    fn node(&mut self, node: Node<'_>) -> Option<Compression> {
        self.left = self.left.checked_sub(1)?;
        match node.kind() {
            Kind::Scalar => node.text().and_then(in_text),
            Kind::Sequence => node.items().find_map(|item| self.node(item)),
            Kind::Mapping => {
                let name = node.get("name").and_then(Node::text).filter(|name| self.variable == Some(name));
                let variable = name.and_then(|_| node.get("value")).and_then(Node::text).and_then(Compression::of);
                let entries = || node.entries().into_iter();
                let field = || {
                    let mut fields = entries().filter(|(key, _)| key.text().is_some_and(|key| key.ends_with(KEY)));
                    fields.find_map(|(_, value)| value.text().and_then(Compression::of))
                };
                variable.or_else(field).or_else(|| entries().find_map(|(_, value)| self.node(value)))
            }
        }
    }
}

/// In a text: the last line that is not a comment counts.
fn in_text(text: &str) -> Option<Compression> {
    memmem::find(text.as_bytes(), KEY.as_bytes())?;
    let mut lines = text.lines().rev().filter(|line| !line.trim_start().starts_with('#'));
    lines.find_map(|line| line.rfind(KEY).and_then(|at| Compression::of(line.get(at + KEY.len()..)?)))
}

#[cfg(test)]
mod tests {
    use super::{Compression, in_text};

    #[test]
    fn compression_is_read_wherever_it_stands() {
        let table = [
            ("-Xmx1g -Dzookeeper.snapshot.compression.method=gz -Da=b", Some(Compression::Gz)),
            ("tickTime=2000\nsnapshot.compression.method = snappy\n", Some(Compression::Snappy)),
            ("#snapshot.compression.method=gz", None),
            ("snapshot.compression.method=none", None),
            ("snapshot.compression.method=", None),
            ("snapshot.compression.method=gzip", None),
        ];
        for (text, expected) in table {
            assert_eq!(in_text(text), expected, "{text}");
        }
    }
}
