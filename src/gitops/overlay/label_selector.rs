//! Label selectors of Kubernetes, as `labels.Parse` of `k8s.io/apimachinery` reads them.

use std::collections::BTreeMap;

/// Labels, or annotations, which are selected in the same way.
pub(super) type Labels = BTreeMap<String, String>;

/// Whether labels have everything that a selector asks for; `None` if it is not understood.
pub(super) fn selects(selector: &str, labels: &Labels) -> Option<bool> {
    let mut is_selected = true;
    for requirement in requirements(selector) {
        is_selected &= meets(requirement.trim(), labels)?;
    }
    Some(is_selected)
}

/// Commas separate requirements, but not inside the parentheses of a set.
fn requirements(selector: &str) -> impl Iterator<Item = &str> {
    let mut is_in_set = false;
    let parts = selector.split(move |c| {
        is_in_set = (is_in_set || c == '(') && c != ')';
        c == ',' && !is_in_set
    });
    parts.filter(|_| !selector.trim().is_empty())
}

fn meets(requirement: &str, labels: &Labels) -> Option<bool> {
    if let Some(key) = requirement.strip_prefix('!') {
        return is_word(key.trim()).then(|| !labels.contains_key(key.trim()));
    }
    if let Some((key, is_wanted, values)) = set(requirement) {
        let is_in = labels.get(key).is_some_and(|own| values.contains(&own.as_str()));
        return (is_word(key) && values.iter().all(|value| is_word_or_empty(value))).then_some(is_in == is_wanted);
    }
    let (key, is_wanted, value) = if let Some((key, value)) = requirement.split_once("!=") {
        (key, false, value)
    } else if let Some((key, value)) = requirement.split_once("==").or_else(|| requirement.split_once('=')) {
        (key, true, value)
    } else {
        return is_word(requirement).then(|| labels.contains_key(requirement));
    };
    let (key, value) = (key.trim(), value.trim());
    let is_it = labels.get(key).is_some_and(|own| own == value);
    (is_word(key) && is_word_or_empty(value)).then_some(is_it == is_wanted)
}

/// `key in (a, b)` or `key notin (a, b)`: the key, whether it has to be one of the values, and these.
fn set(requirement: &str) -> Option<(&str, bool, Vec<&str>)> {
    let (words, values) = requirement.strip_suffix(')')?.split_once('(')?;
    let (key, operator) = words.trim().rsplit_once(char::is_whitespace)?;
    let values = values.split(',').map(str::trim).collect();
    match operator {
        "in" => Some((key.trim(), true, values)),
        "notin" => Some((key.trim(), false, values)),
        _ => None,
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && is_word_or_empty(text)
}

fn is_word_or_empty(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'))
}

#[cfg(test)]
mod tests {
    use super::{Labels, selects};

    #[test]
    fn selectors_are_read_as_kubernetes_reads_them() {
        let table = [
            ("", Some(true)),
            ("a=b", Some(true)),
            ("a==b", Some(true)),
            (" a = b , c ", Some(true)),
            ("a=c", Some(false)),
            ("a!=c", Some(true)),
            ("x!=c", Some(true)),
            ("a!=b", Some(false)),
            ("a in (b, c)", Some(true)),
            ("a in (c,d),c", Some(false)),
            ("a notin (c)", Some(true)),
            ("x notin (c)", Some(true)),
            ("x in (c)", Some(false)),
            ("c=", Some(true)),
            ("!a", Some(false)),
            ("!x", Some(true)),
            ("app.kubernetes.io/name=zk", Some(true)),
            ("a=b,", None),
            ("n > 1", None),
            ("a in b", None),
            ("a ${b}", None),
        ];
        let labels = [("a", "b"), ("c", ""), ("app.kubernetes.io/name", "zk")];
        let labels: Labels = labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        for (selector, expected) in table {
            assert_eq!(selects(selector, &labels), expected, "{selector}");
        }
    }
}
