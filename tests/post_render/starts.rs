//! Commands that start a server through the image's script, past it, or not at all: what the tool says of them is what a
//! real shell does with programs that only note that they ran.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::library::{HOURLY, judge};
use crate::tool::skip_aloud;

/// Lines before the start that mention the image's script or the server, or do something else.
const BEFORE: [&str; 21] = [
    "",
    "ls -l /docker-entrypoint.sh",
    "[ -x /docker-entrypoint.sh ] && echo is there",
    "if [ -x /docker-entrypoint.sh ]; then echo ok; fi",
    "echo \"not running /docker-entrypoint.sh zkServer.sh start-foreground\"",
    "cat > /tmp/x <<X\n/docker-entrypoint.sh zkServer.sh start-foreground\nX",
    "never() { /docker-entrypoint.sh zkServer.sh start-foreground; }",
    "never() { exec zkServer.sh start-foreground; }",
    "chmod +x /docker-entrypoint.sh; command -v zkServer.sh",
    "cp /docker-entrypoint.sh /tmp/e.sh",
    "cat /docker-entrypoint.sh | head -1",
    "say() { echo \"$@\"; }; say /docker-entrypoint.sh zkServer.sh start-foreground",
    "if [ -n \"$X\" ]; then exec sleep 0; fi",
    "[ -n \"$X\" ] && exec zkServer.sh start-foreground",
    "[ -n \"$X\" ] && exec past",
    "/docker-entrypoint.sh true",
    "[ -n \"$X\" ] && /docker-entrypoint.sh true",
    "[ -n \"$X\" ] || /docker-entrypoint.sh true && echo either way",
    "(/docker-entrypoint.sh true)",
    "through /docker-entrypoint.sh true",
    "note /docker-entrypoint.sh zkServer.sh start-foreground",
];

/// Starts, each with whether its verdict is known when nothing comes before it.
const STARTS: [(&str, bool); 45] = [
    ("exec /docker-entrypoint.sh zkServer.sh start-foreground", true),
    ("/docker-entrypoint.sh zkServer.sh start-foreground | cat", true),
    ("exec gosu root /docker-entrypoint.sh zkServer.sh start-foreground", true),
    ("exec env A=b /docker-entrypoint.sh zkServer.sh start-foreground", true),
    ("timeout 10 /docker-entrypoint.sh zkServer.sh start-foreground", true),
    ("exec through /docker-entrypoint.sh zkServer.sh start-foreground", true),
    ("exec bash -ce '/docker-entrypoint.sh zkServer.sh start-foreground'", true),
    ("bash -c -e 'exec \"$@\"' me /docker-entrypoint.sh zkServer.sh start-foreground", true),
    ("bash <<X\nexec /docker-entrypoint.sh zkServer.sh start-foreground\nX", true),
    ("eval 'exec /docker-entrypoint.sh zkServer.sh start-foreground'", true),
    ("E=/docker-entrypoint.sh\nexec $E zkServer.sh start-foreground", true),
    ("RUN='/docker-entrypoint.sh zkServer.sh start-foreground'\nexec $RUN", true),
    ("run() { exec \"$@\"; }\nrun /docker-entrypoint.sh zkServer.sh start-foreground", true),
    ("main() { inner; }\ninner() { /docker-entrypoint.sh zkServer.sh start-foreground; }\nmain", true),
    ("exec /docker-entrypoint.sh bash -c 'echo; exec zkServer.sh start-foreground'", true),
    ("/docker-entrypoint.sh true && exec zkServer.sh start-foreground", true),
    ("/docker-entrypoint.sh true || exit 1\nexec zkServer.sh start-foreground", true),
    ("/docker-entrypoint.sh true; past", false),
    ("/docker-entrypoint.sh zkServer.sh start-foreground || zkServer.sh start-foreground", true),
    ("/docker-entrypoint.sh zkServer.sh start-foreground &\nwait", true),
    ("until [ -n \"$DONE\" ]; do /docker-entrypoint.sh zkServer.sh start-foreground; DONE=1; done", true),
    ("if [ -n \"$X\" ]; then exec /docker-entrypoint.sh zkServer.sh start-foreground; fi; sleep 0", true),
    (
        "if [ -n \"$X\" ]; then exec /docker-entrypoint.sh zkServer.sh start-foreground -x; else exec /docker-entrypoint.sh \
         zkServer.sh start-foreground; fi",
        true,
    ),
    (
        "case \"$X\" in 1) echo;; *) /docker-entrypoint.sh true;; esac\nexec /docker-entrypoint.sh zkServer.sh start-foreground",
        true,
    ),
    ("exec /docker-entrypoint.sh zkCli.sh", true),
    ("sleep 0; exec /docker-entrypoint.sh bash -c 'exec zkCli.sh'", true),
    ("exec zkServer.sh start-foreground", false),
    ("exec past", false),
    (
        "if [ -n \"$X\" ]; then exec /docker-entrypoint.sh zkServer.sh start-foreground; else exec zkServer.sh \
         start-foreground; fi",
        false,
    ),
    ("if [ -n \"$X\" ]; then exec /docker-entrypoint.sh zkServer.sh start-foreground; else past; fi", false),
    ("if [ -n \"$X\" ]; then past; else exec /docker-entrypoint.sh zkServer.sh start-foreground; fi", false),
    ("case \"$X\" in 1) exec past;; *) exec /docker-entrypoint.sh zkServer.sh start-foreground;; esac", false),
    (
        "[ -n \"$X\" ] && exec /docker-entrypoint.sh zkServer.sh start-foreground || exec zkServer.sh start-foreground",
        false,
    ),
    ("[ -n \"$X\" ] && exec /docker-entrypoint.sh zkServer.sh start-foreground\nexec past", false),
    ("[ -n \"$X\" ] && exec past\nexec /docker-entrypoint.sh zkServer.sh start-foreground", false),
    ("[ -n \"$X\" ] || /docker-entrypoint.sh true && zkServer.sh start-foreground", false),
    ("zkServer.sh start-foreground || exec /docker-entrypoint.sh zkServer.sh start-foreground", false),
    ("if [ -n \"$X\" ]; then /docker-entrypoint.sh zkServer.sh start-foreground; exit; fi\npast", false),
    ("/docker-entrypoint.sh zkServer.sh start-foreground &\nother\nwait", true),
    ("exit 0\nexec /docker-entrypoint.sh zkServer.sh start-foreground", false),
    ("run() { [ -n \"$X\" ] && /docker-entrypoint.sh true; }\nrun\nexec zkServer.sh start-foreground", false),
    ("note /docker-entrypoint.sh zkServer.sh start-foreground\npast", false),
    ("note /docker-entrypoint.sh zkServer.sh start-foreground; zkServer.sh start-foreground", false),
    ("exec \"$@\"", false),
    ("mv /docker-entrypoint.sh /docker-entrypoint.off; exec zkServer.sh start-foreground", false),
];

/// Programs that note what they are: the image's own, one that starts a server past the image's script whatever it is
/// told, one that runs its arguments, and one that only takes them down.
const PROGRAMS: [(&str, &str); 7] = [
    ("docker-entrypoint.sh", "echo settings >> \"$NOTES\"\nexec \"$@\""),
    ("bin/zkServer.sh", "case $1 in start*) echo server >> \"$NOTES\" ;; esac"),
    ("bin/zkCli.sh", ":"),
    ("bin/past", "echo server >> \"$NOTES\""),
    ("bin/through", "exec \"$@\""),
    ("bin/gosu", "shift\nexec \"$@\""),
    ("bin/note", "echo \"$@\" > /dev/null"),
];

/// What happened in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ran {
    Nothing,
    ServerWithSettings,
    ServerWithout,
}

#[test]
fn what_a_command_starts_is_what_a_shell_starts() {
    if Command::new("bash").args(["-c", ":"]).status().is_err() {
        return skip_aloud("bash is not there");
    }
    let folder = TempDir::new().expect("a temporary folder");
    let texts = BEFORE.iter().enumerate().flat_map(|(number, before)| {
        // Each line before a fifth of the starts, in turn; none before all.
        let starts = STARTS.into_iter().enumerate().filter(move |(at, _)| number == 0 || at % 5 == number % 5);
        starts.map(|(_, (start, is_known))| (*before, start, is_known))
    });
    let mut wrong = Vec::new();
    for (before, start, is_known) in texts {
        let text = format!("{before}\n{start}\n");
        let verdict = verdict(&text);
        let runs = [None, Some("1")].map(|x| run(folder.path(), &text, x));
        let is_true = match verdict {
            Some("purges") => !runs.contains(&Ran::ServerWithout),
            Some(verdict) => verdict == "unknown",
            None => runs == [Ran::Nothing; 2],
        };
        let is_told = !before.is_empty() || (verdict != Some("unknown")) == is_known;
        if !is_true || !is_told {
            wrong.push(format!("{verdict:?}, {runs:?}: {text}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The verdict on a container with this text; `None` if there is no server.
fn verdict(text: &str) -> Option<&'static str> {
    let text = serde_json::to_string(text).expect("a text");
    let manifest = format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: zk}}\nspec:\n  template:\n    spec:\n      containers:\n      \
         - name: zk\n        image: zookeeper:3.8.0\n        command: [bash, -c, {text}]\n        env: [{{name: \
         ZOO_AUTOPURGE_PURGEINTERVAL, value: \"1\"}}]\n"
    );
    judge(manifest.as_bytes(), HOURLY).servers.first().map(|server| server.verdict)
}

/// Runs a text with the noting programs.
fn run(root: &Path, text: &str, x: Option<&str>) -> Ran {
    let inside = |path: &str| root.join(path).display().to_string();
    fs::create_dir_all(root.join("bin")).expect("a folder");
    fs::create_dir_all(root.join("tmp")).expect("a folder");
    for (name, text) in PROGRAMS {
        program(&root.join(name), text);
    }
    let text = text.replace("/tmp/", "@/").replace("/docker-", &inside("docker-")).replace("@/", &inside("tmp/"));
    let mut shell = Command::new("bash");
    shell.args(["-c", &text]).env_clear().current_dir(root);
    shell.env("PATH", format!("{}:/usr/bin:/bin", inside("bin"))).env("NOTES", inside("notes"));
    shell.envs(x.map(|x| ("X", x)));
    shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().expect("bash starts");
    let notes = fs::read_to_string(root.join("notes")).unwrap_or_default();
    fs::remove_file(root.join("notes")).ok();
    match notes.lines().position(|line| line == "server") {
        None => Ran::Nothing,
        Some(0) => Ran::ServerWithout,
        Some(_) => Ran::ServerWithSettings,
    }
}

fn program(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt;

    fs::write(path, format!("#!/bin/bash\n{text}\n")).expect("a file");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a program");
}
