//! The result of a cleanup as JSON, `autopurge/cleanup/v1`. v1 may gain anything, but loses nothing.

use std::collections::BTreeMap;
use std::ffi::OsStr;

use serde::Serialize;

use super::measure::Measure;
use super::{After, Cleanup, CleanupArgs, CleanupError, words};
use crate::cli::document::{Program, render};
use crate::cli::quantity::timestamp;
use crate::cli::snapshot::{Growth, GrowthDocument};
use crate::zookeeper::data_dir::{Entry, FileKind, Kind, Place};
use crate::zookeeper::purge::{self, Execution, Failure, Fate, Keep, Remark};

/// A cleanup, or why it was refused.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Report<'a> {
    /// `autopurge/cleanup/v1`.
    schema: &'static str,
    /// The program that wrote this.
    tool: Program,
    /// The folder that was named.
    data: String,
    /// The folder of the logs, if one was named.
    log: Option<String>,
    /// How many snapshots stay.
    retain: i32,
    /// `careful`, or `like-zkcleanup`.
    rule: &'static str,
    /// Whether `--delete` was given.
    delete: bool,
    /// Why nothing may be deleted.
    refused: Option<String>,
    #[serde(flatten)]
    decided: Option<Decided<'a>>,
}

/// What is known before anything is deleted.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Decided<'a> {
    /// From the oldest verified snapshot to the newest, as in `snapshot compare --format json`.
    growth: Option<GrowthDocument<'a>>,
    /// Names of the files to delete, in the order of deletion.
    order: Vec<String>,
    /// What is strange about the files.
    remarks: Vec<Note<'a>>,
    /// The space used now.
    before: &'a Measure,
}

/// What is known after the deletion, if there was one.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Done<'a> {
    /// All files, and what becomes of them.
    files: Vec<File<'a>>,
    /// The space used afterwards.
    after: &'a Measure,
    /// `measured` after a deletion, otherwise `expected`.
    after_is: &'static str,
    /// The file that stopped the deletion, and why.
    stopped: Option<String>,
}

/// A file, and what becomes of it.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct File<'a> {
    /// Its name.
    name: String,
    /// `data` or `log`: the folder that it is in.
    folder: &'static str,
    /// `snapshot` or `log`, if it is named like one.
    kind: Option<&'static str>,
    /// `file`, `folder`, `link` or `special`.
    r#type: &'static str,
    /// The zxid in its name.
    zxid: Option<String>,
    /// When it was last written.
    modified: String,
    /// Its size, as `ls` shows it.
    size: u64,
    /// Bytes on disk, as `du` shows them.
    allocated: u64,
    /// `keep` or `remove`.
    fate: &'static str,
    /// The reason, as one fixed word.
    reason: &'static str,
    /// The reason in words.
    why: String,
    /// What is damaged, and where.
    detail: Option<&'a str>,
    /// For files to delete: `removed`, `vanished`, `failed` or `left`.
    outcome: Option<&'static str>,
    /// Why it could not be removed.
    error: Option<String>,
}

/// Something strange about a file.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Note<'a> {
    /// `empty-log`, `unread-log`, `damaged-log` or `logs-end-earlier`.
    kind: &'static str,
    /// The file.
    name: &'a str,
    /// What is wrong with it.
    cause: Option<&'a str>,
    /// In words.
    message: String,
}

/// The part of the report that is known before the deletion. It is printed first, so that the growth and the plan are
/// not lost if the process is killed.
pub(super) fn opening(cleanup: &Cleanup<'_>) -> String {
    let decided = Decided {
        growth: cleanup.growth.as_ref().map(Growth::document),
        order: cleanup.plan.removed().map(Entry::shown_name).collect(),
        remarks: cleanup.plan.remarks.iter().map(note).collect(),
        before: &cleanup.before,
    };
    let whole = render(&Report { decided: Some(decided), ..head(cleanup.args) });
    whole.strip_suffix("\n}\n").unwrap_or(&whole).to_owned()
}

/// The rest of the report.
pub(super) fn ending(cleanup: &Cleanup<'_>) -> String {
    let execution = cleanup.execution.as_ref();
    let outcomes = execution.map(outcomes);
    let stopped = execution.and_then(|execution| execution.stopped.as_ref());
    let decided = cleanup.plan.files.iter();
    let done = Done {
        files: decided.map(|decided| file(decided, cleanup.retain, outcomes.as_ref())).collect(),
        after: cleanup.after.measure(),
        after_is: match cleanup.after {
            After::Expected(_) => "expected",
            After::Measured(_) => "measured",
        },
        stopped: stopped.map(|Failure { entry, cause }| format!("{}: {cause}", entry.shown_name())),
    };
    render(&done).replacen('{', ",", 1)
}

/// The report of a cleanup that was refused.
pub(super) fn refusal(args: &CleanupArgs, error: &CleanupError) -> String {
    render(&Report { refused: Some(error.to_string()), ..head(args) })
}

fn head(args: &CleanupArgs) -> Report<'_> {
    Report {
        schema: "autopurge/cleanup/v1",
        tool: Program::this(),
        data: args.data().display().to_string(),
        log: args.log.as_ref().map(|log| log.display().to_string()),
        retain: args.retain,
        rule: if args.like_zkcleanup { "like-zkcleanup" } else { "careful" },
        delete: args.delete,
        refused: None,
        decided: None,
    }
}

fn file<'a>(decided: &'a purge::Decided, retain: usize, outcomes: Option<&Outcomes<'_>>) -> File<'a> {
    let purge::Decided { entry, fate } = decided;
    let (word, detail) = match fate {
        Fate::Remove(_) => ("remove", None),
        Fate::Keep(Keep::Damaged { cause }) => ("keep", Some(cause.as_str())),
        Fate::Keep(_) => ("keep", None),
    };
    let outcomes = outcomes.filter(|_| matches!(fate, Fate::Remove(_)));
    let outcome = outcomes.map(|outcomes| outcomes.get(&key(entry)).unwrap_or(&LEFT));
    File {
        name: entry.shown_name(),
        folder: match entry.place {
            Place::Data => "data",
            Place::Log => "log",
        },
        kind: entry.kind.map(Kind::prefix),
        r#type: match entry.file_kind {
            FileKind::Regular => "file",
            FileKind::Folder => "folder",
            FileKind::Link => "link",
            FileKind::Special => "special",
        },
        zxid: entry.zxid.map(|zxid| format!("0x{zxid}")),
        modified: timestamp(entry.modified),
        size: entry.apparent,
        allocated: entry.allocated,
        fate: word,
        reason: words::reason(fate),
        why: words::because(fate, retain),
        detail,
        outcome: outcome.map(|outcome| outcome.word),
        error: outcome.and_then(|outcome| outcome.error.clone()),
    }
}

type Key<'a> = (Place, &'a OsStr);

/// What became of a file to delete.
struct Outcome {
    word: &'static str,
    /// Why it could not be deleted.
    error: Option<String>,
}

impl Outcome {
    const fn new(word: &'static str) -> Self {
        Self { word, error: None }
    }
}

/// Of a file that was not reached.
static LEFT: Outcome = Outcome::new("left");

/// What became of each file that was reached.
type Outcomes<'a> = BTreeMap<Key<'a>, Outcome>;

fn key(entry: &Entry) -> Key<'_> {
    (entry.place, &entry.name)
}

fn outcomes(execution: &Execution) -> Outcomes<'_> {
    let removed = execution.removed.iter().map(|entry| (key(entry), Outcome::new("removed")));
    let vanished = execution.vanished.iter().map(|entry| (key(entry), Outcome::new("vanished")));
    let failed = execution
        .failed
        .iter()
        .map(|failure| (key(&failure.entry), Outcome { word: "failed", error: Some(failure.cause.to_string()) }));
    removed.chain(vanished).chain(failed).collect()
}

fn note(remark: &Remark) -> Note<'_> {
    let (kind, name, cause) = match remark {
        Remark::EmptyLog { name, cause } => ("empty-log", name, Some(cause.as_str())),
        Remark::UnreadLog { name, cause } => ("unread-log", name, Some(cause.as_str())),
        Remark::DamagedLog { name, cause } => ("damaged-log", name, Some(cause.as_str())),
        Remark::LogsEndEarlier { snapshot, .. } => ("logs-end-earlier", snapshot, None),
    };
    Note { kind, name, cause, message: words::remark(remark) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both parts of the document.
    #[derive(schemars::JsonSchema)]
    #[expect(dead_code, reason = "only its schema is wanted")]
    struct Document<'a> {
        #[serde(flatten)]
        opening: Report<'a>,
        #[serde(flatten)]
        ending: Option<Done<'a>>,
    }

    /// The schema for other programs is generated from the types.
    #[test]
    fn the_schema_is_that_of_the_types() {
        crate::schema::keep_document::<Document<'_>>("cleanup");
    }
}
