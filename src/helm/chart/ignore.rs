//! `.helmignore`, which differs from `.gitignore`: nothing is re-included, and `!x` ignores everything that is not `x`.

use super::glob::Glob;

/// The rules of a file, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Ignore {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
struct Rule {
    glob: Glob,
    is_negated: bool,
    /// It applies to folders only.
    is_folder: bool,
    /// It matches the whole path instead of the last component.
    is_path: bool,
}

impl Ignore {
    /// The rules of a file, and the one that Helm always adds; the error is the first line that is not a valid rule.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let lines = text.strip_prefix('\u{FEFF}').unwrap_or(text).lines();
        let rules = lines.chain(["templates/.?*"]).filter_map(|line| rule(line).transpose());
        Ok(Self { rules: rules.collect::<Result<_, _>>()? })
    }

    /// Whether a file or folder of the chart is excluded.
    pub(super) fn is_ignored(&self, path: &str, is_folder: bool) -> bool {
        self.rules.iter().any(|rule| rule.ignores(path, is_folder))
    }
}

impl Rule {
    fn ignores(&self, path: &str, is_folder: bool) -> bool {
        let name = if self.is_path { path } else { path.rsplit('/').next().unwrap_or(path) };
        let fits = (is_folder || !self.is_folder) && self.glob.matches(name);
        fits != self.is_negated
    }
}

fn rule(line: &str) -> Result<Option<Rule>, String> {
    let text = line.trim();
    if text.is_empty() || text.starts_with('#') {
        return Ok(None);
    }
    let is_negated = text.starts_with('!');
    let pattern = text.strip_prefix('!').unwrap_or(text);
    let is_folder = pattern.ends_with('/');
    let pattern = pattern.strip_suffix('/').unwrap_or(pattern);
    let is_path = pattern.contains('/');
    let glob = Glob::new(pattern.strip_prefix('/').unwrap_or(pattern));
    match glob {
        Ok(glob) if !text.contains("**") => Ok(Some(Rule { glob, is_negated, is_folder, is_path })),
        _ => Err(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::Ignore;

    #[test]
    fn rules_decide_as_in_helm() {
        let table = [
            ("values.yaml", "values.yaml", false, true),
            ("values.yaml", "charts/a/values.yaml", false, true),
            ("/values.yaml", "charts/a/values.yaml", false, false),
            ("charts/*.tgz", "charts/a.tgz", false, true),
            ("charts/", "charts", true, true),
            ("charts/", "charts", false, false),
            ("!values.yaml", "Chart.yaml", false, true),
            ("!values.yaml", "values.yaml", false, false),
            ("# values.yaml", "values.yaml", false, false),
            ("", "templates/.x", false, true),
        ];
        for (rules, path, is_folder, expected) in table {
            assert_eq!(Ignore::parse(rules).unwrap().is_ignored(path, is_folder), expected, "{rules} {path}");
        }
        for line in ["a/**", "[", "x[a-"] {
            assert_eq!(Ignore::parse(line).unwrap_err(), line);
        }
    }
}
