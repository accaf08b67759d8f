//! Servers that were judged from values: what a report says about them, with the line of the value that decides.

mod assign;
mod case;
mod finding;
mod location;
mod origin;
mod server;

pub(super) use assign::Assignment;
pub(super) use location::{FileLocation, Placed, first_line, nearest_key};
pub(super) use origin::{Change, Unwritten, ValuesOrigin, as_written, found};
pub(super) use server::{Cure, LocatedServer, Subject};

use crate::checks::Check;
use crate::cure::SUPPRESSED;
use crate::lint::Linter;
use crate::report::{Finding, Outcome, Part};
use crate::suppress::Directive;

/// Adds a server with its findings to a part of a report. Returns whether its fix is to be made: it has one, and the
/// finding that asks for it counts.
pub(super) fn add(
    part: &mut Part,
    found: &LocatedServer,
    subject: &Subject,
    (linter, directives): (&Linter<'_>, &[Directive]),
) -> bool {
    let mut server = server::server(found, subject);
    let mut findings = finding::findings(found, subject, linter);
    findings.retain(|finding| !is_told(part, finding));
    let is_fixed = linter.policy.screen_server(&mut findings, &server, directives);
    if !is_fixed {
        server.after = server.verdict;
        for finding in findings.iter_mut().filter(|finding| !finding.fix.is_empty()) {
            finding.fix.clear();
            finding.outcome = Outcome::Incurable(SUPPRESSED.to_owned());
        }
    }
    part.push(server, findings);
    is_fixed
}

/// Whether the chart's version was already reported for another of its servers.
fn is_told(part: &Part, finding: &Finding) -> bool {
    let place = |finding: &Finding| (finding.place.path.clone(), finding.place.region);
    let mut same = part.findings.iter().filter(|other| other.check == finding.check);
    finding.check == Check::ChartShipsPurgeOff && same.any(|other| place(other) == place(finding))
}
