//! Whatever goes wrong goes wrong before the first byte is written, in bounded time and without a panic.

use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::process::Stdio;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use tempfile::TempDir;

use super::library::{HOURLY, judge, try_judge};
use super::program::{Ran, autopurge, feed, input_of, ran, run, run_with};

/// Far more than anything here takes, in a debug build on a busy machine.
const BOUND: Duration = Duration::from_secs(20);

fn run_in_time(args: &[&str], input: &[u8]) -> Ran {
    let start = Instant::now();
    let ran = run(args, input);
    assert!(start.elapsed() < BOUND, "{:?}", start.elapsed());
    ran.assert_says(&[]);
    ran
}

/// A server that is fine, with something behind it.
fn behind_a_server(rest: &[u8]) -> Vec<u8> {
    [&input_of("never-purges"), b"---\n".as_slice(), rest].concat()
}

#[test]
fn text_that_is_not_utf_8_in_a_document_that_matters() {
    let stream = behind_a_server(b"kind: StatefulSet\n# \xc3\xa4 zookeeper \xff\n");
    let ran = run(&[], &stream);
    ran.assert_stopped(2, &["line 16, column 15", "document 2", "not UTF-8", "help"]);
}

#[test]
fn text_that_is_not_utf_8_elsewhere_passes() {
    let rest = b"kind: Secret\ndata: {a: \xff\xfe}\n";
    run(&[], rest).assert_untouched(rest);
    let ran = run(&[], &behind_a_server(rest));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.ends_with(rest));
}

#[test]
fn utf_16() {
    let text = String::from_utf8(input_of("never-purges")).expect("UTF-8");
    let little = text.encode_utf16().flat_map(u16::to_le_bytes);
    let big = text.encode_utf16().flat_map(u16::to_be_bytes);
    for stream in
        [[0xff, 0xfe].into_iter().chain(little).collect::<Vec<u8>>(), [0xfe, 0xff].into_iter().chain(big).collect()]
    {
        run(&[], &stream).assert_stopped(2, &["UTF-16", "help"]);
    }
}

#[test]
fn broken_yaml_in_a_document_that_matters() {
    let table: [(&str, &str); 6] = [
        ("a: zookeeper\n  b: c\n", "line 16, column"),
        ("a: 'zookeeper\n", "line 1"),
        ("a: *zookeeper\n", "line 15, column 4"),
        ("a: [zookeeper\n", "line 1"),
        ("\tzookeeper: 1\n", "line 15, column 1"),
        ("a: !<zookeeper\n", "line 1"),
    ];
    for (rest, place) in table {
        let ran = run(&[], &behind_a_server(rest.as_bytes()));
        ran.assert_stopped(2, &[place, "column", "document 2", "help"]);
    }
}

#[test]
fn broken_yaml_names_its_template() {
    let rest = b"# Source: events/templates/zookeeper.yaml\na: [zookeeper\n";
    run(&[], &behind_a_server(rest)).assert_stopped(2, &["events/templates/zookeeper.yaml"]);
}

#[test]
fn broken_yaml_elsewhere_passes() {
    let rest = b"a: [b\n\t- *c\n{{ template }}\n";
    run(&[], rest).assert_untouched(rest);
    let ran = run(&[], &behind_a_server(rest));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.ends_with(rest));
}

#[test]
fn an_empty_stream_is_a_question_when_nobody_asked_to_post_render() {
    let ran = run(&[], b"");
    ran.assert_stopped(3, &["autopurge lint ."]);
    run(&["post-render"], b"").assert_untouched(b"");
}

#[test]
fn blank_streams_pass() {
    for stream in
        ["\n", "---\n", "# nothing\n", "--- \n---\n...\n", "\u{feff}", "\u{feff}# zookeeper", "null", "zookeeper"]
    {
        run(&["post-render"], stream.as_bytes()).assert_untouched(stream.as_bytes());
    }
}

/// Aliases that stand for ten others each, nine levels deep.
fn bomb(word: &str) -> String {
    let mut text = format!("a0: &a0 [{word}, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..=9 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(text, "a{level}: &a{level} [{aliases}]").expect("a string");
    }
    text
}

#[test]
fn alias_bombs_do_not_go_off() {
    let bomb_elsewhere = bomb("x").into_bytes();
    run_in_time(&[], &bomb_elsewhere).assert_untouched(&bomb_elsewhere);
    // Nobody has to expand it to see that it is no workload.
    let bomb_in_sight = bomb("zookeeper").into_bytes();
    assert!(matches!(run_in_time(&[], &bomb_in_sight).code, 0 | 2));
    let server = String::from_utf8(input_of("never-purges")).expect("UTF-8");
    let armed = format!("{}{server}", bomb("x"));
    let ran = run_in_time(&[], armed.as_bytes());
    assert!(ran.code == 0 || ran.code == 2 && ran.stdout.is_empty(), "{}", ran.stderr);
    let in_env = format!("{server}            - *a9\n").replacen("apiVersion", &format!("{}apiVersion", bomb("x")), 1);
    let ran = run_in_time(&[], in_env.as_bytes());
    assert!(ran.code == 0 || ran.code == 2 && ran.stdout.is_empty(), "{}", ran.stderr);
}

#[test]
fn ten_thousand_levels() {
    let nested =
        |open: &str, close: &str, word: &str| format!("{}{word}{}\n", open.repeat(10_000), close.repeat(10_000));
    let block = |word: &str| {
        let lines: Vec<String> = (0..10_000).map(|level| format!("{}a:", " ".repeat(level % 3000))).collect();
        lines.join(
            "
",
        ) + "
" + word
    };
    for text in [nested("[", "]", "x"), nested("{a: ", "}", "x"), nested("- ", "", "x"), block("b\n")] {
        run_in_time(&[], text.as_bytes()).assert_untouched(text.as_bytes());
    }
    for text in [nested("[", "]", "zookeeper"), nested("{a: ", "}", "zookeeper"), nested("- ", "", "zookeeper")] {
        run_in_time(&[], text.as_bytes()).assert_stopped(2, &["line 1, column", "help"]);
    }
}

#[test]
fn a_line_of_fifty_megabytes() {
    let long = "x".repeat(50_000_000);
    let elsewhere = format!("a: {long}\n");
    run_in_time(&[], elsewhere.as_bytes()).assert_untouched(elsewhere.as_bytes());
    let comment = format!("# zookeeper {long}\n");
    run_in_time(&[], comment.as_bytes()).assert_untouched(comment.as_bytes());
}

#[test]
fn a_server_in_a_line_of_ten_megabytes() {
    let server = String::from_utf8(input_of("json-document")).expect("UTF-8");
    let long = "x".repeat(10_000_000);
    let stream = server.replacen(r#"{"name":"zk"}"#, &format!(r#"{{"name":"zk","annotations":{{"a":"{long}"}}}}"#), 1);
    let ran = run_in_time(&[], stream.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout == stream.replacen(r#""value":"0""#, r#""value":"1""#, 1).into_bytes());
    assert!(ran.stderr.len() < 10_000, "{} bytes were said", ran.stderr.len());
}

#[test]
fn many_documents() {
    let stream = [b"a: zookeeper\n---\n".repeat(20_000), input_of("never-purges")].concat();
    let ran = run_in_time(&[], &stream);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout != stream);
}

#[test]
fn nothing_on_standard_input() {
    let output = autopurge(&[], &[]).stdin(Stdio::null()).output().expect("autopurge starts");
    ran(&output).assert_stopped(3, &["nothing on standard input"]);
    let output = autopurge(&["post-render"], &[]).stdin(Stdio::null()).output().expect("autopurge starts");
    ran(&output).assert_untouched(b"");
}

#[test]
fn standard_input_that_cannot_be_read() {
    let folder = fs::File::open("/").expect("a folder");
    let output = autopurge(&["post-render"], &[]).stdin(folder).output().expect("autopurge starts");
    ran(&output).assert_stopped(2, &["standard input"]);
}

/// A stream that no pipe holds.
fn long_stream() -> Vec<u8> {
    [input_of("never-purges"), b"# more\n".repeat(200_000)].concat()
}

#[test]
fn a_reader_that_goes_away() {
    let mut child = feed(autopurge(&[], &[]), &long_stream());
    let mut stdout = child.stdout.take().expect("a pipe");
    stdout.read_exact(&mut [0; 10]).expect("ten bytes");
    drop(stdout);
    let ran = ran(&child.wait_with_output().expect("an end"));
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    ran.assert_says(&["standard output"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk() {
    for stream in [long_stream(), input_of("never-purges"), input_of("no-zookeeper")] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("a full device");
        let mut command = autopurge(&[], &[]);
        let mut child = command.stdin(Stdio::piped()).stdout(full).stderr(Stdio::piped()).spawn().expect("a start");
        std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), &stream).expect("an open pipe");
        let ran = ran(&child.wait_with_output().expect("an end"));
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        ran.assert_says(&["standard output"]);
    }
}

#[test]
fn values_that_no_option_takes() {
    let input = input_of("never-purges");
    let table: [(&[&str], &str); 13] = [
        (&["--interval", "0"], "must be 1 or more"),
        (&["--interval=-1"], "must be 1 or more"),
        (&["--interval=-99999999999"], "must be 1 or more"),
        (&["--interval", "597"], "must be 596 or less"),
        (&["--interval", "99999999999"], "must be 596 or less"),
        (&["--interval", "x"], "must be a whole number of hours"),
        (&["--interval", "1.5"], "must be a whole number of hours"),
        (&["--interval", ""], "must be a whole number of hours"),
        (&["--retain", "2"], "must be 3 or more"),
        (&["--retain", "x"], "must be a whole number from 3"),
        (&["--retain", "99999999999"], "must be a whole number from 3"),
        (&["--mode", "fix"], "patch"),
        (&["--nonsense"], "--nonsense"),
    ];
    for (args, word) in table {
        run(args, &input).assert_stopped(2, &[word]);
        run(&[&["post-render"], args].concat(), &input).assert_stopped(2, &[word]);
    }
}

#[test]
fn values_that_no_variable_takes() {
    let input = input_of("never-purges");
    for (name, value) in [
        ("AUTOPURGE_MODE", "fix"),
        ("AUTOPURGE_INTERVAL", "0"),
        ("AUTOPURGE_RETAIN", "2"),
        ("AUTOPURGE_STRICT", "perhaps"),
        ("AUTOPURGE_COLOR", "red"),
    ] {
        run_with(&[], &[(name, value)], &input).assert_stopped(2, &[value]);
    }
}

/// Rules for a house's own image, with one line replaced.
fn rules_with(from: &str, to: &str) -> TempDir {
    let rules = super::program::fixtures().join("rules-of-the-user/rules/flavors/house.yaml");
    let text = fs::read_to_string(rules).expect("rules");
    assert!(text.contains(from), "{from}");
    let folder = TempDir::new().expect("a folder");
    fs::create_dir(folder.path().join("flavors")).expect("a folder");
    fs::write(folder.path().join("flavors/house.yaml"), text.replacen(from, to, 1)).expect("rules");
    folder
}

#[test]
fn rules_that_make_no_sense_are_shown() {
    let table = [
        ("title:", "titel:", "house.yaml:2:", "titel"),
        ("id: house", "id: home", "house.yaml:1:", "home"),
        ("interval: 0", "interval: never", "house.yaml:1", "never"),
        ("retain: 3", "retain: 1", "house.yaml:1", "fewer than 3"),
        ("checked: 2026-01-31", "checked: yesterday", "house.yaml:3:", "YYYY-MM-DD"),
        ("store: env", "store: environment", "house.yaml:", "environment"),
        ("literals: [example.com/house/keeper]", "literals: [zk]", "house.yaml:4:", "shorter than 4"),
        ("literals: [example.com/house/keeper]", "literals: [house keeper]", "house.yaml:4:", "has a blank"),
        ("settings:", "settings: [", "house.yaml:", "broken YAML"),
    ];
    for (from, to, place, word) in table {
        let folder = rules_with(from, to);
        let ran = run(&["--rules", folder.path().to_str().expect("UTF-8")], &input_of("never-purges"));
        ran.assert_stopped(2, &[place, word, "help"]);
    }
}

#[test]
fn ranges_that_make_no_sense_are_shown() {
    let chart = fs::read_to_string(crate::tool::repository().join("rules/charts/posthog.yaml")).expect("rules");
    let folder = TempDir::new().expect("a folder");
    fs::create_dir(folder.path().join("charts")).expect("a folder");
    let line = chart.lines().position(|line| line.contains("range: <3.0.0")).expect("a range") + 1;
    for range in ["'^3.0.0'", "3.x", "'>=3'", "new"] {
        let text = chart.replacen("<3.0.0", range, 1);
        fs::write(folder.path().join("charts/posthog.yaml"), text).expect("rules");
        let ran = run(&["--rules", folder.path().to_str().expect("UTF-8")], &input_of("never-purges"));
        ran.assert_stopped(2, &[&format!("posthog.yaml:{line}:"), "help"]);
    }
}

#[test]
fn rules_that_are_not_there() {
    let folder = TempDir::new().expect("a folder");
    let missing = folder.path().join("missing");
    let ran = run(&["--rules", missing.to_str().expect("UTF-8")], &input_of("never-purges"));
    ran.assert_stopped(2, &["missing", "help"]);
    fs::write(folder.path().join("house.yaml"), "id: house\n").expect("a file");
    let ran = run(&["--rules", folder.path().to_str().expect("UTF-8")], &input_of("never-purges"));
    ran.assert_stopped(2, &["house.yaml", "help"]);
}

#[cfg(unix)]
#[test]
fn a_report_through_a_link_goes_where_the_link_leads() {
    let folder = TempDir::new().expect("a folder");
    let (file, link) = (folder.path().join("file.json"), folder.path().join("link.json"));
    fs::write(&file, "").expect("a file");
    std::os::unix::fs::symlink(&file, &link).expect("a link");
    let ran = run(&["--report", link.to_str().expect("UTF-8")], &input_of("never-purges"));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(link.is_symlink(), "the link is gone");
    assert!(!fs::read(file).expect("a file").is_empty(), "nothing was written");
}

#[test]
fn streams_that_end_too_early() {
    for case in ["never-purges", "json-pretty", "flow-style", "crlf", "kind-list", "comment-behind-value"] {
        let stream = input_of(case);
        for end in 0..stream.len() {
            let cut = &stream[..end];
            if let Ok(judged) = try_judge(cut, HOURLY) {
                judged.assert_laws(cut, HOURLY);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_do_not_matter(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let stream = [b"zookeeper\n", bytes.as_slice()].concat();
        if let Ok(judged) = try_judge(&stream, HOURLY) {
            prop_assert!(judged.output == stream);
        }
    }

    #[test]
    fn yaml_like_text_does_not_matter(text in "(zookeeper|kind: |List|items: |- |[{}\\[\\]:,&*!|>'\"#%\n\t ]|a|---\n|env|\u{feff}){0,80}") {
        if let Ok(judged) = try_judge(text.as_bytes(), HOURLY) {
            prop_assert!(judged.output == text.as_bytes());
        }
    }

    #[test]
    fn mutations_keep_the_laws(
        case in prop::sample::select(vec![
            "never-purges", "json-pretty", "flow-style", "crlf", "kind-list", "comment-behind-value", "retain-asked-for",
            "anchored-env-shared-with-a-client", "block-scalar", "env-empty-list",
        ]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(b"\n :-#'\"[]{},&*!|>%@`0x\t\r~?".to_vec()), 0..3_u8), 1..6),
    ) {
        let mut stream = input_of(case);
        for (at, byte, change) in changes {
            let at = at.index(stream.len());
            match change {
                0 => stream[at] = byte,
                1 => stream.insert(at, byte),
                _ => { stream.remove(at); }
            }
        }
        // The independent reader of the laws takes a tag for a type of its own; Helm does not.
        prop_assume!(!stream.contains(&b'!'));
        if let Ok(judged) = try_judge(&stream, HOURLY) {
            judged.assert_laws(&stream, HOURLY);
        }
    }
}

#[test]
fn a_list_in_a_list_in_a_list_is_judged() {
    let server = String::from_utf8(input_of("json-document")).expect("UTF-8");
    let mut stream = server.trim_end().to_owned();
    for _ in 0..3 {
        stream = format!(r#"{{"apiVersion":"v1","kind":"List","items":[{stream}]}}"#);
    }
    assert_eq!(judge(stream.as_bytes(), HOURLY).after.len(), 1);
}

#[test]
fn a_reference_beside_a_broken_retain_count_is_no_mistake_of_ours() {
    let input = String::from_utf8(input_of("value-from-unknown")).expect("UTF-8");
    let input = input + "            - name: ZOO_AUTOPURGE_RETAIN_COUNT\n              value: many\n";
    for mode in ["patch", "warn"] {
        let ran = run(&["--retain", "5", "--mode", mode], input.as_bytes());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
    }
}

#[test]
fn an_env_that_is_no_list_is_no_mistake_of_ours() {
    for env in ["{ZOO_AUTOPURGE_INTERVAL: \"0\"}", "nonsense", "1"] {
        let input = String::from_utf8(input_of("env-empty-list")).expect("UTF-8").replace("[]", env);
        let ran = run(&[], input.as_bytes());
        assert_eq!(ran.code, 0, "{env}: {}", ran.stderr);
    }
}

/// What `kubectl get statefulsets -A -o yaml` may well print.
#[test]
fn a_list_of_a_hundred_servers() {
    let server = String::from_utf8(input_of("never-purges")).expect("UTF-8");
    let item = format!("  - {}\n", server.trim_end().replace('\n', "\n    "));
    let stream = format!("apiVersion: v1\nkind: List\nitems:\n{}", item.repeat(100));
    let ran = run_in_time(&[], stream.as_bytes());
    let changed = String::from_utf8(ran.stdout).expect("UTF-8").matches("autopurge changed this").count();
    assert_eq!(changed, 100, "{}", ran.stderr);
}
