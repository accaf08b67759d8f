//! Patterns in which `*` stands for any text. Not for files: those have globs as in `.gitignore`.

/// Whether a whole text matches a pattern: the pieces between `*` occur in order, the outer ones at the ends.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, parts)) = pattern.split_once('*') else { return pattern == text };
    let (middle, tail) = parts.rsplit_once('*').unwrap_or(("", parts));
    let Some(rest) = text.strip_prefix(head).and_then(|rest| rest.strip_suffix(tail)) else { return false };
    let found = middle.split('*').try_fold(rest, |rest, part| rest.split_once(part).map(|(_, rest)| rest));
    found.is_some()
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_stand_for_any_text() {
        let table = [
            ("StatefulSet/zk", "StatefulSet/zk", true),
            ("StatefulSet/zk", "StatefulSet/zk-2", false),
            ("*/zk", "StatefulSet/events/zk", true),
            ("StatefulSet/*-test", "StatefulSet/zk-test", true),
            ("*a*b*", "xaxbx", true),
            ("*a*b*", "xbxax", false),
            ("a*a", "a", false),
            ("a**a", "aa", true),
            ("*", "", true),
        ];
        for (pattern, text, expected) in table {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
