//! Follows the commands of a shell text one by one to see what they do to files.

use super::command::Output;
use super::files::{MAX_PIECES, Name, Written};
use super::piece::{PURGE, Piece};
use super::{Command, Dialect, Effect, Files, Source, Text, Variables, Word, commands_in, printed, program, sed};

/// The texts of visible scripts, by the path that a command uses for them.
pub type Scripts<'s> = &'s dyn Fn(&str) -> Option<String>;

/// How many commands are followed; no real start script has as many.
const MAX_STEPS: usize = 5_000;
/// How deep function calls may nest, and how many commands a pipeline may have.
const MAX_CALLS: usize = 8;

impl Files {
    /// The files at the time when the command with a number runs.
    #[must_use]
    pub fn before(commands: &[Command], number: usize, scripts: Scripts<'_>) -> Self {
        let mut files = Self::default();
        let Some(last) = commands.get(number) else { return files };
        let run = Run::new(commands, last, scripts);
        let is_part = |command: &Command| command.function == last.function;
        if last.function.is_some() {
            // What precedes the call has run; the function itself is followed below.
            let calls = |command: &Command| Some(command.program()) == last.function.as_deref();
            let call = commands.iter().position(|command| command.function.is_none() && calls(command));
            let outside = (0..call.unwrap_or(commands.len())).filter(|at| commands.get(*at).is_some_and(is_outside));
            outside.for_each(|at| files.run(run, at, None, 0));
        }
        let before = (0..number).filter(|at| commands.get(*at).is_some_and(is_part));
        before.for_each(|at| files.run(run, at, None, 0));
        files
    }

    /// The files after all commands have run, unless the text ends as failed.
    #[must_use]
    pub fn after(commands: &[Command], scripts: Scripts<'_>) -> Self {
        Self::of_all(commands, None, scripts)
    }

    /// The same without the command with a number, which goes on in the background.
    #[must_use]
    pub fn around(commands: &[Command], number: usize, scripts: Scripts<'_>) -> Self {
        Self::of_all(commands, Some(number), scripts)
    }

    fn of_all(commands: &[Command], without: Option<usize>, scripts: Scripts<'_>) -> Self {
        let (mut files, end) = (Self::default(), Command::default());
        let run = Run { is_last: true, without, ..Run::new(commands, &end, scripts) };
        files.run_all(run, true, 0);
        files
    }

    fn run_all(&mut self, run: Run<'_>, is_certain: bool, depth: usize) {
        let mut whole = Call { stdout: None, is_certain, conditions: 0 };
        for (at, command) in run.commands.iter().enumerate().filter(|(_, command)| is_outside(command)) {
            self.run(run, at, Some(&whole), depth);
            // What follows may not run.
            whole.is_certain &= !run.may_leave_out_the_rest(command);
        }
    }

    fn run(&mut self, run: Run<'_>, number: usize, call: Option<&Call<'_>>, depth: usize) {
        let is_followed = self.steps < MAX_STEPS && run.without != Some(number);
        let Some(command) = run.commands.get(number).filter(|_| is_followed) else { return };
        self.steps += 1;
        if self.steps == MAX_STEPS {
            return self.written.values_mut().for_each(|file| file.pieces = vec![Piece::too_long()]);
        }
        let is_certain = call.map_or_else(|| command.is_certain_for(run.last), |call| call.is_certain(command));
        // The value of a variable that is set after something has been written depends on when it is read.
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
        let stdout = command.stdout.as_ref().map(|output| (output.clone(), output.appends, is_certain));
        let inherited =
            call.and_then(|call| call.stdout).filter(|_| command.pipe.is_none() && command.sent_to.is_none());
        let inherited = inherited.map(|output| (output.clone(), true, is_certain));
        let sent = command.sent_to.and_then(|number| self.opened.get(&number));
        let sent = sent.map(|(output, is_sure)| (output.clone(), true, is_certain && *is_sure));
        if let Some((output, appends, is_certain)) = stdout.or(inherited).or(sent) {
            let printed = self.printed(run, command, number, 0);
            self.write(&output.file, appends, printed, is_certain);
        }
        self.open(command, is_certain);
        let script = command.script().filter(|_| depth < MAX_CALLS);
        match script.and_then(|(path, _)| (run.scripts)(path)) {
            Some(text) => {
                let is_last = run.is_last && run.ends_with(command, number);
                self.script(Run { is_last, ..run }, command, &text, is_certain, depth);
            }
            None => self.change(run, command, number, is_certain),
        }
    }

    /// Opens files under descriptor numbers: permanently with `exec`; otherwise only for the program itself, which may
    /// write to them although no word of the command shows it.
    fn open(&mut self, command: &Command, is_certain: bool) {
        for (number, output) in &command.opened {
            if command.hands_nothing_on() {
                self.truncate(Some(output).filter(|output| !output.appends), is_certain);
                self.opened.insert(*number, (output.clone(), is_certain));
            } else if *number > 2 {
                self.write(&output.file, output.appends, vec![Source::made_by(command.program())], is_certain);
            }
        }
    }

    /// Follows a visible script, which has its own variables and may get file names as arguments.
    fn script(&mut self, run: Run<'_>, command: &Command, text: &str, is_certain: bool, depth: usize) {
        let Some((path, arguments)) = command.script() else { return };
        let words = command.words.iter().map(|word| word.text.as_str()).take_while(|word| *word != path);
        let dialect = Dialect::of_script(text, words.collect::<Vec<_>>().into_iter());
        let commands = commands_in(&Text::of_source(text), dialect);
        let arguments = arguments.iter().map(|word| self.expanded(word.text.as_str()));
        let mut files = Self {
            variables: Variables::of_script(&self.variables, arguments),
            folder: self.folder.clone(),
            steps: self.steps,
            ..Self::default()
        };
        let inside = Run { is_last: run.is_last, ..Run::new(&commands, run.last, run.scripts) };
        files.run_all(inside, is_certain, depth + 1);
        self.steps = files.steps;
        self.strangers.append(&mut files.strangers);
        for (file, written) in files.written {
            self.take_over(path, &file, written.pieces);
        }
    }

    /// Applies what a script has made of a file.
    fn take_over(&mut self, script: &str, path: &str, pieces: Vec<Piece>) {
        let name = if path.starts_with('/') { Name::Path(path.to_owned()) } else { Name::Unclear };
        let file = self.written.entry(path.to_owned()).or_insert_with(|| Written::new(name));
        if !pieces.iter().any(|piece| matches!(piece.source, Source::Before)) {
            file.pieces.clear();
        }
        for Piece { source, is_certain } in pieces {
            match source {
                Source::Before => file.pieces.iter_mut().for_each(|piece| piece.is_certain &= is_certain),
                // This is the file itself.
                Source::File(other) if other.path == path => file.pieces.iter_mut().for_each(|piece| {
                    piece.source = std::mem::replace(&mut piece.source, Source::Before).edited(script, false);
                }),
                source => file.pieces.push(Piece { source: source.of_script(script), is_certain }),
            }
        }
        if file.pieces.len() > MAX_PIECES {
            file.pieces = vec![Piece::too_long()];
        }
    }

    /// What a command does to the files that its arguments name.
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
            "cp" | "mv" | "ln" | "install" => self.copy_all(command, (&options, command.operands()), is_certain),
            "sed" => {
                let is_in_place =
                    options.iter().any(|word| word.text.as_str().trim_start_matches('-').starts_with('i'));
                let asks = command.line().to_lowercase().contains(PURGE);
                if command.may_start() {
                    self.doubt_all("sed", is_certain);
                } else if is_in_place {
                    let names = command.operands();
                    if sed::spares_purging(command) && !asks {
                        let paths: Vec<String> = names.iter().map(|name| self.path(name)).collect();
                        return self.spared.extend(paths.into_iter().filter(|_| is_certain));
                    }
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
            program if command.is_script() => self.doubt_all(program, is_certain),
            // A text passed to a shell is followed.
            _ if command.handed_to_shell().is_some() => self.doubt_named(command, is_certain),
            program => match command.effect() {
                Effect::None => {}
                Effect::Writes(files) => {
                    for file in files {
                        self.write(file, true, vec![Source::made_by(program)], is_certain);
                    }
                }
                Effect::Named => self.doubt_named(command, is_certain),
                Effect::Any => self.doubt_all(program, is_certain),
            },
        }
    }

    /// What `cp` and the like copy, and where.
    fn copy_all(&mut self, command: &Command, (options, names): (&[&Word], Vec<&Word>), is_certain: bool) {
        let names = with_target_last(command, names);
        let Some((target, sources)) = names.split_last() else { return };
        let letters = |option: &&&Word| option.text.as_str().trim_start_matches('-').to_owned();
        let is_plain = |letters: String| letters.chars().all(|letter| "afvpsrRLHPdu".contains(letter));
        // Whether the other file is newer is unknown.
        let asks = options.iter().any(|option| option.text.as_str().contains('u'));
        let asks = asks && self.has_written(&self.path(target));
        let is_plain = options.iter().all(|option| is_plain(letters(&option))) && !asks;
        for source in sources {
            self.copy(source, target, is_certain && is_plain);
            let from = self.path(source);
            if command.program() == "mv" && is_certain {
                self.written.remove(&from);
            }
        }
    }

    /// What a command prints.
    fn printed(&self, run: Run<'_>, command: &Command, number: usize, depth: usize) -> Vec<Source> {
        let unknown = || vec![Source::made_by(command.program())];
        match command.program() {
            _ if depth > MAX_CALLS => unknown(),
            // What `env` prints is unknown here, and `exec` redirects everything that follows.
            "" if command.hands_nothing_on() => unknown(),
            program if program::prints_no_setting(program) => Vec::new(),
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

    /// What a command reads: a here-document, a file, or the output of another command.
    fn handed(&self, run: Run<'_>, command: &Command, number: usize, depth: usize) -> Vec<Source> {
        let names: Vec<&Word> = command.operands().into_iter().filter(|word| word.text.as_str() != "-").collect();
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
}

/// The operands of `cp` and the like with the target last, even if it is given by an option: `-t FOLDER`.
fn with_target_last<'c>(command: &'c Command, mut names: Vec<&'c Word>) -> Vec<&'c Word> {
    let is_target = |word: &&Word| matches!(word.text.as_str(), "-t" | "--target-directory");
    let target = command.arguments().skip_while(|word| !is_target(word)).nth(1);
    if let Some(at) = names.iter().position(|name| target.is_some_and(|target| target.span == name.span)) {
        let target = names.remove(at);
        names.push(target);
    }
    names
}

fn is_outside(command: &Command) -> bool {
    command.function.is_none()
}

/// All commands, and the one whose run is asked about.
#[derive(Clone, Copy)]
struct Run<'c> {
    commands: &'c [Command],
    last: &'c Command,
    has_functions: bool,
    /// The number of a command that is left out.
    without: Option<usize>,
    /// Whether nothing comes after the text if it fails.
    is_last: bool,
    scripts: Scripts<'c>,
}

/// The commands of a function's body.
struct Body {
    numbers: Vec<usize>,
    /// How many conditions its commands have outside its own branches.
    conditions: usize,
}

/// A call of a function.
struct Call<'c> {
    stdout: Option<&'c Output>,
    is_certain: bool,
    conditions: usize,
}

impl<'c> Run<'c> {
    fn new(commands: &'c [Command], last: &'c Command, scripts: Scripts<'c>) -> Self {
        let has_functions = commands.iter().any(|command| command.function.is_some());
        Self { commands, last, has_functions, without: None, is_last: false, scripts }
    }

    /// Whether a command, or a function that it calls, may end the text in a way that something comes after it.
    fn may_leave_out_the_rest(self, command: &Command) -> bool {
        let fails = |exit: &Command| self.is_last && command.is_of_text() && exit.ends_as_failed();
        let ends = |one: &Command| one.program() == "exit" && !fails(one);
        let body = self.function(command.program()).into_iter().flat_map(|body| body.numbers);
        ends(command) || body.filter_map(|at| self.commands.get(at)).any(ends)
    }

    /// Whether a text always ends with a command, and as that one does.
    fn ends_with(self, command: &Command, number: usize) -> bool {
        number + 1 == self.commands.len() && command.conditions.is_empty() && command.is_of_text()
    }

    fn function(self, name: &str) -> Option<Body> {
        if !self.has_functions || name.is_empty() {
            return None;
        }
        let is_part = |command: &Command| command.function.as_deref().is_some_and(|function| function == name);
        let of_body = self.commands.iter().enumerate().filter(|(_, command)| is_part(command));
        let numbers: Vec<usize> = of_body.map(|(number, _)| number).collect();
        let body = numbers.iter().filter_map(|number| self.commands.get(*number));
        let conditions = body.map(Command::conditions_of_function).min()?;
        Some(Body { numbers, conditions })
    }
}

impl Call<'_> {
    fn is_certain(&self, command: &Command) -> bool {
        self.is_certain && command.conditions.len() <= self.conditions
    }
}
