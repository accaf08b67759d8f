//! The schemas that the project ships, kept as the types have them.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

/// Compares a schema file with what the types say. `UPDATE_SCHEMAS=1 cargo test` writes it.
pub(crate) fn keep(name: &str, schema: &Schema) {
    let path = format!("{}/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
    let text = serde_json::to_string_pretty(schema).unwrap() + "\n";
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), text, "{path} is not up to date");
}

/// The same for a document that the program writes, `autopurge/NAME/v1`.
pub(crate) fn keep_document<T: JsonSchema>(name: &str) {
    let mut schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), format!("autopurge/{name}/v1").into());
    keep(&format!("docs/schemas/{name}"), &schema);
}
