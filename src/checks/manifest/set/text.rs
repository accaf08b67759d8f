//! Settings that are lines of a text: properties files, properties in variables and fields, shell texts.

use std::ops::Range;

use serde_json::Value;

use super::{ADDED, Place, Target, adding, changed_from, field, places, replacing};
use crate::checks::Subject;
use crate::detect::{Origin, PatchStore};
use crate::yaml::{Kind, Node, line_end_of};
use crate::zookeeper::{effective, properties, with_property};

/// Writes all targets; those in one text together, because each operation replaces the whole text.
pub(super) fn write(subject: &Subject<'_, '_>, targets: &[Target<'_, '_>]) -> Result<Vec<Place>, String> {
    let Some(first) = targets.first() else { return Ok(Vec::new()) };
    match &first.setting.origin {
        Origin::Properties { node, .. } if subject.server.cuts_last_line => {
            replace(subject, *node, targets, before_last_line)
        }
        Origin::Properties { node, .. } => replace(subject, *node, targets, with_property),
        Origin::EnvText { node, .. } => replace(subject, *node, targets, with_word),
        Origin::Script { .. } => in_script(subject, targets),
        Origin::Default if matches!(subject.server.patch_store(), Some(PatchStore::Script)) => {
            in_script(subject, targets)
        }
        _ => in_field(subject, targets),
    }
}

/// The text with every target's key set to its value.
fn replace(
    subject: &Subject<'_, '_>,
    node: Node<'_>,
    targets: &[Target<'_, '_>],
    set: impl Fn(&str, &str, &str) -> String,
) -> Result<Vec<Place>, String> {
    let old = node.text().ok_or("it is not a string")?;
    let step = |text: String, target: &Target<'_, '_>| set(&text, target.which.key(), &target.value.to_string());
    let new = targets.iter().fold(old.to_owned(), step);
    let lines: Vec<String> = targets.iter().map(|target| format!("{}={}", target.which.key(), target.value)).collect();
    let comment = format!("autopurge set {}", lines.join(", "));
    let places = places(subject, node, "", &comment, replacing(Value::from(new)))?;
    let shown = |place| Place { shown: Some(lines.join("\n")), ..place };
    Ok(places.into_iter().map(shown).collect())
}

/// A properties text with a key set, for a start script that cuts off the last line: an added line goes before it.
fn before_last_line(text: &str, key: &str, value: &str) -> String {
    let found = properties(text);
    if effective(&found, key).is_some() || effective(&found, "dynamicConfigFile").is_some() {
        return with_property(text, key, value);
    }
    let at = text.trim_end_matches(['\r', '\n']).rfind('\n').map_or(0, |at| at + 1);
    let (before, after) = text.split_at_checked(at).unwrap_or(("", text));
    format!("{before}{key}={value}{}{after}", line_end_of(text))
}

/// The same for properties separated by blanks.
fn with_word(text: &str, key: &str, value: &str) -> String {
    let words = text.split_inclusive(char::is_whitespace).scan(0_usize, |end, piece| {
        let start = *end;
        *end = start.saturating_add(piece.len());
        Some((start, piece.trim_end()))
    });
    let is_set = |(_, word): &(usize, &str)| effective(&properties(word), key).is_some();
    match words.filter(is_set).last() {
        Some((at, word)) => {
            let (before, after) = (text.get(..at), text.get(at + word.len()..));
            format!("{}{key}={value}{}", before.unwrap_or_default(), after.unwrap_or_default())
        }
        None => format!("{text} {key}={value}"),
    }
}

/// In a shell text: replaces the value that it writes, or inserts a command that appends to the file right before the
/// server starts.
fn in_script(subject: &Subject<'_, '_>, targets: &[Target<'_, '_>]) -> Result<Vec<Place>, String> {
    let found = subject.server.script.as_ref().ok_or("the start script cannot be analysed")?;
    // Every target is located in the original text; edits are applied last place first, so that earlier offsets stay
    // valid.
    let line = |target: &Target<'_, '_>| format!("{}={}", target.which.key(), target.value);
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut added = String::new();
    for target in targets {
        match found.value(target.which.key()).map_err(nowhere)? {
            Some(place) => edits.push((place, target.value.to_string())),
            None => added = format!("{added}\\n{}", line(target)),
        }
    }
    if !added.is_empty() {
        let starts = found.starts.clone().map_err(nowhere)?;
        let file =
            found.file.as_ref().ok_or("the start script names its file in a way that cannot be repeated safely")?;
        let command = format!("printf '{added}\\n' >> {file}");
        edits.extend(starts.into_iter().map(|start| (start.at..start.at, format!("{command}{}", start.link))));
    }
    edits.sort_by_key(|(place, _)| std::cmp::Reverse(place.start));
    let old = found.node.text().ok_or("it is not a string")?;
    let mut new = old.to_owned();
    for (place, text) in edits {
        let (before, after) = (new.get(..place.start), new.get(place.end..));
        new = format!("{}{text}{}", before.unwrap_or_default(), after.unwrap_or_default());
    }
    let lines: Vec<String> = targets.iter().map(line).collect();
    let comment = format!("autopurge set {}", lines.join(", "));
    let places = places(subject, found.node, "", &comment, replacing(Value::from(new)))?;
    Ok(places.into_iter().map(|place| Place { shown: Some(lines.join("\n")), ..place }).collect())
}

fn nowhere(where_it_is: &str) -> String {
    format!("{where_it_is}, where nothing can be added safely")
}

/// In a field of a custom resource: a text, or a list of `key=value` items.
fn in_field(subject: &Subject<'_, '_>, targets: &[Target<'_, '_>]) -> Result<Vec<Place>, String> {
    let pattern = match subject.server.patch_store() {
        Some(PatchStore::FieldText(store)) => &store.field,
        Some(PatchStore::Env(_) | PatchStore::Field(_) | PatchStore::Script) | None => {
            return Err("no field for it is known".to_owned());
        }
    };
    let pointer = subject.server.site.pointer(pattern).ok_or("no field for it is known")?;
    let field = subject.server.site.node().at(&pointer).filter(|node| !node.is_null());
    match field {
        Some(list) if list.kind() == Kind::Sequence => {
            let mut all = Vec::new();
            for target in targets {
                let line = Value::from(format!("{}={}", target.which.key(), target.value));
                all.extend(match target.setting.node {
                    Some(item) => places(subject, item, "", &changed_from(target.setting), replacing(line))?,
                    None => places(subject, list, "/-", ADDED, adding(line))?,
                });
            }
            Ok(all)
        }
        Some(text) => replace(subject, text, targets, with_property),
        None => {
            let text = targets.iter().fold(String::new(), |text, target| {
                with_property(&text, target.which.key(), &target.value.to_string())
            });
            field::missing(subject, &pointer, Value::from(text))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::with_word;

    #[test]
    fn words_are_set_where_they_decide() {
        let key = "autopurge.purgeInterval";
        let table = [
            ("a=b autopurge.purgeInterval=0 c=d", "a=b autopurge.purgeInterval=1 c=d"),
            (
                "autopurge.purgeInterval=2\tautopurge.purgeInterval=0",
                "autopurge.purgeInterval=2\tautopurge.purgeInterval=1",
            ),
            (
                "autopurge.purgeInterval=0 my.autopurge.purgeInterval=5",
                "autopurge.purgeInterval=1 my.autopurge.purgeInterval=5",
            ),
            ("my.autopurge.purgeInterval=5", "my.autopurge.purgeInterval=5 autopurge.purgeInterval=1"),
            ("", " autopurge.purgeInterval=1"),
        ];
        for (text, expected) in table {
            assert_eq!(with_word(text, key, "1"), expected, "{text}");
        }
    }
}
