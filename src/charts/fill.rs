//! Fills in texts that contain Go template actions, as far as that is possible without Helm.
//!
//! The texts come from rules, which mirror a chart's template, or from users, whose values the template passes to
//! `tpl`. Only the simplest actions are understood: `{{ .Values.a.b }}` or `{{ $.Values.a.b }}`, optionally piped through
//! `default`, `quote` and similar functions, and the names of the release and the chart. Any other action leaves the text
//! opaque.

use serde_json::Value;

use super::path::{InValues, path_of};
use super::text::{is_empty, printed};
use crate::helm::ValuesPath;

/// A text with its actions filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Filled {
    /// The resulting text; actions that are not understood are left as they are.
    pub(super) text: String,
    /// The values that went into it.
    pub(super) parts: Vec<Part>,
    /// Whether an action was not understood.
    pub(super) is_opaque: bool,
}

/// A value that went into a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// Its path.
    pub(super) path: ValuesPath,
    /// The name that it stands behind, as in `--name={{ .Values.a }}`.
    pub(super) name: Option<String>,
}

/// A template reads a value through something that is not a table, so Helm fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gap {
    /// The path that is not a table.
    pub(super) table: ValuesPath,
}

/// Fills in a template text from values.
pub(super) fn fill(text: &str, values: &Value) -> Result<Filled, Gap> {
    replaced(text, &mut |action, paths| evaluated(action, values, paths))
}

/// Fills in a user's text that templates pass to `tpl`. A value read through something that is not a table may be one
/// that only the whole chart has, so the action stays in the text: it prints something, but not a line of its own.
pub(super) fn fill_text(text: &str, values: &Value) -> Filled {
    let kept = |action: &str, paths: &mut Vec<ValuesPath>| {
        Ok(evaluated(action, values, paths).unwrap_or_else(|_| Some(format!("{{{{ {action} }}}}"))))
    };
    replaced(text, &mut { kept }).unwrap_or_default()
}

/// Evaluates an action; `None` if it is not understood.
type Evaluate<'e> = dyn FnMut(&str, &mut Vec<ValuesPath>) -> Result<Option<String>, Gap> + 'e;

fn replaced(text: &str, evaluate: &mut Evaluate<'_>) -> Result<Filled, Gap> {
    let mut filled = Filled::default();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("{{") {
        let Some((action, after)) = behind.split_once("}}") else { break };
        let (trims_left, trims_right) = (action.starts_with('-'), action.ends_with('-'));
        filled.text.push_str(if trims_left { before.trim_end() } else { before });
        rest = if trims_right { after.trim_start() } else { after };
        let words = action.strip_prefix('-').unwrap_or(action);
        let words = words.strip_suffix('-').unwrap_or(words);
        let mut paths = Vec::new();
        let printed = evaluate(words.trim(), &mut paths)?;
        let name = name_before(&filled.text).map(str::to_owned);
        filled.parts.extend(paths.into_iter().map(|path| Part { path, name: name.clone() }));
        filled.is_opaque |= printed.is_none();
        filled.text.push_str(&printed.unwrap_or_else(|| format!("{{{{{action}}}}}")));
    }
    filled.text.push_str(rest);
    Ok(filled)
}

/// The name at the end of a text that goes on with its value: `--name=`, `name: "`.
fn name_before(text: &str) -> Option<&str> {
    let is_quote = ['"', '\''];
    let before = text.trim_end_matches(is_quote).trim_end().strip_suffix(['=', ':'])?.trim_end();
    before.rsplit(|c: char| c.is_whitespace() || is_quote.contains(&c)).next().filter(|name| !name.is_empty())
}

/// What an action prints; `None` if it is not understood.
fn evaluated(action: &str, values: &Value, paths: &mut Vec<ValuesPath>) -> Result<Option<String>, Gap> {
    if action.starts_with("/*") {
        return Ok(Some(String::new()));
    }
    let mut stages = action.split('|').map(str::trim);
    let Some(first) = stages.next() else { return Ok(None) };
    let mut value = match first {
        ".Release.Name" | ".Release.Namespace" | ".Chart.Name" => Value::String("release".to_owned()),
        _ => match first.strip_prefix('$').unwrap_or(first).strip_prefix(".Values.").filter(|path| is_path(path)) {
            Some(path) => looked_up(&path_of(path), values, paths)?,
            None => return Ok(None),
        },
    };
    for stage in stages {
        match piped(stage, value) {
            Some(next) => value = next,
            None => return Ok(None),
        }
    }
    Ok(Some(printed(&value)))
}

fn is_path(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_'))
}

fn looked_up(path: &ValuesPath, values: &Value, paths: &mut Vec<ValuesPath>) -> Result<Value, Gap> {
    if let Some(table) = path.gap(values) {
        return Err(Gap { table });
    }
    paths.push(path.clone());
    Ok(path.of(values).cloned().unwrap_or(Value::Null))
}

/// Applies a function at the end of a pipe. `quote` only adds quotes that YAML then removes.
fn piped(stage: &str, value: Value) -> Option<Value> {
    let (name, argument) = stage.split_once(' ').unwrap_or((stage, ""));
    match name {
        "quote" | "squote" | "toString" | "trim" => Some(Value::String(printed(&value))),
        "default" if is_empty(Some(&value)) => literal(argument.trim()),
        "default" => Some(value),
        "upper" => Some(Value::String(printed(&value).to_uppercase())),
        "lower" => Some(Value::String(printed(&value).to_lowercase())),
        "int" | "int64" => Some(Value::from(whole(&value))),
        _ => None,
    }
}

/// sprig's `int`: what cannot be parsed is 0, and fractions are truncated.
fn whole(value: &Value) -> i64 {
    let text = printed(value);
    let number = value.as_f64().map(|float| format!("{:.0}", float.trunc()));
    number.unwrap_or(text).trim().parse().unwrap_or(0)
}

fn literal(text: &str) -> Option<Value> {
    match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(inner) => Some(Value::String(inner.to_owned())),
        None => text.parse::<i64>().ok().map(Value::from),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn filled(text: &str) -> (String, bool) {
        let values = json!({"autopurge": {"purgeInterval": 0.0, "name": "x"}, "empty": null});
        fill(text, &values).map(|filled| (filled.text, filled.is_opaque)).unwrap()
    }

    #[test]
    fn simple_actions_are_filled_in() {
        let table = [
            ("plain", "plain"),
            ("{{ .Values.autopurge.purgeInterval }}", "0"),
            ("{{ .Values.autopurge.purgeInterval | quote }}", "0"),
            ("{{ .Values.autopurge.purgeInterval | default 24 }}", "24"),
            ("{{ .Values.autopurge.name | default 24 | upper }}", "X"),
            ("a={{.Values.empty}}\n{{- .Values.missing }}b", "a=b"),
            ("{{/* nothing */}}x", "x"),
            ("{{ .Values.autopurge.purgeInterval | default \"6\" }}", "6"),
        ];
        for (text, expected) in table {
            assert_eq!(filled(text), (expected.to_owned(), false), "{text}");
        }
    }

    #[test]
    fn other_actions_leave_the_text_opaque() {
        for text in ["{{ include \"x\" . }}", "{{ if .Values.a }}", "{{ .Values.empty | toYaml }}", "{{ $x }}"] {
            assert_eq!(filled(text), (text.to_owned(), true), "{text}");
        }
        assert_eq!(filled("{{ open"), ("{{ open".to_owned(), false));
    }

    #[test]
    fn values_that_are_not_at_hand_keep_their_names() {
        let filled = fill_text("a={{ .Values.containerPorts.client }}\nb={{ .Values.empty }}", &json!({"empty": null}));
        assert_eq!((filled.text.as_str(), filled.is_opaque), ("a={{ .Values.containerPorts.client }}\nb=", false));
    }

    #[test]
    fn values_are_told_apart_by_the_names_in_front_of_them() {
        let values = json!({"a": 1, "b": 2});
        let table = [
            ("run --x={{ .Values.a }} --y={{ .Values.b }}", vec![("a", Some("--x")), ("b", Some("--y"))]),
            ("x = \"{{ .Values.a }}\"\ny: {{ .Values.b }}", vec![("a", Some("x")), ("b", Some("y"))]),
            ("{{ .Values.a }} {{ .Values.b }}", vec![("a", None), ("b", None)]),
            ("={{ .Values.a }}", vec![("a", None)]),
        ];
        for (text, expected) in table {
            let parts = fill(text, &values).unwrap().parts;
            let found: Vec<_> = parts.iter().map(|part| (part.path.to_string(), part.name.as_deref())).collect();
            let expected: Vec<_> = expected.into_iter().map(|(path, name)| (path.to_owned(), name)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn reading_through_what_is_no_table_fails() {
        let gap = fill("{{ .Values.empty.purgeInterval }}", &json!({"empty": null})).unwrap_err();
        assert_eq!(gap.table.to_string(), "empty");
    }
}
