//! Manifests that nobody wrote: workloads of every kind with purge variables in every style, and what they mean.

use std::fmt::Write;

use autopurge::zookeeper::parse_int;
use proptest::prelude::*;

/// A generated stream, as what it means; `render` writes it down.
#[derive(Clone, Debug)]
pub(super) struct Stream {
    documents: Vec<Document>,
    has_windows_line_ends: bool,
    has_last_line_end: bool,
}

#[derive(Clone, Debug)]
enum Document {
    Workload(Workload),
    /// Several in one `kind: List`.
    List(Vec<Workload>),
    /// Text that is none of our business, whatever it looks like.
    Other(&'static str),
}

#[derive(Clone, Debug)]
struct Workload {
    kind: &'static str,
    is_json: bool,
    is_hook: bool,
    containers: Vec<Container>,
    has_init_container: bool,
}

#[derive(Clone, Debug)]
struct Container {
    image: Image,
    runs: Runs,
    env: Env,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Image {
    Recent,
    TooOld,
    NoServer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Runs {
    TheImage,
    TheScript,
    Sleep,
    Something,
}

#[derive(Clone, Debug)]
enum Env {
    None,
    Null,
    Empty,
    Block(Vec<Variable>),
    Flow(Vec<Variable>),
    /// The list of the container before, by an alias. Where there is none, nothing.
    Shared,
}

#[derive(Clone, Debug)]
struct Variable {
    name: &'static str,
    value: Value,
    has_comment: bool,
    is_value_first: bool,
}

#[derive(Clone, Copy, Debug)]
enum Value {
    Written(&'static str, Style),
    Null,
    Missing,
    Reference,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Double,
    Single,
    Plain,
    Tagged,
    Literal,
    Folded,
}

const INTERVAL: &str = "ZOO_AUTOPURGE_INTERVAL";
const RETAIN: &str = "ZOO_AUTOPURGE_RETAIN_COUNT";

const OTHERS: [&str; 6] = [
    "# only a comment about zookeeper\n",
    "\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: zookeeper}\nstringData:\n  a:   \"x\"   # y\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n  zoo.cfg: |\n    autopurge.purgeInterval=0\n    zookeeper\n\n",
    "kind: Service\nspec:\n- {a: b,c: [d ,e]}\n-   f\n",
    "{\"kind\":\"Service\", \"zookeeper\" : [1,2 , 3]}\n",
];

pub(super) fn streams() -> impl Strategy<Value = Stream> {
    let document = prop_oneof![
        4 => workloads().prop_map(Document::Workload),
        1 => prop::collection::vec(workloads(), 1..3).prop_map(Document::List),
        1 => prop::sample::select(OTHERS.to_vec()).prop_map(Document::Other),
    ];
    (prop::collection::vec(document, 1..4), prop::bool::weighted(0.2), prop::bool::weighted(0.8)).prop_map(
        |(documents, has_windows_line_ends, has_last_line_end)| Stream {
            documents,
            has_windows_line_ends,
            has_last_line_end,
        },
    )
}

fn workloads() -> impl Strategy<Value = Workload> {
    let kinds = vec!["StatefulSet", "StatefulSet", "StatefulSet", "Deployment", "DaemonSet", "Pod", "Job", "CronJob"];
    (
        prop::sample::select(kinds),
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.1),
        prop::collection::vec(containers(), 1..4),
        prop::bool::weighted(0.2),
    )
        .prop_map(|(kind, is_json, is_hook, containers, has_init_container)| Workload {
            kind,
            is_json,
            is_hook,
            containers,
            has_init_container,
        })
}

fn containers() -> impl Strategy<Value = Container> {
    let image = prop_oneof![6 => Just(Image::Recent), 1 => Just(Image::TooOld), 1 => Just(Image::NoServer)];
    let runs = prop_oneof![
        6 => Just(Runs::TheImage),
        1 => Just(Runs::TheScript),
        1 => Just(Runs::Sleep),
        1 => Just(Runs::Something)
    ];
    (image, runs, environments()).prop_map(|(image, runs, env)| Container { image, runs, env })
}

fn environments() -> impl Strategy<Value = Env> {
    prop_oneof![
        1 => Just(Env::None),
        1 => Just(Env::Null),
        1 => Just(Env::Empty),
        6 => prop::collection::vec(variables(), 1..5).prop_map(Env::Block),
        2 => prop::collection::vec(variables(), 1..4).prop_map(Env::Flow),
        2 => Just(Env::Shared),
    ]
}

fn variables() -> impl Strategy<Value = Variable> {
    let names = vec![INTERVAL, INTERVAL, INTERVAL, RETAIN, "ALLOW_ANONYMOUS_LOGIN", "ZOO_SERVERS"];
    (prop::sample::select(names), values(), any::<bool>(), prop::bool::weighted(0.2))
        .prop_map(|(name, value, has_comment, is_value_first)| Variable { name, value, has_comment, is_value_first })
}

fn values() -> impl Strategy<Value = Value> {
    let texts = vec![
        "0",
        "0",
        "1",
        "24",
        "-5",
        "+1",
        "007",
        "",
        "hourly",
        "0.5",
        "1h",
        " 1 ",
        "2147483648",
        "it's \"0\"\\",
        "ä0",
    ];
    let styles = [Style::Double, Style::Single, Style::Plain, Style::Tagged, Style::Literal, Style::Folded];
    prop_oneof![
        10 => (prop::sample::select(texts), prop::sample::select(styles.to_vec())).prop_map(|(text, style)| Value::Written(text, style)),
        1 => Just(Value::Null),
        1 => Just(Value::Missing),
        1 => Just(Value::Reference),
    ]
}

impl Stream {
    /// The stream as it is written down.
    pub(super) fn render(&self) -> Vec<u8> {
        let documents = self.documents.iter().enumerate().map(|(number, document)| match document {
            Document::Workload(workload) => workload.render(&format!("zk-{number}")),
            Document::List(workloads) => list(workloads, number),
            Document::Other(text) => (*text).to_owned(),
        });
        let mut text = documents.flat_map(|document| ["---\n".to_owned(), document]).collect::<String>();
        if !self.has_last_line_end {
            text.truncate(text.trim_end_matches('\n').len());
        }
        if self.has_windows_line_ends { text.replace('\n', "\r\n").into_bytes() } else { text.into_bytes() }
    }

    /// What each container that is a server does.
    pub(super) fn verdicts(&self) -> Vec<&'static str> {
        let workloads = self.documents.iter().flat_map(|document| match document {
            Document::Workload(workload) => std::slice::from_ref(workload),
            Document::List(workloads) => workloads.as_slice(),
            Document::Other(_) => &[],
        });
        workloads.flat_map(Workload::verdicts).collect()
    }
}

fn list(workloads: &[Workload], number: usize) -> String {
    let mut text = "apiVersion: v1\nkind: List\nitems:\n".to_owned();
    for (at, workload) in workloads.iter().enumerate() {
        let item = workload.render(&format!("zk-{number}-{at}"));
        for (line_number, line) in item.lines().enumerate() {
            let lead = if line_number == 0 { "  - " } else { "    " };
            writeln!(text, "{lead}{line}").expect("a string");
        }
    }
    text
}

impl Workload {
    fn verdicts(&self) -> Vec<&'static str> {
        if self.is_hook || matches!(self.kind, "Job" | "CronJob") {
            return Vec::new();
        }
        let mut before: &[Variable] = &[];
        let mut verdicts = Vec::new();
        for container in &self.containers {
            let variables = container.env.variables(before);
            verdicts.extend(container.verdict(variables));
            before = variables;
        }
        verdicts
    }

    fn render(&self, name: &str) -> String {
        if self.is_json {
            return self.json(name) + "\n";
        }
        let mut text = format!("apiVersion: apps/v1\nkind: {}\nmetadata:\n  name: {name}\n", self.kind);
        if self.is_hook {
            text.push_str("  annotations: {helm.sh/hook: test}\n");
        }
        let lead = if self.kind == "Pod" { "" } else { "    " };
        text.push_str(if self.kind == "Pod" { "spec:\n" } else { "spec:\n  template:\n    spec:\n" });
        if self.has_init_container {
            let image = Image::Recent.reference();
            writeln!(text, "{lead}  initContainers: [{{name: wait, image: {image}}}] # zookeeper").expect("a string");
        }
        writeln!(text, "{lead}  containers:").expect("a string");
        for (number, container) in self.containers.iter().enumerate() {
            for line in container.lines(number, &self.containers) {
                writeln!(text, "{lead}  {line}").expect("a string");
            }
        }
        text
    }

    fn json(&self, name: &str) -> String {
        let mut before: &[Variable] = &[];
        let mut containers = Vec::new();
        for (number, container) in self.containers.iter().enumerate() {
            let variables = container.env.variables(before);
            let flow = container.flow_parts(number, variables, true);
            containers.push(format!("{{{}}}", flow.join(",")));
            before = variables;
        }
        let pod = format!(r#"{{"containers":[{}]}}"#, containers.join(", "));
        let spec = if self.kind == "Pod" { pod } else { format!(r#"{{"template": {{"spec":{pod}}}}}"#) };
        let hook = if self.is_hook { r#","annotations":{"helm.sh/hook":"test"}"# } else { "" };
        format!(
            r#"{{"apiVersion":"apps/v1", "kind":"{}","metadata":{{"name":"{name}"{hook}}},"spec":{spec}}}"#,
            self.kind
        )
    }
}

impl Image {
    fn reference(self) -> &'static str {
        match self {
            Self::Recent => "docker.io/bitnami/zookeeper:3.9.2-debian-12-r0",
            Self::TooOld => "docker.io/bitnami/zookeeper:3.4.12",
            Self::NoServer => "docker.io/library/busybox:1",
        }
    }
}

impl Runs {
    fn command(self) -> Option<&'static str> {
        match self {
            Self::TheImage => None,
            Self::TheScript => {
                Some(r#"["/opt/bitnami/scripts/zookeeper/entrypoint.sh", "/opt/bitnami/scripts/zookeeper/run.sh"]"#)
            }
            Self::Sleep => Some(r#"["sleep", "infinity"]"#),
            Self::Something => Some(r#"["my-start"]"#),
        }
    }
}

impl Env {
    /// The variables; an alias has those of the container before.
    fn variables<'e>(&'e self, before: &'e [Variable]) -> &'e [Variable] {
        match self {
            Self::None | Self::Null | Self::Empty => &[],
            Self::Block(variables) | Self::Flow(variables) => variables,
            Self::Shared => before,
        }
    }
}

impl Container {
    /// Worked out from what the container means, by nothing that the program uses but the reading of integers.
    fn verdict(&self, variables: &[Variable]) -> Option<&'static str> {
        match (self.image, self.runs) {
            (Image::NoServer, _) | (_, Runs::Sleep) => return None,
            (_, Runs::Something) => return Some("unknown"),
            (Image::TooOld, _) => return Some("never-purges"),
            (Image::Recent, Runs::TheImage | Runs::TheScript) => {}
        }
        let last = |name: &str| variables.iter().rev().find(|variable| variable.name == name).map(Variable::text);
        let (interval, retain) = (last(INTERVAL), last(RETAIN));
        let is_unreadable = |text: Option<Option<String>>| {
            text.flatten().is_some_and(|text| !text.is_empty() && parse_int(&text).is_none())
        };
        if is_unreadable(interval.clone()) || is_unreadable(retain) {
            return Some("does-not-start");
        }
        Some(match interval {
            Some(None) => "unknown",
            Some(Some(text)) if parse_int(&text).is_some_and(|hours| hours > 0) => "purges",
            Some(Some(_)) | None => "never-purges",
        })
    }

    /// The container in block style, as an item of a list.
    fn lines(&self, number: usize, all: &[Self]) -> Vec<String> {
        let mut lines = vec![format!("- name: c{number}"), format!("  image: {}", self.image.reference())];
        lines.extend(self.runs.command().map(|command| format!("  command: {command}")));
        let is_shared = all.get(number + 1).is_some_and(|next| matches!(next.env, Env::Shared));
        let anchor = if is_shared { format!(" &env{number}") } else { String::new() };
        match &self.env {
            Env::None if is_shared => lines.push(format!("  env:{anchor} []")),
            Env::None => {}
            Env::Null => lines.push(format!("  env:{anchor}{}", if is_shared { " []" } else { "" })),
            Env::Empty => lines.push(format!("  env:{anchor} []")),
            Env::Block(variables) => {
                lines.push(format!("  env:{anchor}"));
                lines.extend(variables.iter().flat_map(Variable::lines).map(|line| format!("    {line}")));
            }
            Env::Flow(variables) => lines.push(format!("  env:{anchor} {}", flow(variables, false))),
            Env::Shared => lines.extend(alias(number, all)),
        }
        lines
    }

    fn flow_parts(&self, number: usize, variables: &[Variable], is_json: bool) -> Vec<String> {
        let mut parts = vec![format!(r#""name":"c{number}""#), format!(r#""image":"{}""#, self.image.reference())];
        parts.extend(self.runs.command().map(|command| format!(r#""command":{command}"#)));
        if !matches!(self.env, Env::None) {
            parts.push(format!(r#""env":{}"#, flow(variables, is_json)));
        }
        parts
    }
}

/// The alias of the nearest list before; where there is none, nothing is written.
fn alias(number: usize, all: &[Container]) -> Option<String> {
    let owner = all[..number].iter().rposition(|container| !matches!(container.env, Env::Shared));
    owner.map(|owner| format!("  env: *env{owner}"))
}

fn flow(variables: &[Variable], is_json: bool) -> String {
    format!("[{}]", variables.iter().map(|variable| variable.flow(is_json)).collect::<Vec<_>>().join(", "))
}

impl Variable {
    /// What the variable says; `None` where that stands elsewhere.
    fn text(&self) -> Option<String> {
        match self.value {
            Value::Written(text, _) => Some(text.to_owned()),
            Value::Null | Value::Missing => Some(String::new()),
            Value::Reference => None,
        }
    }

    fn lines(&self) -> Vec<String> {
        let comment = if self.has_comment { " # zookeeper's" } else { "" };
        let name = format!("name: {}{comment}", self.name);
        let value: Vec<String> = match self.value {
            Value::Written(text, style) => block_scalar(text, style, comment),
            Value::Null => vec![format!("value:{comment}")],
            Value::Missing => Vec::new(),
            Value::Reference => {
                vec!["valueFrom:".to_owned(), "  configMapKeyRef: {name: zk, key: x}".to_owned()]
            }
        };
        let is_value_first = self.is_value_first && !value.is_empty();
        let lines: Vec<String> = if is_value_first {
            value.into_iter().chain([name]).collect()
        } else {
            [name].into_iter().chain(value).collect()
        };
        lines.iter().enumerate().map(|(at, line)| format!("{}{line}", if at == 0 { "- " } else { "  " })).collect()
    }

    fn flow(&self, is_json: bool) -> String {
        let name = if is_json { format!(r#""name":"{}""#, self.name) } else { format!("name: {}", self.name) };
        let key = |key: &str| if is_json { format!(r#""{key}":"#) } else { format!("{key}: ") };
        let value = match self.value {
            Value::Written(text, _) if is_json => Some(key("value") + &double(text)),
            Value::Written(text, Style::Single) => Some(key("value") + &single(text)),
            Value::Written(text, _) => Some(key("value") + &double(text)),
            Value::Null => Some(key("value") + "null"),
            Value::Missing => None,
            Value::Reference if is_json => Some(r#""valueFrom":{"secretKeyRef":{"name":"a","key":"b"}}"#.to_owned()),
            Value::Reference => Some("valueFrom: {secretKeyRef: {name: a, key: b}}".to_owned()),
        };
        let mut parts: Vec<String> = [name].into_iter().chain(value).collect();
        if self.is_value_first {
            parts.reverse();
        }
        format!("{{{}}}", parts.join(", "))
    }
}

/// The lines of a value below its key, in a style that can hold it.
fn block_scalar(text: &str, style: Style, comment: &str) -> Vec<String> {
    let is_simple = !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "+-.".contains(c));
    match style {
        Style::Single => vec![format!("value: {}{comment}", single(text))],
        Style::Plain if is_simple => vec![format!("value: {text}{comment}")],
        Style::Tagged if is_simple => vec![format!("value: !!str {text}{comment}")],
        Style::Literal if is_simple => vec![format!("value: |-{comment}"), format!("    {text}")],
        Style::Folded if is_simple => vec![format!("value: >-{comment}"), format!("    {text}")],
        _ => vec![format!("value: {}{comment}", double(text))],
    }
}

fn single(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn double(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
