//! The result of verification as JSON, `autopurge/snapshot-verify/v1`.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::check::{Checked, CheckedContent};
use super::{Restore, Verified};
use crate::zookeeper::log::{self, Tail};
use crate::zookeeper::restore::Outcome;
use crate::zookeeper::snapshot::{self, DigestState};
use crate::zookeeper::{Place, ReadError};

pub(super) fn write(out: &mut impl Write, verified: &[Verified]) -> io::Result<()> {
    let inputs: Vec<Value> = verified.iter().map(input).collect();
    writeln!(out, "{:#}", json!({"schema": "autopurge/snapshot-verify/v1", "inputs": inputs}))
}

fn input(verified: &Verified) -> Value {
    json!({
        "path": verified.path.to_string_lossy(),
        "good": verified.is_good(),
        "files": verified.files.iter().map(file).collect::<Vec<_>>(),
        "restore": verified.restore.as_ref().map(restore),
    })
}

fn file(file: &Checked) -> Value {
    let (kind, detail) = match &file.found {
        Ok(CheckedContent::Snapshot(found)) => ("snapshot", snapshot_detail(found)),
        Ok(CheckedContent::Log(found)) => ("log", log_detail(found)),
        Err(error) => (file.kind.prefix(), json!({"damage": damage(error)})),
    };
    let zxid = file.zxid.map(|zxid| zxid.to_string());
    json!({"name": file.name, "good": file.is_good(), "zxid": zxid, "bytes": file.size, kind: detail})
}

fn damage(error: &ReadError) -> Value {
    let (place, is_unpacked) = match error {
        ReadError::Damage(damage) => match damage.place {
            Place::File(byte) => (Some(byte), false),
            Place::Unpacked(byte) => (Some(byte), true),
        },
        ReadError::Io(_) => (None, false),
    };
    json!({"byte": place, "of_unpacked": is_unpacked, "message": error.to_string()})
}

fn snapshot_detail(snapshot: &snapshot::Verified) -> Value {
    json!({
        "packed": snapshot.framing.word(),
        "unpacked_bytes": snapshot.bytes,
        "nodes": snapshot.outline.nodes,
        "sessions": snapshot.outline.sessions,
        "access_lists": snapshot.outline.acls,
        "longest_bytes": snapshot.outline.longest,
        "needs_larger_jute_maxbuffer": !snapshot.fits_default_buffer(),
        "seals": snapshot.seals.count,
        "last_zxid": snapshot.seals.last_zxid.map(|zxid| zxid.to_string()),
        "digest": match snapshot.digest {
            DigestState::Absent => "absent",
            DigestState::Same => "same",
            DigestState::Fuzzy => "fuzzy",
            DigestState::Unknown => "unknown",
        },
    })
}

fn log_detail(log: &log::Verified) -> Value {
    let (tail, byte) = match log.tail {
        Tail::Exact => ("exact", None),
        Tail::Padding(_) => ("padding", None),
        Tail::Torn(byte) => ("torn", Some(byte)),
        Tail::Debris(byte) => ("debris", Some(byte)),
    };
    json!({
        "transactions": log.records,
        "first": log.span.map(|span| span.first.to_string()),
        "last": log.span.map(|span| span.last.to_string()),
        "first_time_ms": log.span.map(|span| span.first_time),
        "last_time_ms": log.span.map(|span| span.last_time),
        "missing": log.gap.map(|gap| json!({"after": gap.after.to_string(), "before": gap.before.to_string()})),
        "end": {"kind": tail, "byte": byte},
        "used_bytes": log.used,
    })
}

fn restore(restore: &Restore) -> Value {
    let Restore::From { snapshot, logs, outcome } = restore else {
        return json!({"snapshot": null, "outcome": "no-snapshot"});
    };
    let mut value = match outcome {
        Outcome::Whole { up_to, time } => json!({"outcome": "whole", "up_to": up_to.to_string(), "time_ms": time}),
        Outcome::Missing { after, before } => {
            json!({"outcome": "missing", "after": after.to_string(), "before": before.to_string()})
        }
        Outcome::DamagedLog(zxid) => json!({"outcome": "damaged-log", "log": zxid.to_string()}),
    };
    if let Some(fields) = value.as_object_mut() {
        fields.insert("snapshot".to_owned(), json!(snapshot));
        fields.insert("logs".to_owned(), json!(logs));
    }
    value
}
