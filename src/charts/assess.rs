//! Assesses a chart that is not available, by what is known about its versions.

use serde_json::Value;

use super::asked::{Asked, Fits};
use super::judge::{Judged, JudgedSetting, judge, judge_switched_on, unknown};
use super::tree::{Place, Side, sides};
use crate::helm::ValuesPath;
use crate::rules::{Chart, Range, RuleSet, Versions};
use crate::zookeeper::Verdict;

/// A server of a chart or of one of its dependencies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedServer {
    /// The keys that lead from the assessed chart's values to those of the server's chart.
    pub prefix: Vec<String>,
    /// The id of the model of its chart.
    pub chart: String,
    /// What the server does. Paths start at its own chart's values; [`JudgedServer::below`] adds the prefix.
    pub judged: Judged,
}

impl JudgedServer {
    /// A path in the server's own chart, as seen from the assessed chart.
    #[must_use]
    pub fn below(&self, path: &ValuesPath) -> ValuesPath {
        path.below(&self.prefix)
    }
}

/// The servers that a modelled chart renders with a user's values merged over the defaults in the model.
///
/// If the candidate versions disagree about a server, it is unknown, and the reason names both sides.
#[must_use]
pub fn assess(chart: &Chart, asked: &Asked<'_>, user: &Value, rules: &RuleSet) -> Vec<JudgedServer> {
    let fits = asked.fits(chart);
    let (Fits::Versions(versions) | Fits::NotAssessed(versions) | Fits::Unseen(versions)) = &fits else {
        return Vec::new();
    };
    let mut servers = Vec::new();
    for ((prefix, _), sides) in sides(chart, versions, user, rules) {
        let Some(id) = sides.iter().rev().find_map(|side| side.place.as_ref()).map(|place| &place.chart.id) else {
            continue;
        };
        let judged = agreement(&sides, asked, rules).map(|judged| believed(chart, judged));
        let judged = judged.map(|judged| match &fits {
            Fits::Versions(_) | Fits::Nothing => settled(judged, versions),
            Fits::NotAssessed(_) => not_assessed(judged, chart, asked),
            Fits::Unseen(_) => unseen(judged, chart, asked),
        });
        servers.extend(judged.map(|judged| JudgedServer { prefix, chart: id.clone(), judged }));
    }
    servers
}

/// The verdict, unless the version number alone does not decide what the chart does.
fn settled(judged: Judged, versions: &[&Versions]) -> Judged {
    match versions.iter().find_map(|versions| versions.unclear.as_ref()) {
        Some(reason) => unknown(judged, format!("the version alone does not decide it: {reason}")),
        None => judged,
    }
}

/// What a server does as shipped by its own chart or an enclosing one in a range of versions, taken as switched on.
pub(super) fn shipped(place: &Place<'_>, by: (&Chart, &Versions), rules: &RuleSet) -> Option<Judged> {
    let (chart, versions) = by;
    let judged = judge_switched_on(place.model, &place.values, rules)?;
    Some(settled(believed(chart, believed(place.chart, judged)), &[versions]))
}

fn judged(place: &Place<'_>, rules: &RuleSet) -> Option<Judged> {
    let judged = judge(place.model, &place.values, rules).filter(|_| place.is_on);
    judged.map(|judged| believed(place.chart, judged))
}

/// The verdict, or unknown if what is known about the chart is not verified.
pub(super) fn believed(chart: &Chart, judged: Judged) -> Judged {
    if chart.verified {
        return judged;
    }
    unknown(judged, format!("what autopurge knows about the {} chart is not verified", chart.title))
}

pub(super) fn not_assessed(judged: Judged, chart: &Chart, asked: &Asked<'_>) -> Judged {
    let Chart { title, assessed_through, .. } = chart;
    let because = format!(
        "the {title} chart is assessed up to {assessed_through}; newer versions are not ({})",
        asked.describe()
    );
    unknown(judged, because)
}

fn unseen(judged: Judged, chart: &Chart, asked: &Asked<'_>) -> Judged {
    let title = &chart.title;
    let because = format!("{} is not among the assessed versions of the {title} chart", asked.describe());
    unknown(judged, because)
}

/// The verdict that all sides share, as the newest side gives it; unknown if they disagree.
fn agreement(sides: &[Side<'_>], asked: &Asked<'_>, rules: &RuleSet) -> Option<Judged> {
    let said: Vec<(&str, Option<Judged>)> =
        sides.iter().map(|side| (side.range, side.place.as_ref().and_then(|place| judged(place, rules)))).collect();
    let newest = said.iter().rev().find_map(|(_, judged)| judged.clone())?;
    if said.iter().all(|(_, judged)| judged.as_ref().is_some_and(|judged| judged.verdict == newest.verdict)) {
        return Some(shared(&said, newest));
    }
    let because = format!("possibly affected: {} allows several versions: {}", asked.describe(), in_words(&said));
    Some(unknown(newest, because))
}

/// A range of versions, and what its server does.
type Does<'r> = (&'r str, &'static str);

/// What the sides do, oldest first: `before 2.0.0 it never purges, from then on it purges`. How far the candidates reach
/// on either side is not repeated.
fn in_words(said: &[(&str, Option<Judged>)]) -> String {
    let mut ranges: Vec<Does<'_>> = Vec::new();
    for (range, judged) in said {
        let does = what_it_does(judged.as_ref());
        match ranges.iter_mut().find(|(known, _)| known == range) {
            Some((_, known)) if *known != does => *known = NOBODY_KNOWS,
            Some(_) => {}
            None => ranges.push((range, does)),
        }
    }
    let eras: Vec<&[Does<'_>]> = ranges.chunk_by(|(_, one), (_, other)| one == other).collect();
    let since = eras.windows(2).enumerate().map(|(number, pair)| since(pair, number == 0));
    let times: Option<Vec<String>> = [until(&eras)].into_iter().chain(since).collect();
    let times = times.unwrap_or_else(|| eras.iter().map(|era| within(era)).collect());
    let does = eras.iter().filter_map(|era| era.first()).map(|(_, does)| does);
    times.iter().zip(does).map(|(time, does)| format!("{time}it {does}")).collect::<Vec<_>>().join(", ")
}

const NOBODY_KNOWS: &str = "may or may not purge";

fn what_it_does(judged: Option<&Judged>) -> &'static str {
    match judged.map(|judged| judged.verdict) {
        None => "has no such server",
        Some(Verdict::Purges) => "purges",
        Some(Verdict::NeverPurges) => "never purges",
        Some(Verdict::DoesNotStart) => "does not start",
        Some(Verdict::Unknown) => NOBODY_KNOWS,
    }
}

/// When the first of several eras ends.
fn until(eras: &[&[Does<'_>]]) -> Option<String> {
    let [first, _, ..] = eras else { return Some(String::new()) };
    let (range, _) = first.last()?;
    Some(format!("{} ", range.parse::<Range>().ok()?.until()?))
}

/// When the second of two eras begins; `None` if it is not the later one.
fn since(pair: &[&[Does<'_>]], is_first: bool) -> Option<String> {
    let [before, era] = pair else { return None };
    let (before, range) = (before.last()?.0.parse::<Range>().ok()?, era.first()?.0.parse::<Range>().ok()?);
    if !before.is_before(&range) {
        return None;
    }
    let is_next = is_first && range.is_right_after(&before);
    if is_next { Some("from then on ".to_owned()) } else { Some(format!("{} ", range.since()?)) }
}

/// An era by its ranges, which tell no order.
fn within(era: &[Does<'_>]) -> String {
    let ranges: Vec<&str> = era.iter().map(|(range, _)| *range).collect();
    format!("in {} ", ranges.join(" and "))
}

/// A shared verdict, keeping only the details that all sides share too.
fn shared(said: &[(&str, Option<Judged>)], mut newest: Judged) -> Judged {
    let sides = || said.iter().filter_map(|(_, judged)| judged.as_ref());
    let agree = |of: fn(&Judged) -> &JudgedSetting| {
        let number = of(&newest).reading.number();
        number.is_none() || sides().all(|judged| of(judged).reading.number() == number)
    };
    let (interval, retain) = (agree(|judged| &judged.interval), agree(|judged| &judged.retain));
    newest.interval = if interval { newest.interval } else { newest.interval.forgotten() };
    newest.retain = if retain { newest.retain } else { newest.retain.forgotten() };
    newest.zookeeper = newest.zookeeper.filter(|line| sides().all(|judged| judged.zookeeper == Some(*line)));
    newest.compression = newest.compression.filter(|own| sides().all(|judged| judged.compression == Some(*own)));
    newest
}

impl Judged {
    /// Whether the server keeps its snapshots forever.
    #[must_use]
    pub fn never_purges(&self) -> bool {
        self.verdict == Verdict::NeverPurges
    }
}
