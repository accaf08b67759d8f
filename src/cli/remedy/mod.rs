//! `autopurge remedy`: writes the cure to standard output, in a shape that a person can apply and keep. Standard error
//! says what to do with it, and what it does not cure.

mod args;
mod error;
mod given;
mod values;

pub use args::{EngineArg, RemedyArgs, Shape};
pub(super) use error::RemedyError;
use given::Given;

use super::broken::LocatedFault;
use super::{BUG, ExitCode, Knowledge, display, nothing, print};
use crate::checks::{ChartValues, Examination, Kept, Subject, Wanted, examine, undecided};
use crate::cure::{Comments, cure};
use crate::detect::read_stream;
use crate::lint::{LintOptions, Linter};
use crate::manifests::{BrokenDocument, fault_of_all};
use crate::printable::json;
use crate::remedy::{
    Enforcement, Engine, Inexpressible, Page, Settings, Treatment, Untreated, Watched, claims, command, component,
    documents, file, flux, policies, prometheus_rule, strategic, treatments, words,
};
use crate::report::Source;
use crate::rules::RuleSet;
use crate::suppress::Policy;
use crate::zookeeper::Verdict;

/// Why there are no values for a rendered server, and which shapes there are.
const NO_VALUE: &str =
    "no known chart value controls this setting; --as strategic, kustomize and flux patch the manifests instead";

/// A remedy, and what to say about it.
#[derive(Debug, Default)]
struct Remedy {
    /// What goes to standard output.
    text: String,
    /// How to use it; printed to standard error, a line each.
    hints: Vec<String>,
    /// What it does not cure and why; printed to standard error, a line each.
    left: Vec<String>,
}

impl Remedy {
    /// Adds a hint if there is nothing to cure.
    fn or_nothing_to_do(mut self) -> Self {
        if self.text.is_empty() && self.left.is_empty() {
            self.hints.push("nothing to do: every server here purges".to_owned());
        }
        self
    }
}

/// Reads the inputs and writes their remedy.
pub(super) fn run(args: &RemedyArgs) -> miette::Result<ExitCode> {
    if let Some(option) = args.ignored() {
        return Err(RemedyError::Ignored { option, shape: args.shape }.into());
    }
    let Knowledge { rules, .. } = Knowledge::load(args.rules.dir.as_deref())?;
    if args.shape == Shape::Policy {
        print(&policies_of(args, &rules)?)?;
        return Ok(ExitCode::Success);
    }
    if args.names_input() && args.values.options(None).need_input() {
        return Err(RemedyError::InputTwice.into());
    }
    let wanted = Wanted { interval: args.interval, retain: args.retain };
    let (values, helm) = (args.values.read().map_err(RemedyError::Values)?, args.values.helm);
    let options = LintOptions { wanted, values, helm, ..LintOptions::default() };
    let linter = Linter::new(&rules, options).map_err(|error| RemedyError::Literals(error.to_string()))?;
    let given = Given::read(args, &linter)?;
    let nothing = nothing_said(args, &given);
    let remedy = match given {
        Given::Unrendered(all) => values::remedy(args, all)?,
        Given::Rendered(stream) => of_stream(args, &stream, &linter)?,
    };
    let Some(remedy) = remedy else {
        display::say(&nothing);
        return Ok(ExitCode::NothingExamined);
    };
    print(&remedy.text)?;
    for hint in &remedy.hints {
        display::tell(hint);
    }
    for left in &remedy.left {
        display::tell(&format!("skipped: {left}"));
    }
    Ok(if remedy.left.is_empty() { ExitCode::Success } else { ExitCode::Findings })
}

/// What to say if there is no server: where nothing was found at all, or what the inputs are instead.
fn nothing_said(args: &RemedyArgs, given: &Given) -> String {
    const NO_SERVER: &str = "autopurge: no ZooKeeper server in the input\n";
    let paths = args.inputs();
    match given {
        Given::Unrendered(all) if all.charts.is_empty() => {
            format!("autopurge: no charts or GitOps files found in {}\n", nothing::names(&paths))
        }
        Given::Unrendered(_) => NO_SERVER.to_owned(),
        // Of several inputs, nobody knows any longer what was on standard input.
        Given::Rendered(stream) => nothing::reasons(&paths, Some(&**stream).filter(|_| paths.len() == 1)) + NO_SERVER,
    }
}

fn policies_of(args: &RemedyArgs, rules: &RuleSet) -> Result<String, RemedyError> {
    if !args.paths.is_empty() {
        return Err(RemedyError::PolicyOfManifests);
    }
    let engine = match args.engine.unwrap_or(EngineArg::Kubernetes) {
        EngineArg::Kubernetes => Engine::Kubernetes,
        EngineArg::Kyverno => Engine::Kyverno,
    };
    let mutate = args.mutate.then_some(args.interval);
    Ok(policies(rules, engine, Enforcement { is_enforced: args.enforce, mutate }))
}

/// The remedy for a stream; `None` if it has no server.
fn of_stream(args: &RemedyArgs, stream: &[u8], linter: &Linter<'_>) -> Result<Option<Remedy>, RemedyError> {
    let (rules, wanted) = (linter.rules, linter.wanted);
    let manifests = read_stream(stream, &linter.trigger, rules).map_err(|fault| broken(stream, &fault))?;
    let mut examination = examine(&manifests, rules, wanted, Kept::Elsewhere);
    if examination.subjects.is_empty() {
        // Files may be anything, but nobody pipes in what is not to be read.
        let fault = fault_of_all(stream).filter(|_| args.is_of_input());
        return fault.map_or(Ok(None), |fault| Err(broken(stream, &fault)));
    }
    Policy::default().screen((&Source::new("-", stream), &()), &manifests, &mut examination);
    let cure = cure(&manifests, &examination, rules, Comments::Omit)?;
    let (mut treated, untreated) = treatments(&manifests, &examination, &cure);
    for treatment in &mut treated {
        treatment.object.namespace = treatment.object.namespace.take().or_else(|| args.values.namespace.clone());
    }
    let found = ExaminedStream { args, wanted, examination: &examination, treated, untreated };
    found.in_shape().map(Some)
}

fn broken(stream: &[u8], fault: &BrokenDocument) -> RemedyError {
    RemedyError::Broken(LocatedFault::new(stream, fault))
}

/// The result of examining a stream.
struct ExaminedStream<'a> {
    args: &'a RemedyArgs,
    wanted: Wanted,
    examination: &'a Examination<'a, 'a>,
    treated: Vec<Treatment>,
    untreated: Vec<Untreated>,
}

impl ExaminedStream<'_> {
    fn in_shape(self) -> Result<Remedy, RemedyError> {
        let mut remedy = match self.args.shape {
            Shape::Values | Shape::Set => self.in_values(),
            Shape::Strategic | Shape::Kustomize | Shape::Flux => self.in_patches()?,
            Shape::JsonPatch => self.in_json_patches()?,
            Shape::PrometheusRule => self.in_alerts(),
            Shape::Policy => Remedy::default(),
        };
        if self.args.shape != Shape::PrometheusRule {
            let untreated = self.untreated.iter();
            remedy.left.extend(untreated.map(|Untreated { message, reason }| format!("{message}; {reason}")));
            let unknown = self.examination.subjects.iter().filter(|subject| is_undecided(subject));
            remedy.left.extend(unknown.map(|subject| {
                format!("{}: {}", subject.title(), undecided(subject.server.interval.unknown_because.as_deref()))
            }));
        }
        Ok(remedy.or_nothing_to_do())
    }

    fn in_values(&self) -> Remedy {
        let mut remedy = Remedy::default();
        let mut all: Vec<ChartValues> = Vec::new();
        let to_leave = self.examination.servers_to_leave();
        let is_cured = |subject: &&Subject<'_, '_>| is_wrong(subject) && !to_leave.contains(&subject.number);
        for subject in self.examination.subjects.iter().filter(is_cured) {
            match subject.chart_values(self.wanted) {
                Some(values) if all.contains(&values) => {}
                Some(values) => match all.iter_mut().find(|other| is_same_release(other, &values)) {
                    Some(other) => other.values.extend(values.values),
                    None => all.push(values),
                },
                None => remedy.left.push(format!("{}: {NO_VALUE}", subject.title())),
            }
        }
        remedy.text = if self.args.shape == Shape::Set {
            all.iter().map(words).collect()
        } else {
            stream_of(&all.iter().map(|values| file(&Settings::from(values))).collect::<Vec<_>>())
        };
        remedy
    }

    /// Patches that select by name, for all objects in which this is possible.
    fn in_patches(&self) -> Result<Remedy, RemedyError> {
        let mut remedy = Remedy::default();
        let (mut able, mut merges) = (Vec::new(), Vec::new());
        for treatment in &self.treated {
            match strategic(treatment) {
                Ok(patch) => {
                    able.push(treatment.clone());
                    merges.push(Page::from(&patch.patch));
                }
                Err(Inexpressible { what, reason }) => remedy.left.push(format!("{what}: {reason}")),
            }
        }
        if able.is_empty() {
            return Ok(remedy);
        }
        remedy.text = match self.args.shape {
            Shape::Kustomize => component(&able)?.text(),
            Shape::Flux => flux(&able)?.text(),
            _ => {
                remedy.hints.extend(able.iter().filter_map(|treatment| command(treatment, type_of_merge(treatment))));
                stream_of(&merges)
            }
        };
        Ok(remedy)
    }

    fn in_json_patches(&self) -> Result<Remedy, RemedyError> {
        let text = documents(&self.treated).map(json).map_err(|error| RemedyError::Json(error.to_string()))?;
        let hints = self.treated.iter().filter_map(|treatment| command(treatment, "json")).collect();
        Ok(Remedy { text, hints, left: Vec::new() })
    }

    fn in_alerts(&self) -> Remedy {
        let mut remedy = Remedy::default();
        let mut watched = Vec::new();
        for subject in &self.examination.subjects {
            let Some(mut claims) = claims(subject) else {
                remedy.left.push(format!("{}: no volume claim was found", subject.title()));
                continue;
            };
            claims.namespace = claims.namespace.take().or_else(|| self.args.values.namespace.clone());
            watched.push(Watched { claims, interval: self.interval(subject) });
        }
        if !watched.is_empty() {
            remedy.text = prometheus_rule(&watched).text();
        }
        remedy
    }

    /// Hours between two purges once purging is on.
    fn interval(&self, subject: &Subject<'_, '_>) -> i32 {
        let own = subject.server.interval.reading.number();
        own.filter(|hours| *hours > 0).unwrap_or(self.wanted.interval)
    }
}

fn is_wrong(subject: &Subject<'_, '_>) -> bool {
    matches!(subject.server.verdict, Verdict::NeverPurges | Verdict::DoesNotStart)
}

fn is_undecided(subject: &Subject<'_, '_>) -> bool {
    subject.server.verdict == Verdict::Unknown
}

fn is_same_release(one: &ChartValues, other: &ChartValues) -> bool {
    one.chart == other.chart && one.release == other.release
}

/// The `--type` of `kubectl patch` that merges: custom resources do not support strategic merge patches.
fn type_of_merge(treatment: &Treatment) -> &'static str {
    let group = treatment.object.api_version.split('/').next().unwrap_or_default();
    if group.contains('.') { "merge" } else { "strategic" }
}

fn stream_of(pages: &[Page]) -> String {
    pages.iter().map(Page::text).collect::<Vec<_>>().join("---\n")
}
