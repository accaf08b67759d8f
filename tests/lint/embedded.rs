//! Manifests that Terraform applies itself.

use tempfile::TempDir;

use super::program::{lint, report, text, write};

/// The servers of a folder: name, verdict and reason.
fn servers(files: &[(&str, &str)]) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    write(folder.path(), files);
    let report = report(folder.path(), &["main.tf"]);
    let field = |server: &serde_json::Value, key: &str| server[key].as_str().unwrap_or_default().to_owned();
    let servers = report["servers"].as_array().unwrap().iter();
    servers
        .map(|one| {
            [field(one, "name"), field(one, "verdict"), field(one, "unknown_because")].join(" ").trim().to_owned()
        })
        .collect()
}

fn typed(arguments: &str, container: &str, pod: &str) -> String {
    format!(
        "resource \"kubernetes_stateful_set_v1\" \"zk\" {{\n{arguments}\n  metadata {{\n    name = \"zk\"\n  }}\n  spec {{\n    template {{\n      \
         spec {{\n        container {{\n          name  = \"zookeeper\"\n          image = \"zookeeper:3.8\"\n{container}\n        }}\n{pod}\n      \
         }}\n    }}\n  }}\n}}\n"
    )
}

fn env(name: &str, value: &str) -> String {
    format!("          env {{\n            name  = \"{name}\"\n            value = {value}\n          }}")
}

/// A manifest, indented.
const YAML: &str = "    apiVersion: apps/v1\n    kind: StatefulSet\n    metadata: {name: zk}\n    spec:\n      template:\n        spec:\n          \
                    containers:\n            - name: zookeeper\n              image: zookeeper:3.8\n              env:\n                \
                    - {name: ZOO_AUTOPURGE_PURGEINTERVAL, value: \"0\"}\n";

fn manifest(yaml: &str) -> String {
    format!("resource \"kubectl_manifest\" \"zk\" {{\n  yaml_body = <<-YAML\n{yaml}  YAML\n}}\n")
}

#[test]
fn typed_resources_are_the_objects_that_the_provider_makes_of_them() {
    let purge = |value: &str| typed("", &env("ZOO_AUTOPURGE_PURGEINTERVAL", value), "");
    let generated = "          dynamic \"env\" {\n            for_each = var.env\n            content {\n              name  = env.key\n              value = env.value\n            }\n          }";
    let table = [
        (typed("", "", ""), "zk never-purges"),
        (purge("\"0\""), "zk never-purges"),
        (purge("1"), "zk purges"),
        (purge("var.hours"), "zk purges"),
        (purge("var.none"), "zk unknown"),
        (typed("  count = 0", "", ""), ""),
        (typed("  count = var.none", "", ""), "zk unknown it is not known whether it is applied: count is var.none"),
        (typed("", generated, ""), "zk unknown the blocks `env` are generated"),
        (typed("", "", "").replace("\"zookeeper:3.8\"", "var.image"), "zk never-purges"),
        (typed("", "", "").replace("zookeeper", "redis"), ""),
    ];
    let variables = "variable \"hours\" {\n  default = 1\n}\nvariable \"image\" {\n  default = \"zookeeper:3.8\"\n}\n";
    for (text, expected) in table {
        let told = servers(&[("main.tf", &text), ("variables.tf", variables)]).join("; ");
        assert!(told.starts_with(expected) && told.is_empty() == expected.is_empty(), "{told}\n{text}");
    }
}

#[test]
fn files_come_from_config_maps_of_the_same_file() {
    let mount =
        "          volume_mount {\n            name       = \"conf\"\n            mount_path = \"/conf\"\n          }";
    let volume = "        volume {\n          name = \"conf\"\n          config_map {\n            name = kubernetes_config_map.zk.metadata[0].name\n          }\n        }";
    let map = |data: &str| {
        format!(
            "resource \"kubernetes_config_map\" \"zk\" {{\n  metadata {{\n    name = \"zk-conf\"\n  }}\n  data = {{ \"zoo.cfg\" = {data} }}\n}}\n{}",
            typed("", mount, volume)
        )
    };
    let table = [
        (map("\"dataDir=/data\\nautopurge.purgeInterval=1\\n\""), "zk purges"),
        (map("<<-EOT\n    dataDir=/data\n    autopurge.purgeInterval=1\n  EOT\n"), "zk purges"),
        (map("\"dataDir=/data\""), "zk never-purges"),
        (map("file(\"${path.module}/zoo.cfg\")"), "zk never-purges"),
        (map("file(\"none.cfg\")"), "zk unknown"),
    ];
    for (text, expected) in table {
        let told = servers(&[("main.tf", &text), ("zoo.cfg", "dataDir=/data\n")]).join("; ");
        assert!(told.starts_with(expected), "{told}\n{text}");
    }
}

#[test]
fn texts_and_objects_are_manifests() {
    let object = |value: &str| format!("resource \"kubernetes_manifest\" \"zk\" {{\n  manifest = {value}\n}}\n");
    let literal = "{\n    apiVersion = \"apps/v1\"\n    kind = \"StatefulSet\"\n    metadata = { name = \"zk\" }\n    spec = { template = { spec = { containers = [{ name = \"zookeeper\", image = \"zookeeper:3.8\" }] } } }\n  }";
    let template = YAML.replace("\"0\"", "\"${hours}\"");
    let table = [
        (manifest(YAML), vec!["zk never-purges"]),
        (manifest(&YAML.replace("\"0\"", "\"1\"")), vec!["zk purges"]),
        (manifest(&YAML.replace("\"0\"", "\"${var.none}\"")), vec!["zk unknown"]),
        (manifest(&YAML.replace("zookeeper:3.8", "zookeeper:${var.none}")), vec!["zk unknown"]),
        (
            manifest(
                &YAML
                    .replace("{name: zk}\n", "{name: zk}\n    %{ if var.none }\n")
                    .replace("\"0\"}\n", "\"0\"}\n    %{ endif }\n"),
            ),
            vec!["zk unknown"],
        ),
        (manifest(YAML) + &manifest(YAML).replace("\"zk\"", "\"again\""), vec!["zk never-purges"]),
        (object(literal), vec!["zk never-purges"]),
        (object(&format!("yamldecode(<<-YAML\n{YAML}  YAML\n  )")), vec!["zk never-purges"]),
        (object("yamldecode(templatefile(\"zk.yaml.tpl\", { hours = 0 }))"), vec!["zk never-purges"]),
        // The file is judged where it is.
        (object("yamldecode(file(\"zk.yaml\"))"), vec![]),
    ];
    for (text, expected) in table {
        let told = servers(&[("main.tf", &text), ("zk.yaml.tpl", &template), ("zk.yaml", YAML)]);
        let is_it = told.len() == expected.len()
            && told.iter().zip(&expected).all(|(told, expected)| told.starts_with(expected));
        assert!(is_it, "{told:?}\n{text}");
    }
}

#[test]
fn findings_name_their_place_and_nothing_is_changed() {
    let folder = TempDir::new().unwrap();
    let release = "resource \"helm_release\" \"redis\" {\n  name = \"redis\"\n  repository = \"https://charts.bitnami.com/bitnami\"\n  chart = \"redis\"\n  version = \"18.0.0\"\n}\n";
    let all = [release.to_owned(), typed("", "", ""), manifest(YAML).replace("name: zk}", "name: two}")].concat();
    write(folder.path(), &[("main.tf", &all)]);
    let told = lint(folder.path(), &["--format", "concise", "main.tf"]);
    let line = |word: &str| all.lines().position(|line| line.contains(word)).unwrap() + 1;
    for line in [line("image = \"zookeeper:3.8\"") - 1, line("value: \"0\"")] {
        assert!(told.stdout.contains(&format!("main.tf:{line}:")), "{}", told.stdout);
    }
    assert!(
        told.code == 1 && told.stdout.contains("2 ZooKeeper servers in 1 GitOps file"),
        "{}{}",
        told.stdout,
        told.stderr
    );
    let fixed = lint(folder.path(), &["--fix", "main.tf"]);
    assert!(fixed.code == 1 && text(folder.path(), "main.tf") == all, "{}{}", fixed.stdout, fixed.stderr);
    assert!(
        fixed.stdout.contains("ZOO_AUTOPURGE_PURGEINTERVAL") && fixed.stdout.contains("Terraform files"),
        "{}",
        fixed.stdout
    );
}

#[test]
fn comments_suppress_findings_about_manifests() {
    let above = "# autopurge: ignore[purge-disabled] soon\n".to_owned() + &typed("", "", "");
    let inside = manifest(&YAML.replace("{name: zk}\n", "{name: zk}\n    # autopurge: ignore[purge-disabled] soon\n"));
    let beside = manifest(&YAML.replace("\"0\"}", "\"0\"} # autopurge: ignore[purge-disabled] soon"));
    for (text, code) in [(above, 0), (inside, 1), (beside, 0)] {
        let folder = TempDir::new().unwrap();
        write(folder.path(), &[("main.tf", &text)]);
        let ran = lint(folder.path(), &["main.tf"]);
        assert_eq!(ran.code, code, "{text}\n{}{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn files_without_servers_stay_as_they_were() {
    let redis = typed("", "", "").replace("zookeeper", "redis");
    for (text, code) in
        [(redis, 3), ("resource \"kubernetes_stateful_set\" \"zk\" {\n  image = \"zookeeper\"".to_owned(), 1)]
    {
        let folder = TempDir::new().unwrap();
        write(folder.path(), &[("main.tf", &text)]);
        let ran = lint(folder.path(), &["main.tf"]);
        assert_eq!(ran.code, code, "{text}\n{}{}", ran.stdout, ran.stderr);
    }
}
