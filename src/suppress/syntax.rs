//! Parses what follows `autopurge:` in a comment: `ignore[check, check] until 2027-01-31: reason`.

use memchr::memmem;

use super::date::Date;
use super::directive::Terms;
use crate::checks::Check;
use crate::nearest::nearest;

/// The word that every such comment begins with.
const WORD: &str = "autopurge:";

/// What people write who mean `ignore`. What is usual in prose is not among it.
const MEANT: [&str; 7] = ["disable", "skip", "suppress", "allow", "noqa", "nolint", "exclude"];

/// Where comments behind a `#` may begin in a text, in order.
pub(super) fn starts(text: &[u8]) -> impl Iterator<Item = usize> {
    let mut from = 0;
    let runs = std::iter::from_fn(move || {
        let hash = from + memchr::memchr(b'#', text.get(from..)?)?;
        // Of several in a row, which underline headings, only the last one can begin such a comment.
        from = hash + text.get(hash..)?.iter().take_while(|byte| **byte == b'#').count();
        Some(from)
    });
    runs.filter_map(|run_end| {
        let behind = text.get(run_end..)?;
        let blanks = behind.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let is_one = behind.get(blanks..)?.get(..WORD.len())?.eq_ignore_ascii_case(WORD.as_bytes());
        is_one.then_some(run_end + blanks)
    })
}

/// Whether a text may hold such a comment, whatever its comments begin with. Most texts hold none.
pub(super) fn may_hold_one(text: &[u8]) -> bool {
    ["urge:", "URGE:"].iter().any(|end| memmem::find(text, end.as_bytes()).is_some())
}

/// A comment's terms, and how many of its bytes name the checks; the rest is the reason. `None` if the comment is about
/// something else.
pub(super) fn parse(comment: &str) -> Option<(Terms, usize)> {
    let (word, rest) = comment.split_at_checked(WORD.len())?;
    if !word.eq_ignore_ascii_case(WORD) {
        return None;
    }
    let rest = rest.trim_start_matches([' ', '\t']);
    let end = rest.find(|next: char| !(next.is_alphanumeric() || matches!(next, '-' | '_'))).unwrap_or(rest.len());
    let (verb, rest) = rest.split_at_checked(end)?;
    if (word, verb) != (WORD, "ignore") {
        let terms = Terms { mistake: Some(misspelt(verb, rest)?), ..Terms::default() };
        return Some((terms, comment.len().saturating_sub(rest.len())));
    }
    let mut terms = Terms::default();
    let rest = match rest.strip_prefix('[').map(|list| list.split_once(']')) {
        None => {
            terms.mistake = unbracketed(rest);
            rest
        }
        Some(None) => {
            terms.mistake = Some("`]` is missing after its checks".to_owned());
            ""
        }
        Some(Some((list, rest))) => {
            name_checks(&mut terms, list);
            rest
        }
    };
    let head = comment.len().saturating_sub(rest.len());
    explain(&mut terms, rest);
    Some((terms, head))
}

/// The mistake of a comment that looks like a suppression; `None` if it is about something else. Manifests that were
/// patched have comments that begin with the name of a check and a comma.
fn misspelt(verb: &str, rest: &str) -> Option<String> {
    let is_other = MEANT.iter().any(|word| verb.eq_ignore_ascii_case(word));
    let is_ignore = nearest(verb, ["ignore"]).is_some() || verb.to_lowercase().starts_with("ignore");
    let check = verb.parse::<Check>().ok().filter(|_| !rest.starts_with(','));
    if !is_ignore && !is_other && check.is_none() {
        return None;
    }
    let check = check.unwrap_or(Check::PurgeDisabled);
    Some(format!("write it as `{WORD} ignore[{}]`", check.id()))
}

/// Adds a list of checks to the terms. An empty list is a mistake, because brackets that name nothing have no purpose.
pub(super) fn name_checks(terms: &mut Terms, list: &str) {
    let names: Vec<&str> = list.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    if names.is_empty() {
        terms.mistake = Some("it names no check".to_owned());
    }
    for name in names {
        match name.parse::<Check>() {
            Ok(check) => terms.checks.push(check),
            Err(error) => terms.mistake = Some(error.to_string()),
        }
    }
}

/// The mistake of naming a check without square brackets, which would suppress all of them.
fn unbracketed(text: &str) -> Option<String> {
    let is_enclosed = text.starts_with(['(', '{', '<', '=', '"', '\'']);
    let text = text.trim_start_matches(|next: char| !next.is_alphanumeric());
    let end = text.find(|next: char| !next.is_ascii_alphanumeric() && next != '-').unwrap_or(text.len());
    let named = text.get(..end)?.parse::<Check>().ok();
    let check = named.or_else(|| is_enclosed.then_some(Check::PurgeDisabled))?;
    Some(format!("checks are named in square brackets, as in `ignore[{}]`", check.id()))
}

/// The mistake of giving the last day behind the reason, where it would be part of the reason.
fn late_day(reason: &str) -> Option<String> {
    let mut days = reason.match_indices("until ").filter_map(|(at, word)| reason.get(at.saturating_add(word.len())..));
    let rest = days.find(|rest| rest.get(..10).is_some_and(|day| day.parse::<Date>().is_ok()))?;
    Some(format!("`until {}` has to come before the reason", rest.get(..10)?))
}

fn is_lead(next: char) -> bool {
    next.is_whitespace() || matches!(next, ':' | '-' | ',')
}

/// Adds the last day, if one is given first, and the reason to the terms.
fn explain(terms: &mut Terms, text: &str) {
    let text = text.trim_start_matches(is_lead).trim_end();
    let reason = match text.strip_prefix("until ").map(str::trim_start) {
        None => text,
        Some(rest) => {
            let end = rest.find(|next: char| !next.is_ascii_alphanumeric() && next != '-').unwrap_or(rest.len());
            let (day, reason) = rest.split_at_checked(end).unwrap_or((rest, ""));
            expire(terms, day);
            reason.trim_start_matches(is_lead)
        }
    };
    terms.mistake = terms.mistake.take().or_else(|| late_day(reason));
    terms.reason = (!reason.is_empty()).then(|| reason.to_owned());
}

/// Adds the last day to the terms.
pub(super) fn expire(terms: &mut Terms, day: &str) {
    match day.parse() {
        Ok(day) => terms.until = Some(day),
        Err(error) => terms.mistake = Some(format!("{error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn shown(comment: &str) -> Option<String> {
        let (terms, head) = parse(comment)?;
        let checks: Vec<&str> = terms.checks.iter().map(|check| check.id()).collect();
        let until = terms.until.map(|until| until.to_string()).unwrap_or_default();
        let (reason, mistake) = (terms.reason.unwrap_or_default(), terms.mistake.unwrap_or_default());
        Some(format!("{}|{until}|{reason}|{mistake}|{}", checks.join(" "), comment.get(..head)?))
    }

    #[test]
    fn comments_are_read_as_people_write_them() {
        let table = [
            ("autopurge: ignore", Some("||||autopurge: ignore")),
            ("autopurge:ignore", Some("||||autopurge:ignore")),
            ("autopurge: ignore because", Some("||because||autopurge: ignore")),
            ("autopurge: ignore[purge-disabled]", Some("purge-disabled||||autopurge: ignore[purge-disabled]")),
            (
                "autopurge: ignore[purge-disabled, purge-unknown] a reason: it is so  ",
                Some(
                    "purge-disabled purge-unknown||a reason: it is so||autopurge: ignore[purge-disabled, purge-unknown]",
                ),
            ),
            ("autopurge: ignore until 2027-01-31: later", Some("|2027-01-31|later||autopurge: ignore")),
            ("autopurge: ignore until 2027-01-31", Some("|2027-01-31|||autopurge: ignore")),
            (
                "autopurge: ignore until 2027-02-31 x",
                Some("||x|`2027-02-31` is not a date (expected YYYY-MM-DD)|autopurge: ignore"),
            ),
            ("autopurge: ignore[]", Some("|||it names no check|autopurge: ignore[]")),
            (
                "autopurge: ignore[purge-of]",
                Some("|||there is no check named `purge-of`; did you mean `purge-unsafe`?|autopurge: ignore[purge-of]"),
            ),
            ("autopurge: ignore[a", Some("|||`]` is missing after its checks|autopurge: ignore[a")),
            (
                "autopurge: ignore[purge-disabled] it is small, until 2027-01-31",
                Some(
                    "purge-disabled||it is small, until 2027-01-31|`until 2027-01-31` has to come before the reason|autopurge: ignore[purge-disabled]",
                ),
            ),
            (
                "autopurge: ignore: until it purges, until then",
                Some("||purges, until then|`it` is not a date (expected YYYY-MM-DD)|autopurge: ignore"),
            ),
            ("autopurge: ignore not until it purges", Some("||not until it purges||autopurge: ignore")),
            ("autopurge changed this from \"0\"", None),
            ("autopurge: purge-disabled, left as it is: no", None),
        ];
        for (comment, expected) in table {
            assert_eq!(shown(comment).as_deref(), expected, "{comment}");
        }
    }

    #[test]
    fn what_is_meant_as_a_suppression_and_is_none_is_a_mistake() {
        let table = [
            ("Autopurge: Ignore[purge-disabled] x", "Autopurge: Ignore"),
            ("AUTOPURGE: ignore", "AUTOPURGE: ignore"),
            ("autopurge: ignored[purge-disabled]", "autopurge: ignored"),
            ("autopurge: ignore-file", "autopurge: ignore-file"),
            ("autopurge: ignroe", "autopurge: ignroe"),
            ("autopurge: disable", "autopurge: disable"),
            ("autopurge:Skip", "autopurge:Skip"),
            ("autopurge: purge-disabled", "autopurge: purge-disabled"),
        ];
        for (comment, head) in table {
            let expected = format!("|||write it as `autopurge: ignore[purge-disabled]`|{head}");
            assert_eq!(shown(comment), Some(expected), "{comment}");
        }
    }

    /// Keys of values that are commented out, prose, and what the tool itself writes.
    #[test]
    fn other_comments_are_none() {
        let table = [
            "autopurge:",
            "autopurge: {purgeInterval: 1}",
            "Autopurge: deletes old snapshots",
            "autopurge: off by default",
            "autopurge: purge-disabled, container zookeeper, not patched: image x",
            "autopurgeX ignore",
            "ä",
        ];
        for comment in table {
            assert_eq!(shown(comment), None, "{comment}");
        }
    }

    #[test]
    fn checks_outside_square_brackets_are_a_mistake() {
        let table = [
            (
                "autopurge: ignore purge-disabled until 2026-02-28 -- x",
                Some(
                    "||purge-disabled until 2026-02-28 -- x|checks are named in square brackets, as in `ignore[purge-disabled]`|autopurge: ignore",
                ),
            ),
            (
                "autopurge: ignore(purge-unknown)",
                Some(
                    "||(purge-unknown)|checks are named in square brackets, as in `ignore[purge-unknown]`|autopurge: ignore",
                ),
            ),
            (
                "autopurge: ignore (\"purge-unknown\") x",
                Some(
                    "||(\"purge-unknown\") x|checks are named in square brackets, as in `ignore[purge-unknown]`|autopurge: ignore",
                ),
            ),
            (
                "autopurge: ignore{purge-of}",
                Some(
                    "||{purge-of}|checks are named in square brackets, as in `ignore[purge-disabled]`|autopurge: ignore",
                ),
            ),
            ("autopurge: ignore (see the wiki)", Some("||(see the wiki)||autopurge: ignore")),
        ];
        for (comment, expected) in table {
            assert_eq!(shown(comment).as_deref(), expected, "{comment}");
        }
    }
}
