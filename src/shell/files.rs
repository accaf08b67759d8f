//! What a shell text has written into files by the time that one of its commands runs.
//!
//! What is not understood is never taken for nothing: a program that names a file, a script that is run, a line that the
//! shell works out leave a part of the file that nobody knows.

use std::collections::BTreeMap;
use std::ops::Range;

use super::command::Output;
use super::piece::PURGE;
use super::variables::{leading_variable, variables_in};
use super::{Command, Piece, Source, Variables, Word, printed};
use crate::unix_path::{base_name, ends_in};

/// The files that a text has written, each by its path as the text gives it; a folder that something was copied into has a
/// slash at its end, and stands for every file in it.
#[derive(Clone, Debug, Default)]
pub struct Files {
    written: BTreeMap<String, Written>,
    variables: Variables,
    /// The working folder where the text has changed it, empty where nobody knows to which.
    folder: Option<String>,
    /// Commands that have been followed, those of functions once for each call.
    steps: usize,
}

#[derive(Clone, Debug, Default)]
struct Written {
    pieces: Vec<Piece>,
    /// How it was called where it was written to last.
    name: Name,
    /// Others have been copied from it.
    is_source: bool,
}

/// How a text calls a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Name {
    /// In a way that may mean another file elsewhere in the text.
    #[default]
    Unclear,
    /// By the word that stands here.
    Word(Range<usize>),
    /// By a path that is known.
    Path(String),
}

/// How many commands are followed; nobody writes a start script of as many.
const MAX_STEPS: usize = 5_000;
/// Of how many parts a file may be made.
const MAX_PIECES: usize = 500;
/// How deep functions may call functions, and how many commands may stand in a pipeline.
const MAX_CALLS: usize = 8;
/// Programs that leave the files that they are given as they are.
const HARMLESS: &str = "cat grep egrep ls chmod chown test [ [[ echo printf head tail wc stat mkdir touch diff cmp sha256sum \
                        md5sum export cd readonly local set envsubst pushd popd trap";

impl Files {
    /// The files as they are when the command of a number runs.
    #[must_use]
    pub fn before(commands: &[Command], number: usize) -> Self {
        let mut files = Self::default();
        let Some(last) = commands.get(number) else { return files };
        let run = Run { commands, last, has_functions: commands.iter().any(|command| command.function.is_some()) };
        let is_part = |command: &Command| command.function == last.function;
        if last.function.is_some() {
            // What stands in front of the call has run; the function itself is followed below.
            let calls = |command: &Command| Some(command.program()) == last.function.as_deref();
            let call = commands.iter().position(|command| command.function.is_none() && calls(command));
            let outside = (0..call.unwrap_or(commands.len())).filter(|at| commands.get(*at).is_some_and(is_outside));
            outside.for_each(|at| files.run(run, at, None, 0));
        }
        let before = (0..number).filter(|at| commands.get(*at).is_some_and(is_part));
        before.for_each(|at| files.run(run, at, None, 0));
        files
    }

    /// The content of the file of a path, first part first, and how the text calls it: nobody knows either where several
    /// files that the text writes may be it. A path without a folder stands for a file of that name in any.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<(Vec<Piece>, Name)> {
        let is_file = |key: &str| match (path.starts_with('/'), key.starts_with('/')) {
            (true, true) => key == path,
            (true, false) => base_name(key) == base_name(path),
            (false, _) => ends_in(key, path),
        };
        let is_folder = |key: &str| key.ends_with('/') && (!path.starts_with('/') || path.starts_with(key));
        let all = |is_meant: &dyn Fn(&str) -> bool| -> Vec<&Written> {
            self.written.iter().filter(|(key, _)| is_meant(key)).map(|(_, file)| file).collect()
        };
        let mut meant = all(&is_file);
        if meant.len() > 1 {
            meant.retain(|file| !file.is_source);
        }
        if meant.is_empty() {
            meant = all(&is_folder);
        }
        match meant.as_slice() {
            [] => None,
            [file] => Some((file.pieces.clone(), file.name.clone())),
            [..] => Some((vec![Piece::ambiguous()], Name::Unclear)),
        }
    }

    /// The variables that the text sets.
    #[must_use]
    pub fn variables(&self) -> &Variables {
        &self.variables
    }

    fn run(&mut self, run: Run<'_>, number: usize, call: Option<&Call<'_>>, depth: usize) {
        let Some(command) = run.commands.get(number).filter(|_| self.steps < MAX_STEPS) else { return };
        self.steps += 1;
        if self.steps == MAX_STEPS {
            return self.written.values_mut().for_each(|file| file.pieces = vec![Piece::too_long()]);
        }
        let is_certain = call.map_or_else(|| command.is_certain_for(run.last), |call| call.is_certain(command));
        // What is set when something has been written already depends on when somebody looks.
        self.variables.follow(command, is_certain && self.written.is_empty());
        if let Some(body) = run.function(command.program()).filter(|_| depth < MAX_CALLS) {
            let stdout = command.stdout.as_ref().or_else(|| call.and_then(|call| call.stdout));
            if command.stdout.as_ref().is_some_and(|output| !output.appends) {
                self.truncate(command.stdout.as_ref(), is_certain);
            }
            let mut call = Call { stdout, is_certain, conditions: body.conditions };
            for at in body.numbers {
                self.run(run, at, Some(&call), depth + 1);
                // What follows may not run.
                call.is_certain &= !run.commands.get(at).is_some_and(|one| matches!(one.program(), "return" | "exit"));
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
            "cd" => {
                let target = names.first().map(|word| self.path(word)).filter(|path| path.starts_with('/'));
                self.folder = Some(target.filter(|_| is_certain).unwrap_or_default());
            }
            "pushd" | "popd" => self.folder = Some(String::new()),
            "tee" => {
                let appends = options.iter().any(|word| matches!(word.text.as_str(), "-a" | "--append"));
                let sources = self.handed(run, command, number, 0);
                for name in names {
                    self.write(name, appends, sources.clone(), is_certain);
                }
            }
            "cp" | "mv" | "ln" | "install" => {
                let Some((target, sources)) = names.split_last() else { return };
                let is_plain =
                    options.iter().all(|option| matches!(option.text.as_str(), "-f" | "-v" | "-s" | "-sf" | "-p"));
                for source in sources {
                    self.copy(source, target, is_certain && is_plain);
                    let from = self.path(source);
                    if command.program() == "mv" && is_certain {
                        self.written.remove(&from);
                    }
                }
            }
            "sed" => {
                let is_in_place =
                    options.iter().any(|word| word.text.as_str().trim_start_matches('-').starts_with('i'));
                let asks = command.line().to_lowercase().contains(PURGE);
                if is_in_place {
                    for name in names {
                        self.edit(name, asks, is_certain);
                    }
                } else {
                    self.doubt_named(command, is_certain);
                }
            }
            "." | "source" | "eval" => {
                self.variables.open();
                self.doubt_all(command.program(), is_certain);
            }
            "xargs" | "find" => self.doubt_all(command.program(), is_certain),
            program if command.is_script() => self.doubt_all(program, is_certain),
            program if HARMLESS.split(' ').any(|harmless| harmless == program) => {}
            _ => self.doubt_named(command, is_certain),
        }
    }

    /// A program that nobody knows may have changed the files that it names, or whose folder it names.
    fn doubt_named(&mut self, command: &Command, is_certain: bool) {
        let line = command.line();
        let is_named = |path: &String| {
            let folder = path.rsplit_once('/').map(|(folder, _)| folder).filter(|folder| !folder.is_empty());
            line.contains(base_name(path)) || folder.is_some_and(|folder| line.contains(folder))
        };
        let source = Source::made_by(command.program());
        for (_, file) in self.written.iter_mut().filter(|(path, _)| is_named(path)) {
            file.pieces.push(Piece { source: source.clone(), is_certain });
        }
    }

    /// What a script does nobody knows.
    fn doubt_all(&mut self, program: &str, is_certain: bool) {
        for file in self.written.values_mut() {
            file.pieces.push(Piece { source: Source::made_by(program), is_certain });
        }
    }

    /// Lines that have nothing to do with purging stay as they are, unless the editor is told of it.
    fn edit(&mut self, name: &Word, asks_for_purging: bool, is_certain: bool) {
        let path = self.path(name);
        let Some(file) = self.written.get_mut(&path) else {
            let sources = vec![if asks_for_purging { Source::made_by("sed") } else { Source::Edited(path.clone()) }];
            return self.put(path, name, true, sources, is_certain);
        };
        for piece in &mut file.pieces {
            piece.source = std::mem::replace(&mut piece.source, Source::Before).edited("sed", asks_for_purging);
        }
        if asks_for_purging {
            file.pieces.push(Piece { source: Source::made_by("sed"), is_certain });
        }
    }

    fn copy(&mut self, source: &Word, target: &Word, is_certain: bool) {
        let (from, to) = (self.path(source), self.path(target));
        let content = match self.written.get_mut(&from) {
            Some(file) => {
                file.is_source = true;
                file.pieces.iter().map(|piece| piece.source.clone()).collect()
            }
            // More than one file, or a folder.
            None if from.contains(['*', '?', '[']) || from.ends_with(['/', '.']) || !base_name(&from).contains('.') => {
                return self.fill(&to, target);
            }
            None => vec![Source::File(from.clone())],
        };
        // Into a folder, unless the target is called like a file.
        let name = base_name(&from);
        let is_folder = to.ends_with('/') || !base_name(&to).contains('.') && base_name(&to) != name;
        let to = if is_folder { format!("{}/{name}", to.trim_end_matches('/')) } else { to };
        self.put(to, target, false, content, is_certain);
    }

    /// Files of whatever names get into a folder.
    fn fill(&mut self, folder: &str, target: &Word) {
        let folder = format!("{}/", folder.trim_end_matches('/'));
        for (_, file) in self.written.iter_mut().filter(|(path, _)| path.starts_with(&folder)) {
            file.pieces.push(Piece { source: Source::made_by("cp"), is_certain: false });
        }
        self.put(folder, target, true, vec![Source::made_by("cp")], false);
    }

    fn truncate(&mut self, output: Option<&Output>, is_certain: bool) {
        if let Some(output) = output {
            self.write(&output.file, false, Vec::new(), is_certain);
        }
    }

    fn write(&mut self, name: &Word, appends: bool, content: Vec<Source>, is_certain: bool) {
        let path = self.path(name);
        self.put(path, name, appends, content, is_certain);
    }

    fn put(&mut self, path: String, word: &Word, appends: bool, content: Vec<Source>, is_certain: bool) {
        if path.starts_with("/dev/") {
            return;
        }
        let name = self.name(&path, word);
        // What has got into its folder may be this file.
        let folders =
            self.written.iter().filter(|(folder, _)| folder.ends_with('/') && path.starts_with(folder.as_str()));
        let before = folders.flat_map(|(_, folder)| folder.pieces.iter().cloned()).collect::<Vec<_>>();
        let file = self.written.entry(path).or_insert_with(|| Written {
            pieces: std::iter::once(Piece { source: Source::Before, is_certain: true }).chain(before).collect(),
            ..Written::default()
        });
        (file.name, file.is_source) = (name, false);
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

    /// How a command that is added elsewhere in the text can call the file.
    fn name(&self, path: &str, word: &Word) -> Name {
        let written = word.text.as_str();
        if path.starts_with('/') && !path.contains(['$', '`']) {
            return if written == path { Name::Word(word.span.clone()) } else { Name::Path(path.to_owned()) };
        }
        // A variable of the environment means the same everywhere, unless the text sets it.
        let names: Vec<&str> = variables_in(written).collect();
        let is_environment = |name: &&str| {
            self.variables.get(name).is_none()
                && name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        };
        let is_path = written.starts_with('/') || written.starts_with('$');
        let is_clear = is_path && !names.is_empty() && names.iter().all(is_environment) && !written.contains("$(");
        if is_clear { Name::Word(word.span.clone()) } else { Name::Unclear }
    }

    /// What a command prints.
    fn printed(&self, run: Run<'_>, command: &Command, number: usize, depth: usize) -> Vec<Source> {
        let unknown = || vec![Source::made_by(command.program())];
        match command.program() {
            _ if depth > MAX_CALLS => unknown(),
            // A redirection alone empties a file; the others print nothing that could be a setting.
            "" | ":" | "true" | "hostname" | "date" | "seq" | "expr" | "let" | "sleep" | "mkdir" | "chmod"
            | "chown" | "[" | "[[" | "test" | "set" | "export" | "local" | "return" | "continue" | "break"
            | "shift" => Vec::new(),
            "echo" => printed::echoed(command).map_or_else(unknown, |text| vec![Source::Text(text)]),
            "printf" => printed::formatted(command).map_or_else(unknown, |text| vec![Source::Text(text)]),
            "cat" | "envsubst" | "tee" => self.handed(run, command, number, depth + 1),
            editor @ ("sed" | "tr" | "sort" | "uniq" | "cut" | "grep" | "awk") => {
                let asks = command.line().to_lowercase().contains(PURGE);
                let handed = self.handed(run, command, number, depth + 1).into_iter();
                handed.map(|source| source.edited(editor, asks)).collect()
            }
            _ => unknown(),
        }
    }

    /// What a command is given to read: a here-document, a file, or what another one prints.
    fn handed(&self, run: Run<'_>, command: &Command, number: usize, depth: usize) -> Vec<Source> {
        let is_editor = matches!(command.program(), "sed" | "tr" | "cut" | "grep" | "awk");
        let names = command.arguments().filter(|word| !word.text.as_str().starts_with('-'));
        let names: Vec<&Word> = names.skip(usize::from(is_editor)).collect();
        let is_file = !names.is_empty() && command.program() != "tee" && command.program() != "tr";
        let reads_both = is_file && command.arguments().any(|word| word.text.as_str() == "-");
        if reads_both {
            return vec![Source::made_by(command.program())];
        }
        if is_file {
            return names.into_iter().take(MAX_CALLS).flat_map(|name| self.content(name)).take(MAX_PIECES).collect();
        }
        if let Some(text) = &command.stdin {
            return vec![Source::Text(text.clone())];
        }
        if let Some(file) = &command.stdin_file {
            return self.content(file);
        }
        let before = run.commands.get(..number).unwrap_or_default().iter().enumerate();
        let piped: Vec<(usize, &Command)> = before.filter(|(_, command)| command.pipe == Some(number)).collect();
        if piped.is_empty() {
            return vec![Source::made_by(command.program())];
        }
        let printed = piped.into_iter().flat_map(|(number, command)| self.printed(run, command, number, depth));
        printed.take(MAX_PIECES).collect()
    }

    fn content(&self, name: &Word) -> Vec<Source> {
        let path = self.path(name);
        match self.written.get(&path) {
            Some(file) => file.pieces.iter().map(|piece| piece.source.clone()).collect(),
            None => vec![Source::File(path)],
        }
    }

    /// The path that a word means: a variable in front gives way to what it was set to, and a folder that was changed to
    /// stands in front.
    #[must_use]
    pub fn path(&self, word: &Word) -> String {
        let mut path = word.text.as_str().to_owned();
        for _ in 0..MAX_CALLS {
            let Some((name, rest)) = leading_variable(&path) else { break };
            let Some(Some(value)) = self.variables.get(name) else { break };
            path = format!("{value}{rest}");
        }
        match &self.folder {
            Some(folder) if folder.starts_with('/') && !path.starts_with(['/', '$', '`']) => {
                format!("{}/{}", folder.trim_end_matches('/'), path.trim_start_matches("./"))
            }
            _ => path,
        }
    }
}

impl Name {
    /// The name in a text, as a shell understands it anywhere; `None` where it cannot be told.
    #[must_use]
    pub fn of<'n>(&'n self, text: &'n str) -> Option<&'n str> {
        let is_plain = |path: &&str| path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte));
        match self {
            Self::Unclear => None,
            Self::Word(span) => text.get(span.clone()),
            Self::Path(path) => Some(path.as_str()).filter(is_plain),
        }
    }
}

fn is_outside(command: &Command) -> bool {
    command.function.is_none()
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
