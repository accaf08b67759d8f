//! The streams that are measured.

use std::env;
use std::fs;

/// A rendered stream and where it comes from.
pub(crate) struct Rendered {
    pub(crate) origin: String,
    pub(crate) text: String,
}

/// The file that was asked for, else PostHog's chart 18.2.0 where its rendering lies beside the repository, else a
/// stream of the same size.
pub(crate) fn rendered() -> Rendered {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus/rendered/posthog-18.2.0.yaml");
    // Cargo adds --bench.
    let asked = env::args().skip(1).find(|argument| !argument.starts_with('-'));
    match (asked, fs::read_to_string(beside)) {
        (Some(file), _) => {
            let text = fs::read_to_string(&file).expect("a readable stream");
            Rendered { origin: file, text }
        }
        (None, Ok(text)) => Rendered { origin: "PostHog's chart 18.2.0".to_owned(), text },
        (None, Err(_)) => Rendered {
            origin: "synthetic, with as many documents and bytes as PostHog's chart 18.2.0".to_owned(),
            text: like_posthog(),
        },
    }
}

/// Deployments until the size is reached, to the byte, with nothing in them that could be a ZooKeeper.
pub(crate) fn without_zookeeper(size: usize) -> Vec<u8> {
    let mut text = String::with_capacity(size + 4096);
    for number in 0.. {
        if text.len() >= size - 4096 {
            break;
        }
        push_deployment(&mut text, number);
    }
    // A comment fills the rest.
    text.push('#');
    let mut bytes = text.into_bytes();
    bytes.resize(size - 1, b'.');
    bytes.push(b'\n');
    bytes
}

/// 42 documents in about 100 kB, the ZooKeeper near the end.
fn like_posthog() -> String {
    let mut text = String::new();
    for number in 0..42 {
        if number == 38 {
            text.push_str(ZOOKEEPER);
        } else {
            push_deployment(&mut text, number);
        }
    }
    text
}

fn push_deployment(text: &mut String, number: usize) {
    text.push_str(&DEPLOYMENT.replace("NUMBER", &number.to_string()));
    for variable in 0..22 {
        let name = format!("            - name: SHOP_WORKER_SETTING_{variable}\n");
        let value = format!("              value: \"value {variable} of worker {number}\"\n");
        text.extend([name, value]);
    }
}

const DEPLOYMENT: &str = r#"---
# Source: shop/templates/worker-NUMBER.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: worker-NUMBER
  labels:
    app: worker-NUMBER
spec:
  selector:
    matchLabels:
      app: worker-NUMBER
  template:
    metadata:
      labels:
        app: worker-NUMBER
    spec:
      containers:
        - name: worker
          image: docker.io/library/python:3.12-slim
          command: ["python", "-m", "shop.worker"]
          env:
"#;

const ZOOKEEPER: &str = r#"---
# Source: shop/charts/zookeeper/templates/statefulset.yaml
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: shop-zookeeper
  labels:
    app.kubernetes.io/name: zookeeper
spec:
  serviceName: shop-zookeeper
  selector:
    matchLabels:
      app.kubernetes.io/name: zookeeper
  template:
    metadata:
      labels:
        app.kubernetes.io/name: zookeeper
    spec:
      containers:
        - name: zookeeper
          image: docker.io/bitnami/zookeeper:3.7.0-debian-10-r70
          env:
            - name: ZOO_PORT_NUMBER
              value: "2181"
            - name: ZOO_AUTOPURGE_INTERVAL
              value: "0"
            - name: ZOO_AUTOPURGE_RETAIN_COUNT
              value: "3"
"#;
