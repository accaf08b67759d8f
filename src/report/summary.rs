//! The line that summarises a report.

use std::collections::BTreeSet;

use super::model::{Input, InputKind, Report, Server};
use crate::checks::Check;
use crate::printable::counted;
use crate::zookeeper::Verdict;

/// What was examined, and what the servers in it do.
pub(super) fn summary(report: &Report) -> String {
    let examined = examined(&report.inputs);
    let unreadable = unreadable(report);
    let suppressed = match report.summary().suppressed {
        0 => String::new(),
        1 => "; 1 finding is suppressed".to_owned(),
        count => format!("; {count} findings are suppressed"),
    };
    match report.servers.len() {
        0 if report.inputs.is_empty() && !unreadable.is_empty() => {
            format!("autopurge: {}{suppressed}\n", unreadable.trim_start_matches("; "))
        }
        0 if report.inputs.is_empty() => format!("autopurge: nothing to examine{suppressed}\n"),
        0 => format!("autopurge: no ZooKeeper server in {examined}{unreadable}{suppressed}\n"),
        count => {
            let servers = counted(count, "ZooKeeper server");
            format!("autopurge: {servers} in {examined}: {}{unreadable}{suppressed}\n", states(&report.servers))
        }
    }
}

/// `; 1 file could not be read`, counting the files with such findings.
fn unreadable(report: &Report) -> String {
    let of_input = report.active().filter(|finding| finding.check == Check::UnreadableInput);
    let paths: BTreeSet<&str> = of_input.map(|finding| finding.place.path.as_str()).collect();
    match paths.len() {
        0 => String::new(),
        count => format!("; {} could not be read", counted(count, "file")),
    }
}

/// `2 charts, 1 GitOps file and 14 documents`.
fn examined(inputs: &[Input]) -> String {
    let count = |kind| inputs.iter().filter(|input| input.kind == kind).count();
    let documents = inputs.iter().filter(|input| input.kind == InputKind::Manifests).map(|input| input.documents).sum();
    let counts =
        [(count(InputKind::Chart), "chart"), (count(InputKind::GitOps), "GitOps file"), (documents, "document")];
    let named: Vec<String> =
        counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, noun)| counted(count, noun)).collect();
    match named.split_last() {
        None => "0 documents".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

/// `1 patched, 2 already purging`.
fn states(servers: &[Server]) -> String {
    let states: Vec<&str> = servers.iter().map(became).collect();
    let count = |state: &str| states.iter().filter(|one| **one == state).count();
    let named = ["patched", "already purging", "never purging", "not starting", "unknown"].into_iter();
    let parts: Vec<String> =
        named.filter(|state| count(state) > 0).map(|state| format!("{} {state}", count(state))).collect();
    parts.join(", ")
}

/// What a server does in the output.
fn became(server: &Server) -> &'static str {
    let after = if server.is_patched { server.after } else { server.verdict };
    match after {
        Verdict::Purges if server.verdict == Verdict::Purges => "already purging",
        Verdict::Purges => "patched",
        Verdict::NeverPurges => "never purging",
        Verdict::DoesNotStart => "not starting",
        Verdict::Unknown => "unknown",
    }
}
