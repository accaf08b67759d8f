//! Go's `filepath.Match`: `*`, `?`, `[a-z]` and `\` within one component of a path.

/// A malformed pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadPattern;

/// One unit of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Unit {
    Any,
    One,
    Class { is_negated: bool, ranges: Vec<(char, char)> },
    Literal(char),
}

/// A parsed pattern.
#[derive(Clone, Debug)]
pub(crate) struct Glob {
    units: Vec<Unit>,
}

impl Glob {
    pub(crate) fn new(pattern: &str) -> Result<Self, BadPattern> {
        let mut units = Vec::new();
        let mut characters = pattern.chars();
        while let Some(character) = characters.next() {
            units.push(match character {
                '*' => Unit::Any,
                '?' => Unit::One,
                '[' => class(&mut characters)?,
                '\\' => Unit::Literal(characters.next().ok_or(BadPattern)?),
                _ => Unit::Literal(character),
            });
        }
        Ok(Self { units })
    }

    /// Whether a name matches. On a mismatch, goes back to the last `*` and lets it take one more character.
    pub(crate) fn matches(&self, name: &str) -> bool {
        let name: Vec<char> = name.chars().collect();
        let (mut unit, mut at) = (0, 0);
        let mut retry = None;
        while unit < self.units.len() || at < name.len() {
            match (self.units.get(unit), name.get(at)) {
                (Some(Unit::Any), _) => {
                    retry = Some((unit, at));
                    unit = unit.saturating_add(1);
                }
                (Some(expected), Some(&found)) if expected.takes(found) => {
                    unit = unit.saturating_add(1);
                    at = at.saturating_add(1);
                }
                _ => match retry {
                    Some((star, taken)) if name.get(taken).is_some_and(|&next| next != '/') => {
                        at = taken.saturating_add(1);
                        retry = Some((star, at));
                        unit = star.saturating_add(1);
                    }
                    _ => return false,
                },
            }
        }
        true
    }
}

impl Unit {
    fn takes(&self, character: char) -> bool {
        match self {
            Self::Any => false,
            Self::One => character != '/',
            Self::Class { is_negated, ranges } => {
                ranges.iter().any(|(low, high)| (low..=high).contains(&&character)) != *is_negated
            }
            Self::Literal(literal) => *literal == character,
        }
    }
}

fn class(characters: &mut std::str::Chars<'_>) -> Result<Unit, BadPattern> {
    let mut rest = characters.clone();
    let is_negated = rest.next() == Some('^');
    if is_negated {
        *characters = rest;
    }
    let mut ranges = Vec::new();
    loop {
        if !ranges.is_empty() && characters.as_str().starts_with(']') {
            characters.next();
            return Ok(Unit::Class { is_negated, ranges });
        }
        let low = class_character(characters)?;
        let is_range = characters.as_str().starts_with('-');
        let high = if is_range {
            characters.next();
            class_character(characters)?
        } else {
            low
        };
        ranges.push((low, high));
    }
}

fn class_character(characters: &mut std::str::Chars<'_>) -> Result<char, BadPattern> {
    match characters.next() {
        None | Some('-' | ']') => Err(BadPattern),
        Some('\\') => characters.next().ok_or(BadPattern),
        Some(character) => Ok(character),
    }
}

#[cfg(test)]
mod tests {
    use super::Glob;

    #[test]
    fn patterns_match_as_in_go() {
        let table = [
            ("abc", "abc", true),
            ("*", "abc", true),
            ("*c", "abc", true),
            ("a*", "ab/c", false),
            ("a*/b", "a/b", true),
            ("a*b*c*d*e*/f", "axbxcxdxe/f", true),
            ("a*b*c*d*e*/f", "axbxcxdxexxx/fff", false),
            ("a*b?c*x", "abxbbxdbxebxczzx", true),
            ("ab[b-d]", "abc", true),
            ("ab[^b-d]", "abc", false),
            ("ab[^e-g]", "abc", true),
            (r"a\*b", "a*b", true),
            ("a?b", "a/b", false),
            ("[a-ζ]*", "α", true),
            ("*x", "xxx", true),
            ("templates/.?*", "templates/.x", true),
            ("templates/.?*", "templates/.", false),
        ];
        for (pattern, name, expected) in table {
            assert_eq!(Glob::new(pattern).unwrap().matches(name), expected, "{pattern} {name}");
        }
        for pattern in ["[]a]", "[-]", "[x-]", "[a-b-c]", "[", "[^", "[^bc", "a[", r"a\"] {
            assert!(Glob::new(pattern).is_err(), "{pattern}");
        }
    }
}
