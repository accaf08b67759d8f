//! Strategic merge patches: only what differs, containers and variables by name. The position of a variable changes
//! with the chart version; its name does not.

use serde_json::{Map, Value};

use super::{Inexpressible, Treatment};

/// Lists whose items Kubernetes merges by their `name`. Init containers are left out: kustomize moves the items that a
/// patch names to the front, and init containers start in order.
const MERGED_BY_NAME: [&str; 2] = ["containers", "env"];

/// API versions for which today's Kubernetes and kustomize know these merge keys. For any other, including old betas of
/// Kubernetes' own, a list in a patch replaces the whole list.
const KNOWN_VERSIONS: [&str; 2] = ["apps/v1", "v1"];

/// A patch, and what it had to include as a whole.
#[derive(Debug, Clone)]
pub struct StrategicPatch {
    /// The object's names, and what differs.
    pub patch: Value,
    /// Pointers to texts and lists that it contains as a whole: changes that a new chart version makes in them would be
    /// undone.
    pub whole: Vec<String>,
}

/// The strategic merge patch for an object.
///
/// # Errors
/// When it cannot select what it changes by name.
pub fn strategic(treatment: &Treatment) -> Result<StrategicPatch, Inexpressible> {
    let object = &treatment.object;
    let mut difference =
        Difference { has_schema: KNOWN_VERSIONS.contains(&object.api_version.as_str()), whole: Vec::new() };
    let fail = |reason: String| Inexpressible { what: object.title(), reason };
    let patch = difference.between(&treatment.before, &treatment.after, &mut String::new()).map_err(fail)?;
    let mut patch = patch.and_then(|patch| patch.as_object().cloned()).unwrap_or_default();
    patch.insert("apiVersion".to_owned(), object.api_version.clone().into());
    patch.insert("kind".to_owned(), object.kind.clone().into());
    let metadata = patch.entry("metadata").or_insert_with(|| Value::Object(Map::new()));
    if let Some(metadata) = metadata.as_object_mut() {
        metadata.insert("name".to_owned(), object.name.clone().into());
    }
    Ok(StrategicPatch { patch: Value::Object(patch), whole: difference.whole })
}

struct Difference {
    has_schema: bool,
    whole: Vec<String>,
}

impl Difference {
    /// The merge patch that turns one value into another; `None` if they are equal.
    fn between(&mut self, before: &Value, after: &Value, path: &mut String) -> Result<Option<Value>, String> {
        match (before, after) {
            _ if before == after => Ok(None),
            (Value::Object(before), Value::Object(after)) => self.of_tables(before, after, path).map(Some),
            (Value::Array(before), Value::Array(after)) if self.is_merged(path) => {
                self.by_name(before, after, path).map(Some)
            }
            (Value::Array(_), Value::Array(items)) => {
                if items.iter().any(Value::is_object) {
                    return Err(format!("a merge cannot select by name in {path} of this kind; use --as json-patch"));
                }
                self.whole.push(path.clone());
                Ok(Some(after.clone()))
            }
            (Value::String(_), Value::String(text)) => {
                if text.contains('\n') {
                    self.whole.push(path.clone());
                }
                Ok(Some(after.clone()))
            }
            _ => Ok(Some(after.clone())),
        }
    }

    fn is_merged(&self, path: &str) -> bool {
        self.has_schema && path.rsplit('/').next().is_some_and(|key| MERGED_BY_NAME.contains(&key))
    }

    fn of_tables(
        &mut self,
        before: &Map<String, Value>,
        after: &Map<String, Value>,
        path: &mut String,
    ) -> Result<Value, String> {
        let mut merge = Map::new();
        // A removed key is set to null.
        merge.extend(before.keys().filter(|key| !after.contains_key(*key)).map(|key| (key.clone(), Value::Null)));
        for (key, value) in after {
            let length = path.len();
            path.push('/');
            path.push_str(key);
            let difference = self.between(before.get(key).unwrap_or(&Value::Null), value, path)?;
            path.truncate(length);
            merge.extend(difference.map(|difference| (key.clone(), difference)));
        }
        Ok(Value::Object(merge))
    }

    /// For lists whose items have names: only the items that differ, each with its name.
    fn by_name(&mut self, before: &[Value], after: &[Value], path: &mut String) -> Result<Value, String> {
        let mut merge = Vec::new();
        for item in after.iter().filter(|item| !before.contains(item)) {
            let name = name(item).ok_or_else(|| format!("an item of {path} has no name"))?;
            if after.iter().filter(|other| self::name(other) == Some(name)).count() > 1 {
                return Err(format!("{path} has more than one item named {name}"));
            }
            let old = before.iter().find(|other| self::name(other) == Some(name)).unwrap_or(&Value::Null);
            let difference = self.between(old, item, path)?;
            merge.extend(difference.map(|difference| with_name(difference, name)));
        }
        Ok(Value::Array(merge))
    }
}

fn name(item: &Value) -> Option<&str> {
    item.get("name").and_then(Value::as_str)
}

fn with_name(mut item: Value, name: &str) -> Value {
    if let Some(table) = item.as_object_mut() {
        table.insert("name".to_owned(), name.into());
    }
    item
}
