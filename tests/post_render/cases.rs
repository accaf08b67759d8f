//! One folder per case under `fixtures/post-render`:
//!
//! | file | what |
//! | --- | --- |
//! | `input.yaml`, `input.json` | standard input |
//! | `output.yaml`, `output.json` | standard output; without it the input comes out unchanged, or nothing where the code is not 0 |
//! | `args` | arguments behind `post-render`, one per line |
//! | `code` | exit code; without it 0 |
//! | `stderr.txt` | standard error, where that is what the case shows |
//! | `servers.txt` | a line for each server: what it is, its verdict before and after, hours and place of its interval; without it there is none |
//! | `report.json` | the report's summary, servers and findings, where that is what the case shows |
//!
//! `UPDATE_FIXTURES=1 cargo test` writes what comes out. Read the difference: what the program does is not what it has
//! to do.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use super::library::{HOURLY, judge};
use super::program::{Ran, fixtures, input_of, run};

#[test]
fn cases_give_what_they_say() {
    let cases: Vec<PathBuf> = sorted(&fixtures());
    assert!(!cases.is_empty());
    let wrong: Vec<String> = cases.iter().filter_map(|case| differences(case)).collect();
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// A name that says that nobody knows is not kept where somebody does.
#[test]
fn cases_called_unknown_hold_an_unknown_server() {
    for case in sorted(&fixtures()).iter().filter(|case| case.to_string_lossy().ends_with("-unknown")) {
        let servers = fs::read_to_string(case.join("servers.txt")).unwrap_or_default();
        assert!(servers.contains(", unknown -> unknown, "), "{}: {servers}", case.display());
    }
}

#[test]
fn cases_keep_the_laws() {
    for case in sorted(&fixtures()) {
        let stream = input_of(case.to_str().expect("UTF-8"));
        judge(&stream, HOURLY).assert_laws(&stream, HOURLY);
    }
}

#[test]
fn what_comes_out_comes_out_again() {
    for case in sorted(&fixtures()) {
        let (args, input) = (arguments(&case), fs::read(input(&case)).expect("an input"));
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let once = run(&args, &input);
        if once.code == 0 {
            run(&args, &once.stdout).assert_untouched(&once.stdout);
        }
    }
}

/// The folders in a folder, by name.
fn sorted(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut folders: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn input(case: &Path) -> PathBuf {
    let yaml = case.join("input.yaml");
    if yaml.is_file() { yaml } else { case.join("input.json") }
}

fn arguments(case: &Path) -> Vec<String> {
    let lines = fs::read_to_string(case.join("args")).unwrap_or_default();
    ["post-render"].into_iter().chain(lines.lines()).map(str::to_owned).collect()
}

/// What a case gives that it should not.
fn differences(case: &Path) -> Option<String> {
    let folder = TempDir::new().expect("a temporary folder");
    let report = folder.path().join("report.json");
    let mut args = arguments(case);
    args.extend(["--report".to_owned(), report.to_str().expect("UTF-8").to_owned()]);
    let input = fs::read(input(case)).expect("an input");
    let ran = run(&args.iter().map(String::as_str).collect::<Vec<_>>(), &input);
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        update(case, &input, &ran, &report);
    }
    let name = case.file_name().expect("a name").to_string_lossy().into_owned();
    let told = [
        code(case, &ran),
        output(case, &input, &ran),
        stderr(case, &ran),
        judged(case, &servers(&report)),
        reported(case, &shown(&report)),
    ];
    let told: Vec<String> = told.into_iter().flatten().collect();
    (!told.is_empty()).then(|| format!("{name}: {}\n{}", told.join("\n"), ran.stderr))
}

fn code(case: &Path, ran: &Ran) -> Option<String> {
    let expected = expected_code(case);
    (ran.code != expected).then(|| format!("exit code {} instead of {expected}", ran.code))
}

fn expected_code(case: &Path) -> i32 {
    fs::read_to_string(case.join("code")).map_or(0, |text| text.trim().parse().expect("a number"))
}

/// `output` beside `input`, with the same ending.
fn output_file(case: &Path) -> PathBuf {
    case.join("output").with_extension(input(case).extension().expect("an ending"))
}

fn output(case: &Path, input: &[u8], ran: &Ran) -> Option<String> {
    let unchanged = if expected_code(case) == 0 { input.to_vec() } else { Vec::new() };
    let expected = fs::read(output_file(case)).unwrap_or(unchanged);
    let text = |bytes| String::from_utf8_lossy(bytes).escape_debug().to_string().replace("\\n", "\n");
    (ran.stdout != expected)
        .then(|| format!("this came out:\n{}\n--- instead of\n{}", text(&ran.stdout), text(&expected)))
}

fn stderr(case: &Path, ran: &Ran) -> Option<String> {
    let expected = fs::read_to_string(case.join("stderr.txt")).ok()?;
    (ran.stderr != expected).then(|| format!("this was said instead of\n{expected}"))
}

/// What is compared of a report: not which version of the program and of the rules wrote it, no advice, which
/// `stderr.txt` shows, and nothing that says once more which place is meant.
fn shown(report: &Path) -> String {
    let text = fs::read(report).expect("a report");
    let mut value: Value = serde_json::from_slice(&text).expect("JSON");
    assert_eq!(value["schema"], "autopurge/report/v1");
    value.as_object_mut().expect("an object").retain(|key, _| key != "tool");
    for finding in value["findings"].as_array_mut().expect("findings") {
        finding
            .as_object_mut()
            .expect("an object")
            .retain(|key, _| !["help", "fingerprint", "byte_offset", "byte_length"].contains(&key.as_str()));
    }
    serde_json::to_string_pretty(&value).expect("JSON") + "\n"
}

/// A line for each server of a report.
fn servers(report: &Path) -> String {
    let report: Value = serde_json::from_slice(&fs::read(report).expect("a report")).expect("JSON");
    let line = |server: &Value| {
        let text = |key: &str| server[key].as_str().unwrap_or("-").to_owned();
        let hours = server["interval"]["hours"].as_i64().map_or("?".to_owned(), |hours| hours.to_string());
        let store = server["interval"]["store"].as_str().expect("a store");
        let name = format!("{} {} {}", text("kind"), text("name"), text("container"));
        format!("{name}: {}, {} -> {}, {hours} hours, {store}\n", text("flavor"), text("verdict"), text("after"))
    };
    report["servers"].as_array().expect("servers").iter().map(line).collect()
}

fn judged(case: &Path, servers: &str) -> Option<String> {
    let expected = fs::read_to_string(case.join("servers.txt")).unwrap_or_default();
    (servers != expected).then(|| format!("these are the servers:\n{servers}--- instead of\n{expected}"))
}

fn reported(case: &Path, report: &str) -> Option<String> {
    let expected = fs::read_to_string(case.join("report.json")).ok()?;
    (report != expected).then(|| format!("this was reported:\n{report}\n--- instead of\n{expected}"))
}

fn update(case: &Path, input: &[u8], ran: &Ran, report: &Path) {
    let rewrite = |path: PathBuf, bytes: &[u8]| {
        if path.is_file() {
            fs::write(path, bytes).expect("a writable fixture");
        }
    };
    rewrite(case.join("code"), format!("{}\n", ran.code).as_bytes());
    rewrite(case.join("stderr.txt"), ran.stderr.as_bytes());
    rewrite(case.join("report.json"), shown(report).as_bytes());
    match servers(report) {
        none if none.is_empty() => drop(fs::remove_file(case.join("servers.txt"))),
        servers => fs::write(case.join("servers.txt"), servers).expect("a writable fixture"),
    }
    if ran.code == 0 && ran.stdout != input {
        fs::write(output_file(case), &ran.stdout).expect("a writable fixture");
    }
}
