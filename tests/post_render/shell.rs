//! Start texts that write zoo.cfg themselves: what the tool reads in them is what a real shell writes, before the patch and
//! after it.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use autopurge::zookeeper::{INTERVAL_KEY, Reading, Verdict, effective, properties};

use autopurge::shell::{Files, Name, Text, commands};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde::Deserialize;

use super::library::{HOURLY, judge};
use crate::tool::skip_aloud;

/// Ways to write the first lines of the file.
const BEGINNINGS: [&str; 16] = [
    "echo \"dataDir=/data\" > /conf/zoo.cfg\necho clientPort=2181 >> /conf/zoo.cfg\n",
    "echo \"dataDir=/data\nclientPort=2181\" > /conf/zoo.cfg\n",
    "cat > /conf/zoo.cfg <<EOF\ndataDir=/data\nEOF\n",
    "cat <<'EOF' > /conf/zoo.cfg\ndataDir=$HOME\nEOF\n",
    "cat <<-EOF >> /conf/zoo.cfg\n\tdataDir=/data\n\tEOF\n",
    "{\n  echo \"dataDir=/data\"\n  hostname\n} > /conf/zoo.cfg\n",
    "(echo dataDir=/data; echo clientPort=2181) >/conf/zoo.cfg\n",
    "printf 'dataDir=/data\\nclientPort=2181\\n' > /conf/zoo.cfg\n",
    "printf '%s\\n' dataDir=/data clientPort=2181 > /conf/zoo.cfg\n",
    "CFG=/conf/zoo.cfg\necho \"dataDir=/data\" > $CFG\n",
    "cd /conf && echo dataDir=/data > zoo.cfg\n",
    "echo dataDir=/data > /tmp/zoo.cfg && cp /tmp/zoo.cfg /conf/\n",
    "echo dataDir=/data > /conf/zoo.cfg.new\nmv /conf/zoo.cfg.new /conf/zoo.cfg\n",
    "write() {\n  echo dataDir=/data\n}\nwrite > /conf/zoo.cfg\n",
    "echo dataDir=/data > /conf/zoo.cfg\nfor i in 0 1 2; do\n  echo \"server.$i=zk-$i:2888:3888\" >> /conf/zoo.cfg\ndone\n",
    "case \"$HOSTNAME\" in\n  zk-0|zk-1) echo dataDir=/a > /conf/zoo.cfg ;;\n  *) echo dataDir=/b > /conf/zoo.cfg ;;\nesac\n",
];

/// Lines that may say something about purging, or only look so.
const LINES: [&str; 64] = [
    "",
    "echo \"autopurge.purgeInterval=0\" >> /conf/zoo.cfg\n",
    "echo autopurge.purgeInterval=6 >> /conf/zoo.cfg\n",
    "echo 'autopurge.purgeInterval'=6 >> \"/conf/zoo.cfg\"\n",
    "echo \"autopurge.purgeInterval = 6\" >> /conf/zoo.cfg\n",
    "echo \"autopurge.purgeInterval: 0\" >> /conf/zoo.cfg\n",
    "echo \"autopurge.purgeInterval 24\" >> /conf/zoo.cfg\n",
    "echo \"#autopurge.purgeInterval=6\" >> /conf/zoo.cfg\n",
    "# echo \"autopurge.purgeInterval=6\" >> /conf/zoo.cfg\n",
    "echo \"autopurge.purgeInterval=-1\" >> /conf/zoo.cfg\n",
    "echo \"autopurge.purgeInterval=\" >> /conf/zoo.cfg\n",
    "echo \"autopurge.purgeInterval=1h\" >> /conf/zoo.cfg\n",
    "echo \"autopurge.purgeInterval=6 #x\" >> /conf/zoo.cfg\n",
    "echo \"autopurge.purgeInterval=${PI:-6}\" >> /conf/zoo.cfg\n",
    "echo \"autopurge.purgeInterval=${PI}\" >> /conf/zoo.cfg\n",
    "export PI=4\necho \"autopurge.purgeInterval=$PI\" >> /conf/zoo.cfg\n",
    "[ -n \"$PI\" ] && PI=5\necho \"autopurge.purgeInterval=${PI:-2}\" >> /conf/zoo.cfg\n",
    "printf \"autopurge.purgeInterval=%s\\n\" 3 >> /conf/zoo.cfg\n",
    "cat >> /conf/zoo.cfg <<'X'\nautopurge.purgeInterval=5 \nX\n",
    "echo \"autopurge.purgeInterval=7\" > /tmp/other.cfg\n",
    "echo \"autopurge.purgeInterval=0\" >> /conf/zoo.cfg; echo \"autopurge.purgeInterval=8\" >> /conf/zoo.cfg\n",
    "echo \"autopurge.purgeinterval=8\" >> /conf/zoo.cfg\n",
    ">> /conf/zoo.cfg echo autopurge.purgeInterval=9\n",
    "echo \"Setting autopurge.purgeInterval=9\"\n",
    "echo \"autopurge.purgeInterval=10\" | tee -a /conf/zoo.cfg\n",
    "echo -n \"autopurge.purgeInterval=\" >> /conf/zoo.cfg; echo 3 >> /conf/zoo.cfg\n",
    "if [ -n \"$PURGE\" ]; then echo autopurge.purgeInterval=1 >> /conf/zoo.cfg; fi\n",
    "echo autopurge.purgeInterval=0 >> /conf/zoo.cfg\nsed -i 's/purgeInterval=0/purgeInterval=2/' /conf/zoo.cfg\n",
    "never() { echo autopurge.purgeInterval=1 >> /conf/zoo.cfg; }\n",
    "test -z \"$PURGE\" || echo autopurge.purgeInterval=1 >> /conf/zoo.cfg\n",
    "CFG=\"a=b\"\necho \"$CFG\" >> /conf/zoo.cfg\n",
    "for e in autopurge.purgeInterval=24; do echo \"$e\" >> /conf/zoo.cfg; done\n",
    "add() { echo \"$1=$2\" >> /conf/zoo.cfg; }\nadd autopurge.purgeInterval 24\n",
    "printf '%s=%s0\\n' autopurge.purgeInterval 0 >> /conf/zoo.cfg\n",
    "printf '%s=0\\n' autopurge.purgeInterval skipACL >> /conf/zoo.cfg\n",
    "echo autopurge.purgeInterval=\"0\"'0' >> /conf/zoo.cfg\n",
    "false && echo autopurge.purgeInterval=1 >> /conf/zoo.cfg\n",
    "! true && echo autopurge.purgeInterval=1 >> /conf/zoo.cfg\n",
    "PI=3 true\necho \"autopurge.purgeInterval=${PI:-2}\" >> /conf/zoo.cfg\n",
    "echo autopurge.purgeInterval=5 >> /conf/zoo.cfg\nsed -i /auto/d /conf/zoo.cfg\n",
    "echo autopurge.purgeInterval=5 > /tmp/a.cfg\ncat /tmp/a.cfg >> /conf/zoo.cfg\n",
    "echo autopurge.purgeInterval=5 > /tmp/a.cfg\ncp /tmp/*.cfg /conf/ && cp /tmp/a.cfg /conf/zoo.cfg\n",
    "echo 'a\\nautopurge.purgeInterval=5' >> /conf/zoo.cfg\n",
    "printf 'PI=8\\n' > /tmp/env\nPI=1\n. /tmp/env\necho autopurge.purgeInterval=$PI >> /conf/zoo.cfg\n",
    "f() { [ -n \"$HOSTNAME\" ] && return 0; echo autopurge.purgeInterval=1 >> /conf/zoo.cfg; }\nf\n",
    "echo autopurge.purgeInterval=5 > /tmp/zoo.cfg\ncp /tmp/* /conf/\necho a=b >> /conf/zoo.cfg\n",
    "CONF=/conf/zoo.cfg\necho autopurge.purgeInterval=8 >> \"$CONF\"\n",
    "echo autopurge.purgeInterval=5 >> /conf/zoo.cfg\nsed -i 's/^dataDir=.*/dataDir=x/' /conf/zoo.cfg\n",
    "I=1; ((I++))\nfor ((i=0; i<2; i++)); do echo server.$i=x >> /conf/zoo.cfg; done\n",
    "PI=2; ((PI=24))\necho autopurge.purgeInterval=$PI >> /conf/zoo.cfg\n",
    "echo \"$(cat /config/zookeeper)\" >> /conf/zoo.cfg\n",
    "env | sed s/^HOSTNAME=.*/autopurge.purgeInterval=3/ >> /conf/zoo.cfg\n",
    "(( 1 == 2 )) && echo autopurge.purgeInterval=24 >> /conf/zoo.cfg\n",
    "command -v render > /dev/null\necho autopurge.purgeInterval=5 >> /conf/zoo.cfg\ncommand -v render || true\n",
    "echo autopurge.purgeInterval=8 2>> /conf/zoo.cfg >&2\n",
    "echo autopurge.purgeInterval=8 >&2 2>> /conf/zoo.cfg\n",
    "{ echo a=b; echo autopurge.purgeInterval=8 >&2; } 2>> /conf/zoo.cfg\n",
    "{ echo autopurge.purgeInterval=8 >&2; echo a=b; } >> /conf/zoo.cfg\n",
    "exec 3>> /conf/zoo.cfg\necho autopurge.purgeInterval=8 >&3\n",
    "exec 3> /tmp/log\necho autopurge.purgeInterval=8 >&3\n",
    "awk '{print $1}' /config/zookeeper > /dev/null; sort -u /config/zookeeper > /dev/null\n",
    "find /conf -name zoo.cfg -exec chmod 644 {} +\necho autopurge.purgeInterval=5 >> /conf/zoo.cfg\n",
    "echo autopurge.purgeInterval=5 >> /conf/zoo.cfg\nrm -rf /tmp/*.pid; dd if=/config/zookeeper of=/tmp/x\n",
    "LOG=/tmp/log\necho started >> \"$LOG\"\necho autopurge.purgeInterval=5 >> /conf/zoo.cfg\n",
];

/// Lines that may write anything, as far as the text says.
const UNSEEN: [&str; 31] = [
    "cp /config/zookeeper /conf/zoo.cfg\n",
    "ln -sf /config/zookeeper /conf/zoo.cfg\n",
    "install -m 644 /config/zookeeper /conf/zoo.cfg\n",
    "cp /config/zookeeper /tmp/merged && mv /tmp/merged /conf/zoo.cfg\n",
    "test -f /config/zookeeper && cp /config/zookeeper /conf/zoo.cfg\n",
    "cp -r /config/* /conf/\n",
    "for f in /config/*.cfg; do cat $f > /conf/$(basename $f); done\n",
    "for f in /config/*.cfg; do cat $f >> /conf/${f##*/}; done\n",
    "for f in zoo.cfg; do cp /config/$f /conf/$f; done\n",
    "for f in /conf/*.cfg; do sed -i s/dataDir.*/autopurge.purgeInterval=4/ $f; done\n",
    "read CONF <<X\n/conf/zoo.cfg\nX\necho autopurge.purgeInterval=8 >> \"$CONF\"\n",
    "read CONF <<X\n/conf/zoo.cfg\nX\ncat /config/zookeeper | tee -a $CONF\n",
    "render\n",
    "timeout 5 render\n",
    "if [ -n \"$X\" ]; then F=/tmp/other.cfg; else F=/conf/zoo.cfg; fi\necho autopurge.purgeInterval=24 >> $F\n",
    "echo autopurge.purgeInterval=5 >> /conf/zoo.cfg\nrender --quiet\n",
    "awk 'BEGIN{print \"autopurge.purgeInterval=8\" >> \"/conf/zoo.cfg\"}'\n",
    "awk -f /config/zookeeper /config/zookeeper > /conf/zoo.cfg || cp /config/zookeeper /conf/zoo.cfg\n",
    "sort -o /conf/zoo.cfg /config/zookeeper\n",
    "cd /conf; sort -uo zoo.cfg /config/zookeeper\n",
    "uniq /config/zookeeper /conf/zoo.cfg\n",
    "echo autopurge.purgeInterval=0 >> /conf/zoo.cfg\nF=/conf/zoo.cfg\ndd if=/config/zookeeper of=$F\n",
    "cp -t /conf /config/zoo.cfg\n",
    "find /config -name zoo.cfg -exec cp {} /conf/ \\;\n",
    "tar -C /config -cf /tmp/a.tar zoo.cfg; cd /conf; tar xf /tmp/a.tar\n",
    "sed -n 's/.*/autopurge.purgeInterval=9/w /conf/zoo.cfg' /config/zookeeper\n",
    "sed -n 's,.*,echo autopurge.purgeInterval=9 >> /conf/zoo.cfg,e' /config/zookeeper\n",
    "cd /conf; echo autopurge.purgeInterval=5 >> zoo.cfg; rm -f *; echo a=b >> /conf/zoo.cfg\n",
    "trap 'echo autopurge.purgeInterval=9 >> /conf/zoo.cfg' DEBUG; true\n",
    "zkServer.sh start-foreground &\necho autopurge.purgeInterval=9 >> /conf/zoo.cfg\nwait\n",
    "echo autopurge.purgeInterval=0 >> /conf/zoo.cfg\nsed -i 's/[a-z]*=0/autopurge.purgeInterval=3/' /conf/zoo.cfg\n",
];

/// Ways to start the server.
const STARTS: [&str; 16] = [
    "exec zkServer.sh start-foreground",
    "zkServer.sh start-foreground\n",
    "if [ -f /conf/zoo.cfg ]; then zkServer.sh start-foreground; fi",
    "if [ -f /conf/zoo.cfg ]\nthen\n  exec zkServer.sh start-foreground\nfi\n",
    "exec zkServer.sh start-foreground 2>&1 | tee /tmp/log",
    "(zkServer.sh start-foreground)",
    "sleep 0 && zkServer.sh start-foreground",
    "run() { exec zkServer.sh start-foreground; }\nrun",
    "bash -c \"exec zkServer.sh start-foreground\" # done",
    "CMD=(zkServer.sh start-foreground)\n\"${CMD[@]}\"",
    "case x in x) exec zkServer.sh start-foreground ;; esac",
    "if [ \"$HOSTNAME\" = x ]; then exec zkServer.sh start-foreground; fi\nexec zkServer.sh start-foreground",
    "zkServer.sh --config /conf start-foreground",
    "START=\"zkServer.sh start-foreground\"\nexec $START",
    "zkServer.sh start-foreground &\nwait",
    "exec \"zkServer.sh\" 'start-foreground'",
];

/// Texts that start the official image's script, and whether they tell what its variables are set to.
const HANDED: [(&str, bool); 38] = [
    ("export ZOO_AUTOPURGE_PURGEINTERVAL=5\nexec docker-entrypoint.sh zkServer.sh start-foreground", true),
    ("ZOO_AUTOPURGE_PURGEINTERVAL=6 docker-entrypoint.sh zkServer.sh start-foreground", true),
    ("ZOO_AUTOPURGE_PURGEINTERVAL=6 ZOO_AUTOPURGE_PURGEINTERVAL=7 exec docker-entrypoint.sh zkServer.sh", true),
    ("exec env ZOO_AUTOPURGE_PURGEINTERVAL=6 docker-entrypoint.sh zkServer.sh start-foreground", true),
    ("ZOO_AUTOPURGE_PURGEINTERVAL=6 true\nexec docker-entrypoint.sh zkServer.sh start-foreground", true),
    ("if [ -n \"$P\" ]; then ZOO_AUTOPURGE_PURGEINTERVAL=6 docker-entrypoint.sh; else docker-entrypoint.sh; fi", false),
    ("export ZOO_AUTOPURGE_PURGEINTERVAL=${PURGE:-12}\nexec docker-entrypoint.sh zkServer.sh", true),
    ("PURGE=3\nexport ZOO_AUTOPURGE_PURGEINTERVAL=${PURGE:-12}\nexec docker-entrypoint.sh zkServer.sh", false),
    ("export ZOO_AUTOPURGE_PURGEINTERVAL=${PURGE:-12}\nPURGE=3\nexec docker-entrypoint.sh zkServer.sh", false),
    ("export ZOO_AUTOPURGE_PURGEINTERVAL='${PURGE:-12}'\nexec docker-entrypoint.sh zkServer.sh", false),
    ("export ZOO_AUTOPURGE_PURGEINTERVAL=${ZOO_AUTOPURGE_PURGEINTERVAL:-12}\nexec docker-entrypoint.sh", false),
    (": \"${ZOO_AUTOPURGE_PURGEINTERVAL:=12}\"\nexport ZOO_AUTOPURGE_PURGEINTERVAL\nexec docker-entrypoint.sh", false),
    ("export ZOO_CFG_EXTRA=\"autopurge.purgeInterval=4\"\nexec docker-entrypoint.sh zkServer.sh", true),
    ("export ZOO_CFG_EXTRA=a=b\nexec docker-entrypoint.sh zkServer.sh start-foreground", true),
    ("ZOO_CFG_EXTRA='a=b autopurge.purgeInterval=4' docker-entrypoint.sh zkServer.sh start-foreground", true),
    ("export ZOO_CFG_EXTRA=a=b\nZOO_CFG_EXTRA+=' autopurge.purgeInterval=5'\nexec docker-entrypoint.sh", false),
    ("export ZOO_AUTOPURGE_PURGEINTERVAL=5; (export ZOO_AUTOPURGE_PURGEINTERVAL=8)\nexec docker-entrypoint.sh", false),
    ("(export ZOO_AUTOPURGE_PURGEINTERVAL=5)\nexec docker-entrypoint.sh zkServer.sh", false),
    ("(export ZOO_AUTOPURGE_PURGEINTERVAL=5; exec docker-entrypoint.sh zkServer.sh)", false),
    ("export ZOO_AUTOPURGE_PURGEINTERVAL=5 &\nwait\nexec docker-entrypoint.sh zkServer.sh", false),
    ("{ export ZOO_AUTOPURGE_PURGEINTERVAL=5; } &\nwait\nexec docker-entrypoint.sh zkServer.sh", false),
    ("true | export ZOO_AUTOPURGE_PURGEINTERVAL=5\nexec docker-entrypoint.sh zkServer.sh", false),
    ("export ZOO_AUTOPURGE_PURGEINTERVAL=5 | cat\nexec docker-entrypoint.sh zkServer.sh", false),
    ("bash -c 'export ZOO_AUTOPURGE_PURGEINTERVAL=5'\nexec docker-entrypoint.sh zkServer.sh", false),
    ("if false; then export ZOO_AUTOPURGE_PURGEINTERVAL=5; fi\nexec docker-entrypoint.sh zkServer.sh", false),
    (
        "ZOO_AUTOPURGE_PURGEINTERVAL=5\nif false; then export ZOO_AUTOPURGE_PURGEINTERVAL; fi\nexec docker-entrypoint.sh zkServer.sh",
        false,
    ),
    (
        "ZOO_AUTOPURGE_PURGEINTERVAL=5\n(export ZOO_AUTOPURGE_PURGEINTERVAL)\nexec docker-entrypoint.sh zkServer.sh",
        false,
    ),
    (
        "export ZOO_AUTOPURGE_PURGEINTERVAL=5\nexport -n ZOO_AUTOPURGE_PURGEINTERVAL\nexec docker-entrypoint.sh zkServer.sh",
        false,
    ),
    (
        "export ZOO_AUTOPURGE_PURGEINTERVAL=5\ndeclare +x ZOO_AUTOPURGE_PURGEINTERVAL\nexec docker-entrypoint.sh zkServer.sh",
        false,
    ),
    (
        "export ZOO_AUTOPURGE_PURGEINTERVAL=5\nexec env -u ZOO_AUTOPURGE_PURGEINTERVAL docker-entrypoint.sh zkServer.sh",
        false,
    ),
    ("eval 'export ZOO_AUTOPURGE_PURGEINTERVAL=5'\nexec docker-entrypoint.sh zkServer.sh", false),
    ("eval export ZOO_AUTOPURGE_PURGEINTERVAL=5\nexec docker-entrypoint.sh zkServer.sh", false),
    ("exec docker-entrypoint.sh zkServer.sh\nexport ZOO_AUTOPURGE_PURGEINTERVAL=5", true),
    ("docker-entrypoint.sh zkServer.sh &\nexport ZOO_AUTOPURGE_PURGEINTERVAL=5\nwait", false),
    ("ZOO_AUTOPURGE_PURGEINTERVAL=5\nexport ZOO_AUTOPURGE_PURGEINTERVAL\nexec docker-entrypoint.sh zkServer.sh", true),
    ("export ZOO_AUTOPURGE_PURGEINTERVAL=5\nexec docker-entrypoint.sh zkServer.sh | cat", true),
    ("export ZOO_CFG_EXTRA=\"$ZOO_CFG_EXTRA autopurge.purgeInterval=3\"\nexec docker-entrypoint.sh zkServer.sh", true),
    ("ZOO_CFG_EXTRA=\"${ZOO_CFG_EXTRA} a=b\"\nexport ZOO_CFG_EXTRA\nexec docker-entrypoint.sh zkServer.sh", true),
];

/// Texts of init containers, and whether they tell what the server finds.
const INITS: [(&str, bool); 18] = [
    ("[ -d /config ] || exit 1\ncp /config/zoo.cfg /conf/zoo.cfg", true),
    ("[[ $HOSTNAME =~ -([0-9]+)$ ]] || exit\ncp /config/zoo.cfg /conf/zoo.cfg", true),
    ("if [ -d /config ]; then echo fine; else echo failed; exit 1; fi\ncp /config/zoo.cfg /conf/zoo.cfg", true),
    ("[ -d /config ] || { echo failed; exit 255; }\ncp /config/zoo.cfg /conf/zoo.cfg", true),
    ("die() { echo failed; exit 1; }\n[ -d /config ] || die\ncp /config/zoo.cfg /conf/zoo.cfg", true),
    ("cp /config/zoo.cfg /conf/zoo.cfg || exit 1\necho done", true),
    ("[ -d /nowhere ] || exit 0\ncp /config/zoo.cfg /conf/zoo.cfg", false),
    ("[ -d /nowhere ] || exit 256\ncp /config/zoo.cfg /conf/zoo.cfg", false),
    ("[ -d /nowhere ] || { echo failed; exit; }\ncp /config/zoo.cfg /conf/zoo.cfg", false),
    ("leave() { exit 0; }\n[ -d /nowhere ] || leave\ncp /config/zoo.cfg /conf/zoo.cfg", false),
    ("([ -d /nowhere ] || exit 1; cp /config/zoo.cfg /conf/zoo.cfg)\ntrue", false),
    ("bash -c '[ -d /nowhere ] || exit 1; cp /config/zoo.cfg /conf/zoo.cfg'\ntrue", false),
    ("true | { [ -d /nowhere ] || exit 1; cp /config/zoo.cfg /conf/zoo.cfg; }\ntrue", false),
    ("{ [ -d /nowhere ] || exit 1; cp /config/zoo.cfg /conf/zoo.cfg; } | cat", false),
    ("{ true; } | while true; do [ -d /nowhere ] || exit 1; done\ncp /config/zoo.cfg /conf/zoo.cfg", false),
    ("{ [ -d /nowhere ] || exit 1; cp /config/zoo.cfg /conf/zoo.cfg; } &\nwait", false),
    ("die() { exit 1; }\n([ -d /nowhere ] || die; cp /config/zoo.cfg /conf/zoo.cfg)\ntrue", false),
    ("[ -d /nowhere ] && cp /config/zoo.cfg /conf/zoo.cfg\ntrue", false),
];

#[test]
fn what_a_shell_writes_is_what_is_read() {
    if Command::new("bash").args(["-c", ":"]).status().is_err() {
        return skip_aloud("bash is not there");
    }
    let with_line = |line: &str| BEGINNINGS.map(|beginning| format!("{beginning}{line}{}", STARTS[0]));
    let with_lines = LINES.into_iter().flat_map(with_line);
    let with_starts = STARTS.iter().flat_map(|start| {
        BEGINNINGS.iter().flat_map(move |beginning| ["", LINES[1]].map(|line| format!("{beginning}{line}{start}")))
    });
    let mut texts: Vec<String> = with_lines.chain(with_starts).collect();
    let seen = texts.len();
    texts.extend(UNSEEN.into_iter().flat_map(with_line));
    let stream: String = texts.iter().map(|text| manifest(text)).collect();
    let judged = judge(stream.as_bytes(), HOURLY);
    assert_eq!(judged.servers.len(), texts.len());
    let patched = commands_of(&judged.output);
    let (mut wrong, mut unknown) = (Vec::new(), 0);
    for (number, (text, server)) in texts.iter().zip(&judged.servers).enumerate() {
        if server.verdict == Verdict::Unknown.as_str() {
            unknown += usize::from(number < seen);
            continue;
        }
        let written = reading_of(text);
        if written_verdict(written).as_str() != server.verdict || written.number() != server.interval {
            wrong.push(format!("{} {:?}, and it writes {written:?}:\n{text}", server.verdict, server.interval));
        }
        let patched = &patched[number];
        if patched != text && reading_of(patched) != Reading::Number(1) {
            wrong.push(format!("patched it writes {:?}:\n{patched}", reading_of(patched)));
        }
        if (patched != text) != (judged.after[number] != written_verdict(written)) {
            wrong.push(format!("it is patched without an effect, or the other way round:\n{patched}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), texts.len(), wrong.join("\n---\n"));
    // What is decided by what nobody sees: variables of the image, conditions, editors.
    assert!(unknown < seen / 3, "{unknown} of {seen} are unknown");
}

#[test]
fn what_a_shell_hands_on_is_what_is_read() {
    let stream: String = HANDED.iter().map(|(text, _)| manifest(text)).collect();
    compare(&HANDED, &stream);
}

/// If an init container fails, no server starts.
#[test]
fn what_an_init_container_leaves_is_what_is_read() {
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config}\ndata: {zoo.cfg: \"autopurge.purgeInterval=7\\n\"}\n";
    let manifests: String = INITS.iter().map(|(text, _)| manifest_with_init(text)).collect();
    compare(&INITS, &format!("{config}{manifests}"));
}

/// Compares what is read with what a shell does.
fn compare(texts: &[(&str, bool)], stream: &str) {
    if Command::new("bash").args(["-c", ":"]).status().is_err() {
        return skip_aloud("bash is not there");
    }
    let judged = judge(stream.as_bytes(), HOURLY);
    assert_eq!(judged.servers.len(), texts.len());
    for ((text, is_told), server) in texts.iter().zip(&judged.servers) {
        let written = reading_of(text);
        assert_eq!(server.verdict != Verdict::Unknown.as_str(), *is_told, "{} {text}", server.verdict);
        if *is_told {
            assert_eq!(
                (server.verdict, server.interval),
                (written_verdict(written).as_str(), written.number()),
                "{text}"
            );
        }
    }
}

fn written_verdict(written: Reading) -> Verdict {
    Verdict::of(&written, &Reading::Number(3))
}

fn manifest(text: &str) -> String {
    let command = serde_json::to_string(text).expect("a text");
    format!(
        "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: zookeeper\nspec:\n  template:\n    spec:\n      \
         containers:\n        - name: zookeeper\n          image: zookeeper:3.8.4\n          command: [bash, -c, {command}]\n"
    )
}

fn manifest_with_init(text: &str) -> String {
    let command = serde_json::to_string(text).expect("a text");
    format!(
        "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: zookeeper}}\nspec:\n  template:\n    spec:\n      \
         initContainers:\n        - {{name: init, image: bash, command: [bash, -c, {command}], volumeMounts: [{{name: config, \
         mountPath: /config}}, {{name: conf, mountPath: /conf}}]}}\n      containers:\n        - {{name: zookeeper, image: \
         'zookeeper:3.8.4', volumeMounts: [{{name: conf, mountPath: /conf}}]}}\n      volumes: [{{name: config, configMap: \
         {{name: config}}}}, {{name: conf, emptyDir: {{}}}}]\n"
    )
}

/// The start texts of all manifests in a stream.
fn commands_of(stream: &[u8]) -> Vec<String> {
    let manifests =
        serde_yaml::Deserializer::from_slice(stream).map(|one| serde_yaml::Value::deserialize(one).expect("YAML"));
    let command = |manifest: serde_yaml::Value| {
        let command = &manifest["spec"]["template"]["spec"]["containers"][0]["command"][2];
        command.as_str().expect("a text").to_owned()
    };
    manifests.map(command).collect()
}

/// What a shell returns for a program that cannot be run, such as one that somebody is writing.
const CANNOT_BE_RUN: i32 = 126;

/// What `ZooKeeper` reads in the file that a real shell writes: without the key, 0.
fn reading_of(text: &str) -> Reading {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path();
    for name in ["conf", "tmp", "bin", "config"] {
        fs::create_dir(root.join(name)).expect("a folder");
    }
    for name in ["zoo.cfg", "zookeeper"] {
        fs::write(root.join("config").join(name), "autopurge.purgeInterval=7\n").expect("a file");
    }
    program(&root.join("bin/zkServer.sh"), "exit 0");
    let file = root.join("conf/zoo.cfg").display().to_string();
    let variables = "autopurge.purgeInterval=${ZOO_AUTOPURGE_PURGEINTERVAL:-0} $ZOO_CFG_EXTRA";
    program(&root.join("bin/docker-entrypoint.sh"), &format!("for line in {variables}; do echo $line; done > {file}"));
    program(
        &root.join("bin/render"),
        &format!("echo autopurge.purgeInterval=9 >> {}", root.join("conf/zoo.cfg").display()),
    );
    let inside = |path: &str| format!("{}{path}", root.display());
    // The folder may stand below /tmp itself.
    let text = text.replace("/tmp/", "@/").replace("/conf", &inside("/conf")).replace("@/", &inside("/tmp/"));
    let path = format!("{}:/usr/bin:/bin", inside("/bin"));
    let mut shell = Command::new("bash");
    shell.args(["-c", &text]).env_clear().env("PATH", path).env("HOSTNAME", "zk-0").current_dir(root);
    let mut run = || shell.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("bash starts");
    let mut status = run();
    // Another test that starts a program at the same time holds files open that were just written.
    for _ in 0..10 {
        if status.code() != Some(CANNOT_BE_RUN) {
            break;
        }
        fs::remove_file(root.join("conf/zoo.cfg")).ok();
        status = run();
    }
    assert!(status.success(), "{status}: {text}");
    let written = fs::read_to_string(root.join("conf/zoo.cfg")).unwrap_or_default();
    let found = properties(&written);
    effective(&found, INTERVAL_KEY).map_or(Reading::Number(0), |property| Reading::of(property.value.trim()))
}

/// A program of one line.
fn program(path: &Path, line: &str) {
    use std::os::unix::fs::PermissionsExt;

    fs::write(path, format!("#!/bin/sh\n{line}\n")).expect("a file");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("rights");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever a text is made of, it is read to its end, and places are places of it.
    #[test]
    fn any_text_is_read(parts in vec(select(PARTS.as_slice()), 0..40)) {
        let text = parts.concat();
        let all = commands(&Text::of_source(&text));
        for (number, command) in all.iter().enumerate() {
            prop_assert!(text.get(command.start..).is_some());
            for word in &command.words {
                prop_assert!(text.get(word.span.clone()).is_some(), "{:?}", word);
            }
            let files = Files::before(&all, number, &|_| None);
            if let Some((_, Name::Word(span))) = files.get("/conf/zoo.cfg") {
                prop_assert!(text.get(span).is_some());
            }
        }
    }
}

const PARTS: [&str; 44] = [
    "a",
    " ",
    "\n",
    "\t",
    "\\",
    "'",
    "\"",
    "$",
    "`",
    "(",
    ")",
    "{",
    "}",
    "<",
    ">",
    "<<",
    ">>",
    "&",
    "|",
    ";",
    ";;",
    "#",
    "!",
    "=",
    "-c",
    "bash ",
    "if ",
    "then ",
    "else ",
    "fi ",
    "do ",
    "done ",
    "case x in ",
    "esac ",
    "f() ",
    "function ",
    "[[ ",
    "]] ",
    "EOF\n",
    "/conf/zoo.cfg",
    "echo ",
    "cp ",
    "é",
    "\\\n",
];
