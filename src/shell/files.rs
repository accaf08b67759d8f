//! What a shell text has written into files by the time that one of its commands runs.

use std::collections::BTreeMap;
use std::ops::Range;

use super::command::{Output, base_name};
use super::{Command, Text, Word, printed};

/// The files that a text has written, each by its path as the text gives it.
#[derive(Clone, Debug, Default)]
pub struct Files {
    written: BTreeMap<String, Written>,
    /// What variables were set to; `None` where that depends on a condition.
    variables: BTreeMap<String, Option<String>>,
    writes: usize,
    /// Commands that have been followed, those of functions once for each call.
    steps: usize,
}

#[derive(Clone, Debug, Default)]
struct Written {
    pieces: Vec<Piece>,
    /// How it was called where it was written to last.
    name: Name,
    /// When that was.
    number: usize,
}

/// How a text calls a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Name {
    /// Not yet.
    #[default]
    Unwritten,
    /// By the word that stands here.
    Word(Range<usize>),
    /// It has been copied into a folder; its path is this.
    Path(String),
}

/// A part of a file's content.
#[derive(Clone, Debug)]
pub struct Piece {
    /// What it is.
    pub source: Source,
    /// It is there whenever the command runs that was asked about; otherwise under a condition only.
    pub is_certain: bool,
}

/// Where a part of a file comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// The text itself.
    Text(Text),
    /// Another file, by its path.
    File(String),
    /// What was there before.
    Before,
    /// Something that cannot be told: the program that has made it.
    Program(String),
}

/// How many commands are followed; nobody writes a start script of as many.
const MAX_STEPS: usize = 5_000;
/// Of how many parts a file may be made.
const MAX_PIECES: usize = 2_000;
/// How deep functions may call functions, and how many commands may stand in a pipeline.
const MAX_CALLS: usize = 8;
/// Words of what changes purge settings, in whatever spelling.
const PURGE: &str = "purge";

impl Piece {
    fn too_long() -> Self {
        Self { source: Source::Program("a start script of this length".to_owned()), is_certain: true }
    }
}

impl Files {
    /// The files as they are when the command of a number runs.
    #[must_use]
    pub fn before(commands: &[Command], number: usize) -> Self {
        let mut files = Self::default();
        let Some(last) = commands.get(number) else { return files };
        let run = Run { commands, last, has_functions: commands.iter().any(|command| command.function.is_some()) };
        // A function is called when all of it is known: everything outside of functions may have run by then.
        let has_run = |(at, command): &(usize, &Command)| match (&command.function, &last.function) {
            (None, None) => *at < number,
            (None, Some(_)) => true,
            (own, function) => own == function && *at < number,
        };
        for (at, _) in commands.iter().enumerate().filter(has_run) {
            files.run(run, at, None, 0);
        }
        files
    }

    /// The content of a file, first part first, and how the text called it when it wrote to it last: the file of a path
    /// or, where that has no folder, the last one of that name.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<(&[Piece], &Name)> {
        // What is not absolute may stand in any folder that ends so.
        let ends_in =
            |whole: &str, end: &str| whole.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
        let is_meant = |key: &&String| match (path.starts_with('/'), key.starts_with('/')) {
            (true, true) => key.as_str() == path,
            (false, true) => ends_in(key, path),
            (true, false) => ends_in(path, key) || base_name(key) == path,
            (false, false) => ends_in(key, path) || ends_in(path, key),
        };
        let files = self.written.iter().filter(|(key, _)| is_meant(key));
        files.max_by_key(|(_, file)| file.number).map(|(_, file)| (file.pieces.as_slice(), &file.name))
    }

    /// The variables that the text sets, by name, with their values as they are written; `None` where a condition decides.
    #[must_use]
    pub fn variables(&self) -> &BTreeMap<String, Option<String>> {
        &self.variables
    }

    fn run(&mut self, run: Run<'_>, number: usize, call: Option<&Call<'_>>, depth: usize) {
        let Some(command) = run.commands.get(number).filter(|_| self.steps < MAX_STEPS) else { return };
        self.steps += 1;
        if self.steps == MAX_STEPS {
            return self.written.values_mut().for_each(|file| file.pieces = vec![Piece::too_long()]);
        }
        let is_certain = call.map_or_else(|| command.is_certain_for(run.last), |call| call.is_certain(command));
        for (name, value) in command.assignments() {
            let value = value.text.as_str().split_once('=').map(|(_, value)| value).unwrap_or_default();
            self.variables.insert(name.to_owned(), is_certain.then(|| value.to_owned()));
        }
        if let Some(body) = run.function(command.program()).filter(|_| depth < MAX_CALLS) {
            let stdout = command.stdout.as_ref().or_else(|| call.and_then(|call| call.stdout));
            let call = Call { stdout, is_certain, conditions: body.conditions };
            for (turn, at) in body.numbers.into_iter().enumerate() {
                if turn == 0 && command.stdout.as_ref().is_some_and(|output| !output.appends) {
                    self.truncate(command.stdout.as_ref(), is_certain);
                }
                self.run(run, at, Some(&call), depth + 1);
            }
            return;
        }
        let stdout = command.stdout.as_ref().map(|output| (output, output.appends));
        let inherited =
            call.and_then(|call| call.stdout).filter(|_| command.pipe.is_none()).map(|output| (output, true));
        if let Some((output, appends)) = stdout.or(inherited) {
            let printed = self.printed(run, command, number, 0);
            self.write(&output.file, appends, printed, is_certain);
        }
        self.change(run, command, number, is_certain);
    }

    /// What a command does to files that its arguments name.
    fn change(&mut self, run: Run<'_>, command: &Command, number: usize, is_certain: bool) {
        let (options, names): (Vec<&Word>, Vec<&Word>) =
            command.arguments().partition(|word| word.text.as_str().starts_with('-'));
        match command.program() {
            "tee" => {
                let appends = options.iter().any(|word| matches!(word.text.as_str(), "-a" | "--append"));
                let sources = self.handed(run, command, number, 0);
                for name in names {
                    self.write(name, appends, sources.clone(), is_certain);
                }
            }
            "cp" | "mv" | "ln" | "install" => {
                let Some((target, sources)) = names.split_last() else { return };
                for source in sources {
                    self.copy(source, target, is_certain);
                }
            }
            "sed" | "perl" | "awk" | "gawk" | "crudini" | "ed" | "ex" => {
                let is_in_place =
                    options.iter().any(|word| word.text.as_str().trim_start_matches('-').starts_with('i'))
                        || matches!(command.program(), "crudini" | "ed" | "ex");
                let touches = command.line().to_lowercase().contains(PURGE);
                for name in names.iter().filter(|_| is_in_place && touches) {
                    let changed = vec![Source::Program(command.program().to_owned())];
                    self.write(name, true, changed, is_certain);
                }
            }
            "rm" => {
                for name in names {
                    let path = self.path(name);
                    if is_certain {
                        self.written.remove(&path);
                    }
                }
            }
            _ => {}
        }
    }

    fn copy(&mut self, source: &Word, target: &Word, is_certain: bool) {
        let (from, to) = (self.path(source), self.path(target));
        let content = match self.written.get(&from) {
            Some(file) => file.pieces.iter().map(|piece| piece.source.clone()).collect(),
            None => vec![Source::File(from.clone())],
        };
        // Into a folder, unless the target is called like a file.
        let name = base_name(&from);
        let is_folder = to.ends_with('/') || !base_name(&to).contains('.') && base_name(&to) != name;
        let to = if is_folder { format!("{}/{name}", to.trim_end_matches('/')) } else { to };
        let name = if is_folder { Name::Path(to.clone()) } else { Name::Word(target.span.clone()) };
        self.put(to, name, false, content, is_certain);
    }

    fn truncate(&mut self, output: Option<&Output>, is_certain: bool) {
        if let Some(output) = output {
            self.write(&output.file, false, Vec::new(), is_certain);
        }
    }

    fn write(&mut self, name: &Word, appends: bool, content: Vec<Source>, is_certain: bool) {
        let path = self.path(name);
        self.put(path, Name::Word(name.span.clone()), appends, content, is_certain);
    }

    fn put(&mut self, path: String, name: Name, appends: bool, content: Vec<Source>, is_certain: bool) {
        if path.starts_with("/dev/") {
            return;
        }
        self.writes += 1;
        let file = self.written.entry(path).or_insert_with(|| Written {
            pieces: vec![Piece { source: Source::Before, is_certain: true }],
            ..Written::default()
        });
        (file.name, file.number) = (name, self.writes);
        match (appends, is_certain) {
            (false, true) => file.pieces.clear(),
            // What was there may be gone.
            (false, false) => file.pieces.iter_mut().for_each(|piece| piece.is_certain = false),
            (true, _) => {}
        }
        file.pieces.extend(content.into_iter().map(|source| Piece { source, is_certain }));
        if file.pieces.len() > MAX_PIECES {
            file.pieces = vec![Piece::too_long()];
        }
    }

    /// What a command prints.
    fn printed(&self, run: Run<'_>, command: &Command, number: usize, depth: usize) -> Vec<Source> {
        let unknown = || vec![Source::Program(command.program().to_owned())];
        match command.program() {
            _ if depth > MAX_CALLS => unknown(),
            "echo" => vec![Source::Text(printed::echoed(command))],
            "printf" => printed::formatted(command).map_or_else(unknown, |text| vec![Source::Text(text)]),
            // A redirection alone empties a file; the others print nothing that could be a setting.
            "" | ":" | "true" | "hostname" | "date" | "seq" | "expr" | "let" | "sleep" | "mkdir" | "chmod"
            | "chown" | "[" | "[[" | "test" | "set" | "export" | "local" | "return" | "continue" | "break"
            | "shift" => Vec::new(),
            "cat" | "envsubst" | "sed" | "tr" | "tee" | "sort" | "uniq" | "cut" if !asks_for_purging(command) => {
                self.handed(run, command, number, depth + 1)
            }
            _ if command.program_words().is_empty() => Vec::new(),
            _ => unknown(),
        }
    }

    /// What a command is given to read: a here-document, a file, or what another one prints.
    fn handed(&self, run: Run<'_>, command: &Command, number: usize, depth: usize) -> Vec<Source> {
        if let Some(text) = &command.stdin {
            return vec![Source::Text(text.clone())];
        }
        if let Some(file) = &command.stdin_file {
            return self.content(file);
        }
        let before = run.commands.get(..number).unwrap_or_default().iter().enumerate();
        let piped: Vec<(usize, &Command)> = before.filter(|(_, command)| command.pipe == Some(number)).collect();
        if !piped.is_empty() {
            return piped.into_iter().flat_map(|(number, command)| self.printed(run, command, number, depth)).collect();
        }
        let is_script = matches!(command.program(), "sed" | "tr" | "cut");
        let names = command.arguments().filter(|word| !word.text.as_str().starts_with('-'));
        names.skip(usize::from(is_script)).flat_map(|name| self.content(name)).collect()
    }

    fn content(&self, name: &Word) -> Vec<Source> {
        let path = self.path(name);
        match self.written.get(&path) {
            Some(file) => file.pieces.iter().map(|piece| piece.source.clone()).collect(),
            None => vec![Source::File(path)],
        }
    }

    /// The path that a word means: a variable in front gives way to what it was set to.
    fn path(&self, word: &Word) -> String {
        let mut path = word.text.as_str().to_owned();
        for _ in 0..MAX_CALLS {
            let Some((name, rest)) = leading_variable(&path) else { return path };
            let Some(Some(value)) = self.variables.get(name) else { return path };
            path = format!("{value}{rest}");
        }
        path
    }
}

impl Name {
    /// The name in a text, as a shell understands it; `None` where it cannot be written without quotes.
    #[must_use]
    pub fn of<'n>(&'n self, text: &'n str) -> Option<&'n str> {
        let is_plain = |path: &&str| path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte));
        match self {
            Self::Unwritten => None,
            Self::Word(span) => text.get(span.clone()),
            Self::Path(path) => Some(path.as_str()).filter(is_plain),
        }
    }
}

/// The variable that a text begins with, and what stands behind it.
fn leading_variable(text: &str) -> Option<(&str, &str)> {
    let behind = text.strip_prefix('$')?;
    if let Some(inner) = behind.strip_prefix('{') {
        let (name, rest) = inner.split_once('}')?;
        return Some((name.split(":-").next().unwrap_or(name), rest));
    }
    let end = behind.find(|byte: char| !byte.is_ascii_alphanumeric() && byte != '_').unwrap_or(behind.len());
    behind.split_at_checked(end).filter(|(name, _)| !name.is_empty())
}

/// Whether the words of a command mention purging, so that it may change a setting on its way.
fn asks_for_purging(command: &Command) -> bool {
    command.program() != "cat" && command.line().to_lowercase().contains(PURGE)
}

/// All commands, and the one before which they have run.
#[derive(Clone, Copy)]
struct Run<'c> {
    commands: &'c [Command],
    last: &'c Command,
    has_functions: bool,
}

/// The commands of a function's body.
struct Body {
    numbers: Vec<usize>,
    /// How many conditions its commands have outside of branches of its own.
    conditions: usize,
}

/// A call of a function.
struct Call<'c> {
    stdout: Option<&'c Output>,
    is_certain: bool,
    conditions: usize,
}

impl Run<'_> {
    fn function(self, name: &str) -> Option<Body> {
        if !self.has_functions || name.is_empty() {
            return None;
        }
        let is_part = |command: &Command| command.function.as_deref().is_some_and(|function| function == name);
        let of_body = self.commands.iter().enumerate().filter(|(_, command)| is_part(command));
        let numbers: Vec<usize> = of_body.map(|(number, _)| number).collect();
        let body = numbers.iter().filter_map(|number| self.commands.get(*number));
        let conditions = body.map(|command| command.conditions.len()).min()?;
        Some(Body { numbers, conditions })
    }
}

impl Call<'_> {
    fn is_certain(&self, command: &Command) -> bool {
        self.is_certain && command.conditions.len() <= self.conditions
    }
}
