//! Terraform: modules and the calls of them, and where their values are changed.

use tempfile::TempDir;

use super::program::{lint, text, told, write};

/// A module that installs a chart, with some variables.
fn module(variables: &str, arguments: &str) -> String {
    format!(
        "{variables}\nresource \"helm_release\" \"zk\" {{\n  name = \"zk\"\n  repository = \"https://charts.bitnami.com/bitnami\"\n  \
         chart = \"zookeeper\"\n{arguments}}}\n"
    )
}

const SET: &str =
    "  version = var.chart_version\n  set {\n    name = \"autopurge.purgeInterval\"\n    value = var.hours\n  }\n";

const VARIABLES: &str =
    "variable \"chart_version\" {\n  default = \"11.0.0\"\n}\nvariable \"hours\" {\n  default = 1\n}";

#[test]
fn a_module_is_judged_as_it_is_called() {
    let call = |name: &str, arguments: &str| format!("module \"{name}\" {{\n  source = \"./zk\"\n  {arguments}\n}}\n");
    let outer = "variable \"h\" {\n  default = 0\n}\nlocals {\n  all = { zk = { h = var.h } }\n}\n";
    let table = [
        (call("zk", "hours = 0"), vec!["0 \"never-purges\""]),
        (call("zk", "chart_version = \"13.0.0\""), vec!["0 \"purges\""]),
        (call("one", "") + &call("two", "hours = 0"), vec!["0 \"purges\"", "1 \"never-purges\""]),
        (call("one", "") + &call("two", "other = 1"), vec!["0 \"purges\""]),
        (outer.to_owned() + &call("zk", "hours = local.all.zk.h"), vec!["0 \"never-purges\""]),
        (call("zk", "hours = data.x.y.z"), vec!["0 \"unknown\""]),
    ];
    for (root, expected) in table {
        for names in [["main.tf", "zk/main.tf"], ["main.tofu", "zk/main.tofu"]] {
            let folder = TempDir::new().unwrap();
            write(folder.path(), &[(names[0], root.as_str()), (names[1], &module(VARIABLES, SET))]);
            assert_eq!(told(folder.path()), expected, "{names:?}: {root}");
        }
    }
}

#[test]
fn comments_suppress_in_files_of_both_programs() {
    let text = module(VARIABLES, SET).replace("default = 1\n", "default = 0 # autopurge: ignore[purge-disabled]\n");
    for name in ["main.tf", "main.tofu"] {
        let folder = TempDir::new().unwrap();
        write(folder.path(), &[(name, text.as_str())]);
        let ran = lint(folder.path(), &["--fail-on", "note", "--ignore", "chart-ships-purge-off", name]);
        assert!(
            ran.code == 0 && ran.stdout.contains("1 finding is suppressed"),
            "{name}: {}{}",
            ran.stdout,
            ran.stderr
        );
    }
}

/// Terraform runs in the folder of the outermost module, which is where paths start.
#[test]
fn what_a_module_is_given_may_be_everything() {
    let folder = TempDir::new().unwrap();
    let release = "resource \"helm_release\" \"zk\" {\n  name = \"zk\"\n  repository = var.release.repository\n  chart = var.release.chart\n  \
                   version = var.release.version\n  values = [file(var.release.values), file(\"${path.module}/more.yaml\")]\n}\nvariable \"release\" {}\n";
    let root = "module \"zk\" {\n  source = \"../modules/zk\"\n  release = {\n    repository = \"https://charts.bitnami.com/bitnami\"\n    \
                chart = \"zookeeper\"\n    version = \"11.0.0\"\n    values = \"./zk.yaml\"\n  }\n}\n";
    let files = [
        (".git/HEAD", "ref: refs/heads/main\n"),
        ("modules/zk/main.tf", release),
        ("modules/zk/more.yaml", "replicaCount: 3\n"),
        ("prod/main.tf", root),
        ("prod/zk.yaml", "autopurge: {purgeInterval: 0}\n"),
    ];
    write(folder.path(), &files);
    assert_eq!(told(folder.path()), ["0 \"never-purges\""]);
    assert_eq!(lint(folder.path(), &["--fix", "."]).code, 0);
    assert_eq!(text(folder.path(), "prod/zk.yaml"), "autopurge: {purgeInterval: 1}\n");
}

#[test]
fn a_variable_is_changed_where_it_gets_its_value() {
    let zero = VARIABLES.replace("default = 1\n", "default = 0\n");
    let (call, root) = ("module \"zk\" {\n  source = \"./zk\"\n  hours = 0\n}\n", module(&zero, SET));
    let encoded = "  version = \"11.0.0\"\n  values = [yamlencode({ autopurge = { purgeInterval = var.hours } })]\n";
    let table = [
        (vec![("main.tf", root.as_str())], "main.tf", "default = 0\n"),
        (vec![("main.tf", root.as_str()), ("terraform.tfvars", "hours = 0\n")], "terraform.tfvars", "hours = 0\n"),
        (vec![("main.tf", call), ("zk/main.tf", root.as_str())], "main.tf", "hours = 0\n"),
    ];
    let other = module("", SET);
    let (in_values, split) = (module("", encoded), vec![("main.tf", other.as_str()), ("variables.tf", zero.as_str())]);
    let in_values = vec![("main.tf", in_values.as_str()), ("variables.tf", zero.as_str())];
    let more = [(split, "variables.tf", "default = 0\n"), (in_values, "variables.tf", "default = 0\n")];
    for (files, changed, line) in table.into_iter().chain(more) {
        let folder = TempDir::new().unwrap();
        write(folder.path(), &files);
        let ran = lint(folder.path(), &["--fix", "."]);
        assert_eq!(ran.code, 0, "{changed}: {}", ran.stdout);
        for (path, before) in files {
            let after = if path == changed { before.replace(line, &line.replace('0', "1")) } else { before.to_owned() };
            assert_eq!(text(folder.path(), path), after, "{path}");
        }
    }
}

#[test]
fn what_several_things_make_up_is_not_written_over() {
    let arguments = "  version = \"11.0.0\"\n  set {\n    name = \"autopurge.purgeInterval\"\n    value = \"${var.hours}${var.none}\"\n  }\n";
    let folder = TempDir::new().unwrap();
    let variables = "variable \"hours\" { default = \"\" }\nvariable \"none\" { default = 0 }";
    let before = module(variables, arguments);
    write(folder.path(), &[("main.tf", &before)]);
    let ran = lint(folder.path(), &["--fix", "."]);
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    assert_eq!(text(folder.path(), "main.tf"), before);
}

#[test]
fn conditions_and_functions_of_what_is_known_are_worked_out() {
    let with = |expression: &str| {
        let arguments = format!(
            "  version = \"11.0.0\"\n  set {{\n    name = \"autopurge.purgeInterval\"\n    value = {expression}\n  }}\n"
        );
        let variables = "variable \"on\" { default = true }\nvariable \"env\" { default = \"dev\" }\nvariable \"none\" {}\n\
                         locals {\n  hours = { dev = 1, prod = 0 }\n  list = [0, 1]\n}\n";
        module(variables, &arguments)
    };
    let table = [
        ("var.on ? 1 : 0", "purges"),
        ("!var.on ? 1 : 0", "never-purges"),
        ("var.env == \"prod\" ? 1 : 0", "never-purges"),
        ("var.env != null && var.on ? 1 : 0", "purges"),
        ("var.none ? 1 : 0", "unknown"),
        ("lookup(local.hours, var.env, 0)", "purges"),
        ("lookup(local.hours, \"other\", 0)", "never-purges"),
        ("coalesce(null, \"\", local.hours[\"prod\"])", "never-purges"),
        ("local.hours[var.env]", "purges"),
        ("local.list[0]", "never-purges"),
        ("coalesce(var.none, 1)", "unknown"),
    ];
    for (expression, verdict) in table {
        let folder = TempDir::new().unwrap();
        write(folder.path(), &[("main.tf", &with(expression))]);
        assert_eq!(told(folder.path()), [format!("0 \"{verdict}\"")], "{expression}");
    }
    let count = "  version = \"11.0.0\"\n  count = var.on ? 1 : 0\n";
    for (default, expected) in [("true", vec!["0 \"never-purges\""]), ("false", Vec::new())] {
        let folder = TempDir::new().unwrap();
        write(folder.path(), &[("main.tf", &module(&format!("variable \"on\" {{ default = {default} }}"), count))]);
        assert_eq!(told(folder.path()), expected, "{default}");
    }
}

#[test]
fn what_terraform_fills_in_is_no_manifest() {
    let arguments = "  version = \"13.0.0\"\n  values = [templatefile(\"${path.module}/values/zookeeper.yaml\", {})]\n";
    let values = "%{ if tolerate ~}\nzookeeper: 1\n%{ endif ~}\n";
    let folder = TempDir::new().unwrap();
    write(folder.path(), &[("main.tf", &module("", arguments)), ("values/zookeeper.yaml", values)]);
    let ran = lint(folder.path(), &["."]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert_eq!(told(folder.path()), ["0 \"unknown\""]);
}

#[test]
fn new_lines_end_as_those_of_the_file() {
    let block = "resource \"helm_release\" \"zk\" {\n  repository = \"https://charts.bitnami.com/bitnami\"\n  chart = \"zookeeper\"\n  version = \"11.0.0\"\n";
    for values in ["", "  values = [yamlencode({\n    replicaCount = 3\n  })]\n", "  values = [\n    \"{}\"\n  ]\n"] {
        let folder = TempDir::new().unwrap();
        let before = format!("{block}{values}}}\n").replace('\n', "\r\n");
        write(folder.path(), &[("main.tf", &before)]);
        lint(folder.path(), &["--fix", "."]);
        let after = text(folder.path(), "main.tf");
        assert!(after.len() > before.len() && !after.replace("\r\n", "").contains('\n'), "{after:?}");
    }
}

#[test]
fn lists_that_are_joined_and_variables_of_template_files_are_known() {
    let more = "locals {\n  more = [{ name = \"autopurge.purgeInterval\", value = 0 }]\n}\n";
    let joined = "  version = \"13.0.0\"\n  set = concat([{ name = \"replicaCount\", value = 3 }], local.more)\n";
    let filled = "  version = \"13.0.0\"\n  values = [templatefile(\"${path.module}/v.yaml\", { hours = local.h, none = var.none })]\n";
    let template = "replicaCount: ${none}\nautopurge:\n  purgeInterval: ${hours}\n";
    let table = [(joined, more, "value = 0"), (filled, "locals {\n  h = 0\n}\n", "h = 0")];
    for (arguments, locals, line) in table {
        let folder = TempDir::new().unwrap();
        let release = module("", arguments);
        write(folder.path(), &[("main.tf", &release), ("locals.tf", locals), ("v.yaml", template)]);
        assert_eq!(told(folder.path()), ["0 \"never-purges\""], "{arguments}");
        assert_eq!(lint(folder.path(), &["--fix", "."]).code, 0);
        assert_eq!(text(folder.path(), "locals.tf"), locals.replace(line, &line.replace('0', "1")));
        assert_eq!(text(folder.path(), "main.tf"), release);
        assert_eq!(text(folder.path(), "v.yaml"), template);
    }
}
