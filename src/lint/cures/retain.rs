//! Sets the retain count alongside the interval: if a chart supports it, it is mostly next to the interval.

use serde_json::{Value, json};

use crate::charts::{ValuesChange, ValuesFix};
use crate::helm::{Step, ValuesPath};
use crate::lint::Linter;
use crate::lint::models::ModelledServer;
use crate::rules::Store;
use crate::zookeeper::{RETAIN_KEY, with_property};

/// Changes that set the retain count together with the interval, most certain first. They have to be tried.
pub(super) fn beside(
    fix: &ValuesFix,
    server: &ModelledServer,
    (values, linter): (&Value, &Linter<'_>),
) -> Vec<Vec<ValuesFix>> {
    let Some(count) = linter.wanted.retain else { return Vec::new() };
    if fix.change == ValuesChange::Line {
        return in_text(fix, count).into_iter().map(|fix| vec![fix]).collect();
    }
    let decides = server.judged.retain.path.as_ref().map(|path| path.below(&server.prefix));
    let in_place = decides.and_then(|path| in_place(path, values, count));
    let flavor = linter.rules.flavor(&server.judged.flavor);
    let pairs = flavor.into_iter().flat_map(|flavor| &flavor.settings).filter_map(pair);
    let siblings = pairs.filter_map(|pair| sibling(fix, pair, count));
    in_place.into_iter().chain(siblings).map(|retain| vec![fix.clone(), retain]).collect()
}

/// Changes the value that decides; a string stays a string, and is only changed if it is a number.
fn in_place(path: ValuesPath, values: &Value, count: i32) -> Option<ValuesFix> {
    let value = match path.of(values) {
        Some(Value::String(text)) => text.trim().parse::<i32>().ok().map(|_| json!(count.to_string()))?,
        Some(Value::Object(_) | Value::Array(_)) => return None,
        Some(Value::Null | Value::Bool(_) | Value::Number(_)) | None => json!(count),
    };
    Some(ValuesFix { path, value, change: ValuesChange::Set })
}

/// The names of both settings in one kind of place.
fn pair(store: &Store) -> Option<(&str, &str)> {
    match store {
        Store::Env(store) if store.works => Some((store.interval.as_deref()?, store.retain.as_deref()?)),
        Store::Field(store) => Some((key_of(&store.interval), key_of(store.retain.as_deref()?))),
        _ => None,
    }
}

fn key_of(pointer: &str) -> &str {
    pointer.rsplit('/').next().unwrap_or(pointer)
}

/// The same change under the retain count's name.
fn sibling(fix: &ValuesFix, (interval, retain): (&str, &str), count: i32) -> Option<ValuesFix> {
    let (last, front) = fix.path.steps.split_last()?;
    let at = |last: Step| ValuesPath { steps: front.iter().cloned().chain([last]).collect() };
    match (last, &fix.value) {
        (Step::Index(index), Value::Object(entry)) if entry.get("name").is_some_and(|name| name == interval) => {
            let value = json!({"name": retain, "value": count.to_string()});
            Some(ValuesFix { path: at(Step::Index(index.saturating_add(1))), value, change: fix.change })
        }
        (Step::Key(key), value) => {
            let key = retain.strip_prefix(interval.strip_suffix(key.as_str())?)?;
            let value = if value.is_string() { json!(count.to_string()) } else { json!(count) };
            Some(ValuesFix { path: at(Step::Key(key.to_owned())), value, change: fix.change })
        }
        (Step::Index(_), _) => None,
    }
}

/// A properties text with the count set in it.
fn in_text(fix: &ValuesFix, count: i32) -> Option<ValuesFix> {
    let text = with_property(fix.value.as_str()?, RETAIN_KEY, &count.to_string());
    Some(ValuesFix { value: json!(text), ..fix.clone() })
}
