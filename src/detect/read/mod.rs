//! Where a server's settings are written, strongest place first, and what is written there.

mod content;
mod env;
mod field;
mod file;
mod flag;
mod script;
mod setting;
mod value;

use super::Site;
use super::tag::{Support, support};
use super::version::older;
use crate::kubernetes::{Objects, PodContainer, Workload, is_placeholder};
use crate::rules::{Flavor, Store};
use crate::zookeeper::{MINIMUM_RETAIN, Property, PurgeSetting, Reading, effective, java_trimmed};

pub(super) use file::source_line;
pub use script::Script;
pub(super) use script::script;
pub use setting::{Access, Origin, OriginKind, Setting};
pub(super) use value::{ObjectText, VariableValue, by_entry};

/// A server's site with the flavor that it runs and the objects that it may refer to.
#[derive(Clone, Copy)]
pub(super) struct ServerContext<'a, 'd, 'r> {
    pub(super) site: Site<'d>,
    pub(super) flavor: &'r Flavor,
    pub(super) objects: &'a Objects<'d>,
    /// The texts of the container's command, including the command as one text, and of the visible scripts that it
    /// names.
    pub(super) texts: &'a [String],
}

impl<'d> ServerContext<'_, 'd, '_> {
    /// The pod that the server runs in and its container, if the manifest shows them.
    pub(super) fn pod(self) -> Option<PodContainer<'d>> {
        match self.site {
            Site::Pod(pod) => Some(pod),
            Site::Custom { resource, .. } => {
                let pod = self.flavor.recognise.resource.as_ref()?.pod.as_ref()?;
                let workload = Workload::of_custom(resource, resource.node().at(&pod.spec)?);
                let container = workload.containers().find(|container| container.name() == pod.container)?;
                Some(PodContainer { workload, container })
            }
        }
    }
}

/// The setting at the first place where one is written, or the flavor's default.
///
/// A visible setting counts. If a stronger place that is not visible may override it, the setting says so: `envFrom`
/// takes variables from objects that are not in the manifests, which seldom contain this one.
pub(super) fn read<'d>(server: ServerContext<'_, 'd, '_>, which: PurgeSetting) -> Setting<'d> {
    if let Some((rule, version)) = older(server) {
        let number = which.pick(rule.interval, MINIMUM_RETAIN);
        return Setting::decided(Reading::Number(number), Origin::Older { version: version.to_owned() });
    }
    let mut unseen = None;
    for store in &server.flavor.settings {
        match (written(server, which, store), unseen) {
            (Some(setting), unless) => return Setting { unless: unless.or_else(|| setting.unless.clone()), ..setting },
            (None, reason) => unseen = reason.or_else(|| env::unseen(server, which, store)),
        }
    }
    match unseen {
        Some(reason) => Setting::unknown(Origin::Default, format!("it is not set here, but {reason}")),
        None => nothing_written(server, which),
    }
}

/// The setting if the server is started bypassing whatever reads variables: that of a mounted file, or of the image's
/// own.
pub(super) fn read_file<'d>(server: ServerContext<'_, 'd, '_>, which: PurgeSetting) -> Setting<'d> {
    let files = server.flavor.settings.iter().filter(|store| matches!(store, Store::File(_)));
    let setting = files.into_iter().find_map(|store| written(server, which, store));
    // The image's own file says what it says, whatever the manifest sets.
    setting.unwrap_or_else(|| nothing_written(server, which))
}

fn written<'d>(server: ServerContext<'_, 'd, '_>, which: PurgeSetting, store: &Store) -> Option<Setting<'d>> {
    match store {
        Store::Env(store) => env::variable(server, which, store),
        Store::EnvFile(store) => env::file(server, which, store),
        Store::EnvText(store) => env::text(server, which, store),
        Store::File(store) => file::changed(server, which, store).or_else(|| file::mounted(server, which, store)),
        Store::Script(store) => script::written(server, which, store),
        Store::Flag(store) => flag::flag(server, which, store),
        Store::Field(store) => field::field(server, which, store),
        Store::FieldText(store) => field::text(server, which, store),
    }
}

/// Whether the first place of a flavor, if that is a file or a script, is written at this site.
pub(super) fn has_first_place(server: ServerContext<'_, '_, '_>) -> bool {
    match server.flavor.settings.first() {
        Some(Store::File(store)) => file::mounted(server, PurgeSetting::Interval, store).is_some(),
        Some(Store::Script(store)) => script::written(server, PurgeSetting::Interval, store).is_some(),
        _ => false,
    }
}

/// Why nothing is known about a server whose flavor has no settings.
pub(super) const UNKNOWN_IMAGE: &str = "it is not known which settings its image reads";

fn nothing_written<'d>(server: ServerContext<'_, 'd, '_>, which: PurgeSetting) -> Setting<'d> {
    let reading = default_reading(server, which);
    let because = match (server.site, server.flavor.settings.is_empty()) {
        (Site::Pod(_), true) => UNKNOWN_IMAGE,
        _ => "it is not set, and the default is not known",
    };
    let unknown_because = (reading == Reading::Unknown).then(|| because.to_owned());
    Setting { unknown_because, ..Setting::decided(reading, Origin::Default) }
}

fn default_reading(server: ServerContext<'_, '_, '_>, which: PurgeSetting) -> Reading {
    let default = server.flavor.default;
    which.pick(default.interval, default.retain).map_or(Reading::Unknown, Reading::Number)
}

/// Whether the image at a site reads a place.
pub(super) fn tag_support(site: Site<'_>, since: &[String], unclear_since: &[String]) -> Support {
    let tag = match site {
        Site::Pod(pod) => pod.container.image().and_then(|image| image.tag),
        Site::Custom { .. } => None,
    };
    support(tag, since, unclear_since)
}

/// A key of a complete configuration file: its value, or the default of `ZooKeeper` itself.
fn property<'d>(which: PurgeSetting, found: &[Property], origin: Origin<'d>) -> Setting<'d> {
    let Some(property) = effective(found, which.key()) else {
        return Setting::decided(Reading::Number(which.when_unset()), origin);
    };
    let text = java_trimmed(&property.value).to_owned();
    if is_placeholder(&text) {
        return Setting {
            text: Some(text),
            ..Setting::unknown(origin, format!("{} is filled in when the pod starts", which.key()))
        };
    }
    Setting { text: Some(text.clone()), ..Setting::decided(Reading::of(&text), origin) }
}
