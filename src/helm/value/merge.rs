//! Merges one set of values over another, as several `-f` do.

use super::{Data, Table, Value};

/// Tables are merged, anything else is replaced; a null is kept as a null.
#[must_use]
pub fn merge_over(below: &Value, above: Value) -> Value {
    let (Data::Table(lower), Data::Table(upper)) = (&below.data, &above.data) else { return above };
    if lower.is_empty() {
        return above;
    }
    let mut merged = lower.clone();
    for (key, value) in upper.iter() {
        lay(&mut merged, key, value);
    }
    Value::new(Data::Table(merged), above.place)
}

fn lay(table: &mut Table, key: &str, value: &Value) {
    let merged = match table.get_mut(key) {
        Some(below) => merge_over(&std::mem::take(below), value.clone()),
        None => value.clone(),
    };
    table.insert(key, merged);
}
