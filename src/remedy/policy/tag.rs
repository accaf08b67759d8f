//! Whether an image reads a setting, by its tag: CEL on a record `s` whose `version` is a number (3.5.10 is 3005010, a
//! tag without a version is -1, and one that is filled in later -2). Orders versions like `detect::tag`.

/// Which images read a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Support {
    /// CEL that is true if the image reads it. `None`: all images do.
    pub(super) is_read: Option<String>,
    /// CEL that is true if the tag alone does not tell. `None`: that does not happen.
    pub(super) is_unclear: Option<String>,
}

/// Replaces a missing number, so that the tag means the newest version.
const NEWEST: u64 = 999;

/// The record's `version`, from the image: the first number of the tag, or what follows it if that is too low for a
/// version.
pub(super) const VERSION: &str = r"s.image.matches(r':([^/]*[$\{<%]|@|__[^/]*__$)') ? -2 : [s.image.find(r':v?[0-9]{1,8}([.][0-9]{1,8})*([^0-9.@/][^/@]*)?(@.*)?$')]
.map(t, (t.matches(r'^:v?0*([0-2]|3[.]0*[0-2])([^0-9]|$)') ? t.find(r'-v?3[.]([1-9][0-9]{1,7}|[3-9])([.][0-9]{1,8})*') : t)
.find(r'[0-9]+([.][0-9]+)*').split('.'))
.map(n, n[0] == '' ? -1 : int(n[0]) * 1000000 + (size(n) > 1 ? int(n[1]) : 999) * 1000 + (size(n) > 2 ? int(n[2]) : 999))[0]";

/// Bounds as in the rules: the first tags with which a setting is read, one per release line.
pub(super) fn support(since: &[String], unclear_since: &[String]) -> Support {
    if since.is_empty() {
        return Support { is_read: None, is_unclear: None };
    }
    let bounds: Vec<Bound> = since.iter().filter_map(|tag| Bound::parse(tag)).collect();
    let exact: Vec<String> =
        bounds.iter().filter(|bound| bound.has_revision).map(|bound| bound.key.to_string()).collect();
    let mut unclear = vec!["s.version == -2".to_owned()];
    if !exact.is_empty() {
        unclear.push(format!("s.version in [{}]", exact.join(", ")));
    }
    let is_read = reached(&bounds);
    let unclear_bounds: Vec<Bound> = unclear_since.iter().filter_map(|tag| Bound::parse(tag)).collect();
    if !unclear_bounds.is_empty() {
        unclear.push(format!("!({is_read}) && ({})", reached(&unclear_bounds)));
    }
    Support { is_read: Some(is_read), is_unclear: Some(unclear.join(" || ")) }
}

/// A version with its release line.
struct Bound {
    key: u64,
    has_revision: bool,
}

impl Bound {
    fn parse(tag: &str) -> Option<Self> {
        let tag = tag.strip_prefix('v').unwrap_or(tag);
        let end = tag.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(tag.len());
        let mut numbers = tag.get(..end)?.split('.').map(|number| number.parse::<u64>().ok());
        let mut next = || numbers.next().flatten().unwrap_or(NEWEST);
        let key = next() * 1_000_000 + next() * 1_000 + next();
        Some(Self { key, has_revision: tag.contains("-r") })
    }

    fn line(&self) -> u64 {
        self.key / 1_000
    }
}

fn reached(bounds: &[Bound]) -> String {
    let mut lines: Vec<&Bound> = Vec::new();
    for bound in bounds {
        if lines.iter().all(|other| other.line() != bound.line()) {
            lines.push(bound);
        }
    }
    let oldest = bounds.iter().map(|bound| bound.key).min().unwrap_or_default();
    let of_line = |bound: &&Bound| {
        let sign = if bound.has_revision { ">" } else { ">=" };
        format!("s.version / 1000 == {} ? s.version {sign} {} : ", bound.line(), bound.key)
    };
    let by_line = lines.iter().map(of_line).collect::<Vec<_>>().concat();
    format!("s.version < 0 || ({by_line}s.version > {oldest})")
}

#[cfg(test)]
mod tests {
    use super::support;

    #[test]
    fn bounds_become_comparisons() {
        let since = ["3.4.13", "3.5.4"].map(String::from);
        assert_eq!(
            support(&since, &[]).is_read.unwrap(),
            "s.version < 0 || (s.version / 1000 == 3004 ? s.version >= 3004013 : \
             s.version / 1000 == 3005 ? s.version >= 3005004 : s.version > 3004013)"
        );
        let revisions = support(&["3.5.5-debian-9-r122".to_owned()], &[]);
        assert_eq!(revisions.is_unclear.unwrap(), "s.version == -2 || s.version in [3005005]");
    }
}
