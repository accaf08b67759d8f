//! Single values that are not available: tries texts of all kinds to see whether they can decide.

use super::Case;
use super::layers::{Layers, describe};
use crate::gitops::{Content, Flag, Layer, Located, Missing, Parameter, Release};
use crate::helm::Sources;
use crate::lint::models::ModelledServer;
use crate::zookeeper::Verdict;

/// What such a value may be: something that switches, a number, a name, or the text of a configuration.
const TEXTS: [&str; 6] = ["", "true", "false", "0", "1", "autopurge.purgeInterval=1"];

/// If there are more values than this, none is tried: each may decide.
const MOST: usize = 32;

/// An unavailable value, and the servers that result from each of the texts in its place.
pub(super) struct Tried<'a> {
    missing: &'a Missing,
    servers: Vec<Vec<(Vec<String>, Verdict)>>,
}

/// The unavailable values of a release.
pub(super) fn values<'a>(case: &Case<'a>) -> Vec<Tried<'a>> {
    let layers = case.release.layers.iter().enumerate();
    let missing = layers.filter_map(|(number, layer)| match &layer.content {
        Content::MissingValue(path, missing) => Some((number, path, missing)),
        Content::Values(_) | Content::Parameters(_) | Content::Missing(_) => None,
    });
    let tried = missing.enumerate().map(|(index, (number, path, missing))| {
        let texts = TEXTS.iter().filter(|_| index < MOST);
        let servers = texts.map(|text| servers_with(case, number, assigned(path, text))).collect();
        Tried { missing, servers }
    });
    tried.collect()
}

/// What the servers do if a layer has other content.
fn servers_with(case: &Case<'_>, number: usize, content: Content) -> Vec<(Vec<String>, Verdict)> {
    let mut release: Release = case.release.clone();
    if let Some(layer) = release.layers.get_mut(number) {
        *layer = Layer { at: layer.at.clone(), content };
    }
    let layers = Layers::read(&release, case.helm, &mut Sources::default());
    let servers = case.servers_from(&layers.values).into_iter();
    servers.map(|server| (server.prefix, server.judged.verdict)).collect()
}

fn assigned(path: &Located, text: &str) -> Content {
    let value = Located { text: text.to_owned(), place: path.place.clone() };
    let assignment = format!("{}={text}", path.text);
    Content::Parameters(vec![Parameter { flag: Flag::Set, assignment, name: path.clone(), value }])
}

impl Tried<'_> {
    /// Whether some text makes the server do something else.
    pub(super) fn decides(&self, server: &ModelledServer) -> bool {
        let own = (server.prefix.clone(), server.judged.verdict);
        self.servers.is_empty() || self.servers.iter().any(|servers| !servers.contains(&own))
    }

    /// Why it is unknown what a server does.
    pub(super) fn because(&self) -> String {
        describe(self.missing)
    }
}
