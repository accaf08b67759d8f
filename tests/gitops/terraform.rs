//! Terraform: what can be told without running it.

use super::library::decided;
use super::memory::{Memory, layers};

fn of(arguments: &str, files: &[(&str, &str)]) -> String {
    let text = format!(
        "resource \"helm_release\" \"zk\" {{\n  name = \"z\"\n  repository = \"r\"\n  chart = \"zookeeper\"\n{arguments}\n}}\n"
    );
    let mut all = vec![("tf/main.tf", text.as_str())];
    all.extend_from_slice(files);
    let told = layers(&all);
    told.lines().skip(2).map(|line| format!("{}\n", line.trim_start())).collect()
}

#[test]
fn variables_and_locals_of_the_folder_are_known() {
    let variables = "variable \"v\" { default = \"1.0.0\" }\nvariable \"w\" { default = \"1.0.0\" }\nvariable \"none\" {}\n\
                     locals {\n  o = { h = 5, deep = { t = \"x\" } }\n}\n";
    let files = [("tf/variables.tf", variables), ("tf/terraform.tfvars", "w = \"2.0.0\"\n")];
    assert!(of("  version = var.v", &files).starts_with("version 1.0.0\n"));
    assert!(of("  version = \"${var.w}\"", &files).starts_with("version 2.0.0\n"));
    assert!(of("  version = var.none", &files).starts_with("version the version is var.none\n"));
    assert!(of("  version = data.x.y.z", &files).starts_with("version the version is data.x.y.z\n"));
    let told =
        of("  values = [yamlencode({ a = local.o.h, b = local.o.deep, c = var.none, d = \"${var.v}-x\" })]", &files);
    assert!(told.contains("{\"a\":5,\"b\":{\"t\":\"x\"},\"c\":\"${var.none}\",\"d\":\"1.0.0-x\"}"), "{told}");
}

#[test]
fn texts_are_what_terraform_makes_of_them() {
    let heredoc = "  values = [<<-EOT\n      a:\n        b: $${x}\n\n      c: ${var.none}\n    EOT\n  , <<EOT\na: 1\nEOT\n  , \"a: 2\\nb: \\\"3\\\"\\n\"]";
    let told = of(heredoc, &[]);
    let expected = "version -\nlayer values[0]: {\"a\":{\"b\":\"${x}\"},\"c\":\"unknown\"}\nlayer values[1]: {\"a\":1}\n\
                    layer values[2]: {\"a\":2,\"b\":\"3\"}\n";
    assert_eq!(told, expected);
}

#[test]
fn files_are_read_and_templates_as_far_as_possible() {
    let arguments = "  values = concat([file(\"${path.module}/v.yaml\")], [templatefile(\"t.yaml\", {}), templatefile(\"u.yaml\", {}), file(\"none.yaml\"), local.x])";
    let files =
        [("tf/v.yaml", "a: 1\n"), ("tf/t.yaml", "a: ${h}\nb: 2\n"), ("tf/u.yaml", "%{ if x }\na: 1\n%{ endif }\n")];
    let expected = "version -\nlayer values[0]: {\"a\":1}\nlayer values[1]: {\"a\":\"unknown\",\"b\":2}\n\
                    layer values[2]: missing: tf/u.yaml is a template with directives []\n\
                    layer values[3]: missing: the values file none.yaml is not in this repository [\"tf/none.yaml\"]\n\
                    layer values[4]: missing: the values of local.x are not known here []\n";
    // The template is a layer of the template file itself.
    assert_eq!(of(arguments, &files), expected);
}

#[test]
fn a_template_of_one_interpolation_is_that_value() {
    let files = [("tf/v.yaml", "a: 1\n"), ("tf/t.yaml", "b: ${h}\n")];
    let table = [
        ("\"${file(\"v.yaml\")}\"", "{\"a\":1}"),
        ("\"${file(\"${path.module}/v.yaml\")}\"", "{\"a\":1}"),
        ("\"${templatefile(\"${path.module}/t.yaml\", { h = 1 })}\"", "{\"b\":1}"),
        ("\"${templatefile(\"${path.module}/t.yaml\", {})}\"", "{\"b\":\"unknown\"}"),
        ("\"${\"${local.v}\"}\"", "{\"a\":1}"),
        ("<<-EOT\n    ${file(\"v.yaml\")}\n  EOT\n  ", "{\"a\":1}"),
        ("\"${yamlencode({ c = \"${local.n}\" })}\"", "{\"c\":5}"),
        (
            "\"${file(\"none.yaml\")}\"",
            "missing: the values file none.yaml is not in this repository [\"tf/none.yaml\"]",
        ),
    ];
    let files = [files.as_slice(), &[("tf/l.tf", "locals {\n  n = 5\n  v = file(\"v.yaml\")\n}\n")]].concat();
    for (item, expected) in table {
        assert_eq!(
            of(&format!("  values = [{item}]"), &files),
            format!("version -\nlayer values[0]: {expected}\n"),
            "{item}"
        );
    }
}

#[test]
fn functions_of_what_is_known_are_called() {
    let files = [
        ("tf/x/v.yaml", "a: 1\n"),
        ("tf/l.tf", "locals {\n  m = merge({ b = 1, c = { d = 1 } }, { c = { e = \"2\" } })\n}\n"),
    ];
    let table = [
        ("[file(join(\"/\", [path.module, \"x\", \"v.yaml\"]))]", "{\"a\":1}"),
        ("[file(format(\"%s/%s/v.yaml\", path.module, \"x\"))]", "{\"a\":1}"),
        ("[yamlencode(yamldecode(file(\"x/v.yaml\")))]", "{\"a\":1}"),
        ("[yamlencode(local.m)]", "{\"b\":1,\"c\":{\"e\":\"2\"}}"),
        ("[yamlencode({ x = local.m.c })]", "{\"x\":{\"e\":\"2\"}}"),
        ("tolist([trimspace(file(\"x/v.yaml\"))])", "{\"a\":1}"),
        ("flatten([[[nonsensitive(file(\"x/v.yaml\"))]]])", "{\"a\":1}"),
        (
            "[yamlencode(merge({ a = 1 }, var.none))]",
            "missing: the values of yamlencode(merge({ a = 1 }, var.none)) are not known here []",
        ),
        (
            "[file(format(\"%q\", path.module))]",
            "missing: the path of the values file format(\"%q\", path.module) is not known here []",
        ),
        (
            "[var.none ? file(\"v.yaml\") : \"\"]",
            "missing: the values of var.none ? file(\"v.yaml\") : \"\" are not known here []",
        ),
    ];
    for (values, expected) in table {
        assert_eq!(
            of(&format!("  values = {values}"), &files),
            format!("version -\nlayer values[0]: {expected}\n"),
            "{values}"
        );
    }
}

#[test]
fn what_is_set_is_laid_over_the_values() {
    let arguments = "  set_sensitive {\n    name = \"c\"\n    value = \"x\"\n  }\n  set {\n    name = \"a.b\"\n    value = 1\n  }\n  \
                     set {\n    name = \"t\"\n    value = \"1\"\n    type = \"string\"\n  }\n  set_list {\n    name = \"l\"\n    value = [\"x\", \"y\"]\n  }\n  \
                     dynamic \"set\" {\n    for_each = var.s\n    content {}\n  }";
    let expected = "version -\nlayer set: missing: `set` is computed from something that is not known here []\n\
                    layer set: Set a.b=1; SetString t=1\nlayer set_list: Set l={x,y}\nlayer set_sensitive: Set c=x\n";
    assert_eq!(of(arguments, &[]), expected);
    let texts = "  set_string {\n    name = \"a\"\n    value = \"6\"\n  }";
    assert_eq!(of(texts, &[]), "version -\nlayer set_string: SetString a=6\n");
    let list = "  set = [{ name = \"a\", value = var.none }, { name = \"b\", value = \"2\" }]";
    assert_eq!(of(list, &[]), "version -\nlayer set: Set a=var.none; Set b=2\n");
}

#[test]
fn places_are_those_of_the_literals() {
    let text = "locals {\n  h = 7\n}\nresource \"helm_release\" \"zk\" {\n  chart = \"z\"\n  values = [yamlencode({ a = { x = 0 }, b = local.h }), <<-EOT\n    c:\n      d: 8\n  EOT\n  ]\n  \
                set {\n    name = \"e\"\n    value = \"9\"\n  }\n}\n";
    let memory = Memory::new(&[("main.tf", text)]);
    let reading = memory.read("main.tf");
    let table: [(&[&str], &str); 4] = [(&["a", "x"], "0"), (&["b"], "7"), (&["c", "d"], "8"), (&["e"], "\"9\"")];
    for (path, expected) in table {
        let (_, place) = decided(&reading.releases[0], path).unwrap();
        assert_eq!(&text[place.span.start..place.span.end], expected, "{path:?}");
    }
}

#[test]
fn counts_decide_what_is_installed() {
    assert!(of("  count = 0", &[]).contains("Absent(\"count is 0\")"));
    assert!(of("  count = var.on ? 1 : 0", &[]).contains("Unknown(\"count is var.on ? 1 : 0\")"));
    assert!(!of("  count = 1", &[]).contains("count"));
}

#[test]
fn broken_files_are_told_at_their_line() {
    let reading = Memory::new(&[("main.tf", "# helm_release\nresource \"x\" {\n  a = = 1\n}\n")]).read("main.tf");
    assert!(reading.broken[0].message.starts_with("broken HCL: "), "{:?}", reading.broken);
    assert!((29..39).contains(&reading.broken[0].offset), "{:?}", reading.broken);
}

#[test]
fn values_are_added_where_hcl_takes_them() {
    let keys: Vec<String> = ["zookeeper", "autopurge", "purgeInterval"].map(str::to_owned).to_vec();
    let table = [
        (
            "  values = [yamlencode({ a = 1 })]",
            "  values = [yamlencode({ a = 1, zookeeper = { autopurge = { purgeInterval = 1 } } })]",
        ),
        (
            "  values = [yamlencode({})]",
            "  values = [yamlencode({ zookeeper = { autopurge = { purgeInterval = 1 } } })]",
        ),
        (
            "  values = [yamlencode({\n    zookeeper = {\n      autopurge = { n = 3 }\n    }\n  })]",
            "  values = [yamlencode({\n    zookeeper = {\n      autopurge = { n = 3, purgeInterval = 1 }\n    }\n  })]",
        ),
        (
            "  values = [yamlencode({\n    a = 1 # one\n  })]",
            "  values = [yamlencode({\n    a = 1 # one\n    zookeeper = {\n      autopurge = {\n        purgeInterval = 1\n      }\n    }\n  })]",
        ),
        (
            "  values = [\n    file(\"v.yaml\"),\n  ]",
            "  values = [\n    file(\"v.yaml\"),\n    yamlencode({ zookeeper = { autopurge = { purgeInterval = 1 } } }),\n  ]",
        ),
        ("  values = []", "  values = [yamlencode({ zookeeper = { autopurge = { purgeInterval = 1 } } })]"),
        ("", "\n  values = [yamlencode({ zookeeper = { autopurge = { purgeInterval = 1 } } })]"),
    ];
    for (before, after) in table {
        let file = |arguments: &str| format!("resource \"helm_release\" \"zk\" {{\n  chart = \"z\"\n{arguments}\n}}\n");
        let text = file(before);
        let reading = Memory::new(&[("main.tf", &text)]).read("main.tf");
        let edit = reading.releases[0].sites[0].write_hcl(&keys, &serde_json::json!(1)).unwrap();
        let edited = format!("{}{}{}", &text[..edit.span.start], edit.text, &text[edit.span.end..]);
        assert_eq!(edited, file(after));
        let again = Memory::new(&[("main.tf", &edited)]).read("main.tf");
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        assert_eq!(decided(&again.releases[0], &keys).unwrap().0, "1");
    }
}
