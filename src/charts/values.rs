//! Merges values over defaults as Helm does, for charts that are not available.

use serde_json::{Map, Number, Value};

use crate::helm::{self, Data};

/// Values as plain JSON. Numbers from files are floats, as in Helm, because templates print them that way.
#[must_use]
pub fn plain(values: &helm::Value) -> Value {
    match &values.data {
        Data::Null => Value::Null,
        Data::Bool(is) => Value::Bool(*is),
        Data::Number(helm::Number::Whole(whole)) => Value::from(*whole),
        Data::Number(helm::Number::Float(float)) => Number::from_f64(*float).map_or(Value::Null, Value::Number),
        Data::Text(text) => Value::from(text.as_ref()),
        Data::List(items) => items.iter().map(plain).collect(),
        Data::Table(table) => table.iter().map(|(key, value)| (key.to_owned(), plain(value))).collect(),
    }
}

/// A chart's defaults with a user's values merged over them: tables merge, and a null removes a default. A null without
/// a default here is kept, because it may be meant for a default of a dependency.
pub(super) fn overlay(defaults: &Map<String, Value>, user: &Value) -> Map<String, Value> {
    let mut values = defaults.clone();
    for (key, value) in user.as_object().into_iter().flatten() {
        let said = match (values.get(key), value) {
            (Some(_), Value::Null) => None,
            (Some(Value::Object(table)), Value::Object(_)) => Some(Value::Object(overlay(table, value))),
            (_, value) => Some(value.clone()),
        };
        match said {
            Some(said) => values.insert(key.clone(), said),
            None => values.remove(key),
        };
    }
    values
}

/// What a sub-chart gets from its parent's values: the table under its key, and the globals.
pub(super) fn handed_down(parent: &Map<String, Value>, key: &str) -> Value {
    let mut values = parent.get(key).and_then(Value::as_object).cloned().unwrap_or_default();
    if let Some(global) = parent.get("global") {
        let own = values.get("global").and_then(Value::as_object).cloned().unwrap_or_default();
        values.insert("global".to_owned(), Value::Object(overlay(&own, global)));
    }
    Value::Object(values)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn table(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn tables_go_into_each_other_and_nulls_take_away() {
        let defaults = table(json!({"a": {"b": 1, "c": 2}, "d": {"e": 1}, "f": [1]}));
        let user = json!({"a": {"b": 3, "c": null}, "d": 5, "f": [2], "g": true});
        assert_eq!(Value::Object(overlay(&defaults, &user)), json!({"a": {"b": 3}, "d": 5, "f": [2], "g": true}));
    }

    #[test]
    fn a_null_takes_away_what_only_a_sub_chart_has() {
        let parent = table(json!({"zk": {"enabled": true}}));
        let user = json!({"zk": {"interval": null}});
        let below = handed_down(&overlay(&parent, &user), "zk");
        assert_eq!(Value::Object(overlay(&table(json!({"interval": 24})), &below)), json!({"enabled": true}));
    }

    #[test]
    fn globals_reach_sub_charts() {
        let parent = table(json!({"global": {"imageRegistry": "r"}, "zk": {"x": 1, "global": {"y": 2}}}));
        assert_eq!(handed_down(&parent, "zk"), json!({"x": 1, "global": {"imageRegistry": "r", "y": 2}}));
        assert_eq!(handed_down(&table(json!({})), "zk"), json!({}));
    }
}
