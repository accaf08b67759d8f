//! What is said: who else is touched, what to do, and nothing that is not so.

use serde_json::Value;

use super::program::{Ran, input_of, run, run_with};

fn told(args: &[&str], case: &str) -> Ran {
    run(args, &input_of(case))
}

#[test]
fn other_readers_of_an_anchored_value_are_named() {
    told(&[], "anchored-env-shared-with-a-client").assert_says(&["shell"]);
}

#[test]
fn nobody_elses_variable_changes_unsaid() {
    let input = String::from_utf8(input_of("never-purges")).expect("UTF-8").replace("\"0\"", "&off \"0\"");
    let client =
        "        - name: client\n          image: busybox\n          env:\n            - {name: DEBUG, value: *off}\n";
    let ran = run(&[], (input + client).as_bytes());
    let output: Value = serde_yaml::from_slice(&ran.stdout).expect("YAML");
    let debug = &output["spec"]["template"]["spec"]["containers"][1]["env"][0]["value"];
    assert!(debug == "0" || ran.stderr.contains("DEBUG"), "DEBUG is {debug} now\n{}", ran.stderr);
}

#[test]
fn a_deleted_pod_is_said_once_to_be_one_at_a_time() {
    let ran = told(&[], "on-delete-strategy");
    ran.assert_says(&["Delete the pods of the StatefulSet one at a time"]);
    let line = ran.stderr.lines().find(|line| line.contains("Restarts")).expect("what restarts");
    assert_eq!(line.matches("one pod at a time").count() + line.matches("one at a time").count(), 1, "{line}");
}

#[test]
fn a_permanent_fix_ends_in_a_full_stop() {
    for case in ["posthog-label-18.2.1", "posthog-label-18.2.2", "posthog-label-old-style", "never-purges"] {
        let ran = told(&[], case);
        assert!(ran.stderr.lines().all(|line| !line.trim_end().ends_with(',')), "{case}\n{}", ran.stderr);
    }
}

#[test]
fn the_permanent_fix_of_posthog_names_the_values_path() {
    told(&[], "posthog-label-18.2.1").assert_says(&["--set zookeeper.autopurge.purgeInterval=1", "18.2.2 or later"]);
    told(&[], "posthog-label-old-style").assert_says(&["--set kafka.zookeeper.autopurge.purgeInterval=1"]);
    told(&["--interval", "6"], "posthog-label-18.2.1").assert_says(&["--set zookeeper.autopurge.purgeInterval=6"]);
}

#[test]
fn what_is_known_of_posthog_is_said_with_its_bounds() {
    let ran = told(&["-v"], "posthog-label-18.2.1");
    ran.assert_says(&["documented up to 18.2.0, measured up to 18.2.1"]);
    assert!(!told(&["-v"], "posthog-label-18.2.2").stderr.contains("chart-ships-purge-off"));
}

#[test]
fn notes_are_shown_when_asked_for() {
    assert!(!told(&[], "interval-differs").stderr.contains("purge-interval-differs"));
    told(&["-v"], "interval-differs").assert_says(&["purge-interval-differs"]);
}

#[test]
fn nothing_is_said_where_there_is_no_server() {
    assert_eq!(told(&["-v"], "no-zookeeper").stderr, "");
}

#[test]
fn a_full_disk_is_looked_at_before_it_is_freed() {
    let ran = told(&[], "on-delete-strategy");
    let commands: Vec<&str> = ran.stderr.lines().filter(|line| line.contains("kubectl exec zk-0 ")).collect();
    let [before, look, free, after] = commands.as_slice() else { panic!("{commands:?}") };
    assert!(before.contains("df -h") && look.contains("ls -lt") && after.contains("df -h"), "{commands:?}");
    assert!(free.contains("zkCleanup.sh -n 3") && free.contains("SERVER_JVMFLAGS= "), "{free}");
}

#[test]
fn a_long_value_is_not_read_out() {
    let input = String::from_utf8(input_of("never-purges")).expect("UTF-8").replace("\"0\"", &"x".repeat(100_000));
    let ran = run(&["-v"], input.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.len() < 20_000, "{} bytes were said", ran.stderr.len());
}

#[test]
fn an_option_to_say_more_goes_before_a_variable_to_say_less() {
    let input = input_of("never-purges");
    for (args, variable) in [("-v", "AUTOPURGE_QUIET"), ("-q", "AUTOPURGE_VERBOSE")] {
        let ran = run_with(&[args], &[(variable, "1")], &input);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
    }
}

#[test]
fn colors_are_what_was_asked_for() {
    let input = input_of("never-purges");
    let has_color = |ran: &Ran| ran.stderr.contains('\u{1b}');
    assert!(has_color(&run(&["--color", "always"], &input)));
    assert!(!has_color(&run(&[], &input)));
    assert!(has_color(&run_with(&[], &[("FORCE_COLOR", "1")], &input)));
    assert!(has_color(&run_with(&[], &[("CLICOLOR_FORCE", "1")], &input)));
    assert!(!has_color(&run_with(&[], &[("FORCE_COLOR", "1"), ("NO_COLOR", "1")], &input)));
    assert!(!has_color(&run_with(&["--color", "never"], &[("FORCE_COLOR", "1")], &input)));
    // https://no-color.org: regardless of its value.
    assert!(!has_color(&run_with(&[], &[("FORCE_COLOR", "1"), ("NO_COLOR", "0")], &input)));
}

#[test]
fn errors_have_the_colors_that_were_asked_for() {
    let has_color =
        |args: &[&str], variables: &[(&str, &str)]| run_with(args, variables, b"").stderr.contains('\u{1b}');
    for command in
        [&["lint", "nothere"][..], &["post-render", "--rules", "nothere"], &["cleanup", "nothere", "-n", "3"]]
    {
        let with = |color: &str| has_color(&[command, &["--color", color]].concat(), &[("FORCE_COLOR", "1")]);
        assert!(with("always") && with("auto") && !with("never"), "{command:?}");
        assert!(!has_color(command, &[]), "{command:?}");
    }
}

#[test]
fn variables_that_the_command_works_out_are_noted() {
    let is_noted = |stream: &str, name: &str| {
        let said = run(&["post-render", "-v", "--color", "never"], stream.as_bytes()).stderr;
        said.contains(&format!("StatefulSet {name} (container zookeeper) is judged by"))
    };
    let stream = String::from_utf8(input_of("variables-that-the-command-works-out")).expect("UTF-8");
    for name in ["export-substitution", "export-quoted", "export-part-of-the-name", "eval", "env"] {
        assert!(is_noted(&stream, name), "{name}");
    }
    for name in ["export-of-another-name", "eval-of-a-known-text"] {
        assert!(!is_noted(&stream, name), "{name}");
    }
    for text in ["while read -r line; do export \"$line\"; done < /vault/env", "source <(cat /vault/env)"] {
        assert!(is_noted(&stream.replace("eval \"$(cat /vault/env)\"", text), "eval"), "{text}");
    }
}
