//! Helm's types of scalars.

use super::{fixture, json, same};

#[test]
fn every_scalar_of_the_table_reads_as_helm_reads_it() {
    let table = std::fs::read_to_string(fixture("scalars.tsv")).unwrap();
    let mut count = 0;
    for line in table.lines().filter(|line| !line.starts_with("# ")) {
        let (scalar, expected) = line.split_once('\t').unwrap();
        let read = json(&format!("a: {scalar}\n"));
        match serde_json::from_str(expected) {
            Ok(expected) => {
                let read = read.unwrap_or_else(|error| panic!("{scalar}: {error}"));
                assert!(same(&read, &expected), "{scalar}: {read} instead of {expected}");
            }
            Err(_) => assert!(read.is_err(), "{scalar}: {read:?} instead of {expected}"),
        }
        count += 1;
    }
    assert_eq!(count, 72);
}

#[test]
fn keys_are_what_go_makes_of_them() {
    let keys = [
        ("y", "true"),
        ("off", "false"),
        ("0644", "420"),
        ("1.50", "1.5"),
        ("1e6", "1e+06"),
        ("123456.0", "123456"),
        ("1234567.5", "1.2345675e+06"),
        ("0.00001", "1e-05"),
        ("0.0001", "0.0001"),
        (".inf", ".inf"),
        ("~x", "~x"),
        ("\"y\"", "y"),
        ("!!str 1", "1"),
        ("2020-01-01", "2020-01-01"),
    ];
    for (written, read) in keys {
        assert_eq!(json(&format!("{written}: v")), Ok(serde_json::json!({ read: "v" })), "{written}");
    }
    for refused in ["~: v", "null: v", "[a]: v", "{a: b}: v", "12345678901234567890: v"] {
        assert!(json(refused).is_err(), "{refused}");
    }
}

#[test]
fn odd_numbers_read_as_in_go() {
    let scalars = [
        ("0b+1", "1"),
        ("-0b11", "-3"),
        ("0B1", "1"),
        (".5_5", "0.55"),
        (".5__5", "\".5__5\""),
        ("-_1", "-1"),
        ("1e999", "\"1e999\""),
        ("0x_1", "1"),
        ("++1", "\"++1\""),
        ("0x-1", "\"0x-1\""),
        ("9223372036854775808", "9223372036854775808"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("! \"12\"", "12"),
        ("!!float 1", "1.0"),
        ("!foo 12", "\"12\""),
        ("!!bool yes", "true"),
        ("!!timestamp 2020-01-01", "\"2020-01-01\""),
    ];
    for (written, read) in scalars {
        let expected: serde_json::Value = serde_json::from_str(read).unwrap();
        let found = json(&format!("a: {written}")).unwrap_or_else(|error| panic!("{written}: {error}"));
        assert!(same(&found["a"], &expected), "{written}: {found}");
    }
    for refused in ["!!int x", "!!bool 1", "!!null x", "!!binary '*'", "!!timestamp x", "!!float x"] {
        assert!(json(&format!("a: {refused}")).is_err(), "{refused}");
    }
}
