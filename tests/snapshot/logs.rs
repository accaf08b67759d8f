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

const LAST: usize = 95_688;
const END: usize = 95_849;

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
        // The first bytes of a record are the upper half of its checksum, which is zero.
        let is_end = matches!(log.tail, Tail::Torn(_) | Tail::Exact | Tail::Padding(1..=4));
        assert!(log.records < 375 && is_end, "{cut}: {log:?}");
    }
    for written in LAST + 5..END {
        let mut torn = whole.clone();
        torn[written..END].fill(0);
        let log = verified(&torn);
        assert_eq!((log.records, log.tail), (374, Tail::Torn(LAST.try_into().unwrap())), "{written}");
    }
}

/// Only a server that was killed leaves zeros in the place of what it did not write.
#[test]
fn a_last_record_that_was_damaged_is_not_torn() {
    let whole = log();
    let length = u32::from_be_bytes(whole[LAST + 8..LAST + 12].try_into().unwrap());
    let with = |at: usize, bytes: &[u8]| {
        let mut log = whole.clone();
        log[at..at + bytes.len()].copy_from_slice(bytes);
        log
    };
    let longer = with(LAST + 8, &(length + 500).to_be_bytes());
    let table = [
        ("its end is another byte", with(END - 1, b"C")),
        ("its length is too small", with(LAST + 8, &(length - 1).to_be_bytes())),
        ("its length is zero", with(LAST + 8, &[0; 4])),
        ("its length is too large", longer.clone()),
        ("its length is too large for the file", longer[..END].to_vec()),
    ];
    for (case, bytes) in table {
        let log = verified(&bytes);
        assert_eq!((log.records, log.tail), (374, Tail::Debris(LAST.try_into().unwrap())), "{case}");
    }
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
    assert_eq!(cause(&vec![0; 70_000]), Cause::Blank);
    let mut headless = log();
    headless[..512].fill(0);
    assert!(matches!(cause(&headless), Cause::Magic { .. }));
    let mut flipped = log();
    flipped[40] ^= 1;
    assert!(matches!(cause(&flipped), Cause::Checksum { part: Part::Record, .. }));
    let mut negative = log();
    negative[24] = 0xff;
    assert!(matches!(cause(&negative), Cause::NegativeLength { .. }));
    let mut large = log();
    large[LAST + 8..LAST + 12].copy_from_slice(&2_097_151_u32.to_be_bytes());
    let expected = Cause::Unreasonable { part: Part::Record, claimed: 2_097_151, most: 2_097_150 };
    assert_eq!(cause(&large), expected);
}

/// A server that has a larger `jute.maxbuffer` writes such logs.
#[test]
fn a_long_transaction_is_whole_and_needs_a_larger_buffer() {
    for (length, fits) in [(2_097_150, true), (2_097_151, false), (3_000_000, false)] {
        let payload = [&[0; 12][..], &1_i64.to_be_bytes(), &vec![7; length - 20]].concat();
        let sum = u64::from(simd_adler32::adler32(&&payload[..])).to_be_bytes();
        let size = u32::try_from(length).unwrap().to_be_bytes();
        let log = verified(&[b"ZKLG\0\0\0\x02\0\0\0\0\0\0\0\0", &sum[..], &size, &payload, b"B", &[0; 99]].concat());
        assert_eq!((log.records, log.tail, log.fits_default_buffer()), (1, Tail::Padding(99), fits), "{length}");
    }
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
