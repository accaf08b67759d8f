//! Decides which findings count: by selected checks, and by suppressions in comments, annotations, the configuration
//! and a baseline.
//!
//! Suppressed findings are neither counted nor patched; they remain in the reports that can show them. A suppression
//! that suppresses nothing, has expired or is invalid is itself a finding (`unused-suppression`).

mod annotations;
mod baseline;
mod comments;
mod date;
mod directive;
mod hcl;
mod known;
mod matching;
mod rule;
mod syntax;
mod unused;

use std::collections::BTreeMap;

pub use annotations::{IGNORE, REASON, UNTIL, in_file as annotations};
pub use baseline::{Baseline, BaselineError};
pub use comments::{in_hcl, in_yaml};
pub use date::{Date, NoDate};
pub use directive::{Directive, Scope, Terms};
pub use known::Known;
pub use matching::Object;
pub use rule::Rule;

use crate::checks::{Check, Examination, Selection, SuppressedBy, Suppression};
use crate::kubernetes::resources;
use crate::manifests::Manifests;
pub use crate::path::Base;
use crate::report::{Elsewhere, Finding, Part, Server, Source};
use matching::Question;

/// What decides whether a finding counts, apart from suppressions written next to it.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The checks that count.
    pub selection: Selection,
    /// The suppressions of the configuration.
    pub rules: Vec<Rule>,
    /// The folder of the configuration, which the rules' globs are relative to.
    pub base: Base,
    /// The current day.
    pub today: Date,
    /// Findings of the baseline that must be left alone even before [`Policy::settle`].
    pub known: Vec<Known>,
}

/// A baseline with the path of its file.
#[derive(Debug, Clone, Copy)]
pub struct BaselineFile<'a> {
    /// The file, as messages name it.
    pub path: &'a str,
    /// The findings that it holds.
    pub baseline: &'a Baseline,
}

/// How much of the project was examined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All of it: any suppression that suppresses nothing is unused.
    Whole,
    /// Some files: only suppressions for these can be reported as unused.
    Partial,
}

impl Default for Policy {
    /// All checks count, and it is today.
    fn default() -> Self {
        let (rules, base, known) = (Vec::new(), Base::default(), Vec::new());
        Self { selection: Selection::default(), rules, base, today: Date::today(), known }
    }
}

impl Policy {
    /// Marks the suppressed findings of a stream before anything is patched, and removes those of checks that do not
    /// count. Returns the suppressions that are written in the stream.
    pub fn screen(
        &self,
        (source, elsewhere): (&Source<'_>, &dyn Elsewhere),
        manifests: &Manifests<'_>,
        examination: &mut Examination<'_, '_>,
    ) -> Vec<Directive> {
        let mut directives = comments::in_yaml(source);
        directives.extend(in_objects(source, manifests));
        for other in elsewhere.sources() {
            directives.extend(comments::in_yaml(other));
            directives.extend(annotations::in_file(other));
        }
        let Examination { findings, subjects, .. } = examination;
        findings.retain(|finding| self.selection.contains(finding.check));
        for finding in findings {
            let question = Question::of_stream((source.path(), elsewhere), finding, subjects);
            finding.suppression = self.suppression(&question, directives.iter());
        }
        directives
    }

    /// Marks the suppressed findings of parts, removes those of checks that do not count, and adds a part that reports
    /// unused suppressions. `directives` are those of all files that were read.
    pub fn settle(
        &self,
        parts: &mut Vec<Part>,
        directives: &[Directive],
        baseline: Option<BaselineFile<'_>>,
        extent: Extent,
    ) {
        let by_path = by_path(directives);
        for part in parts.iter_mut() {
            part.findings.retain(|finding| self.selection.contains(finding.check));
            self.mark(part, &by_path);
        }
        let gone = baseline.map(|file| {
            let inputs: Vec<String> =
                parts.iter().flat_map(|part| &part.inputs).map(|input| input.path.clone()).collect();
            let findings = parts.iter_mut().flat_map(|part| &mut part.findings);
            (file.path, file.baseline.apply(findings, |path| unused::is_examined(path, &inputs)))
        });
        let mut told = Part { findings: unused::tell(self, parts, &by_path, extent), ..Part::default() };
        told.findings.extend(gone.and_then(|(path, gone)| unused::of_baseline(path, &gone)));
        told.findings.retain(|finding| self.selection.contains(finding.check));
        self.mark(&mut told, &naming(&by_path, Check::UnusedSuppression));
        parts.push(told);
    }

    /// Marks the suppressed findings about a server before its fix is made. Returns whether there is still a reason to
    /// make it: an active finding of a selected check that has the fix.
    pub fn screen_server(&self, findings: &mut [Finding], server: &Server, directives: &[Directive]) -> bool {
        for finding in findings.iter_mut() {
            let question = Question::of_report(finding, Some(server));
            let suppression = self.suppression(&question, directives.iter());
            finding.suppression = suppression;
        }
        // Settings without effect are cured along with the server itself, unless that cure is suppressed.
        let counting = || findings.iter().filter(|finding| self.selection.contains(finding.check));
        let is_unwanted = counting().any(Finding::keeps_server);
        !is_unwanted && counting().any(|finding| !finding.fix.is_empty() && finding.is_active())
    }

    fn mark(&self, part: &mut Part, directives: &BTreeMap<&str, Vec<&Directive>>) {
        let Part { findings, servers, .. } = part;
        for finding in findings.iter_mut().filter(|finding| finding.suppression.is_none()) {
            let question = Question::of_report(finding, server_of(finding, servers));
            let near = [question.path, question.object_path].into_iter().filter_map(|path| directives.get(path));
            let suppression = self.suppression(&question, near.flatten().copied());
            finding.suppression = suppression;
        }
    }

    /// Why a finding does not count: what is written next to it takes precedence over the configuration, and that over
    /// the baseline.
    fn suppression<'a>(
        &self,
        question: &Question<'_>,
        mut directives: impl Iterator<Item = &'a Directive>,
    ) -> Option<Suppression> {
        let written = directives.find(|one| one.terms.is_in_force(self.today) && one.covers(question));
        let written = written.map(|one| one.terms.suppression(one.by));
        let is_ruled = |rule: &&Rule| rule.terms.is_in_force(self.today) && rule.covers(question, &self.base);
        let ruled = || Some(self.rules.iter().find(is_ruled)?.terms.suppression(SuppressedBy::Config));
        let known = || self.known.iter().any(|known| known.is(question)).then(baseline::suppression);
        written.or_else(ruled).or_else(known)
    }
}

fn server_of<'a>(finding: &Finding, servers: &'a [Server]) -> Option<&'a Server> {
    servers.get(finding.server?)
}

fn in_objects(source: &Source<'_>, manifests: &Manifests<'_>) -> Vec<Directive> {
    let documents = manifests.parsed().iter().filter(|one| manifests.is_own(one.index));
    let objects = documents.flat_map(|one| resources(&one.document).into_iter().map(|object| (one.index, object)));
    objects.flat_map(|(index, object)| annotations::on(object, index, source)).collect()
}

/// Suppressions by path, each one once, however often its file was read.
fn by_path(directives: &[Directive]) -> BTreeMap<&str, Vec<&Directive>> {
    let mut once: BTreeMap<(&str, usize), &Directive> = BTreeMap::new();
    for directive in directives {
        let offset = directive.place.region.map_or(0, |region| region.offset);
        once.insert((directive.place.path.as_str(), offset), directive);
    }
    let mut by_path: BTreeMap<&str, Vec<&Directive>> = BTreeMap::new();
    for ((path, _), directive) in once {
        by_path.entry(path).or_default().push(directive);
    }
    by_path
}

/// The directives that apply to a check. Of many unused directives, hardly any names `unused-suppression`, so
/// filtering saves time.
fn naming<'d>(
    directives: &BTreeMap<&'d str, Vec<&'d Directive>>,
    check: Check,
) -> BTreeMap<&'d str, Vec<&'d Directive>> {
    let names = |one: &&&Directive| one.terms.names(check);
    directives.iter().map(|(path, all)| (*path, all.iter().filter(names).copied().collect())).collect()
}
