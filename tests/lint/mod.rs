//! `autopurge lint`, as people run it.

mod argo;
mod bad_input;
mod behind_helm;
mod charts;
mod corpus;
mod deployers;
mod differential;
mod fixes;
mod gitops;
mod helm_versions;
mod helmfile;
mod known_charts;
mod kustomize;
mod local_charts;
mod locks;
mod manifests;
mod options;
mod overlays;
mod program;
mod reached;
mod readers;
mod render;
mod terraform;
mod unknown_values;
mod unreadable;
mod walk;
