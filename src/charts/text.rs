//! Values as Helm's templates print them.

use serde_json::{Number, Value};

use crate::helm;

/// A value as a template prints it: nothing for null, numbers as Go does.
pub(super) fn printed(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(is) => is.to_string(),
        Value::Number(number) => printed_number(number),
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(inner).collect::<Vec<_>>().join(" ")),
        Value::Object(map) => {
            let entries: Vec<String> = map.iter().map(|(key, value)| format!("{key}:{}", inner(value))).collect();
            format!("map[{}]", entries.join(" "))
        }
    }
}

fn inner(value: &Value) -> String {
    if value.is_null() { "<nil>".to_owned() } else { printed(value) }
}

/// Whether `if` and `default` in templates treat the value as false.
pub(super) fn is_empty(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::Bool(is)) => !is,
        Some(Value::Number(number)) => number.as_f64() == Some(0.0),
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Array(items)) => items.is_empty(),
        Some(Value::Object(map)) => map.is_empty(),
    }
}

/// Numbers from values files are floats to Helm, those from `--set` integers.
fn printed_number(number: &Number) -> String {
    match number.as_f64() {
        Some(float) if number.is_f64() => helm::Number::Float(float).to_string(),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What Helm 3.17.3 and 4.1.4 print for these.
    #[test]
    fn values_are_printed_as_helm_does() {
        let table = [
            (json!(1_000_000.0), "1e+06"),
            (json!(123_456_789.0), "1.23456789e+08"),
            (json!(0.5), "0.5"),
            (json!(999_999.0), "999999"),
            (json!(1.0), "1"),
            (json!(0.000_01), "1e-05"),
            (json!(1e23), "1e+23"),
            (json!([1.0, null, "a"]), "[1 <nil> a]"),
            (json!({"z": 1.0, "a": null}), "map[a:<nil> z:1]"),
            (json!(1_000_000), "1000000"),
            (json!(true), "true"),
            (json!(null), ""),
            (json!("010"), "010"),
        ];
        for (value, expected) in table {
            assert_eq!(printed(&value), expected, "{value}");
        }
    }

    #[test]
    fn templates_take_these_as_false() {
        for value in [json!(null), json!(false), json!(0), json!(0.0), json!(""), json!([]), json!({})] {
            assert!(is_empty(Some(&value)), "{value}");
        }
        for value in [json!(true), json!(1), json!("0"), json!("false"), json!([0])] {
            assert!(!is_empty(Some(&value)), "{value}");
        }
        assert!(is_empty(None));
    }
}
