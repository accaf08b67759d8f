//! The state of a disk as JSON, `autopurge/disk/v1`. v1 may gain anything, but loses nothing.

use serde::Serialize;

use super::{Disk, Outlook};
use crate::cli::cleanup::measure::Mounted;
use crate::cli::quantity::timestamp;
use crate::zookeeper::space::Usage;

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    data: String,
    log: Option<String>,
    folders: &'a [String],
    usage: &'a Usage,
    volumes: Vec<Volume<'a>>,
    /// Bytes on disk of the existing files, by the time at which they had been written.
    pile: Vec<PileUp>,
    /// What `cleanup -n 3` would free.
    cleanup: Cleanup<'a>,
}

#[derive(Serialize)]
struct Volume<'a> {
    #[serde(flatten)]
    space: &'a Mounted,
    /// `null` if all files have the same timestamp.
    growth: Option<Growth>,
    /// When the volume will be full at this rate.
    full_at: Option<String>,
    full_in_seconds: Option<i64>,
}

#[derive(Serialize)]
struct Growth {
    since: String,
    until: String,
    bytes: u64,
    bytes_per_hour: u64,
}

#[derive(Serialize)]
struct PileUp {
    at: String,
    snapshots: u64,
    logs: u64,
}

#[derive(Serialize)]
struct Cleanup<'a> {
    files: usize,
    allocated: u64,
    refused: Option<&'a str>,
}

pub(super) fn render(disk: &Disk<'_>) -> String {
    let piles = disk.piles.iter();
    let report = Report {
        schema: "autopurge/disk/v1",
        data: disk.args.data.display().to_string(),
        log: disk.args.log.as_ref().map(|log| log.display().to_string()),
        folders: &disk.folders,
        usage: &disk.measure.usage,
        volumes: disk.outlooks.iter().map(volume).collect(),
        pile: piles.map(|pile| PileUp { at: timestamp(pile.at), snapshots: pile.snapshots, logs: pile.logs }).collect(),
        cleanup: match &disk.relief {
            Ok(relief) => Cleanup { files: relief.files, allocated: relief.bytes, refused: None },
            Err(reason) => Cleanup { files: 0, allocated: 0, refused: Some(reason) },
        },
    };
    // Strings, numbers and lists of them can always be serialised.
    serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
}

fn volume(outlook: &Outlook) -> Volume<'_> {
    Volume {
        space: &outlook.volume,
        growth: outlook.growth.map(|growth| Growth {
            since: timestamp(growth.since),
            until: timestamp(growth.until),
            bytes: growth.bytes,
            bytes_per_hour: growth.bytes_per_hour,
        }),
        full_at: outlook.forecast.map(|forecast| timestamp(forecast.full_at)),
        full_in_seconds: outlook.forecast.map(|forecast| forecast.seconds),
    }
}
