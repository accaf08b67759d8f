//! `--format FORMAT` and `-o FILE`, repeatable: each file belongs to the format before it.

use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, Error, FromArgMatches, ValueEnum};

use crate::path::real;
use crate::report::Format;

/// A format and its destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The format.
    pub format: Format,
    /// The file; `None` for standard output.
    pub file: Option<PathBuf>,
}

/// The reports to write: at least one, and at most one of them to standard output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportArgs {
    /// In the order in which they were given.
    pub outputs: Vec<Output>,
}

/// What can be typed.
#[derive(Debug, Args)]
#[command(next_help_heading = "Report")]
struct Typed {
    /// How to say what was found; repeatable, each with a file of its own
    #[arg(long, value_name = "FORMAT", value_enum, env = "AUTOPURGE_FORMAT", hide_env_values = true)]
    format: Vec<Format>,
    /// Where the format in front of it goes; without it to standard output
    #[arg(short, long, value_name = "FILE")]
    output: Vec<PathBuf>,
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.name()).help(self.describe()))
    }
}

impl Args for ReportArgs {
    fn augment_args(command: Command) -> Command {
        Typed::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Typed::augment_args_for_update(command)
    }
}

impl FromArgMatches for ReportArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let typed = Typed::from_arg_matches(matches)?;
        let indices = |id: &str| matches.indices_of(id).into_iter().flatten().collect::<Vec<_>>();
        let formats: Vec<(usize, Format)> = indices("format").into_iter().zip(typed.format).collect();
        let files: Vec<(usize, PathBuf)> = indices("output").into_iter().zip(typed.output).collect();
        // A variable has no position on the command line, so it counts as given before all arguments.
        let is_typed = matches.value_source("format") == Some(ValueSource::CommandLine);
        let formats = if is_typed { formats } else { formats.into_iter().map(|(_, format)| (0, format)).collect() };
        let outputs =
            pair(&formats, files).map_err(|message| Error::raw(ErrorKind::ValueValidation, message + "\n"))?;
        Ok(Self { outputs })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Pairs formats with the files that follow them. The numbers are positions on the command line.
fn pair(formats: &[(usize, Format)], files: Vec<(usize, PathBuf)>) -> Result<Vec<Output>, String> {
    let mut outputs: Vec<Output> = formats.iter().map(|&(_, format)| Output { format, file: None }).collect();
    if outputs.is_empty() {
        outputs.push(Output { format: Format::Full, file: None });
    }
    for (place, file) in files {
        let before = formats.iter().filter(|&&(format, _)| format < place).count();
        // If there is only one format, the file may also precede it.
        let number = if outputs.len() == 1 { Some(0) } else { before.checked_sub(1) };
        let named = file.display();
        let Some(output) = number.and_then(|number| outputs.get_mut(number)) else {
            return Err(format!("-o {named} needs a format before it: --format FORMAT -o {named}"));
        };
        if let Some(other) = output.file.replace(file.clone()) {
            let format = output.format.name();
            return Err(format!(
                "--format {format} can only go to one file, not to both {} and {named}",
                other.display()
            ));
        }
    }
    check(&mut outputs)?;
    Ok(outputs)
}

/// Where a file is that may not be there yet, however its path is written.
pub(super) fn place_of(file: &Path) -> PathBuf {
    std::fs::canonicalize(file).unwrap_or_else(|_| real(file))
}

fn check(outputs: &mut [Output]) -> Result<(), String> {
    for output in outputs.iter_mut() {
        output.file = output.file.take().filter(|file| file != Path::new("-"));
    }
    for (number, output) in outputs.iter().enumerate() {
        let place = output.file.as_deref().map(place_of);
        let is_same = |other: &&Output| other.file.as_deref().map(place_of) == place;
        let Some(other) = outputs.iter().take(number).find(is_same) else { continue };
        let (first, second) = (other.format.name(), output.format.name());
        return Err(match &output.file {
            None => format!("{first} and {second} cannot both go to standard output: give one of them a file with -o"),
            Some(file) => format!("{first} and {second} cannot both go to {}", file.display()),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::ReportArgs;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        report: ReportArgs,
        paths: Vec<String>,
    }

    fn parsed(line: &str) -> Result<String, String> {
        let words = ["lint"].into_iter().chain(line.split_whitespace());
        let line = Line::try_parse_from(words).map_err(|error| error.to_string())?;
        let outputs = line.report.outputs.into_iter().map(|output| {
            let file = output.file.map_or_else(|| "stdout".to_owned(), |file| file.display().to_string());
            format!("{}>{file}", output.format.name())
        });
        Ok(outputs.collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn files_belong_to_the_format_in_front_of_them() {
        let table = [
            ("", "full>stdout"),
            ("charts --format json", "json>stdout"),
            ("--format sarif -o x.sarif --format full", "sarif>x.sarif full>stdout"),
            ("--format full charts --format=sarif -ox.sarif", "full>stdout sarif>x.sarif"),
            ("--format junit --output j.xml --format json -o r.json .", "junit>j.xml json>r.json"),
            ("-o r.json --format json", "json>r.json"),
            ("-o findings.txt", "full>findings.txt"),
            ("--format json -o - --format sarif -o x", "json>stdout sarif>x"),
        ];
        for (line, expected) in table {
            assert_eq!(parsed(line).as_deref(), Ok(expected), "{line}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let table = [
            ("--format json --format sarif", "standard output"),
            ("--format json --format sarif -o -", "standard output"),
            ("--format json -o a --format sarif -o a", "both go to a"),
            ("--format json -o a --format sarif -o ./a", "both go to ./a"),
            ("--format json -o a -o b", "one file"),
            ("-o a --format json --format sarif -o b", "needs a format before it"),
            ("--format yaml", "possible values"),
        ];
        for (line, word) in table {
            let error = parsed(line).expect_err(line);
            assert!(error.contains(word), "{line}: {error}");
        }
    }
}
