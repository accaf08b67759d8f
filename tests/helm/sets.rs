//! `--set` and its kin, as Helm reads them.

use autopurge::helm::{Argument, Data, HelmError, HelmVersion, Origin, ReleaseOptions, SetFlag, Sources, Value, set};
use serde_json::json;

use super::go::Oracle;
use super::random::{Random, values};

#[test]
fn random_arguments_give_what_helm_makes_of_them() {
    let Some(oracle) = Oracle::build("strvals.go", "helm.sh/helm/v3", "v3.17.3") else { return };
    let mut random = Random(5);
    let questions: Vec<_> = (0..40_000).map(|_| question(&mut random)).collect();
    let answers = oracle.ask(&questions.iter().map(ToString::to_string).collect::<Vec<_>>());
    let wrong: Vec<_> = questions
        .iter()
        .zip(answers)
        .filter_map(|(question, theirs)| {
            let ours = answer(question);
            (ours != theirs).then(|| format!("{question}\n    ours   {ours}\n    theirs {theirs}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong[..wrong.len().min(15)].join("\n"));
}

fn question(random: &mut Random) -> serde_json::Value {
    let flag = random.pick(&SetFlag::ALL).name();
    json!({"Flag": flag, "Argument": argument(random), "Values": values(random, 2)})
}

/// Words that mean something to the grammar, in any order.
fn argument(random: &mut Random) -> String {
    const WORDS: [&str; 36] = [
        "a",
        "k",
        "m",
        "global",
        "x y",
        "=",
        "=",
        "=",
        "=",
        ".",
        ".",
        ".",
        ",",
        ",",
        "[0]",
        "[1]",
        "[2]",
        "[",
        "]",
        "{",
        "}",
        "\\",
        "\\.",
        "1",
        "007",
        "0",
        "-5",
        "true",
        "NULL",
        "False",
        "\"s\"",
        "[1,{\"k\":2}]",
        "{\"m\":null}",
        " ",
        "ä",
        "1.5",
    ];
    let sensible = |random: &mut Random| {
        let keys = ["a", "k", "m", "global", "a.k", "k[0]", "m[1].k", "k[0][1]", "a\\.b", "tags.t1"];
        format!("{}={}", random.pick(&keys), random.pick(&["1", "x", "{a,b}", "null", "", "[1,2]", "\"t\"", "{}"]))
    };
    if random.chance(50) {
        return (0..=random.below(3)).map(|_| sensible(random)).collect::<Vec<_>>().join(",");
    }
    (0..random.below(9)).map(|_| *random.pick(&WORDS)).collect()
}

fn answer(question: &serde_json::Value) -> String {
    let flag = SetFlag::ALL.into_iter().find(|flag| question["Flag"] == flag.name()).unwrap();
    let mut sources = Sources::default();
    let argument = question["Argument"].as_str().unwrap();
    let number = sources.add(Origin::Flag(flag.name().to_owned()), argument.as_bytes());
    let mut values = Value::from_json(&question["Values"], None);
    let mut read = |path: &str| Ok(Value::new(Data::Text(format!("file {path}").into()), None));
    let argument = Argument { flag, number, source: sources.get(number).unwrap() };
    match set(&mut values, argument, HelmVersion::V3, &mut read) {
        Ok(()) => values.to_json().to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026"),
        Err(_) => "E".to_owned(),
    }
}

fn values_of(options: &ReleaseOptions) -> Result<(Value, Sources), HelmError> {
    let mut sources = Sources::default();
    let mut read = |path: &str| match path {
        "one.yaml" => Ok(b"a: {b: 1, c: 2}\nlist: [1, 2]\n".to_vec()),
        "two.yaml" => Ok(b"a: {b: null}\n".to_vec()),
        "broken.yaml" => Ok(b"a: 1\nb: {\n".to_vec()),
        "list.yaml" => Ok(b"# comment\n- 1\n".to_vec()),
        "empty.yaml" => Ok(b"# nothing\n".to_vec()),
        _ => Err(std::io::Error::new(std::io::ErrorKind::NotFound, "no such file")),
    };
    let values = options.values.values(HelmVersion::V3, &mut sources, &mut read)?;
    Ok((values, sources))
}

fn with_files(files: &[&str]) -> ReleaseOptions {
    let mut options = ReleaseOptions::default();
    options.values.files = files.iter().map(|file| (*file).to_owned()).collect();
    options
}

#[test]
fn files_come_first_and_flags_in_the_order_of_helm() {
    let mut options = with_files(&["one.yaml,empty.yaml", "two.yaml"]);
    options.values.literals = vec!["z=literal, all of it".to_owned()];
    options.values.texts = vec!["z=text,n=07".to_owned()];
    options.values.typed = vec!["q.secret=hidden".to_owned(), "z=typed,n=7,list[1]=x".to_owned()];
    options.values.json = vec![r#"z={"json":true}"#.to_owned()];
    let (values, sources) = values_of(&options).unwrap();

    let expected = json!({"a": {"b": null, "c": 2}, "list": [1, "x"], "n": "07", "q": {"secret": "hidden"}, "z": "literal, all of it"});
    assert_eq!(values.to_json(), expected);
    let origin = |path: &[&str]| {
        let place = values.at(path).unwrap().place.unwrap();
        let source = sources.get(place.source).unwrap();
        (source.origin.to_string(), String::from_utf8_lossy(place.span.of_bytes(&source.text)).into_owned())
    };
    let pair = |origin: &str, text: &str| (origin.to_owned(), text.to_owned());
    assert_eq!(origin(&["a", "b"]), pair("two.yaml", "null"));
    assert_eq!(origin(&["a", "c"]), pair("one.yaml", "2"));
    assert_eq!(origin(&["list", "0"]), pair("one.yaml", "1"));
    assert_eq!(origin(&["list", "1"]), pair("--set (2 of 2)", "x"));
    assert_eq!(origin(&["n"]), pair("--set-string", "07"));
}

#[test]
fn what_cannot_be_read_says_where_and_what_to_do() {
    let table = [
        ("broken.yaml", "broken.yaml:3:1: broken YAML"),
        ("list.yaml", "list.yaml:2:1: values have to be a map"),
        ("missing.yaml", "missing.yaml: cannot be read: no such file"),
        ("https://example.com/values.yaml", "https://example.com/values.yaml: is a URL"),
    ];
    for (file, message) in table {
        let error = values_of(&with_files(&[file])).unwrap_err();
        assert!(error.to_string().starts_with(message), "{error}");
        assert!(!error.help().is_empty());
    }
    let mut options = ReleaseOptions::default();
    options.values.typed = vec!["a.b".to_owned()];
    assert_eq!(values_of(&options).unwrap_err().to_string(), "--set:1:4: \"b\" has no value");
}
