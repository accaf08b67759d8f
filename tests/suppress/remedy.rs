//! A remedy leaves alone what somebody has suppressed beside the setting, and says so.

use tempfile::TempDir;

use super::SERVER;
use super::lint::{APPLICATION, CHART, VALUES, write};
use crate::post_render::program::run;

#[test]
fn no_shape_has_what_is_suppressed_in_a_manifest() {
    let comment = "# autopurge: ignore[purge-disabled] a cron job purges";
    for stream in [
        SERVER.replace("value: \"0\"", &format!("value: \"0\" {comment}")),
        SERVER.replace("{checksum: \"1\"}", "{autopurge.dev/ignore: '*'}"),
    ] {
        for shape in ["strategic", "json-patch", "kustomize", "flux", "values", "set"] {
            let ran = run(&["remedy", "--as", shape], stream.as_bytes());
            let text = String::from_utf8(ran.stdout.clone()).expect("UTF-8");
            assert!(ran.code == 1 && !text.contains("AUTOPURGE"), "{shape}: {text}{}", ran.stderr);
            ran.assert_says(&["skipped: StatefulSet events/zk", "it is suppressed"]);
        }
        let both = format!("{stream}---\n{}", SERVER.replace("name: zk\n", "name: other\n"));
        let ran = run(&["remedy", "--as", "strategic"], both.as_bytes());
        let text = String::from_utf8(ran.stdout.clone()).expect("UTF-8");
        assert!(ran.code == 1 && text.contains("name: other") && !text.contains("name: zk"), "{text}");
    }
}

#[test]
fn no_values_are_written_for_what_is_suppressed_in_a_chart_or_a_release() {
    let comment = "# autopurge: ignore[purge-disabled] a cron job purges";
    let table = [
        ("chart", "chart/values.yaml", VALUES.replace("  purge", &format!("  {comment}\n  purge"))),
        ("app.yaml", "app.yaml", APPLICATION.replace("purgeInterval: 0", &format!("purgeInterval: 0 {comment}"))),
        ("app.yaml", "app.yaml", APPLICATION.replace("{}", "{autopurge.dev/ignore: purge-disabled}")),
    ];
    for (named, path, text) in table {
        let folder = TempDir::new().expect("a folder");
        for (path, text) in
            [(".git/HEAD", ""), ("chart/Chart.yaml", CHART), ("chart/values.yaml", VALUES), ("app.yaml", APPLICATION)]
        {
            write(folder.path(), path, text);
        }
        let named = folder.path().join(named).display().to_string();
        for shape in ["values", "set"] {
            let ran = run(&["remedy", "--as", shape, &named], b"");
            assert!(ran.code == 0 && !ran.stdout.is_empty(), "{shape} {named}: {}", ran.stderr);
        }
        write(folder.path(), path, &text);
        for shape in ["values", "set"] {
            let ran = run(&["remedy", "--as", shape, &named], b"");
            assert_eq!((ran.code, ran.stdout.as_slice()), (1, &b""[..]), "{shape} {named}: {}", ran.stderr);
            ran.assert_says(&["skipped: ", "it is suppressed"]);
        }
    }
}
