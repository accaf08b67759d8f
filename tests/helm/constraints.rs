//! Version constraints, as `Masterminds/semver` reads them.

use autopurge::helm::{Constraint, HelmVersion, parse_version};

use super::go::Oracle;
use super::random::Random;

#[test]
fn random_constraints_take_the_versions_that_masterminds_takes() {
    for (helm, version) in [(HelmVersion::V3, "v3.3.0"), (HelmVersion::V4, "v3.4.0")] {
        let Some(oracle) = Oracle::build("semver.go", "github.com/Masterminds/semver/v3", version) else { return };
        let mut random = Random(3);
        let questions: Vec<_> =
            (0..60_000).map(|_| format!("{}\t{}", constraint(&mut random), one_version(&mut random))).collect();
        let wrong: Vec<_> = questions
            .iter()
            .zip(oracle.ask(&questions))
            .filter(|(question, answer)| ours(question, helm) != *answer)
            .map(|(question, answer)| format!("{question}: {answer}"))
            .collect();
        assert!(wrong.is_empty(), "{} wrong for {helm:?}: {:#?}", wrong.len(), &wrong[..wrong.len().min(20)]);
    }
}

fn ours(question: &str, helm: HelmVersion) -> String {
    let (constraint, version) = question.split_once('\t').unwrap();
    let (Ok(constraint), Some(version)) = (constraint.parse::<Constraint>(), parse_version(version)) else {
        return "E".to_owned();
    };
    if constraint.contains_for(helm, &version) { "1".to_owned() } else { "0".to_owned() }
}

#[test]
fn constraints_take_versions() {
    let table = [
        ("^1.2.3", "1.9.0", true),
        ("^0.2.3", "0.3.0", false),
        ("^0.0.3", "0.0.4", false),
        ("~1.2", "1.2.9", true),
        ("~>1.2.3", "1.3.0", false),
        ("1.2 - 1.4.5", "1.4.6", false),
        ("1.2.x", "1.2.7", true),
        (">=1 <2, !=1.5.0", "1.5.0", false),
        ("v1.2.3", "1.2.3+build", true),
        ("12", "12.4.4", true),
        ("12.x.x", "12.5.0", true),
        (">=1.0.0", "1.5.0-rc.1", false),
        (">=1.0.0-0", "1.5.0-rc.1", true),
        ("=>1.0.0 || =<0.1", "0.1.5", true),
    ];
    for (constraint, version, expected) in table {
        let version = parse_version(version).unwrap();
        assert_eq!(constraint.parse::<Constraint>().unwrap().contains(&version), expected, "{constraint} {version}");
    }
    for text in ["", " ", "1.2.3.4", "1.2.3,", "foo", "1.2.3 ||", ">>1", "1|2", ">= "] {
        assert!(text.parse::<Constraint>().is_err(), "{text}");
    }
}

#[test]
fn whole_versions_are_exact() {
    let exact = |text: &str| text.parse::<Constraint>().unwrap().exact().map(|version| version.to_string());
    assert_eq!(exact("18.2.1").as_deref(), Some("18.2.1"));
    assert_eq!(exact(" =v18.2.1-rc.1 ").as_deref(), Some("18.2.1-rc.1"));
    for text in ["18.2", "^18.2.1", "18.2.x", "18.2.1 || 1.0.0"] {
        assert_eq!(exact(text), None, "{text}");
    }
}

fn constraint(random: &mut Random) -> String {
    const OPERATORS: [&str; 14] = ["", "", "=", "!=", ">", ">=", "=>", "<", "<=", "=<", "~", "~>", "^", ">>"];
    const BETWEEN: [&str; 9] = [" ", ", ", ",", " || ", "||", " - ", " -", ",,", "  "];
    let mut text = random.pick(&["", "", "", " ", "\t"]).to_string();
    for part in 0..=random.below(3) {
        if part > 0 {
            text += *random.pick(&BETWEEN);
        }
        text += *random.pick(&OPERATORS);
        text += *random.pick(&["", "", "", " "]);
        text += &partial(random);
    }
    text + *random.pick(&["", "", "", " "])
}

fn partial(random: &mut Random) -> String {
    const PARTS: [&str; 9] = ["0", "0", "1", "1", "2", "3", "x", "*", "X"];
    let mut text = if random.chance(5) { "v".to_owned() } else { String::new() };
    text += *random.pick(&PARTS);
    for _ in 0..random.below(4).min(2 + usize::from(random.chance(3))) {
        text += ".";
        text += *random.pick(&PARTS);
    }
    if random.chance(3) {
        text += *random.pick(&["|", "x1", "-", ".", "+", "|1"]);
    }
    text + suffix(random)
}

fn suffix(random: &mut Random) -> &'static str {
    const SUFFIXES: [&str; 10] =
        ["-0", "-alpha", "-alpha.1", "-alpha.beta", "-rc.2", "-rc.10", "+build", "-rc.1+b.7", "-01", "-a..b"];
    if random.chance(75) {
        return "";
    }
    SUFFIXES[random.below(SUFFIXES.len())]
}

fn one_version(random: &mut Random) -> String {
    let parts = (0..=random.below(30).min(2)).map(|_| random.pick(&["0", "1", "2", "3", "4", "10"]).to_string());
    let text = parts.collect::<Vec<_>>().join(".");
    text + suffix(random)
}
