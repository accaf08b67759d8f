//! The options of `autopurge remedy`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::cli::args::{RulesDir, count, hours};
use crate::cli::lint::ValuesArgs;
use crate::gitops::STANDARD_INPUT;

/// Hours between two purges, where nobody says otherwise.
const DEFAULT_INTERVAL: i32 = 1;

/// Options of `remedy`.
#[derive(Debug, Clone, Args)]
pub struct RemedyArgs {
    /// Rendered manifests of one release [default: standard input]; for `values`, `set` and `flux` also charts,
    /// GitOps files (Argo CD, Flux, helmfile, ...), or folders of them
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// What to write
    #[arg(long = "as", value_name = "SHAPE", value_enum)]
    pub shape: Shape,
    /// Hours between two purges, for servers that never purge
    #[arg(long, value_name = "HOURS", default_value_t = DEFAULT_INTERVAL, value_parser = hours, allow_negative_numbers = true)]
    pub interval: i32,
    /// Snapshots to keep, for servers that never purge [default: leave that setting alone]
    #[arg(long, value_name = "COUNT", value_parser = count, allow_negative_numbers = true)]
    pub retain: Option<i32>,
    /// With `--as policy`: reject servers that never purge, instead of warning
    #[arg(long)]
    pub enforce: bool,
    /// With `--as policy`: let the API server enable purging, too
    #[arg(long)]
    pub mutate: bool,
    /// With `--as policy`: what enforces it [default: kubernetes]
    #[arg(long, value_enum)]
    pub engine: Option<EngineArg>,
    /// Render the charts with Helm first (`HELM_BIN`, or helm in `PATH`), and use the result
    #[arg(long)]
    pub render: bool,
    #[command(flatten)]
    /// Which rules.
    pub rules: RulesDir,
    #[command(flatten)]
    /// The values of a chart.
    pub values: ValuesArgs,
}

impl RemedyArgs {
    /// The paths; without any, standard input.
    pub(super) fn inputs(&self) -> Vec<PathBuf> {
        if self.paths.is_empty() { vec![PathBuf::from(STANDARD_INPUT)] } else { self.paths.clone() }
    }

    /// Whether standard input is among the inputs.
    pub(super) fn names_input(&self) -> bool {
        self.inputs().iter().any(|path| path == Path::new(STANDARD_INPUT))
    }

    /// Whether there is no other input.
    pub(super) fn is_of_input(&self) -> bool {
        self.inputs().iter().all(|path| path == Path::new(STANDARD_INPUT))
    }

    /// An option that is given but has no effect with the shape.
    pub(super) fn ignored(&self) -> Option<&'static str> {
        let is_policy = self.shape == Shape::Policy;
        let is_nameless = self.shape.is_of_values() && !self.render;
        let table = [
            ("--enforce", self.enforce && !is_policy),
            ("--mutate", self.mutate && !is_policy),
            ("--engine", self.engine.is_some() && !is_policy),
            ("--retain", self.retain.is_some() && (is_policy || self.shape == Shape::PrometheusRule)),
            ("--render", self.render && is_policy),
            ("--namespace", self.values.namespace.is_some() && is_policy),
            ("--namespace without --render", self.values.namespace.is_some() && is_nameless),
            ("--kube-version without --render", self.values.kube_version.is_some() && !self.render),
            ("-f, --set and similar options", !self.values.is_empty() && is_policy),
            ("--helm", self.values.helm.is_some() && !is_nameless),
            ("--interval without --mutate", self.interval != DEFAULT_INTERVAL && is_policy && !self.mutate),
        ];
        table.into_iter().find(|(_, is_ignored)| *is_ignored).map(|(option, _)| option)
    }
}

/// Shapes of a cure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shape {
    /// A values file for `helm upgrade -f`, or values for an Application, a helmfile, ...; for known charts
    Values,
    /// The same as options of Helm: `--set zookeeper.autopurge.purgeInterval=1`
    Set,
    /// Strategic merge patches, which select containers and variables by name
    Strategic,
    /// RFC 6902 patches, with a test of both names before each index
    JsonPatch,
    /// For a `HelmRelease` of Flux: `postRenderers` from manifests, `values` from the `HelmRelease` itself
    Flux,
    /// A kustomize component
    Kustomize,
    /// Admission policies for a cluster, made from the rules; reads no manifests
    Policy,
    /// Alerts for the disks of the servers (Prometheus operator)
    PrometheusRule,
}

/// Who enforces policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EngineArg {
    /// The API server
    Kubernetes,
    /// Kyverno
    Kyverno,
}
