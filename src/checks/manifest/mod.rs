//! Servers in manifests: as cases for the checks, whose statements become findings with patches.

mod permanent;
mod place;
mod relief;
mod restart;
mod set;
mod words;

use std::collections::{BTreeMap, BTreeSet};

pub use permanent::ChartValues;

use super::case::judge;
use super::{Check, Finding};
use crate::charts::{ChartLabels, InstalledChart};
use crate::detect::{Server, servers};
use crate::helm::template_of;
use crate::kubernetes::{Objects, Resource, resources};
use crate::manifests::{Manifest, Manifests};
use crate::rules::RuleSet;
use crate::yaml::Node;

/// What the user asks for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// Hours between two purges, 1 or more.
    pub interval: i32,
    /// Snapshots to keep, 3 or more; `None` leaves that setting alone.
    pub retain: Option<i32>,
}

/// A purge every hour, and any retain count.
impl Default for Wanted {
    fn default() -> Self {
        Self { interval: 1, retain: None }
    }
}

/// Where manifests, and fixes to them, are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// In the file that is read.
    Here,
    /// Somewhere else: the stream is rendered anew each time.
    Elsewhere,
}

/// A server in a stream, with everything that may be asked about it.
#[derive(Clone)]
pub struct Subject<'m, 'r> {
    /// Its number in the examination.
    pub number: usize,
    /// The server.
    pub server: Server<'m, 'r>,
    /// The stream.
    pub manifests: &'m Manifests<'m>,
    /// The number of its document.
    pub index: usize,
    /// The template that it was rendered from.
    pub template: Option<&'m str>,
    /// The chart that it was installed with.
    pub chart: Option<InstalledChart<'r>>,
    /// The overlay that deploys it, if the stream shows it as one does.
    pub overlay: Option<String>,
}

impl Subject<'_, '_> {
    /// The number of the document that contains a node: the server's own, or that of an object that it refers to.
    pub(super) fn document_of(&self, node: Node<'_>) -> usize {
        self.manifests.index_at(node.document().span().start).unwrap_or(self.index)
    }
}

/// The servers of a stream and the findings about them.
pub struct Examination<'m, 'r> {
    /// The objects that servers refer to.
    pub objects: Objects<'m>,
    /// Every server, including those without findings, in the order of their documents.
    pub subjects: Vec<Subject<'m, 'r>>,
    /// Ordered by place and check.
    pub findings: Vec<Finding>,
}

impl Examination<'_, '_> {
    /// The numbers of the findings that concern each document, by document number: they change it, or are about a
    /// server in it.
    #[must_use]
    pub fn by_document(&self) -> BTreeMap<usize, Vec<usize>> {
        let mut numbers: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (number, finding) in self.findings.iter().enumerate() {
            let own = finding.server.and_then(|server| self.subjects.get(server)).map(|subject| subject.index);
            let documents: BTreeSet<usize> = finding.fix.iter().map(|fix| fix.document).chain(own).collect();
            for document in documents {
                numbers.entry(document).or_default().push(number);
            }
        }
        numbers
    }

    /// The numbers of the servers that somebody wants to leave as they are: the finding that asks for purging is
    /// suppressed.
    #[must_use]
    pub fn servers_to_leave(&self) -> BTreeSet<usize> {
        self.findings.iter().filter(|finding| finding.keeps_server()).filter_map(|finding| finding.server).collect()
    }
}

/// Judges every server of a stream.
#[must_use]
pub fn examine<'m, 'r>(
    manifests: &'m Manifests<'m>,
    rules: &'r RuleSet,
    wanted: Wanted,
    kept: Kept,
) -> Examination<'m, 'r> {
    examine_with(manifests, rules, (wanted, kept), &|_| {})
}

/// Judges every server of a stream, with what else is known about each of them.
#[must_use]
pub fn examine_with<'m, 'r>(
    manifests: &'m Manifests<'m>,
    rules: &'r RuleSet,
    (wanted, kept): (Wanted, Kept),
    add: &dyn Fn(&mut Subject<'m, 'r>),
) -> Examination<'m, 'r> {
    let objects = manifests.objects();
    let own = manifests.parsed().iter().filter(|manifest| manifests.is_own(manifest.index));
    let found = own.flat_map(|manifest| subjects_in(manifests, manifest, &objects, rules));
    let mut subjects: Vec<Subject<'m, 'r>> = found.collect();
    if !subjects.is_empty() {
        let labels = ChartLabels::find(manifests, rules);
        for (number, subject) in subjects.iter_mut().enumerate() {
            subject.number = number;
            subject.chart = labels.of(&subject.server, subject.template);
            add(subject);
        }
    }
    let mut findings: Vec<Finding> = subjects.iter().flat_map(|subject| findings(subject, wanted, kept)).collect();
    findings.sort_by_key(|finding| (finding.span, finding.check));
    // One label covers all servers of a chart.
    let is_chart = |finding: &Finding| finding.check == Check::ChartShipsPurgeOff;
    findings.dedup_by(|later, first| is_chart(later) && is_chart(first) && later.span == first.span);
    Examination { objects, subjects, findings }
}

/// The servers of one document, not yet numbered and without their charts.
fn subjects_in<'m, 'r>(
    manifests: &'m Manifests<'m>,
    manifest: &'m Manifest<'m>,
    objects: &Objects<'m>,
    rules: &'r RuleSet,
) -> Vec<Subject<'m, 'r>> {
    let of = |resource: Resource<'m>| {
        let template = template_of(&manifest.document, resource.node());
        servers(resource, objects, rules).into_iter().map(move |server| (server, template))
    };
    let subject = |(server, template)| Subject {
        number: 0,
        server,
        manifests,
        index: manifest.index,
        template,
        chart: None,
        overlay: None,
    };
    resources(&manifest.document).into_iter().flat_map(of).map(subject).collect()
}

/// The findings of all checks about a server, each with the place that it is about and the fix that goes with it.
fn findings(subject: &Subject<'_, '_>, wanted: Wanted, kept: Kept) -> Vec<Finding> {
    let fix = set::server(subject, wanted);
    let statements = judge(&subject.case(wanted, kept, &fix.fixes));
    statements.into_iter().map(|statement| subject.finding(statement, &fix, wanted)).collect()
}
