//! A release in several environments: what is the same in several of them is reported once.

use std::rc::Rc;

use super::trials::Trials;
use super::{Case, InRepository, found};
use crate::gitops::Release;
use crate::lint::Linter;
use crate::lint::unreadable::is_same;
use crate::lint::values::LocatedServer;
use crate::report::Finding;

/// A server of a release, in one or more environments.
pub(super) struct Told {
    /// The release in the first of them. Its label names all of them, or is missing if all environments are the same.
    pub(super) release: Release,
    /// What was found.
    pub(super) found: LocatedServer,
    /// The other releases that a change may reach.
    pub(super) others: Vec<Release>,
    /// The environments.
    labels: Vec<String>,
}

/// The servers of releases, and the findings about releases that Helm rejects.
pub(super) fn told_once(
    file: InRepository<'_>,
    releases: &[Release],
    linter: &Linter<'_>,
) -> (Vec<Told>, Vec<Finding>) {
    let (mut told, mut refused) = (Vec::new(), Vec::new());
    for same in releases.chunk_by(Release::is_same_elsewhere) {
        told.extend(of_one(file, (same, releases), linter, &mut refused));
    }
    (told, refused)
}

/// The servers of one release in all environments.
fn of_one(
    file: InRepository<'_>,
    (same, all): (&[Release], &[Release]),
    linter: &Linter<'_>,
    refused: &mut Vec<Finding>,
) -> Vec<Told> {
    let mut told: Vec<Told> = Vec::new();
    let trials = Rc::new(Trials::default());
    for release in same {
        let (others, trials) = (others(release, (same, all)), Rc::clone(&trials));
        let case = Case { others, trials, ..Case::new(file, release, linter) };
        if let Some(refusal) = case.refusal() {
            let finding = refusal.finding(&case.subject().title);
            if !refused.iter().any(|other| other.message == finding.message && is_same(other, &finding)) {
                refused.push(finding);
            }
        }
        let label = release.object.element.iter().map(|element| element.label.clone());
        for server in case.servers() {
            let found = found(&case, server);
            if let Some(told) = told.iter_mut().find(|told| same.len() > 1 && told.found.is_same(&found)) {
                told.labels.extend(label.clone());
                continue;
            }
            let (labels, others) = (label.clone().collect(), case.others.clone());
            told.push(Told { release: release.clone(), found, others, labels });
        }
    }
    for told in &mut told {
        told.label(same.len());
    }
    told
}

impl Told {
    fn label(&mut self, environments: usize) {
        let element =
            self.release.object.element.take().filter(|it| !it.is_environment || self.labels.len() < environments);
        self.release.object.element = element.map(|mut element| {
            element.label = self.labels.join(", ");
            element
        });
    }
}

/// If one object makes more releases than this, only one of each other chart is checked.
const MOST: usize = 32;

/// The same release in other environments, and other releases of the same object.
fn others(release: &Release, (same, all): (&[Release], &[Release])) -> Vec<Release> {
    if same.len() > 1 || release.object.element.is_none() {
        let is_other = |other: &&Release| other.object.element != release.object.element;
        return same.iter().filter(is_other).cloned().collect();
    }
    let of_object = all.iter().filter(|other| other.object.place == release.object.place);
    let beside: Vec<&Release> = of_object.filter(|other| other.object.element != release.object.element).collect();
    let has_many = beside.len() > MOST;
    let mut charts = vec![&release.chart.name];
    let mut others = Vec::new();
    for other in beside.into_iter().filter(|other| !has_many || other.chart.name != release.chart.name) {
        if !has_many || (others.len() < MOST && !charts.contains(&&other.chart.name)) {
            charts.push(&other.chart.name);
            others.push(other.clone());
        }
    }
    others
}
