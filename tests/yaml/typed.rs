//! Reading into types.

use autopurge::yaml::from_str;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    name: String,
    #[serde(default)]
    limits: Vec<Limit>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limit {
    count: u32,
}

fn wrong(text: &str) -> (String, &str) {
    let error = from_str::<Rule>(text).unwrap_err();
    (error.message, &text[error.span.start..error.span.end])
}

#[test]
fn a_text_becomes_its_type() {
    let rule: Rule = from_str("name: a\nlimits:\n- count: 0x10\n").unwrap();
    assert_eq!((rule.name.as_str(), rule.limits[0].count), ("a", 16));
    assert_eq!(from_str::<Option<u8>>("# nothing"), Ok(None));
}

#[test]
fn the_wrong_field_is_named() {
    assert_eq!(wrong("name: a\nlimits:\n- count: many\n").1, "many");
    assert_eq!(wrong("name: a\nlimits:\n- count: 1\n  cuont: 2\n").1, "cuont");
    assert_eq!(wrong("nane: a\n").1, "nane");
    assert_eq!(wrong("limits: []\n").1, "limits: []");
    assert_eq!(wrong("name: yes\n").1, "yes");
    assert_eq!(wrong("name: [").1, "");
}
