//! Real manifests of the corpus: the verdicts, and the laws.

use std::fs;

use serde::Deserialize;
use serde_json::Value;

use super::library::{Asked, HOURLY, Judged, Seen, WITHOUT_COMMENT, judge};
use super::program::{Ran, run};
use crate::corpus;

#[derive(Deserialize)]
struct Truth {
    files: Vec<File>,
}

#[derive(Deserialize)]
pub(crate) struct File {
    #[serde(rename = "file")]
    pub(crate) name: String,
    servers: Vec<Labelled>,
}

#[derive(Deserialize)]
struct Labelled {
    kind: String,
    name: String,
    namespace: Option<String>,
    container: Option<String>,
    role_group: Option<String>,
    flavor: String,
    interval: Value,
    retain: Value,
    verdict: String,
    decoy: bool,
    patchable: bool,
}

/// The labels of the corpus; `None`, said aloud, where it is not there.
pub(crate) fn files() -> Option<Vec<File>> {
    corpus::labels::<Truth>("truth.yaml").map(|(_, truth)| truth.files)
}

impl File {
    pub(crate) fn stream(&self) -> Vec<u8> {
        fs::read(corpus::path().join(&self.name)).expect("a file of the corpus")
    }

    pub(crate) fn has_servers(&self) -> bool {
        !self.servers.is_empty()
    }

    fn is_posthog(&self) -> bool {
        self.name.contains("/posthog-") || self.name.contains("/h4-posthog-")
    }
}

impl Labelled {
    fn place(&self) -> Placed {
        (self.name.clone(), self.container.clone(), self.role_group.clone())
    }

    /// Truth calls what is never written `off-by-default`, which comes to 0.
    fn interval(&self) -> Option<i64> {
        if self.interval == "off-by-default" { Some(0) } else { self.interval.as_i64() }
    }

    /// What differs.
    fn differences(&self, seen: &Seen) -> Vec<String> {
        let is_place = (&self.kind, &self.name, &self.namespace) == (&seen.kind, &seen.name, &seen.namespace);
        let mut told = Vec::new();
        if !is_place || self.place() != seen_place(seen) || self.flavor != seen.flavor {
            told.push(format!("{seen:?} instead of {} {} {:?} {}", self.kind, self.name, self.container, self.flavor));
        }
        if self.verdict != seen.verdict {
            told.push(format!("{} is {} and not {}", seen.name, self.verdict, seen.verdict));
        }
        if self.interval() != seen.interval.map(i64::from) {
            told.push(format!("{} has the interval {} and not {:?}", seen.name, self.interval, seen.interval));
        }
        // ZooKeeper raises counts below 3, and truth says what happens.
        // A server that does not start keeps nothing, whatever its retain count says.
        let is_kept = self.retain != "does-not-start";
        if is_kept && self.retain.as_i64() != seen.retain.map(|count| i64::from(count.max(3))) {
            told.push(format!("{} keeps {} and not {:?}", seen.name, self.retain, seen.retain));
        }
        if self.decoy != seen.has_ignored {
            told.push(format!(
                "{} has a setting without effect: {} and not {}",
                seen.name, self.decoy, seen.has_ignored
            ));
        }
        told
    }
}

/// Name, container and group.
type Placed = (String, Option<String>, Option<String>);

fn seen_place(seen: &Seen) -> Placed {
    (seen.name.clone(), seen.container.clone(), seen.group.clone())
}

#[test]
fn servers_are_those_of_the_labels() {
    let Some(files) = files() else { return };
    assert_eq!(files.len(), 94);
    let wrong: Vec<String> = files.iter().flat_map(|file| differences(file, &judge(&file.stream(), HOURLY))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn differences(file: &File, judged: &Judged) -> Vec<String> {
    let mut expected: Vec<&Labelled> = file.servers.iter().collect();
    expected.sort_by_key(|labelled| labelled.place());
    let mut seen = judged.servers.clone();
    seen.sort_by_key(seen_place);
    let mut told = Vec::new();
    if expected.len() != seen.len() {
        told.push(format!("{} servers instead of {}: {seen:?}", seen.len(), expected.len()));
    }
    told.extend(expected.iter().zip(&seen).flat_map(|(labelled, seen)| labelled.differences(seen)));
    told.into_iter().map(|told| format!("{}: {told}", file.name)).collect()
}

#[test]
fn the_laws_hold_in_every_file() {
    let Some(files) = files() else { return };
    for file in &files {
        let stream = file.stream();
        for asked in [HOURLY, WITHOUT_COMMENT] {
            judge(&stream, asked).assert_laws(&stream, asked);
        }
    }
}

/// Each file broken in every document, asked to be refused, and reported to where nothing can be written.
#[test]
fn whatever_goes_wrong_goes_wrong_before_the_first_byte() {
    let Some(files) = files() else { return };
    for file in files.iter().filter(|file| file.has_servers()) {
        let stream = file.stream();
        let text = std::str::from_utf8(&stream).expect("UTF-8");
        let broken = text.replace("\nkind:", "\nbroken: [\nkind:").replace("\"kind\":", "\"broken\": [}, \"kind\":");
        assert_ne!(broken, text, "{}", file.name);
        let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let nowhere = corpus::path().join("no-such-folder/report.json");
        let nowhere = ["post-render", "--report", nowhere.to_str().expect("UTF-8")];
        for (args, input) in [(&["post-render"][..], broken.as_bytes()), (&[], &utf16), (&nowhere, &stream)] {
            assert_closed(file, &run(args, input));
        }
        let is_wrong = |labelled: &Labelled| ["never-purges", "does-not-start"].contains(&labelled.verdict.as_str());
        let denied = run(&["post-render", "--mode", "deny"], &stream);
        if file.servers.iter().any(is_wrong) {
            assert_closed(file, &denied);
        } else {
            denied.assert_untouched(&stream);
        }
    }
}

/// Nothing on standard output, an exit code, and a message with what, where and what to do.
fn assert_closed(file: &File, ran: &Ran) {
    assert!(ran.code != 0 && ran.stdout.is_empty(), "{}: {}", file.name, ran.stderr);
    let has_place = ["line ", "standard input", "stdin:", "report.json", "manifests are"];
    assert!(has_place.iter().any(|place| ran.stderr.contains(place)), "{}: {}", file.name, ran.stderr);
    assert!(ran.stderr.contains("help: "), "{}: {}", file.name, ran.stderr);
}

#[test]
fn whatever_can_be_cured_is_cured() {
    let Some(files) = files() else { return };
    for file in &files {
        let judged = judge(&file.stream(), HOURLY);
        for labelled in file.servers.iter().filter(|labelled| labelled.patchable || labelled.verdict == "purges") {
            let at = judged.servers.iter().position(|seen| seen_place(seen) == labelled.place());
            let after = judged.after[at.expect("the server")].as_str();
            assert_eq!(after, "purges", "{}: {}", file.name, labelled.name);
        }
    }
}

#[test]
fn files_without_servers_pass_as_they_are() {
    let Some(files) = files() else { return };
    for file in files.iter().filter(|file| !file.has_servers()) {
        let stream = file.stream();
        let judged = judge(&stream, HOURLY);
        assert!(judged.output == stream, "{}", file.name);
        assert!(judged.said.is_empty(), "{}: {:?}", file.name, judged.said);
    }
}

#[test]
fn posthog_changes_by_the_value_and_the_comment() {
    let Some(files) = files() else { return };
    for file in files.iter().filter(|file| file.is_posthog()) {
        let (stream, judged) = (file.stream(), judge(&file.stream(), HOURLY));
        let (before, after) = (lines(&stream), lines(&judged.output));
        assert_eq!(before.len(), after.len(), "{}", file.name);
        let changed: Vec<_> = before.iter().zip(&after).filter(|(before, after)| before != after).collect();
        let patched = judged.servers.iter().filter(|seen| seen.verdict == "never-purges").count();
        assert_eq!(changed.len(), patched, "{}", file.name);
        for (before, after) in changed {
            let expected = before.replacen(r#""0""#, r#""1" # autopurge changed this from "0""#, 1);
            assert_eq!(**after, expected, "{}", file.name);
        }
    }
}

#[test]
fn posthog_changes_by_one_byte_without_comment() {
    let Some(files) = files() else { return };
    for file in files.iter().filter(|file| file.is_posthog()) {
        let (stream, judged) = (file.stream(), judge(&file.stream(), WITHOUT_COMMENT));
        let patched = judged.servers.iter().filter(|seen| seen.verdict == "never-purges").count();
        assert_eq!(stream.len(), judged.output.len(), "{}", file.name);
        let changed: Vec<_> = stream.iter().zip(&judged.output).filter(|(before, after)| before != after).collect();
        assert_eq!(changed, vec![(&b'0', &b'1'); patched], "{}", file.name);
    }
}

#[test]
fn the_program_gives_what_the_library_gives() {
    let Some(files) = files() else { return };
    for file in files.iter().filter(|file| file.is_posthog()) {
        let stream = file.stream();
        let once = run(&[], &stream);
        assert_eq!(once.code, 0, "{}: {}", file.name, once.stderr);
        assert!(once.stdout == judge(&stream, HOURLY).output, "{}", file.name);
        run(&[], &once.stdout).assert_untouched(&once.stdout);
    }
}

#[test]
fn an_asked_for_retain_count_is_written_too() {
    let Some(files) = files() else { return };
    let asked = Asked { wanted: autopurge::checks::Wanted { interval: 12, retain: Some(7) }, ..HOURLY };
    for file in files.iter().filter(|file| file.is_posthog()) {
        let stream = file.stream();
        let judged = judge(&stream, asked);
        judged.assert_laws(&stream, asked);
        let again = judge(&judged.output, asked);
        for (before, after) in judged.servers.iter().zip(&again.servers) {
            let expected =
                if before.verdict == "purges" { (before.interval, before.retain) } else { (Some(12), Some(7)) };
            assert_eq!((after.interval, after.retain), expected, "{}", file.name);
        }
    }
}

#[test]
fn posthog_servers_are_known_by_chart_and_version() {
    let Some(files) = files() else { return };
    for file in files.iter().filter(|file| file.is_posthog()) {
        let stem = file.name.trim_start_matches("rendered/").trim_start_matches("h4-").trim_end_matches(".yaml");
        let judged = judge(&file.stream(), HOURLY);
        for seen in &judged.servers {
            assert_eq!(seen.chart.as_deref(), Some(stem), "{}", file.name);
        }
        let is_off = judged.servers.iter().any(|seen| seen.verdict == "never-purges");
        let is_told = judged.said.iter().any(|said| said.check == "chart-ships-purge-off");
        assert_eq!(is_told, is_off, "{}", file.name);
    }
}

fn lines(stream: &[u8]) -> Vec<&str> {
    std::str::from_utf8(stream).expect("UTF-8").split('\n').collect()
}
