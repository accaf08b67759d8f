//! A release in several environments: what is the same in some of them is told once.

use super::{Case, InRepository, found};
use crate::gitops::{Release, Surroundings, releases};
use crate::lint::Linter;
use crate::lint::unreadable::is_same;
use crate::lint::values::Found;
use crate::report::Finding;

/// A server of a release, in one environment or in several.
pub(super) struct Told {
    /// The release, in the first of them; its label names all, and there is none where all is the same.
    pub(super) release: Release,
    /// What is found.
    pub(super) found: Found,
    /// The environments.
    labels: Vec<String>,
}

/// The servers of releases, and what is said of releases that Helm refuses.
pub(super) fn told_once(
    file: InRepository<'_>,
    releases: &[Release],
    linter: &Linter<'_>,
) -> (Vec<Told>, Vec<Finding>) {
    let (mut told, mut refused) = (Vec::new(), Vec::new());
    for same in releases.chunk_by(Release::is_same_elsewhere) {
        told.extend(of_one(file, same, linter, &mut refused));
    }
    (told, refused)
}

/// The servers of one release in all environments.
fn of_one(file: InRepository<'_>, same: &[Release], linter: &Linter<'_>, refused: &mut Vec<Finding>) -> Vec<Told> {
    let mut told: Vec<Told> = Vec::new();
    for release in same {
        let others = same.iter().filter(|other| other.object.element != release.object.element).cloned().collect();
        let case = Case { others, ..Case::new(file, release, linter) };
        if let Some(refusal) = case.refusal() {
            let finding = refusal.finding(&case.subject().title);
            if !refused.iter().any(|other| other.message == finding.message && is_same(other, &finding)) {
                refused.push(finding);
            }
        }
        let label = release.object.element.iter().map(|element| element.label.clone());
        for server in case.servers() {
            let found = found(&case, server);
            match told.iter_mut().find(|told| same.len() > 1 && told.found.is_same(&found)) {
                Some(told) => told.labels.extend(label.clone()),
                None => told.push(Told { release: release.clone(), found, labels: label.clone().collect() }),
            }
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

impl Case<'_> {
    /// The case with the same release in the other environments, which are looked for in its file.
    pub(super) fn with_other_environments(mut self, around: &Surroundings<'_>) -> Self {
        if self.release.object.element.as_ref().is_some_and(|element| element.is_environment) {
            let all = releases(self.file.path, self.file.text, around).releases.into_iter();
            let same = all.filter(|other| self.release.is_same_elsewhere(other));
            self.others = same.filter(|other| self.release.object.element != other.object.element).collect();
        }
        self
    }
}
