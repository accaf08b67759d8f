//! What the checks say about a server that was judged from values, with the line to change.

use super::{Cure, LocatedServer, Subject};
use crate::checks::{About, FixOf, Statement, judge};
use crate::gitops::STANDARD_INPUT;
use crate::lint::Linter;
use crate::lint::manifests::CURABLE;
use crate::report::{Finding, Fix, Outcome, Place, fingerprint};
use crate::zookeeper::PurgeSetting;

/// How to get the fix for an object that is not in a file.
const CURABLE_INPUT: &str = "`autopurge remedy --as values` writes the values that fix this.";

/// The findings about one server.
pub(in crate::lint) fn findings(found: &LocatedServer, subject: &Subject, linter: &Linter<'_>) -> Vec<Finding> {
    let statements = judge(&found.case(subject, linter));
    statements.into_iter().map(|statement| finding(found, subject, statement)).collect()
}

fn finding(found: &LocatedServer, subject: &Subject, statement: Statement) -> Finding {
    let Statement { check, severity, about, label, message, help, relief, fix } = statement;
    let (fix, outcome) = match fix {
        FixOf::Server => found.fix(),
        // Only changes that make a server purge are written into values.
        FixOf::Nothing | FixOf::Retain => (Vec::new(), Outcome::Nothing),
    };
    Finding {
        check,
        severity,
        place: found.place_of(about),
        label,
        message,
        help,
        relief,
        server: None,
        fix,
        outcome,
        fingerprint: found.fingerprint(subject, (check.id(), about)),
        suppression: None,
    }
}

impl LocatedServer {
    fn place_of(&self, about: About) -> Place {
        let location = match about {
            About::Setting(PurgeSetting::Interval) => None,
            About::Setting(PurgeSetting::Retain) => Some(&self.retain.location),
            About::Unread(number) => self.dead.get(number).map(|(_, placed)| &placed.location),
            About::Chart => self.shipped.as_ref().map(|(_, location)| location),
        };
        location.unwrap_or(&self.interval.location).place()
    }

    fn fix(&self) -> (Vec<Fix>, Outcome) {
        match &self.cure {
            Cure::Write { path, patch, edits, .. } => {
                let fix = Fix { path: path.clone(), document: None, patch: patch.clone(), edits: edits.clone() };
                (vec![fix], Outcome::Curable(if path == STANDARD_INPUT { CURABLE_INPUT } else { CURABLE }))
            }
            Cure::ByHand { reason, .. } | Cure::Impossible(reason) => (Vec::new(), Outcome::Incurable(reason.clone())),
            Cure::Unneeded => (Vec::new(), Outcome::Nothing),
        }
    }

    /// Built from check, file, object and the server's prefix; for unread settings, also from their name.
    fn fingerprint(&self, subject: &Subject, (check, about): (&str, About)) -> String {
        let Subject { path, kind, namespace, name, release, .. } = subject;
        let release = release.map(|index| index.to_string()).unwrap_or_default();
        let prefix = self.prefix.join(".");
        let mark = fingerprint([check, path, kind, namespace.as_deref().unwrap_or_default(), name, &release, &prefix]);
        match about {
            About::Setting(_) | About::Chart => mark,
            About::Unread(number) => {
                let what = self.dead.get(number).map(|(dead, _)| self.name_of(dead)).unwrap_or_default();
                fingerprint([mark.as_str(), what.as_str()])
            }
        }
    }
}
