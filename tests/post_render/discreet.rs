//! Law 8: nothing that is said or reported quotes a Secret, nor a value other than the settings themselves.

use tempfile::TempDir;

use super::program::{Ran, run};

/// A word that stands everywhere in these manifests where nobody may read it out.
pub(crate) const CANARY: &str = "hunter2";

const BLOCK: &str = r#"
# Source: events/charts/zookeeper/templates/statefulset.yaml
# hunter2 above
apiVersion: apps/v1
kind: StatefulSet # hunter2
metadata:
  name: zk
  namespace: events
  annotations:
    checksum/secret: "hunter2"
    kubectl.kubernetes.io/last-applied-configuration: '{"hunter2": 0}'
spec:
  replicas: 3
  template:
    spec:
      containers:
        - name: zookeeper # hunter2
          image: IMAGE # hunter2
          COMMAND
          env: # hunter2
            - name: ZOO_SERVER_PASSWORD
              value: "hunter2" # hunter2
            - name: ZOO_AUTOPURGE_INTERVAL # hunter2
              # hunter2
              VALUE
            - name: ZOO_CLIENT_PASSWORD
              value: |
                hunter2
                hunter2
            - name: TOKEN
              value: hunter2
          livenessProbe:
            exec: {command: [sh, -c, "echo hunter2 | zookeeper"]}
---
apiVersion: v1
kind: Secret
metadata:
  name: zookeeper
data:
  password: hunter2
stringData: {"hunter2": hunter2, zoo.cfg: "autopurge.purgeInterval=0\nhunter2=hunter2"}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: zookeeper
data:
  zoo.cfg: |
    hunter2=hunter2
    autopurge.purgeInterval=0
"#;

const FLOW: &str = "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: zk, annotations: {a: hunter2}}, spec: {template: {spec: {containers: [{name: zookeeper, image: IMAGE, COMMAND env: [{name: A, value: hunter2}, {name: ZOO_AUTOPURGE_INTERVAL, VALUE, x: hunter2}, {name: B, value: 'hunter2'}]}]}}}} # hunter2\n";

const JSON: &str = r#"{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"zk","annotations":{"a":"hunter2"}},"spec":{"template":{"spec":{"containers":[{"name":"zookeeper","image":"IMAGE",COMMAND"env":[{"name":"A","value":"hunter2"},{"name":"ZOO_AUTOPURGE_INTERVAL",VALUE},{"name":"B","value":"hunter2"}]}]}}}}"#;

/// The image, and what stands for `COMMAND` and `VALUE` in each of the styles.
struct Situation {
    image: &'static str,
    command: [&'static str; 3],
    value: [&'static str; 3],
}

const RECENT: &str = "docker.io/bitnami/zookeeper:3.9.2";
const NO_COMMAND: [&str; 3] = ["", "", ""];
const ZERO: [&str; 3] = ["value: \"0\" # hunter2", "value: '0'", r#""value":"0""#];

const SITUATIONS: [Situation; 6] = [
    Situation { image: RECENT, command: NO_COMMAND, value: ZERO },
    Situation { image: "bitnami/zookeeper:3.4.12", command: NO_COMMAND, value: ZERO },
    Situation { image: RECENT, command: NO_COMMAND, value: ["value: \"24\"", "value: 24", r#""value":"24""#] },
    Situation { image: RECENT, command: NO_COMMAND, value: ["value: many", "value: many", r#""value":"many""#] },
    Situation {
        image: RECENT,
        command: NO_COMMAND,
        value: [
            "valueFrom: {secretKeyRef: {name: x, key: y, hunter2: hunter2}}",
            "valueFrom: {secretKeyRef: {name: x, key: y, hunter2: hunter2}}",
            r#""valueFrom":{"secretKeyRef":{"name":"x","key":"y","hunter2":"hunter2"}}"#,
        ],
    },
    Situation {
        image: RECENT,
        command: [
            "command: [sh, -c, 'run --password hunter2']",
            "command: [sh, -c, 'run --password hunter2'],",
            r#""command":["sh","-c","run --password hunter2"],"#,
        ],
        value: ZERO,
    },
];

fn streams() -> impl Iterator<Item = String> {
    SITUATIONS.iter().flat_map(|situation| {
        [BLOCK, FLOW, JSON].into_iter().enumerate().map(|(style, text)| {
            let text = text.replace("IMAGE", situation.image);
            text.replace("COMMAND", situation.command[style]).replace("VALUE", situation.value[style])
        })
    })
}

/// All streams of this file: [`CANARY`] stands in them wherever no format may show it.
pub(crate) fn canaries() -> Vec<String> {
    let in_stores = STORES.iter().flat_map(|store| LINES.map(|line| store.replace("LINE", line)));
    streams().chain(in_stores).collect()
}

/// Everything that a run says, reports included.
fn told(args: &[&str], stream: &str) -> (Ran, String) {
    let folder = TempDir::new().expect("a folder");
    let report = folder.path().join("report.json");
    let ran = run(&[args, &["--report", report.to_str().expect("UTF-8")]].concat(), stream.as_bytes());
    let text = format!("{}{}", ran.stderr, std::fs::read_to_string(report).unwrap_or_default());
    (ran, text)
}

#[test]
fn nothing_is_quoted_but_the_settings() {
    for stream in streams() {
        for mode in ["patch", "warn", "deny"] {
            let (ran, text) = told(&["post-render", "-v", "--strict", "--color", "always", "--mode", mode], &stream);
            assert!(!text.contains(CANARY), "{mode}\n{text}");
            assert!(text.contains("\"servers\":[{"), "no server was seen\n{text}");
            assert!(matches!(ran.code, 0 | 1), "{text}");
        }
    }
}

#[test]
fn comments_quote_nothing() {
    for stream in streams() {
        let (ran, _) = told(&[], &stream);
        let count = |text: &str| text.matches(CANARY).count();
        assert_eq!(count(&String::from_utf8_lossy(&ran.stdout)), count(&stream));
    }
}

#[test]
fn what_is_broken_is_not_quoted() {
    let tails = [
        "a: 'hunter2\n",
        "a: [hunter2\n",
        "a: \"hunter2\\q\"\n",
        "a: *hunter2\n",
        "a: !hunter2!hunter2 b\n",
        "hunter2\n  hunter2: hunter2: hunter2\n",
        "a: @hunter2\n",
        "%hunter2 hunter2\n",
        "a: \u{1}hunter2\n",
    ];
    for tail in tails {
        let stream = format!("kind: Secret\nmetadata: {{name: zookeeper}}\n{tail}");
        let (ran, text) = told(&["-v", "--color", "always"], &stream);
        assert!(!text.contains(CANARY), "{text}");
        assert!(matches!(ran.code, 0 | 2), "{text}");
    }
}

#[test]
fn control_characters_of_names_do_not_reach_the_terminal() {
    let stream = FLOW
        .replace("name: zk,", r#"name: "zk\e[2J\r\x07","#)
        .replace("name: zookeeper", r#"name: "zoo\e]0;x\a""#)
        .replace("IMAGE", RECENT)
        .replace("COMMAND", "")
        .replace("VALUE", r#"value: "0\e[31m""#);
    for mode in ["patch", "warn", "deny"] {
        let (ran, _) = told(&["-v", "--color", "never", "--mode", mode], &stream);
        assert!(ran.stderr.chars().all(|c| c == '\n' || !c.is_control()), "{:?}", ran.stderr);
    }
}

#[test]
fn a_variable_that_only_sounds_like_a_setting_is_not_quoted() {
    let stream = BLOCK.replace("IMAGE", RECENT).replace("COMMAND", "").replace("VALUE", "value: '0'");
    let (_, text) = told(&["-v"], &stream.replace("name: TOKEN", "name: AUTOPURGE_WEBHOOK_TOKEN"));
    assert!(!text.contains(CANARY), "{text}");
}

/// A server whose settings stand elsewhere, with canaries beside them, and in lines before and behind.
const STORES: [&str; 7] = [
    r"
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: zk}
spec:
  template:
    spec:
      containers:
        - name: zookeeper
          image: zookeeper:3.8.4
          volumeMounts: [{name: config, mountPath: /conf/zoo.cfg, subPath: zoo.cfg}]
      volumes: [{name: config, configMap: {name: zk}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: zk, annotations: {hunter2: hunter2}}
data:
  log4j.properties: hunter2
  zoo.cfg: | # hunter2
    ssl.keyStore.password=hunter2
    LINE
    ssl.trustStore.password=hunter2
",
    r#"
apiVersion: v1
kind: ConfigMap
metadata: {name: zk}
data: {"zoo.cfg": "ssl.keyStore.password=hunter2\nLINE\n# hunter2\n", hunter2: "hunter2"}
---
{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: zk}, spec: {template: {spec: {containers: [{name: zookeeper, image: "zookeeper:3.8.4", volumeMounts: [{name: config, mountPath: /conf}]}], volumes: [{name: config, configMap: {name: zk}}]}}}}
"#,
    r"
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: zk}
spec:
  template:
    spec:
      containers:
        - name: zookeeper
          image: zookeeper:3.8.4
          volumeMounts: [{name: config, mountPath: /conf}]
      volumes: [{name: config, secret: {secretName: zk}}]
---
apiVersion: v1
kind: Secret
metadata: {name: zk}
data: {password: aHVudGVyMg==, hunter2: hunter2}
stringData:
  zoo.cfg: |
    ssl.keyStore.password=hunter2
    LINE
    ssl.trustStore.password=hunter2
",
    r"
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: zk}
spec:
  template:
    spec:
      containers:
        - name: zookeeper
          image: zookeeper:3.8.4
          command:
            - bash
            - -c
            - | # hunter2
              PASSWORD=hunter2
              # hunter2
              { echo 'ssl.keyStore.password=hunter2'; echo 'clientPort=2181'; echo 'LINE'; } > /conf/zoo.cfg
              PASSWORD=hunter2 exec zkServer.sh start-foreground # hunter2
",
    r#"
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: zk}
spec:
  template:
    spec:
      containers:
        - name: zookeeper
          image: zookeeper:3.8.4
          envFrom: [{configMapRef: {name: zk}}, {secretRef: {name: zk}}]
          env: [{name: ZOO_CFG_EXTRA, value: "ssl.keyStore.password=hunter2 LINE ssl.trustStore.password=hunter2"}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: zk}
data: {PASSWORD: hunter2}
---
apiVersion: v1
kind: Secret
metadata: {name: zk}
stringData: {PASSWORD: hunter2, AUTOPURGE_TOKEN: hunter2, ZOO_AUTOPURGE_PURGEINTERVAL: hunter2}
"#,
    r"
apiVersion: platform.confluent.io/v1beta1
kind: Zookeeper
metadata: {name: zk, annotations: {hunter2: hunter2}}
spec:
  authentication: {password: hunter2}
  configOverrides: # hunter2
    jvm: [-Dpassword=hunter2]
    server:
      - ssl.keyStore.password=hunter2
      - LINE
      - ssl.trustStore.password=hunter2
",
    r"
apiVersion: zookeeper.monime.sl/v1alpha1
kind: ZookeeperCluster
metadata: {name: zk}
spec:
  env: [{name: PASSWORD, value: hunter2}]
  zkCfg: |
    ssl.keyStore.password=hunter2
    LINE
    ssl.trustStore.password=hunter2
  labels: {hunter2: hunter2}
",
];

/// Commands that name what nobody may read out: the values and scripts of options as they are, and words that are neither
/// paths nor names.
const COMMANDS: [&str; 55] = [
    "sed -i 's/@PW@/hunter2/' /conf/jaas.conf",
    "sed -i -e s/PW/hunter2/ -e s/A/hunter2/ /conf/zoo.cfg",
    "sed -i s/PW/hunter2/ /conf/zoo.cfg",
    "sed -n -i.hunter2 s/PW/hunter2/ /conf/zoo.cfg",
    "sed s/PW/hunter2/ /t/zoo.cfg > /conf/zoo.cfg",
    "sed -e s/PW/hunter2/ -e s/x/hunter2/ /t/zoo.cfg > /conf/zoo.cfg",
    "sed --expression s/PW/hunter2/ /t/zoo.cfg > /conf/zoo.cfg",
    "cat /t/zoo.cfg | sed s/PW/hunter2/ > /conf/zoo.cfg",
    "awk -v p=hunter2 '{gsub(\"PW\",p);print}' /t/zoo.cfg > /conf/zoo.cfg",
    "awk '{gsub(\"PW\",\"hunter2\");print}' p=hunter2 /t/zoo.cfg > /conf/zoo.cfg",
    "grep -v -e hunter2 -e hunter2 /t/zoo.cfg > /conf/zoo.cfg",
    "grep -v hunter2 /t/zoo.cfg > /conf/zoo.cfg",
    "cut -d hunter2 -f 1 /t/zoo.cfg > /conf/zoo.cfg",
    "sort -k hunter2 /t/zoo.cfg > /conf/zoo.cfg",
    "uniq -f hunter2 /t/zoo.cfg > /conf/zoo.cfg",
    "tr PW hunter2 < /t/zoo.cfg > /conf/zoo.cfg",
    "curl -u admin:hunter2 https://x/zoo.cfg -o /conf/zoo.cfg",
    "curl -u admin:hunter2 https://hunter2@x/zoo.cfg > /conf/zoo.cfg",
    "wget --password hunter2 https://x/zoo.cfg -O /conf/zoo.cfg",
    "openssl enc -k hunter2 -in /t/zoo.cfg -out /conf/zoo.cfg",
    "install -m 600 -o hunter2 /t/zoo.cfg /conf/zoo.cfg",
    "cp -S hunter2 /t/zoo.cfg /conf/zoo.cfg",
    "cp user:hunter2@x /conf/zoo.cfg",
    "mv user:hunter2@x /conf/",
    "echo hunter2 | other --password hunter2 > /conf/zoo.cfg",
    "login:hunter2 > /conf/zoo.cfg",
    "cat user:hunter2@x > /conf/zoo.cfg",
    "cat /t/zoo.cfg | tee user:hunter2@x /conf/zoo.cfg",
    "crudini --set /conf/zoo.cfg s x hunter2",
    "perl -pi -e 's/PW/hunter2/' /conf/zoo.cfg",
    "yq -i '.x=\"hunter2\"' /conf/zoo.cfg",
    "keytool -storepass hunter2 -keystore /conf/zoo.cfg",
    "tar -C /conf -xf hunter2:x",
    "printf 'password=%s\\n' hunter2 >> /conf/zoo.cfg",
    "PASSWORD=hunter2 render > /conf/zoo.cfg",
    "render --password=hunter2 > \"/conf/$(hunter2).cfg\"",
    "echo a > \"/conf/${X:-hunter2}/zoo.cfg\"",
    "cat \"/t/${X:-hunter2}.cfg\" > /conf/zoo.cfg",
    ". user:hunter2@x",
    "source <(echo hunter2)",
    "eval \"$(echo export X=hunter2)\"",
    "export $(echo X=hunter2)",
    "if [ \"$X\" = hunter2 ]; then exec login:hunter2; fi",
    "bash -c \"login:hunter2\"",
    "zkServer.sh start-foreground user:hunter2@x",
    "java -cp hunter2 org.apache.zookeeper.server.quorum.QuorumPeerMain user:hunter2@x",
    "zkServer.sh --config user:hunter2@x start",
    "trap 'echo hunter2' EXIT",
    "find /conf -name hunter2 -exec rm {} ;",
    "patch hunter2:x",
    "dd if=hunter2 of=/conf/zoo.cfg",
    "gzip -S hunter2 /conf/zoo.cfg",
    "unzip -P hunter2 x.zip -d /conf",
    "rsync -e hunter2 hunter2:x /conf/",
    "export ZOO_AUTOPURGE_PURGEINTERVAL=$(echo hunter2)",
];

/// What the texts of the commands end with.
const STARTS: [&str; 4] = [
    "exec zkServer.sh start-foreground",
    "exec zkServer.sh start-foreground /conf/zoo.cfg",
    "exec zkServer.sh start-foreground \"/conf/$Y\"",
    "exec /docker-entrypoint.sh zkServer.sh start-foreground",
];

#[test]
fn no_word_of_a_command_is_quoted_that_may_be_a_secret() {
    for image in ["zookeeper:3.8.4", RECENT, "registry.k8s.io/kubernetes-zookeeper:1.0-3.4.10"] {
        let texts = COMMANDS.iter().flat_map(|command| STARTS.map(|start| format!("{command}\n{start}\n")));
        let servers = texts.map(|text| {
            let text = serde_json::to_string(&text).expect("a text");
            format!(
                "{{apiVersion: apps/v1, kind: StatefulSet, metadata: {{name: zk}}, spec: {{template: {{spec: {{containers: \
                 [{{name: zookeeper, image: {image:?}, command: [bash, -c, {text}], env: [{{name: \
                 ZOO_AUTOPURGE_PURGEINTERVAL, value: '0'}}]}}]}}}}}}}}\n"
            )
        });
        assert_discreet(&servers.collect::<Vec<_>>().join("---\n"));
    }
}

/// Lines that purge, that do not, that make no sense and that are about something else.
const LINES: [&str; 6] = [
    "tickTime=2000",
    "autopurge.purgeInterval=0",
    "autopurge.purgeInterval=24",
    "autopurge.purgeInterval=many",
    "autopurge.snapRetainCount=many",
    "autopurge.purgeInterval=",
];

#[test]
fn nothing_beside_a_setting_is_quoted_wherever_it_is_kept() {
    for stream in STORES.iter().flat_map(|store| LINES.map(|line| store.replace("LINE", line))) {
        assert_discreet(&stream);
    }
}

fn assert_discreet(stream: &str) {
    for mode in ["patch", "warn", "deny"] {
        let (ran, text) = told(&["post-render", "-v", "--color", "always", "--mode", mode], stream);
        assert!(!text.contains(CANARY), "{mode}\n{stream}\n{text}");
        assert!(text.contains("\"servers\":[{"), "no server was seen\n{stream}\n{text}");
        assert!(matches!(ran.code, 0 | 1), "{stream}\n{text}");
        let count = |text: &str| text.matches(CANARY).count();
        assert!(count(&String::from_utf8_lossy(&ran.stdout)) <= count(stream), "a comment quotes\n{stream}");
    }
}
