//! Which objects a patch applies to.

use super::tree::Tree;
use crate::gitops::field::Field;
use crate::kubernetes::agree;
use crate::wildcard;

/// Criteria for objects; any that is not given matches everything.
#[derive(Clone, Debug, Default)]
pub(super) struct Selector {
    group: Option<String>,
    kind: Option<String>,
    name: Option<String>,
    namespace: Option<String>,
    /// Whether it selects by labels or annotations too.
    by_labels: bool,
    /// Whether names are regular expressions.
    is_pattern: bool,
}

/// Whether something matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fits {
    No,
    Perhaps,
    Yes,
}

/// What identifies an object.
pub(super) struct Identity {
    group: String,
    kind: String,
    name: String,
    namespace: Option<String>,
}

impl Identity {
    pub(super) fn of(object: &Tree) -> Option<Self> {
        let metadata = object.get("metadata")?;
        Some(Self {
            group: group(object.text_of("apiVersion")?).to_owned(),
            kind: object.text_of("kind")?.to_owned(),
            name: metadata.text_of("name")?.to_owned(),
            namespace: metadata.text_of("namespace").map(str::to_owned),
        })
    }
}

fn group(version: &str) -> &str {
    version.split_once('/').map_or("", |(group, _)| group)
}

impl Selector {
    /// The `target` of a patch, or `select` of a replacement.
    pub(super) fn of_target(target: &Field<'_>) -> Self {
        let text = |key: &str| target.text_of(key).map(str::to_owned);
        Self {
            group: text("group"),
            kind: text("kind"),
            name: text("name"),
            namespace: text("namespace"),
            by_labels: target.get("labelSelector").is_some() || target.get("annotationSelector").is_some(),
            is_pattern: true,
        }
    }

    /// A patch without a target applies to the object that it names.
    pub(super) fn of_patch(patch: &Field<'_>) -> Option<Self> {
        let metadata = patch.get("metadata")?;
        Some(Self {
            group: Some(group(patch.text_of("apiVersion")?).to_owned()),
            kind: Some(patch.text_of("kind")?.to_owned()),
            name: Some(metadata.text_of("name")?.to_owned()),
            namespace: metadata.text_of("namespace").map(str::to_owned),
            by_labels: false,
            is_pattern: false,
        })
    }

    pub(super) fn fits(&self, object: &Identity) -> Fits {
        let field = |wanted: &Option<String>, own: &str| match wanted {
            None => Fits::Yes,
            Some(wanted) if self.is_pattern => matches(wanted, own),
            Some(wanted) => {
                if wanted == own {
                    Fits::Yes
                } else {
                    Fits::No
                }
            }
        };
        let namespace = match &object.namespace {
            Some(own) if self.is_pattern => field(&self.namespace, own),
            own if agree(self.namespace.as_deref(), own.as_deref()) => Fits::Yes,
            _ => Fits::No,
        };
        let labels = if self.by_labels { Fits::Perhaps } else { Fits::Yes };
        let names =
            [field(&self.group, &object.group), field(&self.kind, &object.kind), field(&self.name, &object.name)];
        names.into_iter().chain([namespace, labels]).min().unwrap_or(Fits::Yes)
    }
}

/// Whether a whole name matches a regular expression, of which only alternatives and `.*` are understood.
fn matches(pattern: &str, name: &str) -> Fits {
    let pattern = pattern.trim_start_matches('^').trim_end_matches('$');
    pattern.split('|').map(|one| matches_one(one, name)).max().unwrap_or(Fits::No)
}

fn matches_one(pattern: &str, name: &str) -> Fits {
    let pieces: Vec<&str> = pattern.split(".*").collect();
    let is_plain =
        |piece: &&str| piece.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'));
    if !pieces.iter().all(is_plain) {
        return Fits::Perhaps;
    }
    if wildcard::matches(&pieces.join("*"), name) { Fits::Yes } else { Fits::No }
}

#[cfg(test)]
mod tests {
    use super::{Fits, matches};

    #[test]
    fn names_fit_simple_patterns() {
        let table = [
            ("zk", "zk", Fits::Yes),
            ("zk", "zk2", Fits::No),
            ("^zk$", "zk", Fits::Yes),
            (".*", "zk", Fits::Yes),
            ("zk.*", "zk-prod", Fits::Yes),
            (".*-prod", "zk-dev", Fits::No),
            ("a|zk", "zk", Fits::Yes),
            ("z.*-.*d", "zk-prod", Fits::Yes),
            ("zk-[0-9]+", "zk-1", Fits::Perhaps),
        ];
        for (pattern, name, expected) in table {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
