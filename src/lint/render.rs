//! Compares what lint says about a chart with what Helm renders: the rendered manifests are authoritative.

use std::collections::BTreeSet;

use super::Examined;
use crate::checks::{Check, Severity};
use crate::helm::dependency_path;
use crate::report::{Finding, Outcome, Part, Place, Server, fingerprint};
use crate::zookeeper::Verdict;

/// Merges both views of a chart. If they agree, the findings about the values stay, because they name the line to
/// change; if lint knew less or said something else, the rendered server replaces its own. Also returns the indices of
/// the modelled servers whose findings stay; the edits are still those of all servers.
pub(super) fn reconcile(modelled: Examined, rendered: &Part, path: &str) -> (Examined, BTreeSet<usize>) {
    let Examined { part, edits, directives } = modelled;
    let (used, kept) = (BTreeSet::new(), BTreeSet::new());
    let mut work = Reconciled { path, modelled: part, part: Part::default(), used, kept };
    work.part.inputs.append(&mut work.modelled.inputs);
    for (number, server) in rendered.servers.iter().enumerate() {
        work.add_rendered(server, rendered.findings_of(number));
    }
    work.finish();
    (Examined { part: work.part, edits, directives }, work.kept)
}

/// A part of a report under construction.
struct Reconciled<'a> {
    path: &'a str,
    modelled: Part,
    part: Part,
    /// Indices of the modelled servers that Helm renders too.
    used: BTreeSet<usize>,
    /// Those of them whose findings stay.
    kept: BTreeSet<usize>,
}

impl Reconciled<'_> {
    fn add_rendered<'f>(&mut self, server: &Server, findings: impl Iterator<Item = &'f Finding>) {
        let prefix = server.template.as_deref().map(dependency_path).unwrap_or_default();
        let is_same = |(number, one): &(usize, &Server)| prefix_of(one) == prefix && !self.used.contains(number);
        let own = self.modelled.servers.iter().enumerate().find(is_same).map(|(number, one)| (number, one.clone()));
        match own {
            // What was only guessed has less to say than what Helm rendered, even where that is undecided, too.
            Some((number, own)) if own.verdict == server.verdict && !own.is_guess => {
                self.used.insert(number);
                self.keep(number, own);
            }
            Some((number, own)) => {
                self.used.insert(number);
                if own.verdict != Verdict::Unknown {
                    let said = format!(
                        "lint predicted {}, but Helm rendered {}",
                        own.verdict.as_str(),
                        server.verdict.as_str()
                    );
                    self.part.findings.push(disagreement(self.path, &prefix, &said));
                }
                self.take_over(server, findings, own.chart);
            }
            None => self.take_over(server, findings, None),
        }
    }

    /// Keeps the findings about the values.
    fn keep(&mut self, number: usize, server: Server) {
        self.kept.insert(number);
        self.part.push(server, self.modelled.findings_of(number).cloned());
    }

    /// Takes the findings about the rendered manifests, which are not in any file.
    fn take_over<'f>(
        &mut self,
        server: &Server,
        findings: impl Iterator<Item = &'f Finding>,
        chart: Option<crate::report::Chart>,
    ) {
        let on_chart = |finding: &Finding| Finding {
            place: Place::file(self.path),
            fix: Vec::new(),
            outcome: Outcome::Nothing,
            ..finding.clone()
        };
        let chart = server.chart.clone().or(chart);
        let server = Server { path: self.path.to_owned(), document: None, chart, ..server.clone() };
        self.part.push(server, findings.map(on_chart));
    }

    /// Adds the findings that are not about a server, and servers that Helm does not render.
    fn finish(&mut self) {
        let general = self.modelled.findings.iter().filter(|finding| finding.server.is_none());
        self.part.findings.extend(general.cloned());
        let unused = (0..self.modelled.servers.len()).filter(|number| !self.used.contains(number));
        let unused = unused.filter_map(|number| self.modelled.servers.get(number));
        // Where nothing was known, Helm answers a question.
        for server in unused.filter(|server| !server.is_guess) {
            let said = "lint predicted a server that Helm does not render";
            self.part.findings.push(disagreement(self.path, &prefix_of(server), said));
        }
    }
}

fn prefix_of(server: &Server) -> String {
    server.chart.as_ref().and_then(|chart| chart.prefix.clone()).unwrap_or_default()
}

fn disagreement(path: &str, prefix: &str, said: &str) -> Finding {
    let whose = if prefix.is_empty() { "this chart".to_owned() } else { format!("its sub-chart {prefix}") };
    Finding {
        check: Check::RenderDisagrees,
        severity: Severity::Warning,
        place: Place::file(path),
        label: String::new(),
        message: format!("for {whose}, {said}"),
        help: vec![
            "What Helm renders counts. Either the chart was changed, or autopurge's rules are wrong: please report it."
                .to_owned(),
        ],
        relief: None,
        server: None,
        fix: Vec::new(),
        outcome: Outcome::Nothing,
        fingerprint: fingerprint([Check::RenderDisagrees.id(), path, prefix]),
        suppression: None,
    }
}
