//! Transaction logs of every release, whole and damaged.

use autopurge::zookeeper::Zxid;
use autopurge::zookeeper::log::{Gap, Tail, Verified, verify, verify_from};
use autopurge::zookeeper::{Cause, Part, ReadError};

use super::golden;

#[test]
fn logs_of_all_releases_are_verified() {
    let table = [
        // File, records, first and last zxid, padding.
        ("small/version-2/log.1", 375, 0x1, 0x177, 35239),
        ("small/version-2/log.178", 360, 0x178, 0x2df, 35268),
        ("small/version-2/log.2e0", 253, 0x2e0, 0x3dc, 68495),
        ("small/version-2/log.3dd", 114, 0x3dd, 0x44e, 40480),
        ("small/version-2/log.51d", 122, 0x51d, 0x596, 38706),
    ];
    for (file, records, first, last, padding) in table {
        let log = verify(&golden::folder().join(file)).unwrap();
        let span = log.span.unwrap();
        let found = (log.records, span.first, span.last, log.gap, log.tail);
        assert_eq!(found, (records, Zxid(first), Zxid(last), None, Tail::Padding(padding)), "{file}");
    }
    for file in ["3.4.14/log.10e", "3.4.14/log.198", "3.5.10/log.1", "3.6.4/log.1", "3.7.2/log.1", "3.9.5/log.1"] {
        let log = verify(&golden::folder().join("versions").join(file)).unwrap();
        assert!(log.records > 0 && log.gap.is_none() && matches!(log.tail, Tail::Padding(_)), "{file}: {log:?}");
    }
}

/// The bytes of log.1, of which the last record begins at `LAST` and ends at `END`.
fn log() -> Vec<u8> {
    golden::read("small/version-2/log.1")
}

const END: usize = 95849;

fn verified(bytes: &[u8]) -> Verified {
    verify_from(bytes).unwrap()
}

fn cause(bytes: &[u8]) -> Cause {
    match verify_from(bytes) {
        Err(ReadError::Damage(damage)) => damage.cause,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_log_may_end_with_its_last_record() {
    let log = verified(&log()[..END]);
    assert_eq!((log.records, log.tail), (375, Tail::Exact));
}

#[test]
fn a_log_of_a_killed_server_ends_before_the_torn_record() {
    let whole = log();
    for cut in END - 130..END {
        let log = verified(&whole[..cut]);
        assert!(log.records < 375 && matches!(log.tail, Tail::Torn(_) | Tail::Exact), "{cut}: {log:?}");
    }
    let mut unclosed = whole;
    unclosed[END - 1] = 0;
    let log = verified(&unclosed);
    assert!(log.records == 374 && matches!(log.tail, Tail::Torn(_)), "{log:?}");
}

#[test]
fn bytes_behind_the_padding_are_told_of() {
    let mut bytes = log();
    bytes[END + 20_000] = 1;
    assert_eq!(verified(&bytes).tail, Tail::Debris(95849));
}

#[test]
fn what_a_server_does_not_start_with_is_damage() {
    assert_eq!(cause(&[]), Cause::Empty);
    assert_eq!(cause(b"ZKLG\0\0"), Cause::EndsInside(Part::Header));
    assert!(matches!(cause(&golden::read("small/version-2/snapshot.0")), Cause::Magic { .. }));
    let mut flipped = log();
    flipped[40] ^= 1;
    assert!(matches!(cause(&flipped), Cause::Checksum { part: Part::Record, .. }));
    let mut negative = log();
    negative[24] = 0xff;
    assert!(matches!(cause(&negative), Cause::NegativeLength { .. }));
}

#[test]
fn a_missing_transaction_is_told_of() {
    let whole = log();
    let first = 16 + 12 + usize::try_from(u32::from_be_bytes(whole[24..28].try_into().unwrap())).unwrap() + 1;
    let second =
        first + 12 + usize::try_from(u32::from_be_bytes(whole[first + 8..first + 12].try_into().unwrap())).unwrap() + 1;
    let log = verified(&[&whole[..first], &whole[second..]].concat());
    assert_eq!((log.records, log.gap), (374, Some(Gap { after: Zxid(1), before: Zxid(3) })));
}
