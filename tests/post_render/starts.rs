//! Commands that start a server through the image's script, past it, or not at all: what the tool says of them is what a
//! real shell does with programs that only note that they ran.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::library::{HOURLY, judge};
use crate::tool::skip_aloud;

/// Lines before the start that mention the image's script or the server, or do something else; and what the starts have
/// in common behind which it cannot be told what that means.
const BEFORE: [(&str, Option<&str>); 25] = [
    ("", None),
    ("ls -l /docker-entrypoint.sh", None),
    ("[ -x /docker-entrypoint.sh ] && echo is there", None),
    ("if [ -x /docker-entrypoint.sh ]; then echo ok; fi", None),
    ("echo \"not running /docker-entrypoint.sh zkServer.sh start-foreground\"", None),
    ("cat > /tmp/x <<X\n/docker-entrypoint.sh zkServer.sh start-foreground\nX", None),
    ("never() { /docker-entrypoint.sh zkServer.sh start-foreground; }", None),
    ("never() { exec zkServer.sh start-foreground; }", None),
    ("chmod +x /docker-entrypoint.sh; command -v zkServer.sh", None),
    ("cp /docker-entrypoint.sh /tmp/e.sh", None),
    ("cat /docker-entrypoint.sh | head -1", None),
    ("say() { echo \"$@\"; }; say /docker-entrypoint.sh zkServer.sh start-foreground", None),
    ("if [ -n \"$X\" ]; then exec sleep 0; fi", None),
    ("[ -n \"$X\" ] && exec zkServer.sh start-foreground", None),
    ("[ -n \"$X\" ] && exec past", None),
    ("/docker-entrypoint.sh true", None),
    ("[ -n \"$X\" ] && /docker-entrypoint.sh true", None),
    ("[ -n \"$X\" ] || /docker-entrypoint.sh true && echo either way", Some("$X")),
    ("(/docker-entrypoint.sh true)", None),
    ("through /docker-entrypoint.sh true", Some("")),
    ("note /docker-entrypoint.sh zkServer.sh start-foreground", None),
    ("if [ -n \"$Y\" ]; then exit 0; fi", None),
    ("[ -n \"$Y\" ] && /docker-entrypoint.sh true", None),
    ("init() { [ -n \"$Y\" ] || return 0; echo; }; init", None),
    ("( [ -n \"$Y\" ] && exit 1; echo )", None),
];

/// Starts, each with whether its verdict is known.
const STARTS: [(&str, bool); 85] = [
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
    (
        "if [ -n \"$X\" ]; then /docker-entrypoint.sh true; fi\nbash -c 'if [ -z \"$X\" ]; then exec zkServer.sh start-foreground; fi'",
        false,
    ),
    (
        "bash -c 'if [ -n \"$X\" ]; then /docker-entrypoint.sh true; fi'\nif [ -z \"$X\" ]; then exec zkServer.sh start-foreground; fi",
        false,
    ),
    (
        "eval '[ -n \"$X\" ] && /docker-entrypoint.sh true'\neval '[ -n \"$Y\" ] && exec zkServer.sh start-foreground'",
        false,
    ),
    (
        "bash <<A\n[ -n \"$X\" ] && /docker-entrypoint.sh true\nA\nbash <<A\n[ -n \"$Y\" ] && exec zkServer.sh start-foreground\nA",
        false,
    ),
    (
        "one() { [ -n \"$X\" ] && /docker-entrypoint.sh true; }\ntwo() { [ -n \"$Y\" ] && exec zkServer.sh start-foreground; }\none\ntwo",
        false,
    ),
    (
        "run() { if [ \"$1\" = \"$X\" ]; then $2; fi; }\nrun 1 /docker-entrypoint.sh; run \"$X\" \"zkServer.sh start-foreground\"",
        false,
    ),
    (
        "if [ -n \"$X\" ]; then /docker-entrypoint.sh true; bash -c 'if [ -n \"$Y\" ]; then exec zkServer.sh start-foreground; fi'; fi",
        true,
    ),
    (
        "init() { test -n \"$X\" && return 0; /docker-entrypoint.sh true; }\ninit\nexec zkServer.sh start-foreground",
        false,
    ),
    (
        "init() { test -n \"$X\" && return 0; /docker-entrypoint.sh true; exec zkServer.sh start-foreground; }\ninit",
        true,
    ),
    ("init() { return 0; /docker-entrypoint.sh true; }\ninit\nexec zkServer.sh start-foreground", false),
    (
        "init() { if [ -n \"$X\" ]; then return; fi; echo; }\n/docker-entrypoint.sh true\ninit\nexec zkServer.sh start-foreground",
        true,
    ),
    ("bash -c '[ -n \"$X\" ] || exit 0; /docker-entrypoint.sh true'\nexec zkServer.sh start-foreground", false),
    ("bash -c '[ -n \"$X\" ] || exit 0; /docker-entrypoint.sh true; exec zkServer.sh start-foreground'\nsleep 0", true),
    ("bash -c '[ -z \"$X\" ] && exec sleep 0; /docker-entrypoint.sh true'\nexec zkServer.sh start-foreground", false),
    ("bash -ec 'test -n \"$X\"; /docker-entrypoint.sh true'\nexec zkServer.sh start-foreground", false),
    ("( [ -n \"$X\" ] || exit 0; /docker-entrypoint.sh true )\nexec zkServer.sh start-foreground", false),
    ("( [ -n \"$X\" ] && exec sleep 0; /docker-entrypoint.sh true )\nexec zkServer.sh start-foreground", false),
    ("( exit 0; /docker-entrypoint.sh true )\nexec zkServer.sh start-foreground", false),
    ("{ [ -n \"$X\" ] || exit 0; /docker-entrypoint.sh true; } | cat\nexec zkServer.sh start-foreground", false),
    ("{ f() { exit 0; }; f; /docker-entrypoint.sh true; } | cat\nexec zkServer.sh start-foreground", false),
    ("{ [ -n \"$X\" ] || exit 0; /docker-entrypoint.sh true; } & wait\nexec zkServer.sh start-foreground", false),
    (
        "init() { [ -n \"$X\" ] || exit 0; /docker-entrypoint.sh true; }\n(init)\nexec zkServer.sh start-foreground",
        false,
    ),
    ("init() { [ -n \"$X\" ] || exit 0; /docker-entrypoint.sh true; }\ninit\nexec zkServer.sh start-foreground", true),
    (
        "init() { [ -n \"$X\" ] && return 0; /docker-entrypoint.sh true; exit 0; }\ninit\nexec zkServer.sh start-foreground",
        false,
    ),
    ("eval 'exit 0'\nexec /docker-entrypoint.sh zkServer.sh start-foreground", false),
    (
        "if [ -n \"$X\" ]; then eval 'exit 0'; exec zkServer.sh start-foreground; fi\nexec /docker-entrypoint.sh zkServer.sh start-foreground",
        true,
    ),
    ("[ -n \"$X\" ] &&\n  /docker-entrypoint.sh true\nexec zkServer.sh start-foreground", false),
    ("[ -n \"$X\" ] && # if so\n\n  /docker-entrypoint.sh true\nexec zkServer.sh start-foreground", false),
    ("init() { case \"$X\" in 1) /docker-entrypoint.sh true;; esac; }\ninit\nexec zkServer.sh start-foreground", false),
    ("init() { for i in $X; do /docker-entrypoint.sh true; done; }\ninit\nexec zkServer.sh start-foreground", false),
    ("init() { /docker-entrypoint.sh true; }\ninit() { echo; }\ninit\nexec zkServer.sh start-foreground", false),
    (
        "if [ -n \"$X\" ]; then init() { /docker-entrypoint.sh true; }; fi\ninit\nexec zkServer.sh start-foreground",
        false,
    ),
    ("run() { shift; exec \"$@\"; }\nrun /docker-entrypoint.sh zkServer.sh start-foreground", false),
    ("E=/docker-entrypoint.sh\nE=\nexec $E zkServer.sh start-foreground", false),
    ("E=\nE=/docker-entrypoint.sh\nexec $E zkServer.sh start-foreground", true),
    ("for i in \"a;b\" 'c\nd' \\\n  e; do echo; done\nexec /docker-entrypoint.sh zkServer.sh start-foreground", true),
    ("exec /docker-entrypoint.sh zkServer.sh start-foreground \"", false),
    ("if true; then\nexec /docker-entrypoint.sh zkServer.sh start-foreground", false),
    ("(exec /docker-entrypoint.sh zkServer.sh start-foreground", false),
    ("exec /docker-entrypoint.sh zkServer.sh start-foreground &&", false),
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

/// Parts of texts that seem to serve and do not: arguments of programs that are not known, or of the image's script, and
/// conditions that never hold together.
const SEEMS_TO_SERVE: [&str; 5] = [
    "say /docker",
    "note /docker",
    "bash -c 'exec zkCli.sh'",
    "then exec sleep 0; fi",
    "then exit 0; fi\nif [ -n \"$X\" ]",
];

/// What happened in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ran {
    Nothing,
    ServerWithSettings,
    ServerWithout,
}

#[test]
fn what_a_command_starts_is_what_a_shell_starts() {
    let Some(shell) = Shell::new() else { return };
    let texts = BEFORE.iter().enumerate().flat_map(|(number, before)| {
        // Each line before a fifth of the starts, in turn; none before all.
        let starts = STARTS.iter().enumerate().filter(move |(at, _)| number == 0 || at % 5 == number % 5);
        starts.map(move |(_, start)| (before, start))
    });
    let mut wrong = Vec::new();
    for ((before, hides), (start, is_known)) in texts {
        let text = format!("{before}\n{start}\n");
        let (verdict, runs) = (verdict(&text), shell.runs(&text));
        let is_known = *is_known && hides.is_none_or(|hides| !start.contains(hides));
        let seems_to_serve = SEEMS_TO_SERVE.iter().any(|part| text.contains(part));
        let is_true = match verdict {
            _ if runs.contains(&Ran::ServerWithout) => verdict == Some("unknown"),
            Some("purges") => runs.contains(&Ran::ServerWithSettings) || seems_to_serve,
            Some("unknown") => !is_known || !runs.contains(&Ran::ServerWithSettings),
            verdict => verdict.is_none() && !runs.contains(&Ran::ServerWithSettings),
        };
        if !is_true {
            wrong.push(format!("{verdict:?}, {runs:?}: {text}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Each of these takes a minute if a command is followed anew for each command behind it, or a script for each call.
#[test]
fn long_texts_are_followed_in_linear_time() {
    let entry = "exec /docker-entrypoint.sh zkServer.sh start-foreground\n";
    let comments = format!("# {}\n", "x".repeat(100)).repeat(3_000);
    let texts = [
        "echo \"$X\"\n".repeat(2_900) + entry,
        "A=$A$A\n".repeat(2_900) + entry,
        comments + &"bash /scripts/run.sh\n".repeat(2_900) + entry,
        "[ -n \"$X\" ] && exit 1\n".repeat(1_400) + entry,
        "(\n[ -n \"$X\" ] && exit 1\n".repeat(90) + entry + &")\n".repeat(90),
    ];
    let start = Instant::now();
    for text in texts {
        let text = serde_json::to_string(&text).expect("a text");
        let manifest = format!(
            "{{apiVersion: apps/v1, kind: StatefulSet, metadata: {{name: zk}}, spec: {{template: {{spec: {{containers: \
             [{{name: zk, image: 'zookeeper:3.8.0', command: [bash, /scripts/run.sh], volumeMounts: [{{name: scripts, \
             mountPath: /scripts}}]}}], volumes: [{{name: scripts, configMap: {{name: zk}}}}]}}}}}}}}\n---\n{{apiVersion: v1, \
             kind: ConfigMap, metadata: {{name: zk}}, data: {{run.sh: {text}}}}}\n"
        );
        assert_eq!(judge(manifest.as_bytes(), HOURLY).servers.len(), 1);
    }
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

/// The verdict on a container with this text; `None` if there is no server.
pub(super) fn verdict(text: &str) -> Option<&'static str> {
    let text = serde_json::to_string(text).expect("a text");
    let manifest = format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: zk}}\nspec:\n  template:\n    spec:\n      containers:\n      \
         - name: zk\n        image: zookeeper:3.8.0\n        command: [bash, -c, {text}]\n        env: [{{name: \
         ZOO_AUTOPURGE_PURGEINTERVAL, value: \"1\"}}]\n"
    );
    judge(manifest.as_bytes(), HOURLY).servers.first().map(|server| server.verdict)
}

/// A real shell, with the noting programs.
pub(super) struct Shell {
    root: TempDir,
}

impl Shell {
    /// `None` if there is no bash.
    pub(super) fn new() -> Option<Self> {
        if Command::new("bash").args(["-c", ":"]).status().is_err() {
            skip_aloud("bash is not there");
            return None;
        }
        let root = TempDir::new().expect("a temporary folder");
        for folder in ["bin", "tmp"] {
            fs::create_dir(root.path().join(folder)).expect("a folder");
        }
        for (name, text) in PROGRAMS {
            program(&root.path().join(name), text);
        }
        Some(Self { root })
    }

    /// Runs a text with each of the variables that it asks for set and not set.
    pub(super) fn runs(&self, text: &str) -> Vec<Ran> {
        let values = |name: &str| if text.contains(name) { vec![None, Some("1")] } else { vec![None] };
        let pairs = values("$X").into_iter().flat_map(|x| values("$Y").into_iter().map(move |y| (x, y)));
        pairs.map(|(x, y)| self.run(text, x, y)).collect()
    }

    fn run(&self, text: &str, x: Option<&str>, y: Option<&str>) -> Ran {
        let root = self.root.path();
        let inside = |path: &str| root.join(path).display().to_string();
        let text = text.replace("/tmp/", "@/").replace("/docker-", &inside("docker-")).replace("@/", &inside("tmp/"));
        let mut shell = Command::new("bash");
        shell.args(["-c", &text]).env_clear().current_dir(root);
        shell.env("PATH", format!("{}:/usr/bin:/bin", inside("bin"))).env("NOTES", inside("notes"));
        shell.envs(x.map(|x| ("X", x))).envs(y.map(|y| ("Y", y)));
        shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().expect("bash starts");
        let notes = fs::read_to_string(root.join("notes")).unwrap_or_default();
        fs::remove_file(root.join("notes")).ok();
        // A text may have moved it.
        if !root.join(PROGRAMS[0].0).exists() {
            program(&root.join(PROGRAMS[0].0), PROGRAMS[0].1);
        }
        match notes.lines().position(|line| line == "server") {
            None => Ran::Nothing,
            Some(0) => Ran::ServerWithout,
            Some(_) => Ran::ServerWithSettings,
        }
    }
}

fn program(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt;

    fs::write(path, format!("#!/bin/bash\n{text}\n")).expect("a file");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a program");
}
