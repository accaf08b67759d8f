//! A single action of a Go template, as far as it is understood.

use super::environment::{Environment, Known};

/// What an action does.
pub(super) enum Action {
    /// It writes this.
    Writes(Known),
    /// It writes something unknown.
    WritesUnknown,
    /// It writes nothing.
    Silent,
    /// It writes something about the release, which a second pass fills in.
    Later,
    /// What follows is written under this condition. If the condition is unknown, it may be written any number of
    /// times.
    Opens(Option<bool>),
    /// What follows is written if nothing in the open block was written so far, and a condition holds.
    Turns(Option<bool>),
    /// Closes the innermost open block.
    Closes,
}

impl Action {
    /// Parses the text between the braces.
    pub(super) fn read(inner: &str, environment: &Environment) -> Self {
        let inner = inner.strip_prefix('-').unwrap_or(inner);
        let inner = inner.strip_suffix('-').unwrap_or(inner).trim();
        if inner.starts_with("/*") || inner.is_empty() {
            return Self::Silent;
        }
        let word: String = inner.chars().take_while(|character| !character.is_whitespace()).collect();
        match word.as_str() {
            "if" => Self::Opens(condition(inner.trim_start_matches("if"), environment)),
            "define" => Self::Opens(Some(false)),
            "range" | "with" | "block" => Self::Opens(None),
            "else" => {
                let rest = inner.trim_start_matches("else").trim();
                let if_clause = rest.strip_prefix("if ").map(|clause| condition(clause, environment));
                Self::Turns(if_clause.unwrap_or_else(|| rest.is_empty().then_some(true)))
            }
            "end" => Self::Closes,
            "break" | "continue" => Self::Silent,
            word if inner.contains(".Release.") && !word.starts_with(['`', '"']) => Self::Later,
            variable if variable.starts_with('$') && inner.contains('=') => Self::Silent,
            _ => pipeline(inner, environment).map_or(Self::WritesUnknown, Self::Writes),
        }
    }
}

/// Whether a condition holds.
fn condition(text: &str, environment: &Environment) -> Option<bool> {
    let is_true = |text: &str| !matches!(text, "" | "0" | "false");
    let value = |operand: &str| pipeline(operand, environment).map(|known| known.text);
    if text.contains(".Environment.Name") {
        environment.certain_name()?;
    }
    match words(text)?.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["not", operand] => value(operand).map(|text| !is_true(&text)),
        ["eq", one, other] => Some(value(one)? == value(other)?),
        ["ne", one, other] => Some(value(one)? != value(other)?),
        _ => value(text).map(|text| is_true(&text)),
    }
}

/// A value followed by filters.
fn pipeline(text: &str, environment: &Environment) -> Option<Known> {
    let mut commands = text.split('|').map(words);
    let head = commands.next()??;
    let mut value = match head.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [".Values" | ".StateValues" | ".Environment.Values"] => Computed::Tree,
        ["get", path, ".Values" | ".StateValues"] => Computed::looked_up(environment, &literal(path)?),
        ["get", path, fallback, ".Values" | ".StateValues"] => {
            Computed::looked_up(environment, &literal(path)?).or(environment, literal(fallback)?)
        }
        [operand] => operand_value(operand, environment)?,
        _ => return None,
    };
    for command in commands {
        value = filter(value, &command?, environment)?;
    }
    match value {
        Computed::Known(known) => Some(known).filter(Known::is_certain),
        Computed::Nothing | Computed::Tree => None,
    }
}

/// The intermediate result of a pipeline.
enum Computed {
    Known(Known),
    Nothing,
    /// The tree of all values.
    Tree,
}

impl Computed {
    fn looked_up(environment: &Environment, path: &str) -> Self {
        environment.get(path).map_or(Self::Nothing, Self::Known)
    }

    /// The fallback applies only if the value is certainly missing.
    fn or(self, environment: &Environment, fallback: String) -> Self {
        match self {
            Self::Nothing if !environment.has_gaps() => Self::Known(Known { text: fallback, place: None }),
            other => other,
        }
    }
}

fn operand_value(operand: &str, environment: &Environment) -> Option<Computed> {
    if operand == ".Environment.Name" {
        return Some(Computed::Known(Known { text: environment.name.clone()?, place: None }));
    }
    let roots = [".Values.", ".StateValues.", ".Environment.Values."];
    if let Some(path) = roots.iter().find_map(|root| operand.strip_prefix(root)) {
        return Some(Computed::looked_up(environment, path));
    }
    Some(Computed::Known(Known { text: literal(operand)?, place: None }))
}

fn filter(value: Computed, command: &[String], environment: &Environment) -> Option<Computed> {
    let command: Vec<&str> = command.iter().map(String::as_str).collect();
    let quoted = |known: Known, quote: &str| {
        Computed::Known(Known { text: format!("{quote}{}{quote}", known.text), place: known.place })
    };
    Some(match (command.as_slice(), value) {
        (["quote"], Computed::Known(known)) => quoted(known, "\""),
        (["squote"], Computed::Known(known)) => quoted(known, "'"),
        (["toString" | "int" | "trim"], value @ Computed::Known(_)) => value,
        (["default", fallback], value) => value.or(environment, literal(fallback)?),
        (["get", path], Computed::Tree) => Computed::looked_up(environment, &literal(path)?),
        (["get", path, fallback], Computed::Tree) => {
            Computed::looked_up(environment, &literal(path)?).or(environment, literal(fallback)?)
        }
        _ => return None,
    })
}

/// A number, a boolean, or a quoted string.
fn literal(word: &str) -> Option<String> {
    let quote = word.chars().next().filter(|first| matches!(first, '"' | '`'));
    if let Some(quote) = quote {
        let inner = word.strip_prefix(quote)?.strip_suffix(quote)?;
        return (!inner.contains(['\\', quote])).then(|| inner.to_owned());
    }
    let is_plain = word == "true" || word == "false" || word.parse::<f64>().is_ok();
    is_plain.then(|| word.to_owned())
}

/// The words of a command; quotes keep words together. `None` if a quote is not closed.
fn words(command: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    for character in command.chars() {
        match (quote, character) {
            (None, character) if character.is_whitespace() => words.push(std::mem::take(&mut word)),
            (None, '"' | '`') => {
                quote = Some(character);
                word.push(character);
            }
            (Some(open), character) => {
                quote = (open != character).then_some(open);
                word.push(character);
            }
            (None, character) => word.push(character),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    quote.is_none().then_some(words)
}
