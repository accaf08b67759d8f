//! Scalar types as Helm resolves them: the resolver of Go's `yaml.v2` (`resolve.go`), which `sigs.k8s.io/yaml` uses.

use std::borrow::Cow;

use super::tree::{Lexeme, Tag};

/// A scalar as Helm types it.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar<'d> {
    /// `null`, `~` or nothing.
    Null,
    /// `true`, `yes`, `on`, `y` and their opposites.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A whole number above [`i64::MAX`].
    Unsigned(u64),
    /// Any other number, including infinities and NaN, which JSON cannot represent.
    Float(f64),
    /// Text.
    String(Cow<'d, str>),
}

impl<'d> Scalar<'d> {
    /// What Helm makes of it where it expects a string, as in Chart.yaml: `version: 1.10` becomes `1.1`.
    #[must_use]
    pub fn into_text(self) -> Cow<'d, str> {
        match self {
            Self::Null => "".into(),
            Self::Unsigned(value) => value.to_string().into(),
            other => key(other).unwrap_or_default(),
        }
    }
}

/// The type of a scalar, or why Go refuses it.
pub(super) fn resolve(lexeme: &Lexeme) -> Result<Scalar<'_>, String> {
    let text = &*lexeme.text;
    let string = Scalar::String(Cow::Borrowed(text));
    match lexeme.tag {
        Tag::None if !lexeme.is_implicit => Ok(string),
        Tag::String | Tag::Other | Tag::Merge => Ok(string),
        Tag::Binary => Err("!!binary value is not valid base64".to_owned()),
        Tag::None => Ok(guess(text)),
        tag => check(tag, guess(text)),
    }
}

/// Whether a scalar is text, if that can be told without typing it: it is untagged, and quoted or begins like a word.
pub(super) fn is_plainly_text(lexeme: &Lexeme) -> bool {
    // The longest of the other words is `false`.
    let is_word = |text: &str| text.len() > 5 && text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    lexeme.tag == Tag::None && (!lexeme.is_implicit || is_word(&lexeme.text))
}

/// A tag has to agree with the type that the text has without it, except that whole numbers may be tagged as floats.
fn check(tag: Tag, guess: Scalar<'_>) -> Result<Scalar<'static>, String> {
    match (tag, guess) {
        (Tag::Boolean, Scalar::Boolean(value)) => Ok(Scalar::Boolean(value)),
        (Tag::Integer, Scalar::Integer(value)) => Ok(Scalar::Integer(value)),
        (Tag::Integer, Scalar::Unsigned(value)) => Ok(Scalar::Unsigned(value)),
        (Tag::Float, Scalar::Float(value)) => Ok(Scalar::Float(value)),
        (Tag::Float, Scalar::Integer(value)) => Ok(Scalar::Float(float(value))),
        (Tag::Null, Scalar::Null) => Ok(Scalar::Null),
        (Tag::Timestamp, Scalar::String(text)) if is_timestamp(&text) => Ok(Scalar::String(text.into_owned().into())),
        _ => Err("the tag does not fit the value".to_owned()),
    }
}

#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "Go converts the same way, rounding to nearest")]
const fn float(value: i64) -> f64 {
    value as f64
}

/// Whether a plain scalar is text.
pub(super) fn is_text(plain: &str) -> bool {
    // What begins like most names need not be typed.
    let is_name = |first: &u8| first.is_ascii_alphabetic() && !b"fFnNoOtTyY".contains(first);
    plain.as_bytes().first().is_some_and(is_name) || matches!(guess(plain), Scalar::String(_))
}

/// The type of an untagged plain scalar. Most are text, as the first byte tells.
fn guess(text: &str) -> Scalar<'_> {
    let string = Scalar::String(Cow::Borrowed(text));
    match text.as_bytes().first() {
        None => Scalar::Null,
        Some(b'~' | b'f' | b'F' | b'n' | b'N' | b'o' | b'O' | b't' | b'T' | b'y' | b'Y') => {
            word(text).unwrap_or(string)
        }
        Some(b'.') => word(text).or_else(|| dotted(text)).unwrap_or(string),
        Some(b'+' | b'-') => word(text).or_else(|| number(&text.replace('_', ""))).unwrap_or(string),
        Some(b'0'..=b'9') => number(&text.replace('_', "")).unwrap_or(string),
        Some(_) => string,
    }
}

/// The words that are not text: null, booleans, NaN and infinities.
fn word(text: &str) -> Option<Scalar<'static>> {
    Some(match text {
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Scalar::Boolean(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Scalar::Boolean(false),
        ".nan" | ".NaN" | ".NAN" => Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Scalar::Float(f64::NEG_INFINITY),
        _ => return None,
    })
}

/// A number that starts with the decimal point. Go's own float syntax applies here: `_` only between digits.
fn dotted(text: &str) -> Option<Scalar<'static>> {
    let is_between_digits = |three: &[u8]| match three {
        [before, b'_', behind] => before.is_ascii_digit() && behind.is_ascii_digit(),
        _ => true,
    };
    let is_fine = !text.ends_with('_') && text.as_bytes().windows(3).all(is_between_digits);
    is_fine.then(|| decimal(&text.replace('_', ""))).flatten()
}

fn number(plain: &str) -> Option<Scalar<'static>> {
    let integer = integer(plain).map(Scalar::Integer);
    let unsigned = || unsigned(plain).map(Scalar::Unsigned);
    integer.or_else(unsigned).or_else(|| decimal(plain)).or_else(|| odd_binary(plain))
}

/// `ParseInt(plain, 0, 64)` of Go.
fn integer(plain: &str) -> Option<i64> {
    let (sign, digits) = match plain.as_bytes().first() {
        Some(b'-') => ("-", plain.get(1..)?),
        Some(b'+') => ("", plain.get(1..)?),
        _ => ("", plain),
    };
    let (radix, digits) = radix(digits)?;
    i64::from_str_radix(&format!("{sign}{digits}"), radix).ok()
}

fn unsigned(plain: &str) -> Option<u64> {
    let (radix, digits) = radix(plain)?;
    u64::from_str_radix(digits, radix).ok()
}

/// The base and the digits of an unsigned number. Rejects a sign after the prefix, which Rust's parser would accept.
fn radix(digits: &str) -> Option<(u32, &str)> {
    let bytes = digits.as_bytes();
    let (radix, digits) = match (bytes.first()?, bytes.get(1), bytes.len()) {
        (b'0', Some(b'x' | b'X'), 3..) => (16, digits.get(2..)?),
        (b'0', Some(b'o' | b'O'), 3..) => (8, digits.get(2..)?),
        (b'0', Some(b'b' | b'B'), 3..) => (2, digits.get(2..)?),
        (b'0', Some(_), _) => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    digits.as_bytes().first()?.is_ascii_alphanumeric().then_some((radix, digits))
}

/// `0b` followed by a sign: refused by Go's number parser, but accepted by `yaml.v2`.
fn odd_binary(plain: &str) -> Option<Scalar<'static>> {
    let digits = plain.strip_prefix("0b")?;
    i64::from_str_radix(digits, 2).ok().map(Scalar::Integer)
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, and finite.
fn decimal(plain: &str) -> Option<Scalar<'static>> {
    let allowed = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-');
    let value: f64 = plain.bytes().all(|byte| allowed(&byte)).then(|| plain.parse().ok()).flatten()?;
    value.is_finite().then_some(Scalar::Float(value))
}

/// `yyyy-m-d`, with or without a time. A rough check: only values tagged `!!timestamp` need it, and they are rare.
fn is_timestamp(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let is_number = |part: Option<&str>, lengths: std::ops::RangeInclusive<usize>| {
        part.is_some_and(|part| lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    is_number(parts.next(), 4..=4)
        && is_number(parts.next(), 1..=2)
        && parts.next().is_some_and(|day| day.starts_with(|first: char| first.is_ascii_digit()))
}

/// The text of a `!!binary` scalar as it ends up in JSON: decoded, with invalid UTF-8 replaced.
pub(super) fn binary(text: &str) -> Option<String> {
    // Each invalid byte becomes one U+FFFD, as in Go; Rust's lossy conversion would merge some.
    Some(bytes(text)?.utf8_chunks().fold(String::new(), |mut text, chunk| {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '\u{FFFD}'));
        text
    }))
}

/// Decodes base64; `None` if the input is invalid or the result is not UTF-8.
#[must_use]
pub fn base64(text: &str) -> Option<String> {
    String::from_utf8(bytes(text)?).ok()
}

/// Decodes base64; `None` if it is invalid.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let clean: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    let padding = clean.iter().rev().take_while(|&&byte| byte == b'=').count();
    let digits = clean.get(..clean.len().saturating_sub(padding))?;
    if !clean.len().is_multiple_of(4) || padding > 2 {
        return None;
    }
    for chunk in digits.chunks(4) {
        bytes.extend(sextets(chunk)?);
    }
    Some(bytes)
}

/// Up to four base64 digits as bytes.
fn sextets(chunk: &[u8]) -> Option<Vec<u8>> {
    let mut bits = 0_u32;
    for &digit in chunk {
        bits = bits << 6 | sextet(digit)?;
    }
    bits <<= 6_usize.saturating_mul(4_usize.saturating_sub(chunk.len()));
    let [_, first, second, third] = bits.to_be_bytes();
    Some([first, second, third].into_iter().take(chunk.len().saturating_sub(1)).collect())
}

fn sextet(digit: u8) -> Option<u32> {
    let value = match digit {
        b'A'..=b'Z' => digit.checked_sub(b'A')?,
        b'a'..=b'z' => digit.checked_sub(b'a')?.checked_add(26)?,
        b'0'..=b'9' => digit.checked_sub(b'0')?.checked_add(52)?,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(value.into())
}

/// A map key as `sigs.k8s.io/yaml` writes it into JSON; an error where it refuses the key.
pub(super) fn key(scalar: Scalar<'_>) -> Result<Cow<'_, str>, &'static str> {
    Ok(match scalar {
        Scalar::String(text) => text,
        Scalar::Boolean(value) => if value { "true" } else { "false" }.into(),
        Scalar::Integer(value) => value.to_string().into(),
        Scalar::Float(value) => float_key(value).into(),
        Scalar::Null => return Err("a key of a mapping is null"),
        Scalar::Unsigned(_) => return Err("a key of a mapping is a number that is too large"),
    })
}

/// `FormatFloat(value, 'g', -1, 32)` of Go.
fn float_key(value: f64) -> String {
    #[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "Go narrows to 32 bits as well")]
    let value = value as f32;
    if value.is_nan() {
        return ".nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if !(-4..6).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs());
    }
    format!("{value}")
}
