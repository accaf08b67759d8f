//! The reasons of a plan: a keyword for machines, and a phrase for people.

use crate::zookeeper::purge::{Fate, Keep, Remark, Remove};

/// The keyword of a reason in reports. It is part of the format and must not change.
pub(super) fn reason(fate: &Fate) -> &'static str {
    match fate {
        Fate::Keep(keep) => match keep {
            Keep::Counted { .. } => "counted",
            Keep::SameMoment => "same-moment",
            Keep::Damaged { .. } => "damaged",
            Keep::NotOlder => "not-older",
            Keep::Straddles { .. } => "straddles",
            Keep::Newer { .. } => "newer",
            Keep::TooFew { .. } => "too-few",
            Keep::UnreadableName => "unreadable-name",
            Keep::NoFile => "no-file",
            Keep::Other => "other",
        },
        Fate::Remove(Remove::Older { .. }) => "older",
        Fate::Remove(Remove::UnreadableName) => "unreadable-name",
    }
}

/// The reason, for people.
pub(super) fn because(fate: &Fate, retain: usize) -> String {
    match fate {
        Fate::Keep(keep) => because_kept(keep, retain),
        Fate::Remove(Remove::Older { limit }) => format!("older than snapshot 0x{limit}"),
        Fate::Remove(Remove::UnreadableName) => "ZooKeeper reads this name as -1, older than everything".to_owned(),
    }
}

fn because_kept(keep: &Keep, retain: usize) -> String {
    match keep {
        Keep::Counted { rank } => format!("verified, number {rank} of {retain}"),
        Keep::SameMoment => "a copy of a snapshot that counts".to_owned(),
        Keep::Damaged { cause } => format!("does not count: {cause}"),
        Keep::NotOlder => "not older than the oldest that counts".to_owned(),
        Keep::Straddles { limit } => format!("has the transactions around snapshot 0x{limit}"),
        Keep::Newer { limit } => format!("has transactions after snapshot 0x{limit}"),
        Keep::TooFew { counted } => format!("only {counted} of {retain} snapshots count so far"),
        Keep::UnreadableName => "no transaction id in the name".to_owned(),
        Keep::NoFile => "not a regular file".to_owned(),
        Keep::Other => "neither snapshot nor log".to_owned(),
    }
}

/// A remark, for people.
pub(super) fn remark(remark: &Remark) -> String {
    match remark {
        Remark::EmptyLog { name, cause } => format!(
            "{name} has no transactions ({cause}): a full disk or a crash leaves such logs. ZooKeeper before 3.9.3 does not \
             start if the header is missing; move the file away before the next start"
        ),
        Remark::LogsEndEarlier { snapshot, last } => format!(
            "the logs end at 0x{last}, before {snapshot} was taken. If zoo.cfg has a dataLogDir, pass it with --log, so that \
             its logs are cleaned up too"
        ),
        Remark::UnreadLog { name, cause } => format!(
            "{name} is damaged ({cause}), and no server reads what follows. The next log goes on after what is read"
        ),
        Remark::DamagedLog { name, cause } => {
            format!("{name} is damaged ({cause}): snapshots older than the newest cannot be restored past it")
        }
    }
}
