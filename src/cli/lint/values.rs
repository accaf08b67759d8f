//! `-f`, `--set` and similar options, as Helm has them.

use std::io::{self, Read};
use std::sync::Arc;

use clap::Args;

use crate::helm::{HelmError, HelmVersion, ReleaseOptions, Sources, ValuesOptions};

/// Whether Helm is asked.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Values, as for `helm template`")]
pub struct RenderArgs {
    /// Also render each chart with Helm (`HELM_BIN`, or helm in `PATH`) and report where both disagree
    #[arg(long = "render")]
    pub(super) is_asked: bool,
}

/// Options of `helm template` that decide about values, and those that do not and are taken all the same.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Values, as for `helm template`")]
pub struct ValuesArgs {
    /// Values file for the chart; repeatable, the last one wins
    #[arg(short = 'f', long = "values", value_name = "FILE")]
    files: Vec<String>,
    /// Set values: a.b=1,c=2
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Set string values
    #[arg(long, value_name = "KEY=VALUE")]
    set_string: Vec<String>,
    /// Set values from the content of files
    #[arg(long, value_name = "KEY=FILE")]
    set_file: Vec<String>,
    /// Set JSON values
    #[arg(long, value_name = "KEY=JSON")]
    set_json: Vec<String>,
    /// Set a literal string value, without any escapes
    #[arg(long, value_name = "KEY=VALUE")]
    set_literal: Vec<String>,
    /// Helm version that installs the charts, where Helm 3 and Helm 4 read values differently [default: either]
    #[arg(long, value_name = "VERSION", value_parser = helm_version)]
    pub(in crate::cli) helm: Option<HelmVersion>,
    /// Namespace of the release; for --render, and for the patches and commands of `remedy`
    #[arg(short, long, value_name = "NAME")]
    pub(in crate::cli) namespace: Option<String>,
    /// Kubernetes version; for --render
    #[arg(long, value_name = "VERSION")]
    pub(in crate::cli) kube_version: Option<String>,
}

impl ValuesArgs {
    /// Reads the values without a chart: whatever Helm rejects then, it rejects for every chart. If Helm is to render,
    /// files from a URL are not checked, because only Helm reads them.
    pub(super) fn check(
        &self,
        values: &ValuesOptions,
        asks_helm: bool,
        helm: Option<HelmVersion>,
    ) -> Result<(), HelmError> {
        if asks_helm && self.files.iter().any(|path| path.contains("://")) {
            return Ok(());
        }
        let mut read = |path: &str| std::fs::read(path);
        let mut check = |helm| values.values(helm, &mut Sources::default(), &mut read).map(|_| ());
        match helm {
            Some(helm) => check(helm),
            // Values that at least one of the two versions accepts are accepted.
            None => check(HelmVersion::V3).or_else(|refusal| check(HelmVersion::V4).map_err(|_| refusal)),
        }
    }

    /// The options that matter to nobody but Helm.
    pub(super) fn only_for_helm(&self) -> Vec<&'static str> {
        let options = [("--namespace", &self.namespace), ("--kube-version", &self.kube_version)];
        options.into_iter().filter(|(_, value)| value.is_some()).map(|(name, _)| name).collect()
    }

    /// The same, with standard input read if it is needed.
    pub(in crate::cli) fn read(&self) -> io::Result<ValuesOptions> {
        let options = self.options(None);
        if !options.need_input() {
            return Ok(options);
        }
        let mut stream = Vec::new();
        io::stdin().lock().read_to_end(&mut stream)?;
        Ok(self.options(Some(stream.into())))
    }

    /// Whether none are given.
    pub(in crate::cli) fn is_empty(&self) -> bool {
        self.options(None).is_empty()
    }

    /// The options for rendering a chart with these values.
    pub(in crate::cli) fn release(&self, values: &ValuesOptions) -> ReleaseOptions {
        let (namespace, kube_version) = (self.namespace.clone(), self.kube_version.clone());
        ReleaseOptions { name: None, namespace, kube_version, values: values.clone() }
    }

    /// The values on the command line. `input` is what `-` stands for; `None` before standard input has been read.
    pub(in crate::cli) fn options(&self, input: Option<Arc<[u8]>>) -> ValuesOptions {
        ValuesOptions {
            files: self.files.clone(),
            json: self.set_json.clone(),
            typed: self.set.clone(),
            texts: self.set_string.clone(),
            from_files: self.set_file.clone(),
            literals: self.set_literal.clone(),
            input,
        }
    }
}

/// Parses the major version of Helm.
fn helm_version(text: &str) -> Result<HelmVersion, String> {
    HelmVersion::of(text).ok_or_else(|| "must be 3 or 4".to_owned())
}
