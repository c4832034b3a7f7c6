//! Timestamps as text that sorts in time order and reads as a date.

use crate::value::Timestamp;

const NANOSECONDS: i128 = Timestamp::NANOSECONDS_PER_SECOND as i128;
const SECONDS_PER_DAY: i128 = 86_400;
/// 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z in seconds from the Unix epoch.
const FIRST_DATE: i128 = -62_167_219_200;
const LAST_DATE: i128 = 253_402_300_799;
/// Makes the floor of the earliest timestamp's seconds zero.
const BIAS: i128 = (1 << 63) + 1;
/// Sorts before every digit.
const BEFORE: char = '-';
/// Sorts after every digit.
const AFTER: char = '~';
/// Days from 0000-03-01 to 1970-01-01; years that begin in March have their leap day last.
const EPOCH_FROM_MARCH_0: i128 = 719_468;
const DAYS_IN_400_YEARS: i128 = 146_097;

pub(super) fn encode(timestamp: Timestamp) -> String {
    let total = nanoseconds(timestamp);
    let (seconds, fraction) = (total.div_euclid(NANOSECONDS), total.rem_euclid(NANOSECONDS));
    if seconds < FIRST_DATE {
        return format!("{BEFORE}{:020}.{fraction:09}", seconds + BIAS);
    }
    if seconds > LAST_DATE {
        return format!("{AFTER}{seconds:020}.{fraction:09}");
    }
    let (days, second) = (seconds.div_euclid(SECONDS_PER_DAY), seconds.rem_euclid(SECONDS_PER_DAY));
    let (year, month, day) = date(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{fraction:09}Z")
}

pub(super) fn decode(text: &str) -> Option<Timestamp> {
    let (seconds, fraction) = match text.strip_prefix(BEFORE) {
        Some(rest) => fields(rest).map(|(seconds, fraction)| (seconds - BIAS, fraction))?,
        None => match text.strip_prefix(AFTER) {
            Some(rest) => fields(rest)?,
            None => decode_date(text)?,
        },
    };
    from_nanoseconds(seconds * NANOSECONDS + fraction)
}

/// Nanoseconds from the epoch; the two parts have one sign, so they simply add up.
pub(super) fn nanoseconds(timestamp: Timestamp) -> i128 {
    i128::from(timestamp.seconds()) * NANOSECONDS + i128::from(timestamp.nanoseconds())
}

pub(super) fn from_nanoseconds(total: i128) -> Option<Timestamp> {
    let seconds = i64::try_from(total / NANOSECONDS).ok()?;
    Timestamp::new(seconds, i32::try_from(total % NANOSECONDS).ok()?)
}

fn fields(text: &str) -> Option<(i128, i128)> {
    let (seconds, fraction) = text.split_once('.')?;
    Some((digits(seconds, 20)?, digits(fraction, 9)?))
}

fn digits(text: &str, width: usize) -> Option<i128> {
    (text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

fn decode_date(text: &str) -> Option<(i128, i128)> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let mut date = date.split('-');
    let (year, month, day) = (digits(date.next()?, 4)?, digits(date.next()?, 2)?, digits(date.next()?, 2)?);
    let (time, fraction) = time.split_once('.')?;
    let mut time = time.split(':');
    let (hour, minute, second) = (digits(time.next()?, 2)?, digits(time.next()?, 2)?, digits(time.next()?, 2)?);
    let is_clock = hour < 24 && minute < 60 && second < 60 && date.next().is_none() && time.next().is_none();
    let is_date = (1..=12).contains(&month) && (1..=31).contains(&day);
    let seconds = days(year, month, day) * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second;
    (is_clock && is_date).then_some((seconds, digits(fraction, 9)?))
}

/// Year, month and day of a day counted from the epoch.
fn date(days: i128) -> (i128, i128, i128) {
    let from_march_0 = days + EPOCH_FROM_MARCH_0;
    let (era, day) = (from_march_0.div_euclid(DAYS_IN_400_YEARS), from_march_0.rem_euclid(DAYS_IN_400_YEARS));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - days_before_year(year);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - days_before_month(month_from_march) + 1;
    let (month, january) = match month_from_march {
        0..=9 => (month_from_march + 3, 0),
        _ => (month_from_march - 9, 1),
    };
    (era * 400 + year + january, month, day_of_month)
}

/// The day counted from the epoch; the inverse of `date`.
fn days(year: i128, month: i128, day: i128) -> i128 {
    let (year, month_from_march) = match month {
        3..=12 => (year, month - 3),
        _ => (year - 1, month + 9),
    };
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    era * DAYS_IN_400_YEARS + days_before_year(year) + days_before_month(month_from_march) + day
        - 1
        - EPOCH_FROM_MARCH_0
}

fn days_before_year(year: i128) -> i128 {
    year * 365 + year / 4 - year / 100
}

fn days_before_month(month_from_march: i128) -> i128 {
    (153 * month_from_march + 2) / 5
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64, nanoseconds: i32) -> Timestamp {
        Timestamp::new(seconds, nanoseconds).unwrap()
    }

    #[test]
    fn dates_read_as_dates() {
        assert_eq!(encode(at(0, 0)), "1970-01-01T00:00:00.000000000Z");
        assert_eq!(encode(at(0, -5)), "1969-12-31T23:59:59.999999995Z");
        assert_eq!(encode(at(951_782_400, 1)), "2000-02-29T00:00:00.000000001Z");
        assert_eq!(encode(at(253_402_300_799, 999_999_999)), "9999-12-31T23:59:59.999999999Z");
        assert_eq!(encode(at(-62_167_219_200, 0)), "0000-01-01T00:00:00.000000000Z");
    }

    #[test]
    fn text_sorts_in_time_order_and_survives() {
        let ordered = [
            at(i64::MIN, -999_999_999),
            at(i64::MIN, 0),
            at(-62_167_219_201, 0),
            at(-62_167_219_200, -1),
            at(-62_167_219_200, 0),
            at(-1, -999_999_999),
            at(-1, 0),
            at(0, -1),
            at(0, 0),
            at(0, 1),
            at(253_402_300_799, 999_999_999),
            at(253_402_300_800, 0),
            at(i64::MAX, 0),
            at(i64::MAX, 999_999_999),
        ];
        let texts: Vec<String> = ordered.iter().map(|&timestamp| encode(timestamp)).collect();
        assert!(texts.windows(2).all(|pair| pair[0] < pair[1]), "{texts:?}");
        let back: Vec<Timestamp> = texts.iter().map(|text| decode(text).unwrap()).collect();
        assert_eq!(back, ordered);
    }

    #[test]
    fn every_day_of_eight_centuries_survives() {
        for day in -200_000..100_000_i64 {
            let timestamp = at(day * 86_400, 0);
            assert_eq!(decode(&encode(timestamp)), Some(timestamp));
        }
    }

    #[test]
    fn other_text_is_no_timestamp() {
        for text in ["", "1970-01-01", "1970-13-01T00:00:00.000000000Z", "~1.2", "-x", "1970-01-01T00:00:00.0Z"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
