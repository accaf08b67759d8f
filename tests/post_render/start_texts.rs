//! Start texts drawn from a grammar of functions, subshells, texts for other shells and guards: what the tool says of them
//! is what a real shell does with programs that only note that they ran.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

use super::starts::{Ran, Shell, verdict};

/// What decides whether something runs.
const GUARDS: [&str; 3] = ["[ -n \"$X\" ]", "[ -z \"$X\" ]", "[ -n \"$Y\" ]"];

/// What a text does; `return` only within functions.
const ACTIONS: [&str; 8] = [
    "/docker-entrypoint.sh true",
    "/docker-entrypoint.sh true",
    "zkServer.sh start-foreground",
    "/docker-entrypoint.sh zkServer.sh start-foreground",
    ":",
    "exit 0",
    "exec sleep 0",
    "return 0",
];

/// How a function is called: always, and under guards.
const CALLS: [&str; 5] = ["F", "F", "(F)", "F\nF", "F | cat"];
const GUARDED_CALLS: [&str; 2] = ["[ -n \"$X\" ] && F", "if [ -n \"$Y\" ]; then F; fi\nF"];

/// What is around lines.
const AROUND: [(&str, &str); 3] = [("(", ")"), ("{", "}"), ("{", "} | cat")];

/// What the texts end with.
const LAST: [&str; 3] = [
    "exec zkServer.sh start-foreground",
    "exec zkServer.sh start-foreground",
    "exec /docker-entrypoint.sh zkServer.sh start-foreground",
];

/// A line of a text.
#[derive(Clone, Debug)]
enum Line {
    Action(&'static str),
    Guarded(&'static str, &'static str, &'static str),
    If(&'static str, Vec<Self>, Vec<Self>),
    Case(Vec<Self>, Vec<Self>),
    /// A function that is called in a way.
    Function(&'static str, Vec<Self>),
    /// Lines within something: what is before and behind them.
    Within(&'static str, Vec<Self>, &'static str),
    /// A text for a program.
    Handed(&'static str, Vec<Self>),
    /// A text that another shell reads.
    HereDocument(Vec<Self>),
}

/// The number of the next function, and whether lines are in one.
struct Writer {
    functions: usize,
    is_in_function: bool,
}

impl Writer {
    fn text(&mut self, lines: &[Line]) -> String {
        lines.iter().map(|line| self.line(line) + "\n").collect()
    }

    /// A text outside of all functions.
    fn outer_text(&mut self, lines: &[Line], is_in_function: bool) -> String {
        let before = std::mem::replace(&mut self.is_in_function, is_in_function);
        let text = self.text(lines);
        self.is_in_function = before;
        text
    }

    fn action(&self, action: &'static str) -> &'static str {
        if action == "return 0" && !self.is_in_function { ":" } else { action }
    }

    fn line(&mut self, line: &Line) -> String {
        match line {
            Line::Action(action) => self.action(action).to_owned(),
            Line::Guarded(guard, operator, action) => format!("{guard} {operator} {}", self.action(action)),
            Line::If(guard, first, second) => {
                format!("if {guard}; then\n{}else\n{}fi", self.text(first), self.text(second))
            }
            Line::Case(first, second) => {
                format!("case \"$X\" in 1)\n{};;\n*)\n{};; esac", self.text(first), self.text(second))
            }
            Line::Function(call, body) => {
                self.functions += 1;
                let name = format!("f{}", self.functions);
                format!("{name}() {{\n{}}}\n{}", self.outer_text(body, true), call.replace('F', &name))
            }
            Line::Within(before, lines, behind) => format!("{before}\n{}{behind}", self.text(lines)),
            Line::Handed(program, lines) => {
                let is_in_function = self.is_in_function && *program == "eval";
                let text = self.outer_text(lines, is_in_function);
                format!("{program} '{}'", text.replace('\'', "'\\''"))
            }
            Line::HereDocument(lines) => {
                self.functions += 1;
                let end = format!("E{}", self.functions);
                format!("bash <<'{end}'\n{}{end}", self.outer_text(lines, false))
            }
        }
    }
}

fn plain(lines: impl Strategy<Value = Vec<Line>> + Clone + 'static) -> BoxedStrategy<Line> {
    let action = || select(&ACTIONS[..]);
    prop_oneof![
        action().prop_map(Line::Action),
        (select(&CALLS[..]), lines.clone()).prop_map(|(call, body)| Line::Function(call, body)),
        (select(&AROUND[..]), lines.clone()).prop_map(|((before, behind), lines)| Line::Within(before, lines, behind)),
        (select(&["bash -c", "eval"][..]), lines.clone()).prop_map(|(program, lines)| Line::Handed(program, lines)),
        lines.prop_map(Line::HereDocument),
    ]
    .boxed()
}

fn guarded(lines: impl Strategy<Value = Vec<Line>> + Clone + 'static) -> BoxedStrategy<Line> {
    let guard = || select(&GUARDS[..]);
    prop_oneof![
        (guard(), select(&["&&", "||", "&&\n"][..]), select(&ACTIONS[..]))
            .prop_map(|(guard, operator, action)| Line::Guarded(guard, operator, action)),
        (guard(), lines.clone(), lines.clone()).prop_map(|(guard, first, second)| Line::If(guard, first, second)),
        (lines.clone(), lines.clone()).prop_map(|(first, second)| Line::Case(first, second)),
        (select(&GUARDED_CALLS[..]), lines.clone()).prop_map(|(call, body)| Line::Function(call, body)),
        lines.clone().prop_map(|lines| Line::Handed("bash -ec", lines)),
        // That something waits for it is not followed.
        lines.clone().prop_map(|lines| Line::Within("{", lines, "} &\nwait")),
        plain(lines),
    ]
    .boxed()
}

/// Texts of lines; with guards or without.
fn texts(has_guards: bool) -> impl Strategy<Value = String> {
    let actions = select(&ACTIONS[..]).prop_map(Line::Action);
    let lines = actions.prop_recursive(3, 24, 3, move |inner| {
        let lines = vec(inner, 1..4);
        if has_guards { guarded(lines) } else { plain(lines) }
    });
    (vec(lines, 1..4), select(&LAST[..])).prop_map(|(lines, last)| {
        let mut writer = Writer { functions: 0, is_in_function: false };
        format!("{}{last}\n", writer.text(&lines))
    })
}

/// The same texts in each run, because one that is drawn anew may find a fault where nothing has changed;
/// `STARTS_SEED` draws others.
fn runner(config: ProptestConfig) -> TestRunner {
    let seed = std::env::var("STARTS_SEED").ok().and_then(|seed| seed.parse::<u8>().ok()).unwrap_or_default();
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]))
}

/// Judges and runs texts; `is_right` says whether a verdict goes with the runs.
fn compare(cases: u32, texts: impl Strategy<Value = String>, is_right: fn(Option<&str>, &[Ran]) -> bool) {
    let Some(shell) = Shell::new() else { return };
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    let outcome = runner(config).run(&texts, |text| {
        let (verdict, runs) = (verdict(&text), shell.runs(&text));
        prop_assert!(is_right(verdict, &runs), "{verdict:?}, {runs:?}:\n{text}");
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn without_guards_the_verdict_is_that_of_the_run() {
    compare(150, texts(false), |verdict, runs| match runs {
        [Ran::ServerWithSettings] => verdict == Some("purges"),
        [Ran::ServerWithout] => verdict == Some("unknown"),
        _ => verdict != Some("purges"),
    });
}

#[test]
fn whatever_guards_decide_no_server_purges_that_is_started_without_settings() {
    compare(100, texts(true), |verdict, runs| {
        let serves = runs.iter().any(|run| *run != Ran::Nothing);
        (verdict != Some("purges") || !runs.contains(&Ran::ServerWithout)) && (verdict.is_some() || !serves)
    });
}
