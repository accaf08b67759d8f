//! The tokens of a constraint. Does what the original does with regular expressions, oddities included: its class of
//! version characters also contains `|`.

/// A version in which parts may be missing or `x`, as written.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Partial<'t> {
    pub(super) text: &'t str,
    pub(super) major: &'t str,
    pub(super) minor: &'t str,
    pub(super) patch: &'t str,
    /// Without the dash.
    pub(super) pre: &'t str,
    /// Without the plus sign.
    pub(super) build: &'t str,
}

/// The operators; of two that begin alike, the longer one comes first.
const OPERATORS: [&str; 11] = ["!=", ">=", "=>", "<=", "=<", "~>", "=", ">", "<", "~", "^"];

/// The version at the start of a text, and the rest.
pub(super) fn partial(text: &str) -> Option<(Partial<'_>, &str)> {
    let (major, rest) = take(text.strip_prefix('v').unwrap_or(text), is_version_character);
    if major.is_empty() {
        return None;
    }
    let (minor, rest) = dotted(rest);
    let (patch, rest) = if minor.is_empty() { ("", rest) } else { dotted(rest) };
    let (pre, rest) = identifiers(rest, '-');
    let (build, rest) = identifiers(rest, '+');
    let text = text.strip_suffix(rest).unwrap_or(text);
    Some((Partial { text, major, minor, patch, pre, build }, rest))
}

fn is_version_character(character: char) -> bool {
    character.is_ascii_digit() || matches!(character, '|' | 'x' | 'X' | '*')
}

fn take(text: &str, is_part: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|character| !is_part(character)).unwrap_or(text.len()))
}

fn dotted(text: &str) -> (&str, &str) {
    let part = text.strip_prefix('.').map(|behind| take(behind, is_version_character));
    part.filter(|(part, _)| !part.is_empty()).unwrap_or(("", text))
}

/// The identifiers after a sign: words of letters, digits and dashes, separated by dots.
fn identifiers(text: &str, sign: char) -> (&str, &str) {
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '-';
    let Some(all) = text.strip_prefix(sign) else { return ("", text) };
    let (first, mut rest) = take(all, is_part);
    if first.is_empty() {
        return ("", text);
    }
    while let Some((word, behind)) = rest.strip_prefix('.').map(|behind| take(behind, is_part)) {
        if word.is_empty() {
            break;
        }
        rest = behind;
    }
    (all.strip_suffix(rest).unwrap_or(all), rest)
}

/// The operator at the start of a text, empty if there is none, and the rest.
pub(super) fn operator(text: &str) -> (&str, &str) {
    let found = OPERATORS.iter().find_map(|operator| Some((*operator, text.strip_prefix(operator)?)));
    found.unwrap_or(("", text))
}

/// Whether Go's regular expressions treat a character as white space.
const fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\x0C' | '\r')
}

pub(super) fn skip_blanks(text: &str) -> &str {
    text.trim_start_matches(is_blank)
}

/// Skips blanks, of which there has to be at least one.
fn need_blanks(text: &str) -> Option<&str> {
    Some(skip_blanks(text)).filter(|rest| rest.len() < text.len())
}

/// Rewrites `1.2 - 3.4` as `>= 1.2, <= 3.4`, everywhere and before anything else is parsed.
pub(super) fn rewrite_ranges(text: &str) -> String {
    let mut written = text.to_owned();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some((range, behind)) = hyphen_range(rest) {
            let whole = rest.strip_suffix(behind).unwrap_or(rest);
            written = written.replacen(whole, &range, 1);
            rest = behind;
        } else {
            let mut characters = rest.chars();
            characters.next();
            rest = characters.as_str();
        }
    }
    written
}

fn hyphen_range(text: &str) -> Option<(String, &str)> {
    let (from, rest) = partial(skip_blanks(text))?;
    let rest = need_blanks(need_blanks(rest)?.strip_prefix('-')?)?;
    let (to, rest) = partial(rest)?;
    Some((format!(">= {}, <= {} ", from.text, to.text), skip_blanks(rest)))
}
