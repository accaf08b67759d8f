//! Tells from the bytes of a document whether it may hold a server: most that mention one need not be parsed.

use memchr::memmem;

use super::trigger::Trigger;
use crate::kubernetes::{Resource, Workload};
use crate::rules::RuleSet;
use crate::yaml::{Span, escapes};

/// Whether a document may be or contain an object that runs servers, decided without parsing it: most documents give
/// their kind in a separate line, and a `Service` that mentions a server runs none. In doubt it may.
pub(super) fn may_hold_server(slice: &[u8], trigger: &Trigger, rules: &RuleSet) -> bool {
    let is_holding = |kind: &str| Resource::is_holder(kind) || Workload::is_kind(kind) || rules.has_resource(kind);
    told_kind(slice).is_none_or(is_holding)
        && (escapes(slice).next().is_some() || shows_server(slice, trigger.places(slice), rules))
}

/// Whether one of the literals shows a server. Every literal holds one that the trigger looks for; `places` are those.
fn shows_server(slice: &[u8], places: impl Iterator<Item = Span>, rules: &RuleSet) -> bool {
    // Nearly all places of a document hold the same text.
    let (mut last, mut holding) = (&b""[..], Vec::new());
    places.into_iter().any(|place| {
        let found = place.of_bytes(slice);
        if found != last {
            (last, holding) = (found, literals_holding(found, rules));
        }
        holding.iter().any(|&(before, literal)| {
            let at = place.start.checked_sub(before);
            at.is_some_and(|at| {
                slice.get(at..).is_some_and(|behind| behind.starts_with(literal)) && may_show_server(slice, at, literal)
            })
        })
    })
}

/// The literals that hold a text, each with what stands before the text in it.
fn literals_holding<'r>(text: &[u8], rules: &'r RuleSet) -> Vec<(usize, &'r [u8])> {
    let literals = rules.flavors.iter().flat_map(|flavor| flavor.literals.iter()).map(|literal| literal.as_bytes());
    // Both are short: to compare them place by place is quicker than to prepare a search.
    let places = |literal: &'r [u8]| {
        let all = literal.windows(text.len().max(1)).enumerate();
        all.filter(|(_, part)| *part == text).map(move |(at, _)| (at, literal))
    };
    let mut holding: Vec<(usize, &[u8])> = literals.flat_map(places).collect();
    holding.sort_unstable();
    holding.dedup();
    holding
}

/// The kind of a document whose top level is so plain that nothing else in it can be the kind: within quotes or
/// brackets a line at column 0 may mean anything, the last of several keys counts, and a key may be written in many
/// ways.
fn told_kind(slice: &[u8]) -> Option<&str> {
    let (mut kind, mut may_go_on) = (None, false);
    for line in lines(slice).map(<[u8]>::trim_ascii_end) {
        match line.first() {
            None | Some(b'#') => continue,
            Some(b' ' | b'\t') if may_go_on => return None,
            Some(b' ' | b'\t' | b'-') => {}
            Some(first) if first.is_ascii_alphabetic() => {}
            Some(_) => return None,
        }
        may_go_on = false;
        if let Some(rest) = line.strip_prefix(b"kind") {
            let word = rest.strip_prefix(b":").and_then(only_word)?;
            (kind, may_go_on) = (Some(word).filter(|_| kind.is_none()), true);
            kind?;
        } else if kind.is_none() && line.iter().any(|byte| b"\"'[{".contains(byte)) && !ends_in_quoted_word(line) {
            return None;
        }
    }
    kind.filter(|_| !has_odd_line_ends(slice))
}

/// The lines of a document, each with its line feed.
fn lines(slice: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = slice;
    std::iter::from_fn(move || {
        let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at.saturating_add(1));
        let (line, behind) = rest.split_at_checked(end)?;
        rest = behind;
        (!line.is_empty()).then_some(line)
    })
}

/// Whether a line is a key with one word in quotes, which ends there: `apiVersion: "v1"`.
fn ends_in_quoted_word(line: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_./".contains(byte);
    let value = memmem::find(line, b": ").and_then(|at| Some((line.get(..at)?, line.get(at.saturating_add(2)..)?)));
    value.is_some_and(|(key, value)| match value {
        [b'"', word @ .., b'"'] | [b'\'', word @ .., b'\''] => key.iter().chain(word).all(is_plain),
        _ => false,
    })
}

/// Whether lines may end without a line feed: at a lone `\r`, U+0085, U+2028 or U+2029.
fn has_odd_line_ends(slice: &[u8]) -> bool {
    let is_end = |at: usize| match slice.get(at..).unwrap_or_default() {
        [b'\r', next @ ..] => next.first() != Some(&b'\n'),
        bytes => matches!(bytes, [0xC2, 0x85, ..] | [0xE2, 0x80, 0xA8 | 0xA9, ..]),
    };
    memchr::memchr3_iter(b'\r', 0xC2, 0xE2, slice).any(is_end)
}

/// Whether a literal at a place is the beginning of a word, or within what may be the name of an image: clients name
/// their server `release-zookeeper`, and mirrors their image `registry/apache-zookeeper`.
fn may_show_server(slice: &[u8], at: usize, literal: &[u8]) -> bool {
    let goes_on = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let (before, behind) = slice.split_at_checked(at).unwrap_or((slice, &[]));
    let line = memchr::memrchr(b'\n', before).and_then(|end| before.get(end..)).unwrap_or(before);
    let behind = behind.get(literal.len()..).unwrap_or_default();
    !before.last().is_some_and(goes_on) || may_name_image(line, behind)
}

/// Whether a word may belong to the name of an image, judging by what stands before it on its line and by what follows:
/// the key, an anchor, a path, or nothing, because the key stands on another line.
fn may_name_image(before: &[u8], behind: &[u8]) -> bool {
    let is_blank = |byte: &u8| byte.is_ascii_whitespace();
    let value = before.trim_ascii();
    let value = value.strip_prefix(b": ").unwrap_or(value);
    let is_alone = || !value.iter().any(is_blank);
    let is_path = || before.rsplit(is_blank).next().is_some_and(|word| word.contains(&b'/'));
    memmem::find(before, b"image").is_some()
        || before.contains(&b'&')
        || !behind.starts_with(b":2181") && (is_alone() || is_path())
}

/// The word, quoted or not, that is all that follows a key.
fn only_word(behind: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(behind.strip_prefix(b" ")?).ok()?.trim();
    let quoted = ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote));
    let word = quoted.unwrap_or(text);
    let is_word = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_word.then_some(word)
}

#[cfg(test)]
mod tests {
    use super::{may_show_server, told_kind};

    #[test]
    fn words_count_at_their_beginning_and_in_names_of_images() {
        let table = [
            ("a: zookeeper\n", true),
            ("a: b/zookeeper:3\n", true),
            ("image: apache-zookeeper:3\n", true),
            ("- {name: zk, image: 'my/apache-zookeeper:3'}\n", true),
            ("image: &zk\n", false),
            ("a: &zk apache-zookeeper\n", true),
            ("image:\n  apache-zookeeper:3\n", true),
            ("? image\n: apache-zookeeper:3\n", true),
            ("value: registry/apache-zookeeper:3\n", true),
            ("image: kafka\nvalue: release-zookeeper:2181\n", false),
            ("value: tcp://release-zookeeper:2181\n", false),
            ("name: wait-for-zookeeper\n", false),
            ("- wait-for-zookeeper\n", false),
        ];
        for (text, expected) in table {
            let at = text.find("zookeeper");
            let shows = at.is_some_and(|at| may_show_server(text.as_bytes(), at, b"zookeeper"));
            assert_eq!(shows, expected, "{text:?}");
        }
    }

    #[test]
    fn a_kind_is_told_where_nothing_else_can_be_it() {
        let table = [
            ("apiVersion: v1\nkind: Service\nmetadata: {name: \"zk\"}\n", Some("Service")),
            ("kind: Service\n", Some("Service")),
            ("apiVersion: \"v1\"\nkind: \"Service\"\n", Some("Service")),
            ("apiVersion: 'a.b/v1'\nkind: Service\n", Some("Service")),
            ("a: \"v1\nkind: Service\nb: c\"\nkind: Pod\n", None),
            ("a: \"v1\" \"\nkind: Service\n", None),
            ("a: \"\nkind: Service\n\"\n", None),
            ("\"a: \"b\"\nkind: Service\n", None),
            ("---\r\n# Source: a/{b}\r\nkind: 'Service'\r\nspec:\r\n- a\r\n", Some("Service")),
            ("kind: Service # x\n", None),
            ("kind: Service\nkind: Pod\n", None),
            ("kind: Service\n\"kind\": Pod\n", None),
            ("kind: Service\nkind : Pod\n", None),
            ("kind: Service\n? kind\n: Pod\n", None),
            ("kind: Service\n!!str kind: Pod\n", None),
            ("kind: Service\n<<: {kind: Pod}\n", None),
            ("kind: Service\n...\nkind: Pod\n", None),
            ("kind: Service\n\n  List\n", None),
            ("kind: Service\rkind: Pod\n", None),
            ("kind: Service\nmetadata: a\u{2028}kind: Pod\n", None),
            ("a: \"\nkind: Service\n\"\n", None),
            ("a: [\nkind: Service\n]\n", None),
            ("{kind: Pod}\n", None),
            ("a: b\n", None),
        ];
        for (text, expected) in table {
            assert_eq!(told_kind(text.as_bytes()), expected, "{text:?}");
        }
    }
}
