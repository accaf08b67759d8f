//! The way without autopurge: `kubectl kustomize` over the rendered stream with a JSON6902 patch.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

/// A command that makes the very patch that autopurge reports for the stream; or why there is none.
pub(crate) fn with_the_same_patch(stream: &Path, scratch: &Path) -> Result<Command, String> {
    let kubectl = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/kubectl");
    if !kubectl.is_file() {
        return Err("there is no target/tools/kubectl, run tests/tools.sh".to_owned());
    }
    let folder = scratch.join("kustomize");
    fs::create_dir(&folder).expect("a writable temporary folder");
    fs::copy(stream, folder.join("stream.yaml")).expect("a copy of the stream");
    let kustomization = kustomization(&report_on(stream, scratch)).ok_or("autopurge reports no patch")?;
    // YAML contains JSON.
    fs::write(folder.join("kustomization.yaml"), kustomization.to_string()).expect("a writable temporary folder");

    let mut command = Command::new(kubectl);
    command.arg("kustomize").arg(folder);
    Ok(command)
}

fn report_on(stream: &Path, scratch: &Path) -> Value {
    let file = scratch.join("report.json");
    let status = super::post_render(stream).arg("--report").arg(&file).output().expect("autopurge starts").status;
    assert!(status.success(), "autopurge failed");
    serde_json::from_slice(&fs::read(file).expect("a report")).expect("JSON")
}

fn kustomization(report: &Value) -> Option<Value> {
    let finding = report["findings"].as_array()?.iter().find(|finding| finding["check"] == "purge-disabled")?;
    let server = report["servers"].get(usize::try_from(finding["server"].as_u64()?).ok()?)?;
    let patch = &finding["fix"].get(0)?["patch"];
    Some(json!({
        "resources": ["stream.yaml"],
        "patches": [{
            "target": {"kind": server["kind"], "name": server["name"]},
            "patch": patch.to_string(),
        }],
    }))
}
