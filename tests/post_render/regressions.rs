//! What once went wrong, or nearly: each test tells its story by its name.

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::program::{Ran, autopurge, fixtures, input_of, ran, run, run_with};

/// A run with the report on it.
fn reported(args: &[&str], input: &str) -> (Ran, Value) {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("report.json");
    let ran = run(&[&["post-render"], args, &["--report", path.to_str().expect("UTF-8")]].concat(), input.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let report = serde_json::from_slice(&fs::read(path).expect("a report")).expect("JSON");
    (ran, report)
}

fn verdicts(input: &str) -> Vec<String> {
    let (_, report) = reported(&[], input);
    let servers = report["servers"].as_array().expect("servers");
    servers.iter().map(|server| server["verdict"].as_str().expect("a verdict").to_owned()).collect()
}

fn text_of(case: &str) -> String {
    String::from_utf8(input_of(case)).expect("UTF-8")
}

/// A server of Bitnami's image that never purges, with a command.
fn with_command(command: &str) -> String {
    let input = text_of("never-purges");
    let image = input.lines().find(|line| line.trim_start().starts_with("image:")).expect("an image");
    let indent = &image[..image.len() - image.trim_start().len()];
    input.replacen(image, &format!("{image}\n{indent}command: {command}"), 1)
}

#[test]
fn ten_megabytes_of_literals_in_one_document_pass_in_time() {
    let lines = "  zookeeper.zookeeper: zoo.cfg zkServer.sh zookeeper-server-start QuorumPeerMain\n".repeat(123_000);
    let stream = format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata: |\n{lines}");
    assert!(stream.len() > 9_900_000);
    let start = Instant::now();
    run(&["post-render"], stream.as_bytes()).assert_untouched(stream.as_bytes());
    let comments = format!("# {}\n{}", "zookeeper ".repeat(1_000_000), text_of("no-zookeeper"));
    run(&["post-render"], comments.as_bytes()).assert_untouched(comments.as_bytes());
    assert!(start.elapsed() < Duration::from_secs(120), "{:?}", start.elapsed());
}

#[test]
fn many_fixes_without_an_effect_are_refused_in_time() {
    // The file is written over while the server comes up.
    let text =
        "echo dataDir=/a > /conf/zoo.cfg\\nzkServer.sh start-foreground &\\necho dataDir=/b > /conf/zoo.cfg\\nwait";
    let server = |number: usize| {
        format!(
            "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: zk-{number}}}\nspec:\n  template:\n    spec:\n      \
             containers:\n      - {{name: zookeeper, image: 'zookeeper:3.9', command: [bash, -c, \"{text}\"]}}\n"
        )
    };
    let stream: String = (0..300).map(server).collect();
    let start = Instant::now();
    let ran = run(&["--no-comment"], stream.as_bytes());
    ran.assert_untouched(stream.as_bytes());
    ran.assert_says(&["the patch would not enable purging"]);
    assert!(start.elapsed() < Duration::from_secs(120), "{:?}", start.elapsed());
}

#[test]
fn a_script_that_sleeps_before_it_starts_something_unknown_is_unknown() {
    for command in [
        r#"[sh, -c, "sleep 5; exec /custom/start"]"#,
        r#"[sh, -c, "sleep 5 && exec /custom/start"]"#,
        r#"[bash, -ec, "zkCli.sh ls / || /custom/start"]"#,
        r#"["/custom/start"]"#,
        r#"[sh, -c, "trap '/custom/start' USR1; sleep infinity & wait"]"#,
        r#"[sh, -c, "cat /custom/start | sh"]"#,
        r#"[sh, -c, "sleep 5; $START"]"#,
        r#"[sh, -c, "sleep 5; exec \"$@\"", --, /custom/start]"#,
        r#"[sh, -c, "sleep $(/custom/start)"]"#,
        "[sh, /custom/start]",
    ] {
        assert_eq!(verdicts(&with_command(command)), ["unknown"], "{command}");
    }
}

#[test]
fn a_container_that_only_sleeps_is_no_server() {
    for command in [
        "[sleep, infinity]",
        r#"[sh, -c, "sleep infinity"]"#,
        r#"[/bin/bash, -c, "exec sleep infinity"]"#,
        "[tail, -f, /dev/null]",
        // The usual idiom of tool boxes, and shells that somebody comes in to.
        r#"[/bin/bash, -c, --, "trap : TERM INT; sleep infinity & wait"]"#,
        r#"[sh, -c, "trap 'echo bye; exit 0' TERM; while true; do sleep 60 & wait $!; done"]"#,
        "[cat]",
        "[/bin/sh]",
        "[bash, -i]",
        r#"[sh, -c, "echo ruok | nc zookeeper 2181"]"#,
        "[crond, -f]",
    ] {
        assert_eq!(verdicts(&with_command(command)), Vec::<String>::new(), "{command}");
    }
}

#[test]
fn a_comment_in_a_script_runs_nothing() {
    let script = |line: &str| with_command(&format!(r#"[sh, -c, "{line}\nexec /custom/start"]"#));
    assert_eq!(verdicts(&script("# not /run.sh")), ["unknown"]);
    assert_eq!(verdicts(&script("true # not /run.sh")), ["unknown"]);
    let start = "/opt/bitnami/scripts/zookeeper/entrypoint.sh /opt/bitnami/scripts/zookeeper/run.sh # not this";
    assert_eq!(verdicts(&script(start)), ["never-purges"]);
}

#[test]
fn a_permanent_fix_names_no_value_that_does_not_decide() {
    let input = text_of("posthog-label-18.2.0")
        .replace("ZOO_AUTOPURGE_INTERVAL", "ZOO_CFG_autopurge_purgeInterval")
        .replace("zookeeper:3.9.2", "zookeeper:3.8.2");
    let ran = run(&[], input.as_bytes());
    ran.assert_says(&["never deletes old snapshots", "ZOO_CFG_autopurge_purgeInterval", "Permanent fix"]);
    assert!(!ran.stderr.contains("--set zookeeper.autopurge.purgeInterval"), "{}", ran.stderr);
}

#[test]
fn a_retain_count_at_fault_names_the_values_path_of_the_retain_count() {
    let input = text_of("posthog-label-18.2.0").replace("value: \"0\"", "value: \"24\"")
        + "            - name: ZOO_AUTOPURGE_RETAIN_COUNT\n              value: many\n";
    let ran = run(&["--retain", "5"], input.as_bytes());
    ran.assert_says(&["--set zookeeper.autopurge.snapRetainCount=5"]);
    assert!(!ran.stderr.contains("--set zookeeper.autopurge.purgeInterval"), "{}", ran.stderr);
}

#[test]
fn a_retain_count_asked_for_is_named_beside_the_interval() {
    let ran = run(&["--retain", "5"], &input_of("posthog-label-18.2.0"));
    let both = "--set zookeeper.autopurge.purgeInterval=1 --set zookeeper.autopurge.snapRetainCount=5";
    ran.assert_says(&[both]);
}

#[test]
fn whoever_shares_a_list_that_gains_a_variable_is_named() {
    let input = text_of("anchored-env-shared-with-a-client").replace("ZOO_AUTOPURGE_INTERVAL", "ZOO_TICK_TIME");
    let ran = run(&["post-render"], input.as_bytes());
    let output = String::from_utf8(ran.stdout).expect("UTF-8");
    assert!(output.contains("- name: ZOO_AUTOPURGE_INTERVAL"), "{output}");
    assert!(ran.stderr.contains("anchor") && ran.stderr.contains("shell"), "{}", ran.stderr);
}

#[test]
fn a_report_does_not_go_where_the_manifests_go() {
    run(&["--report", "-"], &input_of("never-purges")).assert_stopped(2, &["that is where the manifests go"]);
    run(&["--report", "/dev/stdout"], &input_of("never-purges")).assert_stopped(2, &["help"]);
}

#[cfg(unix)]
#[test]
fn a_report_to_the_file_behind_standard_output_is_refused() {
    let folder = TempDir::new().expect("a folder");
    let (path, link) = (folder.path().join("out.yaml"), folder.path().join("link.yaml"));
    for report in [&path, &link] {
        let file = fs::File::create(&path).expect("a file");
        if !link.is_symlink() {
            std::os::unix::fs::symlink(&path, &link).expect("a link");
        }
        let input = fs::File::open(fixtures().join("never-purges/input.yaml")).expect("an input");
        let mut command = autopurge(&["post-render", "--report", report.to_str().expect("UTF-8")], &[]);
        let output = command.stdin(input).stdout(file).stderr(Stdio::piped()).output().expect("an end");
        let ran = ran(&output);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        ran.assert_says(&["where the manifests go"]);
        assert_eq!(fs::read(&path).expect("a file"), b"", "something was written");
    }
}

/// A server in one release and namespace, and a label of the chart in another.
#[test]
fn a_chart_label_of_another_release_or_namespace_is_not_taken() {
    let place = |instance: &str, namespace: &str| {
        format!(
            "  namespace: {namespace}\n  labels:\n    app.kubernetes.io/instance: {instance}\n    app.kubernetes.io/managed-by: Helm\n"
        )
    };
    let stream = |label: (&str, &str), server: (&str, &str)| {
        text_of("posthog-label-18.2.0")
            .replacen("  name: zk\n", &format!("  name: zk\n{}", place(server.0, server.1)), 1)
            .replacen("  name: web\n  labels:\n", &format!("  name: web\n{}", place(label.0, label.1)), 1)
    };
    let chart_of = |stream: &str| reported(&[], stream).1["servers"][0]["chart"]["version"].clone();
    let (own, other_release, other_namespace) = (("one", "events"), ("two", "events"), ("one", "staging"));
    assert_eq!(chart_of(&stream(own, own)), "18.2.0");
    assert_eq!(chart_of(&stream(other_release, own)), Value::Null);
    assert_eq!(chart_of(&stream(other_namespace, own)), Value::Null);
}

#[cfg(unix)]
#[test]
fn rules_behind_links_are_read() {
    let folder = TempDir::new().expect("a folder");
    let rules = fixtures().join("rules-of-the-user/rules/flavors");
    let input = input_of("rules-of-the-user");
    let expected = fs::read(fixtures().join("rules-of-the-user/output.yaml")).expect("an output");
    // As Kubernetes mounts a ConfigMap: the file is a link.
    fs::create_dir_all(folder.path().join("file/flavors")).expect("a folder");
    let link = folder.path().join("file/flavors/house.yaml");
    std::os::unix::fs::symlink(rules.join("house.yaml"), link).expect("a link");
    fs::create_dir(folder.path().join("folder")).expect("a folder");
    std::os::unix::fs::symlink(&rules, folder.path().join("folder/flavors")).expect("a link");
    for name in ["file", "folder"] {
        let path = folder.path().join(name);
        let ran = run(&["--rules", path.to_str().expect("UTF-8")], &input);
        assert_eq!(ran.code, 0, "{name}: {}", ran.stderr);
        assert!(ran.stdout == expected, "{name}: {}", ran.stderr);
    }
}

#[test]
fn a_folder_without_rules_is_a_mistake() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().to_str().expect("UTF-8");
    run(&["--rules", path], &input_of("never-purges")).assert_stopped(2, &["there is no .yaml file in it", "help"]);
    fs::create_dir(folder.path().join("flavors")).expect("a folder");
    run_with(&[], &[("AUTOPURGE_RULES", path)], &input_of("never-purges")).assert_stopped(2, &["help"]);
}

#[test]
fn a_flavor_of_the_users_for_an_image_that_is_known_wins() {
    let text = fs::read_to_string(fixtures().join("rules-of-the-user/rules/flavors/house.yaml")).expect("rules");
    let text = text.replace("images: [house/keeper]", "images: [bitnami/zookeeper]");
    let text = text.replace("literals: [example.com/house/keeper]", "literals: [bitnami/zookeeper]");
    for id in ["house", "aaa", "zzz"] {
        let folder = TempDir::new().expect("a folder");
        fs::create_dir(folder.path().join("flavors")).expect("a folder");
        let file = folder.path().join(format!("flavors/{id}.yaml"));
        fs::write(file, text.replace("id: house", &format!("id: {id}"))).expect("rules");
        let (ran, report) = reported(&["--rules", folder.path().to_str().expect("UTF-8")], &text_of("never-purges"));
        assert_eq!(report["servers"][0]["flavor"], id);
        assert!(String::from_utf8_lossy(&ran.stdout).contains("- name: KEEPER_PURGE_HOURS"), "{}", ran.stderr);
    }
}

#[test]
fn documents_without_a_literal_are_counted() {
    let stream = "a: 1\n---\nb: 2\n---\nc: 3\n";
    let (_, report) = reported(&[], stream);
    assert_eq!(report["summary"]["documents"], 3);
    assert_eq!(report["summary"]["servers"], 0);
    let (_, report) = reported(&[], &format!("{stream}---\n{}", text_of("never-purges")));
    assert_eq!(report["summary"]["documents"], 4);
}

#[test]
fn a_variable_of_another_command_does_not_stop_explain() {
    let ran = run_with(&["explain"], &[("AUTOPURGE_MODE", "bogus")], b"");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(String::from_utf8_lossy(&ran.stdout).contains("purge-disabled"));
    let ran = run_with(&["explain", "purge-disabled"], &[("AUTOPURGE_MODE", "bogus")], b"");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn interval_and_retain_are_written_together_wherever_they_stand() {
    let text = "a=1\\nautopurge.purgeInterval=0\\nautopurge.snapRetainCount=2\\n";
    let quoted =
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: zk}}\ndata: {{zoo.cfg: \"{text}\"}}\n---\n");
    let server = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: zk}\nspec: {template: {spec: {containers: [{name: zookeeper, \
        image: 'zookeeper:3.8.4', volumeMounts: [{name: c, mountPath: /conf}]}], volumes: [{name: c, configMap: {name: zk}}]}}}\n";
    let mut streams = vec![quoted + server];
    streams.extend(
        ["flavor-stackable", "flavor-kubedoop", "flavor-shell-heredoc", "flavor-configmap-zoo-cfg"].map(text_of),
    );
    for stream in streams {
        let ran = run(&["--retain", "5"], stream.as_bytes());
        assert_eq!(ran.code, 0, "{stream}\n{}", ran.stderr);
        let again = run(&["--retain", "5", "-v"], &ran.stdout);
        assert!(!again.stderr.contains("purge-disabled"), "{stream}\n{}", again.stderr);
        again.assert_untouched(&ran.stdout);
    }
}

#[test]
fn a_script_that_writes_the_key_somewhere_else_does_not_purge() {
    for line in [
        "echo autopurge.purgeInterval=1 > /tmp/other",
        "echo tickTime=2000 >> /conf/zoo.cfg # autopurge.purgeInterval=1",
    ] {
        let stream = format!(
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: zk}}\nspec:\n  template:\n    spec:\n      containers:\n      - name: zookeeper\n        image: zookeeper:3.8.4\n        command:\n        - sh\n        - -c\n        - |\n          {line}\n          echo dataDir=/data >> /conf/zoo.cfg\n          zkServer.sh start-foreground\n"
        );
        assert_eq!(verdicts(&stream), ["never-purges"], "{line}");
    }
}
