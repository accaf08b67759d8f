//! `autopurge` keeps `ZooKeeper` on Kubernetes from filling its disk with old snapshots.
//!
//! The way of the data:
//! ```text
//! bytes -> stream -> document -> resource -> server -> finding (+ patch) -> edits -> verified bytes
//! ```
//!
//! | folder | job |
//! | --- | --- |
//! | `cli` | arguments; one file per subcommand; all output |
//! | `lint` | a repository's charts, manifests and GitOps files as parts of a report |
//! | `config` | `autopurge.yaml`: finds it, reads it, and what is in force with the options |
//! | `suppress` | which findings count: selection, comments, annotations, baseline |
//! | `remedy` | the cure in shapes that a person keeps: values, patches, policies, alerts |
//! | `report` | findings for people and for machines; one file per format |
//! | `cure` | the findings' patches as verified edits of a stream |
//! | `checks` | judges servers and charts; one file per check |
//! | `charts` | what charts make of their values: models, versions, fixes |
//! | `detect` | from resources to servers and their settings |
//! | `manifests` | a stream, of which the documents that can matter are parsed |
//! | `rules` | what is known about flavors, charts and checks: loads `rules/` |
//! | `gitops` | the releases that Argo CD, Flux and others ask for |
//! | `helm` | charts and values as Helm has them; chart labels and template paths |
//! | `kubernetes` | what a manifest means |
//! | `shell` | what shell texts write into files before they start something |
//! | `zookeeper` | how `ZooKeeper` reads its settings; its snapshots and logs |
//! | `nearest` | what a misspelt name was meant to be |
//! | `printable` | text from files, made fit to be shown |
//! | `unix_path` | paths in containers and repositories, as texts |
//! | `yaml` | documents with spans, patches as byte edits |
//!
//! The program is what people use. The library is apart from it for the sake of tests, benchmarks and fuzzing: it has no
//! stable API, and any release may change all of it.
//!
//! Imports point downwards in this table. Only `cli` uses the standard streams, writes files and runs other programs.
//! `lint`, `config`, `rules`, `gitops` and `helm` read the files of a repository, `zookeeper` reads snapshots and logs, and
//! its `data_dir` alone deletes. All others make values of values.

pub mod charts;
pub mod checks;
pub mod cli;
pub mod config;
pub mod cure;
pub mod detect;
pub mod gitops;
pub mod helm;
pub mod kubernetes;
pub mod lint;
pub mod manifests;
mod nearest;
mod printable;
pub mod remedy;
pub mod report;
pub mod rules;
pub mod shell;
pub mod suppress;
mod unix_path;
pub mod yaml;
pub mod zookeeper;
