//! `unused-suppression`: suppressions that suppress nothing; each is a finding at its own place.

use std::collections::BTreeMap;

use super::directive::{Directive, Terms};
use super::matching::Question;
use super::{Extent, Policy, server_of};
use crate::checks::{Check, Severity};
use crate::printable::shell_word;
use crate::report::{Finding, Outcome, Part, Place, fingerprint};

/// The unused suppressions of files and of the configuration.
pub(super) fn tell(
    policy: &Policy,
    parts: &[Part],
    directives: &BTreeMap<&str, Vec<&Directive>>,
    extent: Extent,
) -> Vec<Finding> {
    let questions: Vec<Question<'_>> = parts.iter().flat_map(questions).collect();
    let written = directives.values().flatten().filter_map(|directive| {
        let covers = |check: Check| questions.iter().any(|one| one.check == check && directive.covers(one));
        told(&directive.terms, &directive.place, policy, &covers)
    });
    let paths: Vec<&str> = parts.iter().flat_map(|part| &part.inputs).map(|input| input.path.as_str()).collect();
    let ruled = policy.rules.iter().filter_map(|rule| {
        let is_near = rule.paths.is_some() && paths.iter().any(|path| rule.holds(path, &policy.base));
        let covers = |check: Check| questions.iter().any(|one| one.check == check && rule.covers(one, &policy.base));
        (extent == Extent::Whole || is_near).then(|| told(&rule.terms, &rule.place, policy, &covers)).flatten()
    });
    written.chain(ruled).collect()
}

/// All findings of a part, including suppressed ones.
fn questions(part: &Part) -> impl Iterator<Item = Question<'_>> {
    part.findings.iter().map(|finding| Question::of_report(finding, server_of(finding, &part.servers)))
}

/// The finding about a suppression, if something is wrong with it.
fn told(terms: &Terms, place: &Place, policy: &Policy, covers: &dyn Fn(Check) -> bool) -> Option<Finding> {
    let is_judged = |check: &Check| policy.selection.contains(*check);
    let named = if terms.checks.is_empty() { Check::ALL.as_slice() } else { terms.checks.as_slice() };
    let is_used = named.iter().any(|check| covers(*check));
    if let Some(mistake) = &terms.mistake {
        return Some(finding(
            place,
            format!("this suppression is not understood: {mistake}"),
            "It suppresses nothing.",
        ));
    }
    if terms.is_expired(policy.today) {
        let day = terms.until.map(|day| day.to_string()).unwrap_or_default();
        let help =
            if is_used { "What it suppressed counts again." } else { "There is nothing left that it would suppress." };
        return Some(finding(place, format!("this suppression expired on {day}"), help));
    }
    if terms.checks.is_empty() {
        let is_all = Check::ALL.iter().all(is_judged);
        return (is_all && !is_used).then(|| finding(place, "this suppression suppresses nothing".to_owned(), REMOVE));
    }
    let idle: Vec<String> = named
        .iter()
        .filter(|check| is_judged(check) && !covers(**check))
        .map(|check| format!("`{}`", check.id()))
        .collect();
    let message = || format!("this suppression suppresses nothing: there is no {} here", idle.join(" and no "));
    (!idle.is_empty()).then(|| finding(place, message(), REMOVE))
}

const REMOVE: &str = "Take it away: it would hide the next finding of its kind.";

/// At most this many entries are named; the rest are only counted.
const MOST_NAMED: usize = 5;

/// The finding about entries of a baseline that no longer exist.
pub(super) fn of_baseline(path: &str, gone: &[String]) -> Option<Finding> {
    let (first, rest) = gone.split_at_checked(MOST_NAMED).unwrap_or((gone, &[]));
    let more = if rest.is_empty() { String::new() } else { format!(", and {} more", rest.len()) };
    let message = match gone.len() {
        0 => return None,
        1 => "1 finding of the baseline is no longer there".to_owned(),
        count => format!("{count} findings of the baseline are no longer there"),
    };
    let word = shell_word(path);
    let help = format!("{}{more}. Write the baseline anew with --create-baseline {word}.", first.join(", "));
    Some(finding(&Place::file(path), message, &help))
}

/// Whether a file is an input, or is in an input that is a folder.
pub(super) fn is_examined(path: &str, inputs: &[String]) -> bool {
    inputs.iter().any(|input| {
        let rest = path.strip_prefix(input.trim_end_matches('/'));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

fn finding(place: &Place, message: String, help: &str) -> Finding {
    let check = Check::UnusedSuppression;
    Finding {
        check,
        severity: Severity::Warning,
        place: place.clone(),
        label: "this suppression".to_owned(),
        fingerprint: fingerprint([check.id(), place.path.as_str(), &message]),
        message,
        help: vec![help.to_owned()],
        relief: None,
        server: None,
        fix: Vec::new(),
        outcome: Outcome::Nothing,
        suppression: None,
    }
}
