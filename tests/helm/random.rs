//! Random charts and values, the same in every run.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

/// `SplitMix64`.
pub(super) struct Random(pub(super) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).unwrap()).unwrap()
    }

    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(super) fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.below(from.len())]
    }
}

/// Names of charts, aliases and values overlap on purpose.
const CHARTS: [&str; 3] = ["a", "b", "c"];
const KEYS: [&str; 12] = ["a", "b", "c", "x", "y", "k", "m", "on", "global", "tags", "exports", "global"];
const CONDITIONS: [&str; 8] = ["on", "a.on", "x.on", "k.m,on", "global.on", "b.on, a.on", " a.on", "m"];
const VERSIONS: [&str; 3] = ["1.0.0", "1.2.3", "2.0.0-rc.1"];
const CONSTRAINTS: [&str; 7] = ["1.x", "^1.0.0", "*", ">=1.0.0-0", "2.x", "1.0.0 - 3", ">=1.0.0-0 <3"];

/// Prints where a chart stands and what its values are.
pub(super) const TEMPLATE: &str =
    "kind: Values\npath: {{ .Template.BasePath | quote }}\nvalues: {{ .Values | toJson }}\n";

/// Writes a chart into `top` and files of values beside it; gives the arguments to render it with.
pub(super) fn write_case(random: &mut Random, folder: &Path) -> Vec<String> {
    write_chart(random, &folder.join("top"), "top", 0);
    let mut arguments = Vec::new();
    for file in 0..random.below(3) {
        let path = folder.join(format!("{file}.yaml"));
        let mut text = values(random, 3).to_string();
        if random.chance(10) {
            text = format!("{text}\n---\n{}", values(random, 2));
        }
        fs::write(&path, text).unwrap();
        arguments.extend(["-f".to_owned(), path.to_str().unwrap().to_owned()]);
    }
    let file = folder.join("top/Chart.yaml");
    for (flag, argument) in flags(random) {
        let path = if flag == "--set-file" { file.to_str().unwrap() } else { "values.yaml" };
        arguments.extend([flag.to_owned(), argument.replace("values.yaml", path)]);
    }
    arguments
}

/// Writes a chart with up to three levels of charts below it.
fn write_chart(random: &mut Random, folder: &Path, name: &str, level: usize) {
    fs::create_dir_all(folder.join("templates")).unwrap();
    fs::write(folder.join("templates/values.yaml"), TEMPLATE).unwrap();
    if random.chance(85) {
        fs::write(folder.join("values.yaml"), values(random, 3).to_string()).unwrap();
    }
    let below: Vec<&str> = CHARTS.into_iter().filter(|_| level < 3 && random.chance(55)).collect();
    for chart in &below {
        write_chart(random, &folder.join("charts").join(chart), chart, level + 1);
    }
    let mut metadata = json!({"apiVersion": "v2", "name": name, "version": random.pick(&VERSIONS)});
    if random.chance(85) {
        metadata["dependencies"] = dependencies(random, &below);
    }
    fs::write(folder.join("Chart.yaml"), metadata.to_string()).unwrap();
}

fn dependencies(random: &mut Random, charts: &[&str]) -> Value {
    let mut dependencies = Vec::new();
    for chart in charts {
        if random.chance(80) {
            dependencies.push(dependency(random, chart, None));
        }
        if random.chance(20) {
            let alias = *random.pick(&["x", "y"]);
            dependencies.push(dependency(random, chart, Some(alias)));
        }
    }
    let key = |dependency: &Value| dependency.get("alias").unwrap_or(&dependency["name"]).clone();
    let mut seen = Vec::new();
    dependencies.retain(|dependency| {
        let is_new = !seen.contains(&key(dependency));
        seen.push(key(dependency));
        is_new
    });
    dependencies.into()
}

fn dependency(random: &mut Random, name: &str, alias: Option<&str>) -> Value {
    let mut dependency = json!({"name": name, "version": random.pick(&CONSTRAINTS)});
    if random.chance(50) {
        dependency["condition"] = (*random.pick(&CONDITIONS)).into();
    }
    if random.chance(30) {
        dependency["tags"] = json!(["t1", "t2"][..=random.below(2)]);
    }
    if random.chance(30) {
        let imports = [
            json!(["data"]),
            json!([{"child": "k", "parent": "m"}]),
            json!([{"child": "m", "parent": "."}, "data"]),
            json!([{"child": "exports.data", "parent": "k.m"}, {"child": "global", "parent": "global"}]),
        ];
        dependency["import-values"] = random.pick(&imports).clone();
    }
    let alias = alias.or_else(|| random.chance(15).then_some("x"));
    if let Some(alias) = alias {
        dependency["alias"] = alias.into();
    }
    dependency
}

/// A table of values, at most so many levels deep.
pub(super) fn values(random: &mut Random, levels: usize) -> Value {
    let mut table = Map::new();
    for _ in 0..=random.below(6) {
        let key = *random.pick(&KEYS);
        table.insert(key.to_owned(), value(random, key, levels));
    }
    table.into()
}

fn value(random: &mut Random, key: &str, levels: usize) -> Value {
    match key {
        "tags" if random.chance(80) => json!({"t1": random.chance(50), "t2": random.chance(50)}),
        "on" if random.chance(80) => random.chance(60).into(),
        "exports" if levels > 0 => json!({"data": values(random, levels - 1)}),
        "a" | "b" | "c" | "x" | "y" | "global" if levels > 0 && random.chance(93) => values(random, levels - 1),
        _ => any(random, levels),
    }
}

fn any(random: &mut Random, levels: usize) -> Value {
    match random.below(if levels > 0 { 10 } else { 6 }) {
        0 => Value::Null,
        1 => random.chance(50).into(),
        2 => random.below(100).into(),
        3 => json!("text"),
        4 => json!([1, {"k": null}]),
        5 => json!({}),
        _ => values(random, levels - 1),
    }
}

/// Arguments of `--set` and its kin.
fn flags(random: &mut Random) -> Vec<(&'static str, String)> {
    const ARGUMENTS: [(&str, &str); 22] = [
        ("--set", "a.k=1"),
        ("--set", "a.on=false,b.on=true"),
        ("--set", "x.m.k=null"),
        ("--set", "a=null"),
        ("--set", "a.b.k=null,on=true"),
        ("--set", "global.k.m=z"),
        ("--set", "global.m=null"),
        ("--set", "global=null"),
        ("--set", "tags.t1=false"),
        ("--set", "tags.t1=true,tags.t2=false"),
        ("--set", "k[1].m=2"),
        ("--set", "m={1,two,,true}"),
        ("--set", r"k\.m=1,c.k=a\,b"),
        ("--set-string", "on=true,a.k=07"),
        ("--set-json", r#"b={"k":null,"m":[1.5]},c.k=7"#),
        ("--set-json", r#"{"a":{"on":true},"k":null}"#),
        ("--set-literal", "a.k=x,y={1}"),
        ("--set-file", "a.m=values.yaml"),
        ("--set", "b.a.on=false"),
        ("--set", "c.exports.data.k=9"),
        ("--set", "exports.data=null"),
        ("--set", "a.c.global.k=5"),
    ];
    (0..random.below(4)).map(|_| random.pick(&ARGUMENTS)).map(|(flag, text)| (*flag, (*text).to_owned())).collect()
}
