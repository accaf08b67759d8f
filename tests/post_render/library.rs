//! The way of the data from bytes to verified bytes, without a process around it.

use std::sync::LazyLock;

use autopurge::checks::{Kept, Severity, Subject, Wanted, examine};
use autopurge::cure::{Comments, cure};
use autopurge::detect::{Site, Trigger, read_stream};
use autopurge::rules::{self, RuleSet};
use autopurge::yaml::{Edit, spliced, split};
use autopurge::zookeeper::Verdict;
use json_patch::PatchOperation;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Everything that a stream came to.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) servers: Vec<Seen>,
    /// What each server does after the edits, by the program's own word.
    pub(crate) after: Vec<Verdict>,
    pub(crate) said: Vec<Said>,
    pub(crate) edits: Vec<Edit>,
    pub(crate) output: Vec<u8>,
}

/// A server.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Seen {
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) namespace: Option<String>,
    pub(crate) container: Option<String>,
    /// The server group of a custom resource that makes several.
    pub(crate) group: Option<String>,
    pub(crate) flavor: String,
    pub(crate) verdict: &'static str,
    pub(crate) interval: Option<i32>,
    pub(crate) retain: Option<i32>,
    pub(crate) has_ignored: bool,
    pub(crate) store: String,
    /// The chart that rules know it from, with its version.
    pub(crate) chart: Option<String>,
}

/// A finding.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) check: &'static str,
    pub(crate) severity: Severity,
    pub(crate) server: Option<usize>,
    /// Its operations by document, where they were made.
    pub(crate) made: Vec<(usize, Vec<PatchOperation>)>,
    /// Why nothing was made, where that is so.
    pub(crate) refused: Option<String>,
}

/// What a test may ask for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) wanted: Wanted,
    pub(crate) comments: Comments,
}

pub(crate) const HOURLY: Asked = Asked { wanted: Wanted { interval: 1, retain: None }, comments: Comments::Write };
pub(crate) const WITHOUT_COMMENT: Asked = Asked { comments: Comments::Omit, ..HOURLY };

static RULES: LazyLock<RuleSet> = LazyLock::new(rules::built_in);

/// Judges and cures a stream; the message where it is broken or the cure is wrong.
pub(crate) fn try_judge(stream: &[u8], asked: Asked) -> Result<Judged, String> {
    let trigger = Trigger::new(&RULES).expect("literals");
    let manifests = read_stream(stream, &trigger, &RULES).map_err(|broken| format!("broken: {broken}"))?;
    let examination = examine(&manifests, &RULES, asked.wanted, Kept::Elsewhere);
    let cure = cure(&manifests, &examination, &RULES, asked.comments).map_err(|error| error.to_string())?;
    let said = examination.findings.iter().zip(&cure.refused).map(|(finding, refused)| {
        let operations = |changes: &[autopurge::yaml::Change]| changes.iter().map(|c| c.operation.clone()).collect();
        let made = if refused.is_some() { &[] } else { finding.fix.as_slice() };
        Said {
            check: finding.check.id(),
            severity: finding.severity,
            server: finding.server,
            made: made.iter().map(|fix| (fix.document, operations(&fix.changes))).collect(),
            refused: refused.clone().or_else(|| finding.incurable_because.clone()),
        }
    });
    Ok(Judged {
        servers: examination.subjects.iter().map(seen).collect(),
        said: said.collect(),
        output: spliced(stream, &cure.edits),
        after: cure.after,
        edits: cure.edits,
    })
}

/// Judges and cures a stream that is fine.
pub(crate) fn judge(stream: &[u8], asked: Asked) -> Judged {
    try_judge(stream, asked).unwrap_or_else(|error| panic!("{error}\n{}", String::from_utf8_lossy(stream)))
}

fn seen(subject: &Subject<'_, '_>) -> Seen {
    let server = &subject.server;
    let chart = subject.chart.as_ref().map(|installed| format!("{}-{}", installed.label.name, installed.label.version));
    let resource = server.site.resource();
    Seen {
        kind: resource.kind().to_owned(),
        name: resource.name().to_owned(),
        namespace: resource.namespace().map(str::to_owned),
        container: server.site.container_name().map(str::to_owned),
        group: if let Site::Custom { group, .. } = server.site { group.map(str::to_owned) } else { None },
        flavor: server.flavor.id.clone(),
        verdict: server.verdict.as_str(),
        interval: server.interval.reading.number(),
        retain: server.retain.reading.number(),
        has_ignored: !server.ignored.is_empty(),
        store: server.interval.origin.describe(),
        chart,
    }
}

impl Judged {
    /// The error and warnings: check and server.
    fn problems(&self) -> Vec<(&'static str, Option<&Seen>)> {
        let serious = self.said.iter().filter(|said| said.severity > Severity::Note);
        serious.map(|said| (said.check, said.server.map(|number| &self.servers[number]))).collect()
    }

    /// Laws 1, 2, 3 and 5 for this stream.
    pub(crate) fn assert_laws(&self, stream: &[u8], asked: Asked) {
        self.assert_untouched(stream);
        self.assert_meant(stream);
        let again = judge(&self.output, asked);
        assert!(again.output == self.output, "twice is not once:\n{}", String::from_utf8_lossy(&again.output));
        self.assert_cured(&again);
    }

    /// Law 1: edits are sorted, disjoint and inside of documents with a finding that was fixed or is told there.
    fn assert_untouched(&self, stream: &[u8]) {
        let mut copy = Vec::new();
        let mut rest = self.output.as_slice();
        let mut at = 0;
        for edit in &self.edits {
            assert!(at <= edit.span.start && edit.span.start <= edit.span.end, "{:?}", self.edits);
            let kept = &stream[at..edit.span.start];
            rest =
                rest.strip_prefix(kept).and_then(|rest| rest.strip_prefix(edit.text.as_bytes())).expect("kept bytes");
            copy.extend_from_slice(&stream[at..edit.span.end]);
            at = edit.span.end;
        }
        assert!(rest == &stream[at..], "the bytes behind the last edit");
        copy.extend_from_slice(&stream[at..]);
        assert!(copy == stream, "the edits do not lie in the stream");
        if self.said.iter().all(|said| said.made.is_empty() && said.refused.is_none()) {
            assert!(self.output == stream, "changed without a finding");
        }
    }

    /// Law 2, with a reader that shares nothing with ours: every document is the patched original.
    fn assert_meant(&self, stream: &[u8]) {
        let (before, after) = (split(stream), split(&self.output));
        assert_eq!(before.len(), after.len(), "documents came or went");
        for (number, (before, after)) in before.into_iter().zip(after).enumerate() {
            let (before, after) = (before.of_bytes(stream), after.of_bytes(&self.output));
            if before == after {
                assert!(self.operations(number).is_empty(), "document {number} was not changed");
                continue;
            }
            let mut meant = read(before);
            let patch = json_patch::Patch(self.operations(number));
            json_patch::patch(&mut meant, &patch).unwrap_or_else(|error| panic!("{error}: {patch}"));
            assert_eq!(read(after), meant, "document {number}\n{}", String::from_utf8_lossy(after));
            let is_json = |bytes| serde_json::from_slice::<Value>(bytes).is_ok();
            assert_eq!(is_json(before), is_json(after), "JSON stays JSON");
        }
    }

    /// The operations that were made in a document, each once.
    fn operations(&self, document: usize) -> Vec<PatchOperation> {
        let made = self.said.iter().flat_map(|said| &said.made).filter(|(number, _)| *number == document);
        let mut operations: Vec<PatchOperation> = Vec::new();
        for operation in made.flat_map(|(_, operations)| operations) {
            if !operations.contains(operation) {
                operations.push(operation.clone());
            }
        }
        operations
    }

    /// Law 5: what was patched purges, no server came or went, and nothing new is wrong.
    fn assert_cured(&self, again: &Self) {
        assert_eq!(self.after, again.servers.iter().map(verdict).collect::<Vec<_>>(), "the word about the output");
        for said in self.said.iter().filter(|said| !said.made.is_empty() && said.severity == Severity::Error) {
            let server = said.server.expect("a server");
            // One that did not start for its retain count may have an interval that is out of sight.
            let is_unseen = |other: &Said| other.check == "purge-unknown" && other.severity > Severity::Note;
            let was_unseen = self.said.iter().any(|other| other.server == Some(server) && is_unseen(other));
            let meant = if was_unseen { "unknown" } else { "purges" };
            assert_eq!(again.servers[server].verdict, meant, "{:?}", again.servers[server]);
        }
        let place = |seen: &Seen| (seen.kind.clone(), seen.name.clone(), seen.container.clone(), seen.group.clone());
        let before: Vec<_> = self.problems().into_iter().map(|(check, seen)| (check, seen.map(place))).collect();
        for (check, seen) in again.problems() {
            // A value that servers share through an anchor is set for all of them, also for one that does not read it.
            let is_shared = check == "setting-not-read" && seen.is_some_and(|seen| seen.has_ignored);
            assert!(is_shared || before.contains(&(check, seen.map(place))), "new: {check} {seen:?}");
        }
    }
}

fn verdict(seen: &Seen) -> Verdict {
    match seen.verdict {
        "purges" => Verdict::Purges,
        "never-purges" => Verdict::NeverPurges,
        "does-not-start" => Verdict::DoesNotStart,
        _ => Verdict::Unknown,
    }
}

/// A document as an independent reader sees it.
pub(crate) fn read(document: &[u8]) -> Value {
    let text = std::str::from_utf8(document).expect("UTF-8");
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    if text.contains("<<:") { merged(text) } else { first(text).unwrap_or(Value::Null) }
}

fn first<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_yaml::Deserializer::from_str(text).next().map(|first| T::deserialize(first).expect("YAML"))
}

/// That reader leaves merge keys to those who ask.
fn merged(text: &str) -> Value {
    let mut value: serde_yaml::Value = first(text).unwrap_or_default();
    value.apply_merge().expect("mappings to merge");
    serde_json::to_value(value).expect("JSON")
}
