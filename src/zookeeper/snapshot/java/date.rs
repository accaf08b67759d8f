//! Dates as `java.util.Date.toString` writes them, in UTC.

use std::io::Write;

const DAY: i64 = 86_400;

const DAYS_OF_WEEK: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Writes times, and keeps the last one: most nodes of a tree were made within a few seconds.
#[derive(Debug)]
pub struct DateText {
    second: i64,
    text: Vec<u8>,
}

impl Default for DateText {
    fn default() -> Self {
        Self { second: 0, text: text(0) }
    }
}

impl DateText {
    /// The text of a time in milliseconds since 1970.
    pub fn of(&mut self, milliseconds: i64) -> &[u8] {
        let second = milliseconds.div_euclid(1000);
        if second != self.second {
            self.text = text(second);
            self.second = second;
        }
        &self.text
    }
}

fn text(second: i64) -> Vec<u8> {
    let (day, time) = (second.div_euclid(DAY), second.rem_euclid(DAY));
    let (year, month, day_of_month) = civil(day);
    let name =
        |names: &'static [&str], at: i64| usize::try_from(at).ok().and_then(|at| names.get(at)).copied().unwrap_or("");
    let (week, month) = (name(&DAYS_OF_WEEK, day.rem_euclid(7)), name(&MONTHS, month - 1));
    let (hours, minutes, seconds) = (time / 3600, time / 60 % 60, time % 60);
    let mut text = Vec::new();
    // Writing to memory does not fail.
    let _ = write!(text, "{week} {month} {day_of_month:02} {hours:02}:{minutes:02}:{seconds:02} UTC {year}");
    text
}

/// Year, month and day of a day counted from 1970 (Howard Hinnant's `civil_from_days`).
fn civil(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day_of_month)
}

#[cfg(test)]
mod tests {
    use super::DateText;

    #[test]
    fn times_look_as_in_java() {
        let table = [
            (0, "Thu Jan 01 00:00:00 UTC 1970"),
            (-1, "Wed Dec 31 23:59:59 UTC 1969"),
            (951_782_400_000, "Tue Feb 29 00:00:00 UTC 2000"),
            (1_732_615_445_999, "Tue Nov 26 10:04:05 UTC 2024"),
            (4_102_444_800_000, "Fri Jan 01 00:00:00 UTC 2100"),
        ];
        let mut date = DateText::default();
        for (milliseconds, expected) in table {
            assert_eq!(String::from_utf8_lossy(date.of(milliseconds)), expected);
        }
    }
}
