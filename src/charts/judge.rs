//! Judges one server of a chart from effective values.
//!
//! There is a single source of truth: the values are turned into the manifest that the chart would render, which is
//! then judged like any other. This module adds the way back, from the deciding node to the value that it comes from.

use serde_json::Value;

use super::fill::Gap;
use super::fix::{self, ValuesFix};
use super::manifest::{self, Manifest, Origin};
use super::path::path_of;
use super::text::is_empty;
use crate::detect::{self, Compression, Origin as Place, OriginKind, ReleaseLine, Server, Setting, servers};
use crate::helm::ValuesPath;
use crate::kubernetes::{Objects, resources};
use crate::rules::{ChartServer, ImageValues, RuleSet};
use crate::yaml::{Document, Node};
use crate::zookeeper::{PurgeSetting, Reading, Verdict};

/// What a chart's server does with given values. Paths are in the chart's own values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The flavor that runs, according to the image that the values name.
    pub flavor: String,
    /// What it does about old snapshots.
    pub verdict: Verdict,
    /// Its purge interval.
    pub interval: JudgedSetting,
    /// Its retain count.
    pub retain: JudgedSetting,
    /// How the values have to change for it to purge; `None` if no change of them achieves that.
    pub fix: Option<ValuesFix>,
    /// Purge settings that nothing reads.
    pub ignored: Vec<DeadSetting>,
    /// Why it is unknown what the server does, if so.
    pub unknown_because: Option<String>,
    /// What may override the setting from somewhere that cannot be seen.
    pub unless: Option<String>,
    /// The `ZooKeeper` release line that runs, if the values tell.
    pub zookeeper: Option<ReleaseLine>,
    /// How its snapshots are compressed, if the values set that.
    pub compression: Option<Compression>,
    /// The value that keeps Helm from rendering the chart at all.
    pub helm_fails: Option<ValuesPath>,
    /// Whether it is not even known that there is such a server.
    pub is_guess: bool,
}

/// A setting, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedSetting {
    /// How `ZooKeeper` reads it.
    pub reading: Reading,
    /// The deciding text, if it can be seen.
    pub text: Option<String>,
    /// The place in the container that decides, as worded in reports.
    pub store: String,
    /// The kind of that place.
    pub kind: OriginKind,
    /// The value that decides; `None` if no value does.
    pub path: Option<ValuesPath>,
}

/// A purge setting that the running image does not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadSetting {
    /// Which of the two settings was meant.
    pub which: PurgeSetting,
    /// The place in the container, as worded in reports.
    pub store: String,
    /// The number written there, if it is one.
    pub text: Option<String>,
    /// Whether it suggests that old snapshots are purged.
    pub promises_purging: bool,
    /// The value that it comes from; `None` if the template writes it itself.
    pub path: Option<ValuesPath>,
}

/// Judges one server of a chart; `None` if it is not rendered with these values.
#[must_use]
pub fn judge(model: &ChartServer, values: &Value, rules: &RuleSet) -> Option<Judged> {
    if is_rendered(model, values) { judge_switched_on(model, values, rules) } else { None }
}

/// Whether a template renders the server at all.
pub(super) fn is_rendered(model: &ChartServer, values: &Value) -> bool {
    model.when.iter().all(|when| is_empty(path_of(&when.path).of(values)) != when.is)
}

/// Judges one server as if every condition for rendering it were met.
pub(super) fn judge_switched_on(model: &ChartServer, values: &Value, rules: &RuleSet) -> Option<Judged> {
    match render(model, values) {
        Ok(manifest) => {
            let judged = judge_manifest(&manifest, rules).or_else(|| unrecognised(model, values, rules))?;
            let fix = fix::find(model, values, &judged, rules);
            Some(Judged { fix, ..judged })
        }
        Err(gap) => Some(failing(model, gap)),
    }
}

/// Judges without looking for a fix. Used to try fixes.
pub(super) fn judge_once(model: &ChartServer, values: &Value, rules: &RuleSet) -> Option<Judged> {
    judge_manifest(&render(model, values).ok()?, rules)
}

fn render(model: &ChartServer, values: &Value) -> Result<Manifest, Gap> {
    match (&model.container, &model.resource) {
        (Some(container), _) => manifest::workload(container, values),
        (None, Some(resource)) => manifest::custom_resource(resource, values),
        (None, None) => Ok(Manifest::default()),
    }
}

fn judge_manifest(manifest: &Manifest, rules: &RuleSet) -> Option<Judged> {
    let texts: Vec<String> = manifest.objects.iter().map(Value::to_string).collect();
    let parsed = texts.iter().map(|text| Document::parse(text.as_bytes(), 0).ok().flatten());
    let documents: Vec<Document<'_>> = parsed.collect::<Option<_>>()?;
    let objects = Objects::new(documents.iter().flat_map(resources).collect());
    let first = resources(documents.first()?).into_iter().next()?;
    let server = servers(first, &objects, rules).into_iter().next()?;
    let trace = Trace { manifest, documents: &documents };
    Some(trace.judged(&server))
}

/// Traces nodes back to values.
struct Trace<'m, 'd> {
    manifest: &'m Manifest,
    documents: &'d [Document<'d>],
}

impl<'m> Trace<'m, '_> {
    fn judged(&self, server: &Server<'_, '_>) -> Judged {
        let (interval, retain) =
            (self.setting(server, PurgeSetting::Interval), self.setting(server, PurgeSetting::Retain));
        let opaque = self.opaque(&server.interval);
        let unknown_because = opaque.map(|path| format!("{path} is a template, which only Helm can render"));
        let is_opaque = unknown_because.is_some();
        Judged {
            flavor: server.flavor.id.clone(),
            verdict: if is_opaque { Verdict::Unknown } else { server.verdict },
            interval: if is_opaque { interval.forgotten() } else { interval },
            retain,
            fix: None,
            ignored: server.ignored.iter().map(|one| self.dead(one)).collect(),
            unknown_because: unknown_because.or_else(|| server.interval.unknown_because.clone()),
            unless: server.interval.unless.clone(),
            zookeeper: server.zookeeper,
            compression: server.compression,
            helm_fails: None,
            is_guess: false,
        }
    }

    fn setting(&self, server: &Server<'_, '_>, which: PurgeSetting) -> JudgedSetting {
        let setting = which.pick(&server.interval, &server.retain);
        let path = self.decides(setting, which).map(|origin| origin.path.clone());
        let (store, kind) = (setting.origin.describe(), setting.origin.kind());
        JudgedSetting { reading: setting.reading, text: setting.text.clone(), store, kind, path }
    }

    /// The value that cannot be read without Helm and may decide about a setting.
    fn opaque(&self, setting: &Setting<'_>) -> Option<&'m ValuesPath> {
        let decides = self.decides(setting, PurgeSetting::Interval).filter(|origin| origin.is_opaque);
        let is_file = matches!(setting.origin, Place::Properties { .. } | Place::File { .. });
        decides.map(|origin| &origin.path).or_else(|| self.manifest.opaque.first().filter(|_| !is_file))
    }

    /// Where the setting comes from.
    fn decides(&self, setting: &Setting<'_>, which: PurgeSetting) -> Option<&'m Origin> {
        let key = which.key();
        match &setting.origin {
            Place::Env { entry, .. } | Place::EnvFrom { entry: Some(entry), .. } => {
                setting.node.and_then(|node| self.of_node(node, key)).or_else(|| self.of_entry(*entry, key))
            }
            Place::Properties { node, .. } | Place::EnvText { node, .. } | Place::Script { node, .. } => {
                self.of_node(*node, key)
            }
            Place::EnvFrom { entry: None, .. } | Place::EnvFile { .. } => {
                setting.node.and_then(|node| self.of_node(node, key)).or_else(|| self.below("/envFrom/"))
            }
            Place::File { .. } => self.below("/volumeMounts/"),
            Place::Flag { name } => setting.node.and_then(|node| self.of_node(node, name)),
            Place::Command | Place::Export { .. } => self.below("/command/").or_else(|| self.below("/args/")),
            Place::Field { pointer } | Place::FieldText { pointer, .. } => {
                self.manifest.origins.iter().find(|origin| origin.pointer == *pointer)
            }
            Place::Default if setting.unknown_because.is_some() => self.below("/envFrom/"),
            Place::Older { .. } | Place::Default => None,
        }
    }

    /// The value that a node comes from; in a text made of several values, the one behind the key.
    fn of_node(&self, node: Node<'_>, key: &str) -> Option<&'m Origin> {
        let is_it = |origin: &&Origin| {
            let document = self.documents.get(origin.object);
            document.and_then(|document| document.root().at(&origin.pointer)).is_some_and(|there| there == node)
        };
        let fits = |origin: &&Origin| origin.key.as_deref().is_none_or(|own| own == key);
        self.manifest.origins.iter().filter(fits).find(is_it)
    }

    /// The value that an `env` entry comes from, either its `value` or the whole entry.
    fn of_entry(&self, entry: Node<'_>, key: &str) -> Option<&'m Origin> {
        entry.get("value").and_then(|value| self.of_node(value, key)).or_else(|| self.of_node(entry, key))
    }

    /// The first value used at a pointer that contains `part`, in the first object.
    fn below(&self, part: &str) -> Option<&'m Origin> {
        self.manifest.origins.iter().find(|origin| origin.object == 0 && origin.pointer.contains(part))
    }

    fn dead(&self, ignored: &detect::Ignored<'_>) -> DeadSetting {
        let origin = self.of_entry(ignored.node, &ignored.name);
        DeadSetting {
            which: ignored.which,
            store: ignored.store.clone(),
            text: ignored.text.clone(),
            promises_purging: ignored.promises_purging,
            path: origin.map(|origin| origin.path.clone()),
        }
    }
}

/// A server with an unknown image. The chart's templates say that it is a server, so silence would be wrong. A
/// container that would not be a server even with the chart's own image is not one.
fn unrecognised(model: &ChartServer, values: &Value, rules: &RuleSet) -> Option<Judged> {
    let container = model.container.as_ref()?;
    let image = manifest::image(&container.image, values);
    let flavor = rules.flavor(&model.flavor)?;
    let known = flavor.recognise.images.first()?.trim_start_matches('/').to_owned();
    let mut shipped = model.clone();
    if let Some(container) = &mut shipped.container {
        container.image = ImageValues { fixed: Some(known), ..ImageValues::default() };
    }
    let judged = judge_once(&shipped, values, rules)?;
    let because = format!("the chart's image is replaced by \"{image}\", which autopurge does not know");
    Some(unknown(judged, because))
}

fn failing(model: &ChartServer, gap: Gap) -> Judged {
    let because = format!("Helm cannot render this: {} is not a map", gap.table);
    Judged { helm_fails: Some(gap.table), ..Judged::out_of_sight(&model.flavor, because) }
}

impl Judged {
    /// A server about which nothing can be determined.
    #[must_use]
    pub fn out_of_sight(flavor: &str, because: String) -> Self {
        let nothing = JudgedSetting {
            reading: Reading::Unknown,
            text: None,
            store: "default".to_owned(),
            kind: OriginKind::Nothing,
            path: None,
        };
        Self {
            flavor: flavor.to_owned(),
            verdict: Verdict::Unknown,
            interval: nothing.clone(),
            retain: nothing,
            fix: None,
            ignored: Vec::new(),
            unknown_because: Some(because),
            unless: None,
            zookeeper: None,
            compression: None,
            helm_fails: None,
            is_guess: false,
        }
    }

    /// A server that there may be, in a chart that is not known.
    #[must_use]
    pub fn guessed(flavor: &str, because: String) -> Self {
        Self { is_guess: true, ..Self::out_of_sight(flavor, because) }
    }

    /// The same, but unknown because something that cannot be seen may change it.
    #[must_use]
    pub fn doubted(self, because: String) -> Self {
        if self.verdict == Verdict::Unknown { self } else { unknown(self, because) }
    }
}

/// The same server, about which nothing is certain any more.
pub(super) fn unknown(judged: Judged, because: String) -> Judged {
    let (interval, retain) = (judged.interval.clone().forgotten(), judged.retain.clone().forgotten());
    Judged { verdict: Verdict::Unknown, interval, retain, unknown_because: Some(because), ..judged }
}

impl JudgedSetting {
    /// The same setting with its number unknown.
    pub(super) fn forgotten(self) -> Self {
        Self { reading: Reading::Unknown, ..self }
    }
}
