//! Single values that are out of sight: whether they can decide is tried out with texts of all kinds.

use super::Case;
use super::layers::{Layers, describe};
use crate::gitops::{Content, Flag, Layer, Located, Missing, Parameter, Release};
use crate::helm::Sources;
use crate::lint::models::ModelledServer;
use crate::zookeeper::Verdict;

/// What may stand there: what switches something on or off, a number, a name, and the text of a configuration.
const TEXTS: [&str; 6] = ["", "true", "false", "0", "1", "autopurge.purgeInterval=1"];

/// Of more values than this none is tried: each may decide.
const MOST: usize = 32;

/// A value that is not at hand, and the servers that there are with each of the texts in its place.
pub(super) struct Tried<'a> {
    missing: &'a Missing,
    servers: Vec<Vec<(Vec<String>, Verdict)>>,
}

/// The values of a release that are not at hand.
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

/// What the servers do when a layer says something else.
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
    /// Whether a server does something else with some of the texts.
    pub(super) fn decides(&self, server: &ModelledServer) -> bool {
        let own = (server.prefix.clone(), server.judged.verdict);
        self.servers.is_empty() || self.servers.iter().any(|servers| !servers.contains(&own))
    }

    /// Why nobody can say what a server does.
    pub(super) fn because(&self) -> String {
        describe(self.missing)
    }
}
