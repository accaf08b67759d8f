//! Sizes, times and durations, as people read them.

use crate::zookeeper::CivilDate;

/// Binary units of size, each 1024 times the one before.
const UNITS: [&str; 6] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/// Seconds in a day.
const DAY: i64 = 86_400;

/// From this many seconds on, a duration is not spelt out: no forecast is that precise.
const LONG: i64 = 365 * DAY;

/// A size in whole bytes, or in the unit in which it is below 1024: with one decimal below 100, otherwise without.
pub(super) fn bytes(bytes: u64) -> String {
    let fits = |unit: &usize| bytes >> (10 * (unit + 1)) == 0;
    let unit = (0..UNITS.len()).find(fits).unwrap_or(UNITS.len() - 1);
    let name = UNITS.get(unit).copied().unwrap_or_default();
    if unit == 0 {
        return format!("{bytes} {name}");
    }
    // Tenths of the unit, rounded to the nearest. 128 bits cannot overflow.
    let tenths = (u128::from(bytes) * 10 + (1 << (10 * unit - 1))) >> (10 * unit);
    if tenths < 1000 {
        format!("{}.{} {name}", tenths / 10, tenths % 10)
    } else {
        format!("{} {name}", (tenths + 5) / 10)
    }
}

/// A duration of some seconds in days and hours, hours and minutes, or minutes; from 365 days on, `more than a year`.
pub(super) fn duration(seconds: i64) -> String {
    let (days, hours, minutes) = (seconds / DAY, seconds % DAY / 3600, seconds % 3600 / 60);
    match seconds {
        LONG.. => "more than a year".to_owned(),
        DAY.. => format!("{days} d {hours} h"),
        3600.. => format!("{hours} h {minutes} min"),
        _ => format!("{minutes} min"),
    }
}

/// A Unix time in UTC to the minute, without the zone: `2026-11-26 05:40`.
pub(super) fn minute(seconds: i64) -> String {
    let CivilDate { year, month, day } = CivilDate::of_day(seconds.div_euclid(DAY));
    let second = seconds.rem_euclid(DAY);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}", second / 3600, second / 60 % 60)
}

/// A Unix time in UTC as in RFC 3339: `2026-11-26T05:40:00Z`.
pub(super) fn timestamp(seconds: i64) -> String {
    format!("{}:{:02}Z", minute(seconds).replace(' ', "T"), seconds.rem_euclid(60))
}

#[cfg(test)]
mod tests {
    use super::{bytes, duration, minute, timestamp};

    #[test]
    fn sizes_have_three_digits() {
        let table = [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (302_917, "296 KiB"),
            (67_108_880, "64.0 MiB"),
            (1_048_575, "1024 KiB"),
            (27_000_000_000, "25.1 GiB"),
            (u64::MAX, "16384 PiB"),
        ];
        for (size, expected) in table {
            assert_eq!(bytes(size), expected);
        }
    }

    #[test]
    fn moments_are_those_of_the_calendar() {
        let table = [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_795_671_645, "2026-11-26T05:40:45Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ];
        for (seconds, expected) in table {
            assert_eq!(timestamp(seconds), expected);
        }
        assert_eq!(minute(1_795_671_645), "2026-11-26 05:40");
    }

    #[test]
    fn durations_have_two_units() {
        let table = [
            (59, "0 min"),
            (3599, "59 min"),
            (3661, "1 h 1 min"),
            (200_000, "2 d 7 h"),
            (i64::MAX, "more than a year"),
        ];
        for (seconds, expected) in table {
            assert_eq!(duration(seconds), expected);
        }
    }
}
