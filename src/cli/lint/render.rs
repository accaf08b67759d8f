//! Runs the user's Helm for `--render`.

use std::ffi::OsString;
use std::io::{self, Seek, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::helm::{HelmVersion, ReleaseOptions};
use crate::lint::RenderError;

/// The output of `helm template` for a chart.
pub(in crate::cli) fn template(chart: &Path, options: &ReleaseOptions) -> Result<Vec<u8>, RenderError> {
    let program = helm();
    let mut command = Command::new(&program);
    command.args(["template", options.name()]).arg(chart).args(flags(options));
    let helm = Path::new(&program).display().to_string();
    let input = options.values.input.as_deref().map_or(Ok(Stdio::null()), input);
    let output = match input.and_then(|input| command.stdin(input).output()) {
        Ok(output) if output.status.success() => return Ok(output.stdout),
        Ok(output) => output,
        Err(cause) => return Err(RenderError::NotStarted { helm, cause }),
    };
    let said = String::from_utf8_lossy(&output.stderr);
    let mut lines = said.lines().filter(|line| !line.trim().is_empty());
    let first = lines.clone().next().unwrap_or("no message");
    let said = lines.find_map(|line| line.strip_prefix("Error: ")).unwrap_or(first).to_owned();
    Err(RenderError::Failed { helm, said })
}

/// A text for a program to read, whether or not it does.
fn input(text: &[u8]) -> io::Result<Stdio> {
    let mut file = tempfile::tempfile()?;
    file.write_all(text)?;
    file.rewind()?;
    Ok(file.into())
}

/// The version of the Helm that `--render` runs; `None` if it cannot be determined.
pub(super) fn version() -> Option<HelmVersion> {
    let output = Command::new(helm()).args(["version", "--template", "{{.Version}}"]).stdin(Stdio::null()).output();
    let output = output.ok().filter(|output| output.status.success())?;
    HelmVersion::of(&String::from_utf8_lossy(&output.stdout))
}

/// The Helm to run: Helm sets `HELM_BIN` for its plugins.
fn helm() -> OsString {
    std::env::var_os("HELM_BIN").filter(|helm| !helm.is_empty()).unwrap_or_else(|| "helm".into())
}

fn flags(options: &ReleaseOptions) -> Vec<String> {
    let values = &options.values;
    let groups = [
        ("--values", &values.files),
        ("--set-json", &values.json),
        ("--set", &values.typed),
        ("--set-string", &values.texts),
        ("--set-file", &values.from_files),
        ("--set-literal", &values.literals),
    ];
    let repeated = groups.into_iter().flat_map(|(flag, values)| values.iter().map(move |value| (flag, value)));
    let single = [("--namespace", &options.namespace), ("--kube-version", &options.kube_version)];
    let single = single.into_iter().filter_map(|(flag, value)| Some((flag, value.as_ref()?)));
    repeated.chain(single).flat_map(|(flag, value)| [flag.to_owned(), value.clone()]).collect()
}
