//! Where values come from: the files and flags that set them, and where each can be found and changed.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Cure, FileLocation, LocatedServer, Placed};
use crate::charts::{Judged, ShippedServer, ValuesChange, ValuesFix};
use crate::checks::no_value;
use crate::helm::{Place, Value, ValuesPath};
use crate::lint::models::ModelledServer;
use crate::report::{Replacement, Source};
use crate::yaml::{Edit, spliced};
use crate::zookeeper::{Reading, Verdict};

/// The origin of the values of a chart or a release.
pub(in crate::lint) trait ValuesOrigin {
    /// The values, with their places.
    fn values(&self) -> &Value;
    /// Where in one of the user's files a value is written; `None` if it is in a file that users do not edit, or in no
    /// file.
    fn location(&self, place: Place) -> Option<FileLocation>;
    /// Whether a value that is in none of the user's files is shipped by a chart, and not given by a flag.
    fn is_shipped(&self, place: Place) -> bool;
    /// The place where a value that nothing sets belongs, going as far down its path as exists.
    fn nearest(&self, keys: &[String]) -> FileLocation;
    /// What the outermost known chart ships for the server at this prefix, and where that chart's version is written.
    fn shipped(&self, prefix: &[String]) -> Option<(ShippedServer, FileLocation)>;
    /// The requested hours between purges.
    fn hours(&self) -> i32;
    /// How to write a value so that the server purges; each change has been tried.
    fn write(&self, fix: &ValuesFix, prefix: &[String]) -> Result<Change, Unwritten>;
}

/// Why a value is not written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::lint) enum Unwritten {
    /// No place in the available files can take it; the user may have others.
    #[error("{0}")]
    NoPlace(String),
    /// It does not make the server purge.
    #[error("setting {0} is not enough: other values, or other chart versions that may be meant, say otherwise")]
    NotEnough(ValuesPath),
}

impl From<String> for Unwritten {
    fn from(reason: String) -> Self {
        Self::NoPlace(reason)
    }
}

/// A change of a file that writes a value.
#[derive(Clone, Debug)]
pub(in crate::lint) struct Change {
    /// The file.
    pub path: String,
    /// What it contains.
    pub before: Arc<[u8]>,
    /// What changes in it.
    pub edits: Vec<Edit>,
    /// The same as an RFC 6902 operation on the values.
    pub operation: serde_json::Value,
}

impl Change {
    /// What the file contains afterwards.
    pub(in crate::lint) fn after(&self) -> Vec<u8> {
        spliced(&self.before, &self.edits)
    }

    /// The edits as shown in reports: omitting any text that contains more than the value and the keys on its path.
    fn replacements(&self, path: &ValuesPath, value: &serde_json::Value) -> Vec<Replacement> {
        let source = Source::new(&self.path, &self.before);
        let known = [path.to_string(), value.to_string()].join(" ");
        let words = |text: &str| -> BTreeSet<String> {
            let words = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')));
            words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
        };
        let known = words(&known);
        let replacement = |edit: &Edit| Replacement {
            region: source.region(edit.span),
            text: words(&edit.text).is_subset(&known).then(|| edit.text.clone()),
        };
        self.edits.iter().map(replacement).collect()
    }
}

/// A server with the places of its values, and how to cure it.
pub(in crate::lint) fn found(origin: &impl ValuesOrigin, server: ModelledServer) -> LocatedServer {
    let ModelledServer { mut judged, prefix, chart } = server;
    judged.fix = judged.fix.map(|fix| fix.with_hours(origin.hours()));
    let cure = cure(origin, &judged, &prefix);
    let keys = |path: &ValuesPath| path.below(&prefix).keys();
    let placed = |path: Option<&ValuesPath>, belongs: Option<&ValuesPath>| {
        let place = path.and_then(|path| origin.values().at(&keys(path))?.place);
        let written = place.and_then(|place| origin.location(place));
        let is_written = written.is_some();
        let is_default = !is_written && place.is_none_or(|place| origin.is_shipped(place));
        let nearest = || origin.nearest(&belongs.map_or_else(|| prefix.clone(), keys));
        Placed { location: written.unwrap_or_else(nearest), is_written, is_default }
    };
    let own = judged.interval.path.as_ref();
    let belongs = judged.fix.as_ref().map(|fix| &fix.path).or(own);
    let beside = |path: Option<&ValuesPath>| placed(path, path.or(belongs));
    let interval = placed(own, belongs);
    let retain = beside(judged.retain.path.as_ref());
    let dead = judged.ignored.iter().map(|dead| (dead.clone(), beside(dead.path.as_ref()))).collect();
    LocatedServer { shipped: origin.shipped(&prefix), judged, prefix, chart, interval, retain, dead, cure }
}

fn cure(origin: &impl ValuesOrigin, judged: &Judged, prefix: &[String]) -> Cure {
    if !matches!(judged.verdict, Verdict::NeverPurges | Verdict::DoesNotStart) {
        return Cure::Unneeded;
    }
    let Some(fix) = &judged.fix else { return Cure::Impossible(incurable(judged)) };
    match origin.write(fix, prefix) {
        Ok(change) => Cure::Write {
            edits: change.replacements(&fix.path.below(prefix), &fix.value),
            path: change.path,
            what: fix.describe_below(prefix),
            patch: vec![change.operation],
        },
        Err(unwritten) => {
            let what = fix.describe_below(prefix);
            let by_hand = match &unwritten {
                Unwritten::NoPlace(_) => format!("{what} where the values come from"),
                Unwritten::NotEnough(_) => {
                    format!("pin one version of the chart, remove the values that say otherwise, and {what}")
                }
            };
            Cure::ByHand { reason: unwritten.to_string(), by_hand }
        }
    }
}

/// Why no change of the values makes a server purge: they do not reach it, or a fix does not write the faulty setting.
fn incurable(judged: &Judged) -> String {
    let is_retain = judged.retain.reading == Reading::Unreadable && judged.retain.path.is_some();
    if is_retain {
        "the retain count is at fault, and a fix only writes the interval".to_owned()
    } else {
        no_value("the chart")
    }
}

/// The path and value of a fix as written into a source. If an item is appended to a list from another source, the
/// whole list is written: lists are replaced, not merged.
pub(in crate::lint) fn as_written(
    fix: &ValuesFix,
    (values, path): (&Value, &ValuesPath),
    source: Option<usize>,
) -> (ValuesPath, serde_json::Value) {
    let value = fix.value.clone();
    let list = path.parent().filter(|_| fix.change == ValuesChange::Append);
    let items = list.as_ref().and_then(|list| values.at(&list.keys()));
    match (list, items) {
        (Some(list), Some(items)) if items.place.map(|place| place.source) != source => {
            let mut items = items.to_json().as_array().cloned().unwrap_or_default();
            items.push(value);
            (list, items.into())
        }
        _ => (path.clone(), value),
    }
}
