//! `autopurge` keeps `ZooKeeper` on Kubernetes from filling its disk with old snapshots.
//!
//! The flow of data:
//! ```text
//! bytes -> stream -> document -> resource -> server -> finding (+ patch) -> edits -> verified bytes
//! ```
//!
//! | folder | job |
//! | --- | --- |
//! | `cli` | arguments; one file per subcommand; all output |
//! | `lint` | reads the charts, manifests and GitOps files of a repository as parts of a report |
//! | `config` | finds and reads `autopurge.yaml`, and combines it with the options |
//! | `suppress` | which findings count: selection, comments, annotations, baseline |
//! | `remedy` | the cure in permanent form: values, patches, policies, alerts |
//! | `report` | findings for people and for machines; one file per format |
//! | `cure` | the findings' patches as verified edits of a stream |
//! | `checks` | judges servers and charts; one file per check |
//! | `charts` | what charts do with their values: models, versions, fixes |
//! | `detect` | from resources to servers and their settings |
//! | `manifests` | a stream, with the documents parsed that can matter |
//! | `rules` | what is known about flavors, charts and checks: loads `rules/` |
//! | `gitops` | the releases that Argo CD, Flux and others ask for |
//! | `helm` | charts and values as Helm sees them; chart labels and template paths |
//! | `kubernetes` | what a manifest means |
//! | `shell` | what shell texts write into files before they start something |
//! | `zookeeper` | how `ZooKeeper` reads its settings; its snapshots and logs |
//! | `globs` | which paths globs fit, as in `.gitignore` |
//! | `nearest` | what a misspelt name was meant to be |
//! | `path` | paths of the file system |
//! | `printable` | text from files, made safe to show and to paste; numbers of things |
//! | `unix_path` | paths in containers and repositories, as texts |
//! | `wildcard` | patterns in which `*` stands for any text |
//! | `yaml` | documents with spans, patches as byte edits |
//!
//! The program is what users run. The library is separate for the sake of tests, benchmarks and fuzzing: it has no
//! stable API, and any release may change all of it.
//!
//! Imports point downwards in this table. Only `cli` uses the standard streams, writes files and runs other programs.
//! `lint`, `config`, `rules`, `gitops` and `helm` read the files of a repository, `zookeeper` reads snapshots and logs,
//! and only its `data_dir` deletes anything. All others compute values from values.

pub mod charts;
pub mod checks;
pub mod cli;
pub mod config;
pub mod cure;
pub mod detect;
pub mod gitops;
mod globs;
pub mod helm;
pub mod kubernetes;
pub mod lint;
pub mod manifests;
mod nearest;
mod path;
mod printable;
pub mod remedy;
pub mod report;
pub mod rules;
#[cfg(test)]
mod schema;
pub mod shell;
pub mod suppress;
mod unix_path;
mod wildcard;
pub mod yaml;
pub mod zookeeper;
