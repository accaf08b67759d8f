//! Single values that are not available: tries texts of all kinds to see whether they can decide.

use super::Case;
use super::layers::{Layers, describe};
use crate::gitops::{Content, Flag, Located, Parameter, Release};
use crate::helm::Sources;
use crate::lint::models::ModelledServer;
use crate::zookeeper::Verdict;

/// What such a value may be: something that switches, a number, a name, or the text of a configuration.
const TEXTS: [&str; 6] = ["", "true", "false", "0", "1", "autopurge.purgeInterval=1"];

/// If there are more values than this, none is tried: each may decide.
const MOST: usize = 32;

/// An unavailable value, and the servers that result from each of the texts in its place.
pub(super) struct Tried {
    because: String,
    servers: Vec<Vec<(Vec<String>, Verdict)>>,
}

/// The unavailable values of a release: those of objects and files that are not there, and those of parameters that
/// are templates or variables.
pub(super) fn values(case: &Case<'_>) -> Vec<Tried> {
    let layers = case.release.layers.iter().enumerate();
    let single = layers.flat_map(|(number, layer)| match &layer.content {
        Content::MissingValue(name, missing) => vec![(number, name, describe(missing))],
        Content::Parameters(parameters) => {
            let unknown = parameters.iter().filter(|parameter| !parameter.value.place.is_known);
            let because = |name: &Located| format!("the value of {} is a template or a variable", name.text);
            unknown.map(|Parameter { name, .. }| (number, name, because(name))).collect()
        }
        Content::Values(_) | Content::Missing(_) => Vec::new(),
    });
    let tried = single.enumerate().map(|(index, (number, name, because))| {
        let texts = TEXTS.iter().filter(|_| index < MOST);
        let servers = texts.map(|text| servers_with(case, number, (name, text))).collect();
        Tried { because, servers }
    });
    tried.collect()
}

/// What the servers do if a value of a layer is this text.
fn servers_with(case: &Case<'_>, number: usize, (name, text): (&Located, &str)) -> Vec<(Vec<String>, Verdict)> {
    let mut release: Release = case.release.clone();
    if let Some(layer) = release.layers.get_mut(number) {
        match &mut layer.content {
            Content::Parameters(parameters) => {
                for parameter in parameters.iter_mut().filter(|parameter| parameter.name == *name) {
                    *parameter = assigned(name, text);
                }
            }
            content => *content = Content::Parameters(vec![assigned(name, text)]),
        }
    }
    let layers = Layers::read(&release, case.helm, &mut Sources::default());
    let servers = case.servers_from(&layers.values).into_iter();
    servers.map(|server| (server.prefix, server.judged.verdict)).collect()
}

fn assigned(name: &Located, text: &str) -> Parameter {
    let value = Located { text: text.to_owned(), place: name.place.clone() };
    let assignment = format!("{}={text}", name.text);
    Parameter { flag: Flag::Set, assignment, name: name.clone(), value }
}

impl Tried {
    /// Whether some text makes the server do something else.
    pub(super) fn decides(&self, server: &ModelledServer) -> bool {
        let own = (server.prefix.clone(), server.judged.verdict);
        self.servers.is_empty() || self.servers.iter().any(|servers| !servers.contains(&own))
    }

    /// Why it is unknown what a server does.
    pub(super) fn because(&self) -> String {
        self.because.clone()
    }
}
