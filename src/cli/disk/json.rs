//! The state of a disk as JSON, `autopurge/disk/v1`. v1 may gain anything, but loses nothing.

use serde::Serialize;

use super::{Disk, DiskArgs, DiskError, Outlook};
use crate::cli::cleanup::measure::Mounted;
use crate::cli::document::{Answer, Program, render as text};
use crate::cli::quantity::timestamp;
use crate::zookeeper::space::Usage;

/// What fills a server's disk, or why nothing is shown (`disk --format json`).
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Document<'a> {
    /// `autopurge/disk/v1`.
    schema: &'static str,
    /// The program that wrote this.
    tool: Program,
    /// The folder that was named.
    data: String,
    /// The folder of the logs, if one was named.
    log: Option<String>,
    #[serde(flatten)]
    answer: Answer<Known<'a>>,
}

/// What the folders hold.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Known<'a> {
    /// The folders with the files: `version-2`.
    folders: &'a [String],
    /// The space used by the files.
    usage: &'a Usage,
    /// The volumes that hold the folders, one or two.
    volumes: Vec<Volume<'a>>,
    /// Bytes on disk of the existing files, by the time at which they had been written.
    pile: Vec<PileUp>,
    /// What `cleanup -n 3` would free.
    cleanup: Cleanup<'a>,
}

/// A volume, and how it fills.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Volume<'a> {
    #[serde(flatten)]
    space: &'a Mounted,
    /// How fast it fills; `null` if all files have the same timestamp.
    growth: Option<Growth>,
    /// When the volume will be full at this rate.
    full_at: Option<String>,
    /// The seconds until then.
    full_in_seconds: Option<i64>,
}

/// How fast a volume fills.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Growth {
    /// The time of the oldest file.
    since: String,
    /// The time of the newest file.
    until: String,
    /// Bytes written in between.
    bytes: u64,
    /// Bytes per hour.
    bytes_per_hour: u64,
}

/// What the files that existed by a time take.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct PileUp {
    /// The time.
    at: String,
    /// Bytes in snapshots.
    snapshots: u64,
    /// Bytes in logs.
    logs: u64,
}

/// What a cleanup would do.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Cleanup<'a> {
    /// How many files it would delete.
    files: usize,
    /// Bytes on disk that it would free.
    allocated: u64,
    /// Why it would delete nothing.
    refused: Option<&'a str>,
}

pub(super) fn render(disk: &Disk<'_>) -> String {
    let piles = disk.piles.iter();
    let known = Known {
        folders: &disk.folders,
        usage: &disk.measure.usage,
        volumes: disk.outlooks.iter().map(volume).collect(),
        pile: piles.map(|pile| PileUp { at: timestamp(pile.at), snapshots: pile.snapshots, logs: pile.logs }).collect(),
        cleanup: match &disk.relief {
            Ok(relief) => Cleanup { files: relief.files, allocated: relief.bytes, refused: None },
            Err(reason) => Cleanup { files: 0, allocated: 0, refused: Some(reason) },
        },
    };
    document(disk.args, Answer::of(known))
}

/// The document when nothing can be shown.
pub(super) fn refusal(args: &DiskArgs, error: &DiskError) -> String {
    document(args, Answer::refused(error))
}

fn document(args: &DiskArgs, answer: Answer<Known<'_>>) -> String {
    text(&Document {
        schema: "autopurge/disk/v1",
        tool: Program::this(),
        data: args.data.display().to_string(),
        log: args.log.as_ref().map(|log| log.display().to_string()),
        answer,
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The schema for other programs is generated from the types.
    #[test]
    fn the_schema_is_that_of_the_types() {
        crate::schema::keep_document::<Document<'_>>("disk");
    }
}
