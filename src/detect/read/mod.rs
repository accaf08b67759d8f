//! Where a server's settings are written, strongest place first, and what stands there.

mod env;
mod field;
mod file;
mod script;
mod setting;

use super::Site;
use super::tag::{Support, support};
use crate::kubernetes::Objects;
use crate::rules::{Flavor, Store};
use crate::yaml::Node;
use crate::zookeeper::{INTERVAL_KEY, MINIMUM_RETAIN, Property, RETAIN_KEY, Reading, effective};

pub use script::{Script, script};
pub use setting::{Origin, Setting};

/// Which of the two settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The purge interval.
    Interval,
    /// The retain count.
    Retain,
}

/// A server's site with the flavor that it runs and the objects that it may refer to.
#[derive(Clone, Copy)]
pub(super) struct Place<'a, 'd, 'r> {
    pub(super) site: Site<'d>,
    pub(super) flavor: &'r Flavor,
    pub(super) objects: &'a Objects<'d>,
}

/// The setting that the first written place gives, or the flavor's default.
pub(super) fn read<'d>(place: Place<'_, 'd, '_>, which: Which) -> Setting<'d> {
    let written = place.flavor.settings.iter().find_map(|store| match store {
        Store::Env(store) => env::variable(place, which, store),
        Store::EnvFile(store) => env::file(place, which, store),
        Store::EnvText(store) => env::text(place, which, store),
        Store::File(store) => file::mounted(place, which, store),
        Store::Script(store) => script::written(place, which, store),
        Store::Flag(store) => script::flag(place, which, store),
        Store::Field(store) => field::field(place, which, store),
        Store::FieldText(store) => field::text(place, which, store),
    });
    written.unwrap_or_else(|| nothing_written(place, which))
}

/// Whether the first place of a flavor, a file or a script, is written at this site.
pub(super) fn has_first_place(place: Place<'_, '_, '_>) -> bool {
    match place.flavor.settings.first() {
        Some(Store::File(store)) => file::mounted(place, Which::Interval, store).is_some(),
        Some(Store::Script(store)) => script::written(place, Which::Interval, store).is_some(),
        _ => false,
    }
}

impl Which {
    /// The key in properties.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Interval => INTERVAL_KEY,
            Self::Retain => RETAIN_KEY,
        }
    }

    pub(super) fn of<'a>(self, interval: &'a str, retain: Option<&'a String>) -> Option<&'a str> {
        match self {
            Self::Interval => Some(interval),
            Self::Retain => retain.map(String::as_str),
        }
    }
}

/// Nothing in sight is written; what stands out of sight might be.
fn nothing_written<'d>(place: Place<'_, 'd, '_>, which: Which) -> Setting<'d> {
    if let Some(reason) = env::hidden(place) {
        return Setting::unknown(Origin::Default, reason);
    }
    let reading = default_reading(place, which);
    let unknown_because =
        (reading == Reading::Unknown).then(|| "nothing is written, and the default is not known".to_owned());
    Setting { reading, text: None, node: None, span: None, origin: Origin::Default, unknown_because }
}

fn default_reading(place: Place<'_, '_, '_>, which: Which) -> Reading {
    let default = place.flavor.default;
    let number = if which == Which::Interval { default.interval } else { default.retain };
    number.map_or(Reading::Unknown, Reading::Number)
}

/// Whether the server's image reads a place.
pub(super) fn tag_support(place: Place<'_, '_, '_>, since: &[String], unclear_since: &[String]) -> Support {
    let tag = match place.site {
        Site::Pod { container, .. } => container.image().and_then(|image| image.tag),
        Site::Custom { resource, .. } => {
            let pointer = place.flavor.recognise.resource.as_ref().and_then(|custom| custom.tag.as_deref());
            pointer.and_then(|pointer| resource.node().at(pointer)).and_then(Node::text)
        }
    };
    support(tag, since, unclear_since)
}

/// What `ZooKeeper` itself does where its configuration does not have a key.
fn bare_default(which: Which) -> Reading {
    Reading::Number(if which == Which::Interval { 0 } else { MINIMUM_RETAIN })
}

/// A key of a whole configuration file: the number that decides, or the default of `ZooKeeper` itself.
fn property<'d>(which: Which, found: &[Property], origin: Origin<'d>) -> Setting<'d> {
    let Some(property) = effective(found, which.key()) else {
        return Setting {
            reading: bare_default(which),
            text: None,
            node: None,
            span: None,
            origin,
            unknown_because: None,
        };
    };
    let text = property.value.trim().to_owned();
    if text.contains(['$', '{']) {
        return Setting {
            text: Some(text),
            ..Setting::unknown(origin, format!("{} is filled in when the pod starts", which.key()))
        };
    }
    Setting { reading: Reading::of(&text), text: Some(text), node: None, span: None, origin, unknown_because: None }
}
