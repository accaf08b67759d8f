//! Charts that are broken, large or malicious.

use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, Instant};

use autopurge::helm::{ArchiveFault, Chart, Fault, HelmError, HelmVersion, Sources};
use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use super::fixture::{Fixture, pack};

const CHART: &[u8] = b"{apiVersion: v2, name: top, version: 1.0.0}\n";

fn load(path: &Path) -> Result<Chart, HelmError> {
    Chart::load(path, HelmVersion::V3, &mut Sources::default())
}

fn load_package(bytes: &[u8]) -> Result<Chart, HelmError> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("chart.tgz");
    fs::write(&path, bytes).unwrap();
    load(&path)
}

fn archive_fault(bytes: &[u8]) -> ArchiveFault {
    match load_package(bytes) {
        Err(HelmError { fault: Fault::Archive(fault), .. }) => fault,
        other => panic!("{other:?}"),
    }
}

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn packages_that_lead_elsewhere_are_refused() {
    let named = |name: &str| archive_fault(&pack([("top/Chart.yaml".to_owned(), CHART), (name.to_owned(), b"x")]));
    assert_eq!(named("top/../../etc/passwd"), ArchiveFault::ParentPath("top/../../etc/passwd".to_owned()));
    assert_eq!(named("//etc/passwd"), ArchiveFault::AbsolutePath("//etc/passwd".to_owned()));
    assert_eq!(named("values.yaml"), ArchiveFault::OutsidePath("values.yaml".to_owned()));
    assert_eq!(named("top/c:/values.yaml"), ArchiveFault::DrivePath("top/c:/values.yaml".to_owned()));
    assert_eq!(named("top/Chart.yaml"), ArchiveFault::Duplicate("top/Chart.yaml".to_owned()));
}

#[test]
fn links_are_refused_where_a_file_counts() {
    let with_link = |name: &str| {
        let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        let mut header = tar::Header::new_gnu();
        header.set_size(CHART.len().try_into().unwrap());
        archive.append_data(&mut header, "top/Chart.yaml", CHART).unwrap();
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Symlink);
        header.set_size(0);
        archive.append_link(&mut header, name, "/etc/passwd").unwrap();
        archive.into_inner().unwrap().finish().unwrap()
    };
    assert_eq!(archive_fault(&with_link("top/values.yaml")), ArchiveFault::Link("top/values.yaml".to_owned()));
    assert!(load_package(&with_link("top/README.md")).is_ok());
}

#[test]
fn what_is_no_package_is_refused() {
    let whole = pack([("top/Chart.yaml".to_owned(), CHART)]);
    assert_eq!(archive_fault(b"apiVersion: v2"), ArchiveFault::NotGzip);
    assert_eq!(archive_fault(b""), ArchiveFault::NotGzip);
    assert_eq!(archive_fault(&pack([])), ArchiveFault::Empty);
    for length in 3..whole.len() {
        match load_package(&whole[..length]) {
            // The end of the stream says nothing that is not known already.
            Ok(chart) => assert_eq!(chart.name(), "top"),
            Err(error) => assert!(matches!(error.fault, Fault::Archive(_)), "{length}: {error}"),
        }
    }
}

#[test]
fn bombs_are_refused_soon() {
    let start = Instant::now();
    let zeros = vec![0; 6 << 20];
    assert_eq!(archive_fault(&pack([("top/x".to_owned(), zeros.as_slice())])), ArchiveFault::TooLarge(5 << 20));
    let many = (0..30).map(|number| (format!("top/{number}"), &zeros[..4 << 20]));
    assert_eq!(archive_fault(&pack(many)), ArchiveFault::TooLarge(100 << 20));
    let entries = (0..50_001).map(|number| (format!("top/{number}"), &b""[..]));
    assert_eq!(archive_fault(&pack(entries)), ArchiveFault::TooManyEntries(50_000));
    let mut endless = GzEncoder::new(Vec::new(), Compression::fast());
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::GNULongName);
    header.set_size(1 << 40);
    header.set_cksum();
    endless.write_all(header.as_bytes()).unwrap();
    (0..300).for_each(|_| endless.write_all(&vec![b'a'; 1 << 20]).unwrap());
    assert!(matches!(archive_fault(&endless.finish().unwrap()), ArchiveFault::Damaged(_)));
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

#[test]
fn packages_in_packages_end_somewhere() {
    let mut inner = pack([("top/Chart.yaml".to_owned(), CHART)]);
    for _ in 0..60 {
        inner = pack([("top/Chart.yaml".to_owned(), CHART), ("top/charts/a.tgz".to_owned(), inner.as_slice())]);
    }
    let error = load_package(&inner).unwrap_err();
    assert_eq!(error.fault, Fault::TooManyCharts(50));
    assert!(error.to_string().contains("!top/charts/a.tgz!top/charts/a.tgz"), "{error}");
}

#[test]
fn errors_name_the_file_within_packages() {
    let inner = pack([("a/Chart.yaml".to_owned(), CHART), ("a/values.yaml".to_owned(), &b"a: 1\nb: [\n"[..])]);
    let outer = pack([("top/Chart.yaml".to_owned(), CHART), ("top/charts/a-1.0.0.tgz".to_owned(), inner.as_slice())]);
    let error = load_package(&outer).unwrap_err();
    let message = error.to_string();
    assert!(message.contains("chart.tgz!top/charts/a-1.0.0.tgz!a/values.yaml:3:1: broken YAML"), "{message}");
}

#[test]
fn errors_in_folders_name_file_and_line() {
    let table: [(&str, &[u8], &str); 8] = [
        ("values.yaml", b"a: 1\nb: [\n", "values.yaml:3:1: broken YAML"),
        ("values.yaml", b"- a\n", "values.yaml:1:1: values have to be a map"),
        ("values.yaml", b"a: \xff\n", "values.yaml:1:4: this is not UTF-8"),
        ("Chart.yaml", b"name: top\nversion: one\n", "Chart.yaml:2:10: \"one\" is not a version"),
        ("Chart.yaml", b"name: top\nversion: 1.0.0\nsources: x\n", "Chart.yaml:3:10: sources has to be a list"),
        ("Chart.lock", b"dependencies: 5\n", "Chart.lock:1:15: dependencies has to be a list"),
        (".helmignore", b"a/**\n", ".helmignore: \"a/**\" is not a valid"),
        ("charts/a/values.yaml", b"", "charts/a: Chart.yaml is missing"),
    ];
    for (name, text, message) in table {
        let folder = folder(&[("Chart.yaml", CHART), (name, text)]);
        let error = load(folder.path()).unwrap_err();
        let root = format!("{}/", folder.path().display());
        assert!(error.to_string().replace(&root, "").starts_with(message), "{error}");
        assert!(!error.help().is_empty());
    }
    let error = load(Path::new("/nowhere/chart")).unwrap_err();
    assert!(matches!(error.fault, Fault::Unreadable(_)), "{error}");
}

#[test]
fn links_in_folders_are_followed_but_not_in_circles() {
    let shared = folder(&[("Chart.yaml", b"{name: shared, version: 1.0.0}"), ("values.yaml", b"a: 1")]);
    let chart = folder(&[("Chart.yaml", CHART), ("charts/own/Chart.yaml", b"{name: own, version: 1.0.0}")]);
    symlink(shared.path(), chart.path().join("charts/shared")).unwrap();
    let names: Vec<_> = load(chart.path()).unwrap().subcharts.iter().map(|chart| chart.name().to_owned()).collect();
    assert_eq!(names, ["own", "shared"]);

    symlink(chart.path(), shared.path().join("templates")).unwrap();
    assert_eq!(load(chart.path()).unwrap_err().fault, Fault::LinkLoop);
    fs::remove_file(shared.path().join("templates")).unwrap();

    symlink("nowhere", chart.path().join("values.yaml")).unwrap();
    assert!(matches!(load(chart.path()).unwrap_err().fault, Fault::Unreadable(_)));
}

#[test]
fn large_files_are_refused_unless_they_are_ignored() {
    let large = vec![b'#'; (5 << 20) + 1];
    let chart = folder(&[("Chart.yaml", CHART), ("files/large", &large)]);
    assert!(matches!(load(chart.path()).unwrap_err().fault, Fault::TooLarge { .. }));
    fs::write(chart.path().join(".helmignore"), "large").unwrap();
    assert!(load(chart.path()).is_ok());
}

#[test]
fn a_chart_knows_what_its_files_say() {
    let chart = Fixture::named("first-generation");
    let mut sources = Sources::default();
    let chart = Chart::load(&chart.chart(), HelmVersion::V3, &mut sources).unwrap();
    assert_eq!((chart.metadata.api_version.as_str(), chart.metadata.version.as_str()), ("v1", "1"));
    let dependencies = chart.metadata.dependencies.unwrap();
    let keys: Vec<_> =
        dependencies.iter().map(|need| (need.key(), need.version.as_str(), need.condition.as_str())).collect();
    assert_eq!(keys, [("a", "1.x", "a.on"), ("b", "1.x", "b.on")]);
    let locked = &chart.lock.unwrap().dependencies[0];
    assert_eq!((locked.name.as_str(), locked.version.as_str()), ("a", "1.0.0"));
    let place = dependencies[1].place.unwrap();
    assert!(place.span.of_bytes(&sources.get(place.source).unwrap().text).windows(3).any(|text| text == b"1.x"));
}
