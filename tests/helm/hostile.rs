//! Nothing that somebody writes makes the reading of charts panic, hang or fill the memory.

use std::fs;

use autopurge::helm::{
    Chart, Constraint, Data, Fault, HelmError, Line, Origin, SetFlag, Sources, Value, ValuesPath, coalesce,
    parse_version, set,
};
use proptest::prelude::*;
use serde_json::json;
use tempfile::TempDir;

use super::fixture::pack;

fn chart(files: &[(&str, String)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn worked_out(folder: &TempDir, user: &Value) -> Result<(), HelmError> {
    for line in Line::ALL {
        let mut sources = Sources::default();
        let chart = Chart::load(folder.path(), line, &mut sources)?;
        coalesce(&chart, user, line, &sources)?;
    }
    Ok(())
}

/// Helm itself dies of it.
#[test]
fn tables_that_are_imported_into_themselves_are_an_error() {
    let imports = json!([{"child": "x.y", "parent": "p"}, {"child": "x", "parent": "p.q"}]);
    let dependency = json!({"name": "a", "version": "*", "import-values": imports});
    let folder = chart(&[
        ("Chart.yaml", json!({"name": "top", "version": "1.0.0", "dependencies": [dependency]}).to_string()),
        ("charts/a/Chart.yaml", json!({"name": "a", "version": "1.0.0"}).to_string()),
        ("charts/a/values.yaml", json!({"x": {"y": {"z": 1}}}).to_string()),
    ]);
    let error = worked_out(&folder, &Value::empty()).unwrap_err();
    assert!(matches!(error.fault, Fault::TooDeep(_)), "{error}");
}

#[test]
fn values_may_be_deep_but_not_too_deep() {
    worked_out(&deep_chart(390), &Value::empty()).unwrap();
    for levels in [500, 1_100, 100_000] {
        let error = worked_out(&deep_chart(levels), &Value::empty()).unwrap_err();
        assert!(error.to_string().contains("nested deeper than"), "{error}");
    }
}

fn deep_chart(levels: usize) -> TempDir {
    let deep = format!("{}1{}", r#"{"a":"#.repeat(levels), "}".repeat(levels));
    chart(&[
        ("Chart.yaml", json!({"name": "top", "version": "1.0.0", "dependencies": []}).to_string()),
        ("values.yaml", deep.clone()),
        ("charts/a/Chart.yaml", json!({"name": "a", "version": "1.0.0"}).to_string()),
        ("charts/a/values.yaml", format!("{{\"global\": {deep}}}")),
    ])
}

#[test]
fn many_charts_below_many_aliases_end_soon() {
    let dependency = |alias: usize| json!({"name": "a", "version": "*", "alias": format!("a{alias}")});
    let needs = |count: usize| (0..count).map(dependency).collect::<Vec<_>>();
    let folder = chart(&[
        ("Chart.yaml", json!({"name": "top", "version": "1.0.0", "dependencies": needs(30)}).to_string()),
        ("charts/a/Chart.yaml", json!({"name": "a", "version": "1.0.0", "dependencies": needs(30)}).to_string()),
        ("charts/a/values.yaml", json!({"global": {"a": {"b": {"c": 1}}}}).to_string()),
        ("charts/a/charts/a/Chart.yaml", json!({"name": "a", "version": "1.0.0"}).to_string()),
        ("charts/a/charts/a/values.yaml", json!({"global": {"a": {"b": {"d": 1}}}}).to_string()),
    ]);
    worked_out(&folder, &Value::empty()).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_may_be_a_flag(text in "\\PC{0,30}|[a\\[\\]{}.,=\\\\0-9\"\u{e4}]{0,40}") {
        for flag in SetFlag::ALL {
            let mut sources = Sources::default();
            let number = sources.add(Origin::Flag(flag.name().to_owned()), text.as_bytes());
            let mut values = Value::empty();
            let mut read = |path: &str| Ok(Value::new(Data::Text(path.into()), None));
            for line in Line::ALL {
                let _ = set(&mut values, flag, (number, sources.get(number).unwrap()), (line, &mut read));
            }
        }
    }

    #[test]
    fn a_path_prints_as_it_reads(text in "[a-c.\\\\\\[\\]0-9,=]{0,20}") {
        if let Ok(path) = text.parse::<ValuesPath>() {
            prop_assert_eq!(path.to_string().parse::<ValuesPath>(), Ok(path));
        }
    }

    #[test]
    fn any_text_may_be_a_constraint(text in "\\PC{0,30}|[0-9xX*.|<>=!~^ ,v+-]{0,30}") {
        if let Ok(constraint) = text.parse::<Constraint>() {
            let version = parse_version("1.2.3-rc.1").unwrap();
            prop_assert!(!constraint.contains(&version) || constraint.overlaps(&(version.clone()..=version)));
        }
        let _ = parse_version(&text);
    }

    #[test]
    fn a_damaged_package_is_an_error_or_a_chart(at in 0usize..2_000, byte: u8, values in "\\PC{0,80}") {
        let inner = pack([("a/Chart.yaml".to_owned(), &b"name: a\nversion: 1.0.0\n"[..])]);
        let mut package = pack([
            ("top/Chart.yaml".to_owned(), &b"name: top\nversion: 1.0.0\n"[..]),
            ("top/values.yaml".to_owned(), values.as_bytes()),
            ("top/charts/a.tgz".to_owned(), inner.as_slice()),
        ]);
        let at = at % package.len();
        package[at] = byte;
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("top.tgz");
        fs::write(&path, package).unwrap();
        let mut sources = Sources::default();
        if let Ok(chart) = Chart::load(&path, Line::Four, &mut sources) {
            let _ = coalesce(&chart, &Value::empty(), Line::Four, &sources);
        }
    }
}
