//! Nothing that somebody writes makes the reading of charts panic, hang or fill the memory.

use std::fs;

use autopurge::helm::{
    Argument, Chart, Constraint, Data, Fault, HelmError, HelmVersion, Origin, SetFlag, Sources, Value, ValuesPath,
    coalesce, parse_version, set,
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
    for helm in HelmVersion::ALL {
        let mut sources = Sources::default();
        let chart = Chart::load(folder.path(), helm, &mut sources)?;
        coalesce(&chart, user, helm, &sources)?;
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

/// Each chart imports what its sub-chart imported, twice.
#[test]
fn tables_that_imports_multiply_are_an_error() {
    let error = worked_out(&doubling(18), &Value::empty()).unwrap_err();
    assert!(matches!(error.fault, Fault::TooMany(_)), "{error}");
    worked_out(&doubling(12), &Value::empty()).unwrap();
}

fn doubling(charts: usize) -> TempDir {
    let imports = json!([{"child": "a", "parent": "a.l"}, {"child": "a", "parent": "a.r"}]);
    let files = (0..charts).flat_map(|number| {
        let folder = (1..=number).map(|chart| format!("charts/c{chart}/")).collect::<String>();
        let need = json!({"name": format!("c{}", number + 1), "version": "1.0.0", "import-values": imports});
        let needs = if number + 1 < charts { json!([need]) } else { json!(null) };
        let metadata = json!({"name": format!("c{number}"), "version": "1.0.0", "dependencies": needs});
        let values = if number + 1 < charts { json!({"k": 1}) } else { json!({"a": {"x": {"y": 1}}}) };
        [(format!("{folder}Chart.yaml"), metadata.to_string()), (format!("{folder}values.yaml"), values.to_string())]
    });
    let files: Vec<(String, String)> = files.collect();
    chart(&files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect::<Vec<_>>())
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

/// What a flag makes of an argument.
fn set_by(flag: SetFlag, argument: &str) -> Result<Value, HelmError> {
    let mut sources = Sources::default();
    let number = sources.add(Origin::Flag(flag.name().to_owned()), argument.as_bytes());
    let mut values = Value::empty();
    let mut read = |path: &str| Ok(Value::new(Data::Text(path.into()), None));
    let argument = Argument { flag, number, source: sources.get(number).unwrap() };
    set(&mut values, argument, HelmVersion::V4, &mut read).map(|()| values)
}

#[test]
fn indexes_behind_indexes_are_counted() {
    for flag in SetFlag::ALL {
        let argument = |count: usize| format!("a{}=1", "[0]".repeat(count));
        let values = set_by(flag, &argument(100)).unwrap();
        let steps: Vec<&str> = std::iter::once("a").chain(std::iter::repeat_n("0", 100)).collect();
        assert!(values.at(&steps).is_some(), "{}", flag.name());
        for name in [argument(101), argument(80_000), format!("a{}=1", "[0].b[0]".repeat(51))] {
            let error = set_by(flag, &name).unwrap_err().to_string();
            assert!(error.contains("than"), "{error}");
        }
    }
    let many = vec!["a[0][0]=1"; 200].join(",");
    assert!(set_by(SetFlag::Typed, &many).is_ok(), "each name has indexes of its own");
}

/// A few characters would make 65,537 items.
#[test]
fn items_that_are_set_to_nothing_are_counted() {
    let values = set_by(SetFlag::Typed, "a[500]=1,b[500]=1,b[501]=1").unwrap();
    assert_eq!(values.at(&["b"]).unwrap().as_list().unwrap().len(), 502);
    for argument in ["a[500]=1,b[501]=1", "a[1001]=1", "a[400][400][400]=1", "a[65536].b=1"] {
        let error = set_by(SetFlag::Typed, argument).unwrap_err().to_string();
        assert!(error.contains("more than 1000 unset items"), "{argument}: {error}");
    }
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
            let argument = Argument { flag, number, source: sources.get(number).unwrap() };
            for helm in HelmVersion::ALL {
                let _ = set(&mut values, argument, helm, &mut read);
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
            let _ = constraint.contains(&parse_version("1.2.3-rc.1").unwrap());
            prop_assert_eq!(constraint.to_string(), text.clone());
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
        if let Ok(chart) = Chart::load(&path, HelmVersion::V4, &mut sources) {
            let _ = coalesce(&chart, &Value::empty(), HelmVersion::V4, &sources);
        }
    }
}
