//! A report with everything in it that a format can get wrong.

use autopurge::checks::{Check, Severity, SuppressedBy, Suppression};
use autopurge::report::{
    Chart, Finding, Fix, Input, InputKind, Interval, Mark, Outcome, Part, Place, Release, Replacement, Report, Retain,
    Server, Setting, Source, Tool, fingerprint,
};
use autopurge::rules::CheckText;
use autopurge::yaml::Span;
use autopurge::zookeeper::Verdict;
use serde_json::json;

/// A name that every format has to escape in its own way.
pub(super) const ODD: &str = "charts/ü 100%, a:b/\"x\" & <y>\n\u{1b}[31m/values.yaml";

const VALUES: &str = "zookeeper:\n  autopurge:\n    purgeInterval: 0 # ü\n";

/// Three inputs, three servers and a finding of every kind.
pub(super) fn report() -> Report {
    Report::new(tool(), vec![manifests(), chart(), gitops()])
}

/// Nothing was found in what was examined.
pub(super) fn clean() -> Report {
    let part = Part { inputs: vec![input("manifests.yaml", InputKind::Manifests, 2)], ..Part::default() };
    Report::new(tool(), vec![part])
}

fn tool() -> Tool {
    let text = |id: &str| CheckText {
        id: id.to_owned(),
        title: "A title".to_owned(),
        severity: Severity::Error,
        severity_varies: None,
        means: "What it means,\nin two lines.\n".to_owned(),
        why: "Why it matters.\n".to_owned(),
        fix: "How to fix it.\n".to_owned(),
    };
    let texts = vec![text("purge-disabled"), text("purge-unknown")];
    Tool { name: "autopurge", version: "1.2.3", rules_date: "2026-11-26".to_owned(), own_texts: texts }
}

fn input(path: &str, kind: InputKind, documents: usize) -> Input {
    Input { path: path.to_owned(), kind, documents }
}

/// A chart with an error in a file with an odd name, and how to fix it.
fn chart() -> Part {
    let source = Source::new(ODD, VALUES.as_bytes());
    let value = place_of(VALUES, "0");
    let fix = Fix {
        path: ODD.to_owned(),
        document: Some(0),
        patch: vec![json!({"op": "replace", "path": "/zookeeper/autopurge/purgeInterval", "value": 1})],
        edits: vec![Replacement { region: source.region(value), text: Some("1".to_owned()) }],
    };
    let finding = Finding {
        fix: vec![fix],
        outcome: Outcome::Curable("`--fix` writes this."),
        ..finding(Check::PurgeDisabled, Severity::Error, place(&source, value))
    };
    let server = Server {
        chart: Some(Chart {
            name: "zookeeper".to_owned(),
            version: "7.0.5".to_owned(),
            prefix: Some("zookeeper".to_owned()),
        }),
        container: None,
        ..server(ODD, "Chart", "posthog", Verdict::NeverPurges)
    };
    Part { inputs: vec![input(ODD, InputKind::Chart, 0)], servers: vec![server], findings: vec![finding] }
}

/// An object whose server is unknown, without a line to point at; and a suppressed finding.
fn gitops() -> Part {
    let path = "apps/zookeeper.yaml";
    let unknown = Finding {
        message: "two lines\nand \u{1b}[31mcolour & <tags> ]]> 100%".to_owned(),
        outcome: Outcome::Incurable("nobody knows".to_owned()),
        ..finding(Check::PurgeUnknown, Severity::Warning, Place::file(path))
    };
    let suppression = Suppression {
        by: SuppressedBy::Comment,
        reason: Some("a cron job \"purges\"".to_owned()),
        until: Some("2027-01-31".to_owned()),
    };
    let suppressed = Finding { suppression: Some(suppression), server: Some(1), ..unknown.clone() };
    let release =
        Server { release: Some(Release { index: 1 }), ..server(path, "Application", "zookeeper", Verdict::Unknown) };
    let servers = vec![release.clone(), Server { name: "other".to_owned(), ..release }];
    Part { inputs: vec![input(path, InputKind::GitOps, 1)], servers, findings: vec![unknown, suppressed] }
}

/// A server that purges, with a note, and a warning that is about no server.
fn manifests() -> Part {
    let text = "kind: StatefulSet\nvalue: \"24\"\n";
    let source = Source::new("-", text.as_bytes());
    let note = finding(Check::PurgeIntervalDiffers, Severity::Note, place(&source, place_of(text, "\"24\"")));
    let alone = Finding {
        server: None,
        ..finding(Check::SettingNotRead, Severity::Warning, place(&source, place_of(text, "kind")))
    };
    let server = server("-", "StatefulSet", "zk", Verdict::Purges);
    Part { inputs: vec![input("-", InputKind::Manifests, 2)], servers: vec![server], findings: vec![note, alone] }
}

fn place_of(text: &str, word: &str) -> Span {
    let start = text.find(word).expect("the word");
    Span::new(start, start + word.len())
}

fn place(source: &Source<'_>, span: Span) -> Place {
    source.place(Some(0), &Mark { span, context: span, shown: vec![span] })
}

fn finding(check: Check, severity: Severity, place: Place) -> Finding {
    Finding {
        check,
        severity,
        label: "here".to_owned(),
        message: format!("{} is found", check.id()),
        help: vec!["What follows: this & that.".to_owned(), "What to do.".to_owned()],
        relief: None,
        server: Some(0),
        fix: Vec::new(),
        outcome: Outcome::Nothing,
        fingerprint: fingerprint([check.id(), &place.path]),
        suppression: None,
        place,
    }
}

fn server(path: &str, kind: &str, name: &str, verdict: Verdict) -> Server {
    let setting = |text: &str| Setting {
        text: Some(text.to_owned()),
        store: "value autopurge.purgeInterval".to_owned(),
        path: None,
        line: Some(3),
        column: Some(20),
    };
    Server {
        path: path.to_owned(),
        document: Some(0),
        kind: kind.to_owned(),
        name: name.to_owned(),
        namespace: Some("events".to_owned()),
        container: Some("zookeeper".to_owned()),
        overlay: None,
        role_group: None,
        flavor: "bitnami".to_owned(),
        verdict,
        after: Verdict::Purges,
        takes_effect: "on-rollout".to_owned(),
        template: None,
        chart: None,
        release: None,
        interval: Interval { hours: Some(0), setting: setting("0") },
        retain: Retain { count: Some(3), setting: setting("3") },
        unknown_because: None,
        mitigated_by: None,
        ignored_settings: Vec::new(),
        is_patched: false,
        is_guess: false,
    }
}
