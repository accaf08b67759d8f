//! Pieces of CEL, the language in which Kubernetes' admission policies are written.

use crate::yaml::pointer;

/// A text as a CEL literal; raw if it contains backslashes, as regular expressions do.
pub(super) fn literal(text: &str) -> String {
    if text.contains(['\'', '\n', '\r']) {
        let escaped = text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n").replace('\r', "\\r");
        return format!("'{escaped}'");
    }
    if text.contains('\\') { format!("r'{text}'") } else { format!("'{text}'") }
}

/// A regular expression that matches exactly this text.
pub(super) fn exactly(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_') || !c.is_ascii();
    text.chars()
        .map(
            |c| {
                if is_plain(c) { c.to_string() } else { format!("[{c}]").replace("[^]", "\\^").replace("[\\]", "\\\\") }
            },
        )
        .collect()
}

/// Alternatives: `(a|b)`.
pub(super) fn any_of(patterns: impl IntoIterator<Item = String>) -> String {
    let patterns: Vec<String> = patterns.into_iter().collect();
    format!("({})", patterns.join("|"))
}

/// The first choice whose condition holds, or else `otherwise`; one line each.
pub(super) fn choose(choices: &[(String, String)], otherwise: &str) -> String {
    let lines = choices.iter().map(|(condition, then)| format!("{condition} ? {then} :\n"));
    lines.collect::<String>() + otherwise
}

/// Indents all lines but the first.
pub(super) fn indented(text: &str) -> String {
    text.replace('\n', "\n  ")
}

/// The last item of a list, or `otherwise` if it is empty. CEL has no local variables; mapping a list of one item
/// serves instead.
pub(super) fn last_or(list: &str, otherwise: &str) -> String {
    format!("[{list}].map(l, size(l) > 0 ? l[size(l) - 1] :\n{otherwise})[0]")
}

/// What `ZooKeeper` makes of a text, as Java reads integers: `on`, `off` or `bad`, the latter two followed by the name
/// of the place, if one is given. `text` is a CEL expression that is cheap to repeat.
pub(super) fn number(text: &str, place: &str) -> String {
    let digits = literal(r"^[\x00-\x20]*[+-]?0*[0-9]{1,10}[\x00-\x20]*$");
    let integer = format!("int({text}.find('[+-]?[0-9]+'))");
    let [bad, off] = ["bad", "off"].map(|state| literal(format!("{state} {place}").trim_end()));
    format!(
        "!{text}.matches({digits}) || {integer} > 2147483647 || {integer} < -2147483648 ? {bad} :\n\
         {integer} > 0 ? 'on' : {off}"
    )
}

/// The value at a JSON pointer below an expression, as a CEL optional. `*` becomes the variable `g`.
pub(super) fn optional(root: &str, pointer: &str) -> String {
    let keys = pointer.split('/').skip(1).map(|key| pointer::decode(key));
    let steps = keys.map(|key| if key == "*" { "[?g]".to_owned() } else { format!("[?{}]", literal(&key)) });
    root.to_owned() + &steps.collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_patterns_are_escaped() {
        assert_eq!(literal("a"), "'a'");
        assert_eq!(literal(r"a\d"), r"r'a\d'");
        assert_eq!(literal("it's\\"), r"'it\'s\\'");
        assert_eq!(exactly("a.b c*"), "a[.]b[ ]c[*]");
        assert_eq!(exactly("^\\"), r"\^\\");
        assert_eq!(optional("object", "/spec/*/a.b~1c"), "object[?'spec'][?g][?'a.b/c']");
    }
}
