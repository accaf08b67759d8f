//! Dates as `java.util.Date.toString` writes them, in the time zone of the process.

use std::io::Write;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::zookeeper::CivilDate;

const DAY: i64 = 86_400;

/// 1582-10-15, in days since 1970-01-01.
const FIRST_GREGORIAN_DAY: i64 = -141_427;

const DAYS_OF_WEEK: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A time zone.
#[derive(Debug, Clone)]
pub struct Zone(TimeZone);

impl Zone {
    /// UTC, the zone of nearly every container.
    #[must_use]
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// The zone of the process, from `TZ` or the system, as Java finds it; UTC if there is none.
    #[must_use]
    pub fn of_process() -> Self {
        Self(TimeZone::try_system().unwrap_or(TimeZone::UTC))
    }

    /// The UTC offset in seconds at a time, and the zone's abbreviation then. Abbreviations are those of the time zone
    /// database; Java has its own names for zones that have only numbers there.
    fn at(&self, second: i64) -> (i64, String) {
        // Outside the range of supported times, the nearest rules apply.
        let within = second.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
        let info = self.0.to_offset_info(Timestamp::from_second(within).unwrap_or_default());
        (info.offset().seconds().into(), info.abbreviation().to_owned())
    }
}

/// Formats times, and caches the last one: most nodes of a tree were made within a few seconds.
#[derive(Debug)]
pub(super) struct DateText {
    zone: Zone,
    second: i64,
    text: Vec<u8>,
}

impl DateText {
    /// Formats times in this zone.
    pub(super) fn new(zone: Zone) -> Self {
        let text = text(0, &zone);
        Self { zone, second: 0, text }
    }

    /// The text of a time in milliseconds since 1970.
    pub(super) fn of(&mut self, milliseconds: i64) -> &[u8] {
        let second = milliseconds.div_euclid(1000);
        if second != self.second {
            self.text = text(second, &self.zone);
            self.second = second;
        }
        &self.text
    }
}

fn text(second: i64, zone: &Zone) -> Vec<u8> {
    let (ahead, zone) = zone.at(second);
    let second = second.saturating_add(ahead);
    let (days, time) = (second.div_euclid(DAY), second.rem_euclid(DAY));
    let of_day = if days < FIRST_GREGORIAN_DAY { CivilDate::of_julian_day } else { CivilDate::of_day };
    let CivilDate { year, month, day } = of_day(days);
    // Java counts years before the first one backwards, and does not say so.
    let year = if year > 0 { year } else { 1 - year };
    let name =
        |names: &'static [&str], at: i64| usize::try_from(at).ok().and_then(|at| names.get(at)).copied().unwrap_or("");
    let (week, month) = (name(&DAYS_OF_WEEK, days.rem_euclid(7)), name(&MONTHS, month - 1));
    let (hours, minutes, seconds) = (time / 3600, time / 60 % 60, time % 60);
    let mut text = Vec::new();
    // Writing to memory does not fail.
    let _ = write!(text, "{week} {month} {day:02} {hours:02}:{minutes:02}:{seconds:02} {zone} {year}");
    text
}

#[cfg(test)]
mod tests {
    use super::{DateText, Zone};

    #[test]
    fn times_look_as_in_java() {
        let table = [
            (0, "Thu Jan 01 00:00:00 UTC 1970"),
            (-1, "Wed Dec 31 23:59:59 UTC 1969"),
            (951_782_400_000, "Tue Feb 29 00:00:00 UTC 2000"),
            (1_732_615_445_999, "Tue Nov 26 10:04:05 UTC 2024"),
            (4_102_444_800_000, "Fri Jan 01 00:00:00 UTC 2100"),
            (-12_219_292_800_000, "Fri Oct 15 00:00:00 UTC 1582"),
            (-12_219_292_800_001, "Thu Oct 04 23:59:59 UTC 1582"),
            (-62_135_769_600_000, "Sat Jan 01 00:00:00 UTC 1"),
            (-62_135_769_600_001, "Fri Dec 31 23:59:59 UTC 1"),
            (-77_000_000_000_000, "Fri Dec 25 07:06:40 UTC 472"),
            (i64::MIN, "Sun Dec 02 16:47:04 UTC 292269055"),
            (i64::MAX, "Sun Aug 17 07:12:55 UTC 292278994"),
        ];
        let mut date = DateText::new(Zone::utc());
        for (milliseconds, expected) in table {
            assert_eq!(String::from_utf8_lossy(date.of(milliseconds)), expected);
        }
    }
}
