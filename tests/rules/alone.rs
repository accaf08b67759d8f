//! Taking one flavor away changes what is said of its own servers, and of no other.

use std::fs;

use autopurge::checks::{Kept, Wanted, examine};
use autopurge::detect::{Trigger, read_stream};
use autopurge::rules::{self, RuleSet};

use crate::post_render::corpus;
use crate::post_render::program::fixtures;

/// A server as one line, with its flavor in front; none in a stream that is refused.
fn servers(stream: &[u8], rules: &RuleSet) -> Vec<(String, String)> {
    let Ok(manifests) = read_stream(stream, &Trigger::new(rules).unwrap(), rules) else { return Vec::new() };
    let examination = examine(&manifests, rules, Wanted { interval: 1, retain: None }, Kept::Elsewhere);
    let told = examination.subjects.iter().map(|subject| {
        let (server, resource) = (&subject.server, subject.server.site.resource());
        let place = format!("{} {} {:?}", resource.kind(), resource.name(), server.site.container_name());
        let settings = [&server.interval, &server.retain].map(|setting| format!("{:?}", setting.reading));
        (server.flavor.id.clone(), format!("{place} {} {settings:?}", server.verdict.as_str()))
    });
    told.collect()
}

fn streams() -> Vec<(String, Vec<u8>)> {
    let cases = fs::read_dir(fixtures()).unwrap().map(|entry| entry.unwrap().path());
    let inputs = cases.flat_map(|case| ["input.yaml", "input.json"].map(|name| case.join(name)));
    let own = inputs.filter(|path| path.is_file()).map(|path| (path.display().to_string(), fs::read(path).unwrap()));
    let files = corpus::files().unwrap_or_default();
    own.chain(files.iter().map(|file| (file.name.clone(), file.stream()))).collect()
}

#[test]
fn taking_one_flavor_away_changes_exactly_its_verdicts() {
    let all = rules::built_in();
    let streams = streams();
    let before: Vec<_> = streams.iter().map(|(_, stream)| servers(stream, &all)).collect();
    for flavor in &all.flavors {
        let mut without = all.clone();
        without.flavors.retain(|other| other.id != flavor.id);
        let mut changed = 0;
        for ((name, stream), before) in streams.iter().zip(&before) {
            let is_own = |server: &&(String, String)| server.0 == flavor.id;
            // Our own cases show what is near a flavor; the large files are read again where a server of it is in them.
            if name.starts_with("rendered/") && !before.iter().any(|server| is_own(&server)) {
                continue;
            }
            // A container that the rule knows to serve nothing may be taken for something else now.
            let after = servers(stream, &without);
            for other in before.iter().filter(|server| !is_own(server)) {
                assert!(after.contains(other), "{name} without {}: {other:?} is gone", flavor.id);
            }
            assert!(after.iter().all(|server| server.0 != flavor.id), "{name}: {} is still there", flavor.id);
            changed += before.iter().filter(|server| is_own(server)).count();
        }
        assert!(changed > 0, "{}: no server of it anywhere", flavor.id);
    }
}
