//! What programs do, as far as their names and arguments tell: the only file that knows programs by name.

use super::{Command, Word, commands, sed};
use crate::unix_path::base_name;

/// What a command does to files, and whether it may start anything.
#[derive(Debug)]
pub enum Effect<'c> {
    /// It leaves all files unchanged and starts nothing. What it prints goes where the text sends it.
    None,
    /// It writes these files, with unknown content, and starts nothing.
    Writes(Vec<&'c Word>),
    /// It may change the files that its words name, and starts nothing.
    Named,
    /// Unknown.
    Any,
}

/// Whether a word is the name of a shell.
#[must_use]
pub fn is_shell(word: &str) -> bool {
    matches!(base_name(word), "sh" | "bash" | "ash" | "dash")
}

/// Whether a program runs the text after `-c`, as a shell or through one.
pub(super) fn runs_texts(program: &str) -> bool {
    let name = base_name(program);
    is_shell(name) || matches!(name, "su" | "runuser" | "sudo") || takes_user(name)
}

/// Whether a program only runs the command after it; its name without a folder.
pub(super) fn hands_on(name: &str) -> bool {
    takes_user(name) || matches!(name, "exec" | "env" | "sudo" | "nohup" | "time" | "command" | "builtin")
}

/// Whether a program certainly runs the command among its arguments, and waits for it.
#[must_use]
pub fn launches(program: &str) -> bool {
    let program = base_name(program);
    is_shell(program)
        || hands_on(program)
        || matches!(
            program,
            "." | "catatonit"
                | "chpst"
                | "chroot"
                | "dumb-init"
                | "ionice"
                | "java"
                | "nice"
                | "numactl"
                | "python"
                | "python3"
                | "runuser"
                | "setpriv"
                | "setsid"
                | "source"
                | "stdbuf"
                | "su"
                | "taskset"
                | "timeout"
                | "tini"
                | "unshare"
        )
}

/// Whether a word behind `env` belongs to `env`: an option, or the name after one.
pub(super) fn is_option_of_env(word: &str, before: Option<&str>) -> bool {
    word.starts_with('-') || matches!(before, Some("-u" | "--unset" | "-C" | "--chdir"))
}

/// Whether a program takes the name of a user, and then a command; its name without a folder.
pub(super) fn takes_user(name: &str) -> bool {
    matches!(name, "gosu" | "su-exec")
}

/// Whether a program can be assumed to succeed: it does something that normally works, and tests nothing.
pub(super) fn works(program: &str) -> bool {
    let is_one = matches!(
        program,
        "" | "."
            | ":"
            | "bash"
            | "cat"
            | "cd"
            | "chmod"
            | "chown"
            | "cp"
            | "date"
            | "echo"
            | "envsubst"
            | "export"
            | "hostname"
            | "install"
            | "ln"
            | "mkdir"
            | "mv"
            | "printf"
            | "rm"
            | "sed"
            | "set"
            | "sh"
            | "sleep"
            | "source"
            | "tee"
            | "touch"
            | "true"
            | "ulimit"
            | "umask"
    );
    is_one || program.contains('.')
}

/// Whether nothing that a program prints can be a setting. Without a program, a redirection empties a file.
pub(super) fn prints_no_setting(program: &str) -> bool {
    matches!(
        program,
        "" | ":"
            | "["
            | "[["
            | "(("
            | "break"
            | "chmod"
            | "chown"
            | "continue"
            | "date"
            | "export"
            | "expr"
            | "hostname"
            | "let"
            | "local"
            | "mkdir"
            | "return"
            | "seq"
            | "set"
            | "shift"
            | "sleep"
            | "test"
            | "true"
    )
}

impl Command {
    /// What it does to files.
    #[must_use]
    pub fn effect(&self) -> Effect<'_> {
        if self.looks_for_program() {
            return Effect::None;
        }
        let arguments: Vec<&Word> = self.arguments().collect();
        match self.program() {
            // Programs that leave files unchanged, whatever their arguments.
            "" | ":" | "[" | "[[" | "((" | "basename" | "break" | "cat" | "cd" | "chgrp" | "chmod" | "chown"
            | "cmp" | "command" | "continue" | "cut" | "date" | "declare" | "df" | "diff" | "dig" | "dirname"
            | "du" | "echo" | "egrep" | "env" | "envsubst" | "exit" | "export" | "expr" | "false" | "fgrep"
            | "getent" | "getopts" | "grep" | "head" | "host" | "hostname" | "id" | "jps" | "jq" | "kill" | "let"
            | "local" | "ls" | "md5sum" | "mkdir" | "nslookup" | "pgrep" | "ping" | "pkill" | "popd" | "printenv"
            | "printf" | "ps" | "pushd" | "read" | "readlink" | "readonly" | "realpath" | "return" | "seq" | "set"
            | "sha256sum" | "shift" | "sleep" | "stat" | "sync" | "sysctl" | "tail" | "test" | "touch" | "tr"
            | "true" | "type" | "typeset" | "ulimit" | "umask" | "uname" | "unset" | "wait" | "wc" | "which"
            | "whoami" => Effect::None,
            // Programs that change what their arguments name.
            "apk" | "apt" | "apt-get" | "cp" | "crudini" | "dd" | "dnf" | "dos2unix" | "gunzip" | "gzip"
            | "install" | "keytool" | "ln" | "microdnf" | "mv" | "pip" | "pip3" | "rm" | "rmdir" | "rsync"
            | "setfacl" | "tee" | "yum" => Effect::Named,
            // Programs that write or run something with certain options.
            "awk" | "gawk" | "mawk" => awk(&arguments),
            "curl" => curl(&arguments),
            "find" => find(&arguments),
            "nc" => {
                any_if(has_letter(&arguments, "ceox") || has_long(&arguments, &["exec", "sh-", "lua", "out", "hex"]))
            }
            "openssl" => openssl(&arguments),
            "patch" => patch(&arguments),
            "sed" => {
                if sed::runs_commands(self) {
                    Effect::Any
                } else {
                    Effect::Named
                }
            }
            "sort" => sort(&arguments),
            "tar" => tar(&arguments),
            "trap" => trap(&arguments),
            // The second operand is written.
            "uniq" => self.operands().get(1).map_or(Effect::None, |file| Effect::Writes(vec![file])),
            "unzip" => unzip(&arguments),
            "wget" => wget(&arguments),
            "yq" => yq(&arguments),
            _ => Effect::Any,
        }
    }

    /// Its arguments that are neither options, nor values of options, nor the script of an editor: the files that it
    /// reads or writes.
    #[must_use]
    pub(super) fn operands(&self) -> Vec<&Word> {
        let (letters, long) = options_with_values(self.program());
        let mut has_script = false;
        let mut operands = Vec::new();
        let mut arguments = self.arguments();
        while let Some(word) = arguments.next() {
            let text = word.text.as_str();
            if text == "--" {
                operands.extend(arguments.by_ref());
            } else if let Some(option) = text.strip_prefix("--") {
                let (name, value) = option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
                has_script |= matches!(name, "expression" | "regexp" | "file");
                if value.is_none() && long.contains(&name) {
                    arguments.next();
                }
            } else if let Some(cluster) = text.strip_prefix('-').filter(|cluster| !cluster.is_empty()) {
                // What follows `-i` in the same word is the end of a backup's name.
                let cluster = cluster.split('i').next().filter(|_| self.program() == "sed").unwrap_or(cluster);
                let Some(at) = cluster.find(|letter| letters.contains(letter)) else { continue };
                has_script |= cluster.get(at..).is_some_and(|rest| rest.starts_with(['e', 'f']));
                if at + 1 == cluster.len() {
                    arguments.next();
                }
            } else {
                operands.push(word);
            }
        }
        if takes_script(self.program()) && !has_script && !operands.is_empty() {
            operands.remove(0);
        }
        // `awk` takes variables among its files.
        operands.retain(|word| self.program() != "awk" || !word.text.as_str().contains('='));
        operands
    }

    /// Whether it keeps all variables of the environment from the program that it runs: `env -i`, the login shell of
    /// `su -`, and `sudo`, which hands on what it is told to.
    #[must_use]
    pub fn keeps_all_back(&self) -> bool {
        let is_all = |word: &str| matches!(word, "-" | "-i" | "--ignore-environment");
        let is_login = |words: &[&str]| has_option(words, 'l', "login") || words.contains(&"-");
        self.words_for_env().iter().any(|word| is_all(word))
            || self.words_behind(&["su", "runuser"]).is_some_and(|words| is_login(&words))
            || self.words_behind(&["sudo"]).is_some_and(|words| !has_option(&words, 'E', "preserve-env"))
    }

    /// Whether it keeps a variable of the environment from the program that it runs: `env -u X`, or all of them.
    #[must_use]
    pub fn keeps_back(&self, name: &str) -> bool {
        let words = self.words_for_env();
        let mut pairs = words.iter().zip(words.iter().skip(1));
        self.keeps_all_back()
            || pairs.any(|(option, named)| matches!(*option, "-u" | "--unset") && *named == name)
            || words.iter().any(|word| word.strip_prefix("-u").or(word.strip_prefix("--unset=")) == Some(name))
    }

    /// The words before its program, if `env` is among them.
    fn words_for_env(&self) -> Vec<&str> {
        let words: Vec<&str> = self.words_in_front().map(|word| word.text.as_str()).collect();
        if words.iter().any(|word| base_name(word) == "env") { words } else { Vec::new() }
    }

    /// Its words behind the first of these programs.
    fn words_behind(&self, programs: &[&str]) -> Option<Vec<&str>> {
        let mut words = self.words.iter().map(|word| word.text.as_str());
        words.find(|word| programs.contains(&base_name(word)))?;
        Some(words.collect())
    }

    /// Whether it may start an unknown program.
    #[must_use]
    pub fn may_start(&self) -> bool {
        matches!(self.effect(), Effect::Any)
    }
}

/// Whether the first operand of a program says what it does with the others.
fn takes_script(program: &str) -> bool {
    matches!(program, "sed" | "grep" | "egrep" | "fgrep" | "awk" | "gawk" | "mawk" | "tr")
}

/// The options of a program, by letter and by name, whose values are words of their own.
fn options_with_values(program: &str) -> (&'static str, &'static [&'static str]) {
    match program {
        "sed" => ("efl", &["expression", "file", "line-length"]),
        "grep" | "egrep" | "fgrep" => ("efmABCdD", &["regexp", "file", "max-count", "context"]),
        "awk" | "gawk" | "mawk" => ("vFf", &["assign", "field-separator", "file"]),
        "cut" => ("bcdf", &["bytes", "characters", "delimiter", "fields", "output-delimiter"]),
        "sort" => ("koStT", &["key", "output", "field-separator"]),
        "uniq" => ("fsw", &["skip-fields", "skip-chars", "check-chars"]),
        "cp" | "mv" | "ln" => ("S", &["suffix"]),
        "install" => ("Sgmo", &["suffix", "group", "mode", "owner"]),
        _ => ("", &[]),
    }
}

/// Whether an option is among words. A word with blanks is a text for a shell.
fn has_option(words: &[&str], letter: char, long: &str) -> bool {
    let options = words.iter().filter(|word| !word.contains(' ')).filter_map(|word| word.strip_prefix('-'));
    options.into_iter().any(|option| match option.strip_prefix('-') {
        Some(option) => option.split('=').next() == Some(long),
        None => option.contains(letter),
    })
}

const fn any_if(is_so: bool) -> Effect<'static> {
    if is_so { Effect::Any } else { Effect::None }
}

/// The letters of short options: `-xzf`.
fn letters(word: &Word) -> Option<&str> {
    word.text.as_str().strip_prefix('-').filter(|letters| !letters.starts_with('-'))
}

fn has_letter(arguments: &[&Word], wanted: &str) -> bool {
    arguments.iter().filter_map(|word| letters(word)).any(|one| one.contains(|letter| wanted.contains(letter)))
}

/// Whether there is a long option with one of the beginnings: options may be abbreviated.
fn has_long(arguments: &[&Word], beginnings: &[&str]) -> bool {
    let long = arguments.iter().filter_map(|word| word.text.as_str().strip_prefix("--"));
    long.into_iter().any(|option| beginnings.iter().any(|beginning| option.starts_with(beginning)))
}

/// The arguments that are not options, values of options among them.
fn operands<'c>(arguments: &[&'c Word]) -> impl Iterator<Item = &'c Word> {
    arguments.iter().copied().filter(|word| letters(word).is_none_or(str::is_empty) && !is_long(word))
}

fn is_long(word: &Word) -> bool {
    word.text.as_str().starts_with("--")
}

/// The files after an option; `None` without the option, [`Effect::Named`] if a file is in the same word as the option.
fn outputs<'c>(arguments: &[&'c Word], letter: char, long: &str) -> Option<Effect<'c>> {
    let is_asked = |word: &&Word| {
        letters(word).is_some_and(|letters| letters.contains(letter))
            // It may be abbreviated.
            || word.text.as_str().strip_prefix("--").is_some_and(|option| option.starts_with(letter.to_ascii_lowercase()))
    };
    let is_apart = |word: &Word| {
        letters(word).is_some_and(|letters| letters.ends_with(letter))
            || word.text.as_str().strip_prefix("--") == Some(long)
    };
    let asked = arguments.iter().enumerate().filter(|(_, word)| is_asked(word));
    let files: Option<Vec<&Word>> =
        asked.map(|(at, word)| arguments.get(at.saturating_add(1)).copied().filter(|_| is_apart(word))).collect();
    match files {
        Some(files) if files.is_empty() => None,
        Some(files) => Some(Effect::Writes(files)),
        None => Some(Effect::Named),
    }
}

/// `-i inplace`, `-f` and the like may do anything, and so may a program text that writes, pipes or calls.
fn awk<'c>(arguments: &[&Word]) -> Effect<'c> {
    let is_known =
        |word: &&Word| letters(word).is_none_or(|option| option.starts_with(['F', 'v']) || option.is_empty());
    let does = |word: &&Word| {
        let text = word.text.as_str().replace(">=", "").replace("||", "").replace("> \"/dev/stderr\"", "");
        text.contains(['>', '|', '@']) || text.contains("system")
    };
    any_if(arguments.iter().any(|word| !is_known(word) || is_long(word) || does(word)))
}

fn curl<'c>(arguments: &[&'c Word]) -> Effect<'c> {
    // The server, or a configuration file, decides which file is written.
    if has_letter(arguments, "JK") || has_long(arguments, &["config", "remote-header"]) {
        return Effect::Any;
    }
    if has_letter(arguments, "ODc")
        || has_long(arguments, &["remote", "output-", "dump", "cookie-jar", "trace", "stderr"])
    {
        return Effect::Named;
    }
    outputs(arguments, 'o', "output").unwrap_or(Effect::None)
}

fn wget<'c>(arguments: &[&'c Word]) -> Effect<'c> {
    let negative: Vec<&Word> = arguments.iter().copied().filter(|word| !word.text.as_str().starts_with("-n")).collect();
    let decided_elsewhere = ["input", "rec", "mirror", "page", "content-d", "trust", "exec", "config", "use-askpass"];
    if has_letter(&negative, "irmpe") || has_long(arguments, &decided_elsewhere) {
        return Effect::Any;
    }
    outputs(&negative, 'O', "output-document").unwrap_or(Effect::Named)
}

/// Harmless if it runs only harmless programs on what it finds, deletes nothing and prints into no files.
fn find<'c>(arguments: &[&'c Word]) -> Effect<'c> {
    let mut rest = arguments.iter().copied();
    while let Some(word) = rest.next() {
        match word.text.as_str() {
            "-delete" | "-fls" | "-fprint" | "-fprint0" | "-fprintf" | "-ok" | "-okdir" => return Effect::Any,
            "-exec" | "-execdir" => {
                let words = rest.by_ref().take_while(|word| !matches!(word.text.as_str(), ";" | "+"));
                let run = Command { words: words.cloned().collect(), ..Command::default() };
                if run.program() == "find" || !matches!(run.effect(), Effect::None) {
                    return Effect::Any;
                }
            }
            _ => {}
        }
    }
    Effect::None
}

fn openssl<'c>(arguments: &[&'c Word]) -> Effect<'c> {
    let is_output = |word: &&Word| letters(word).is_some_and(|option| option.ends_with("out") && option != "noout");
    let asked = arguments.iter().enumerate().filter(|(_, word)| is_output(word));
    let files: Vec<&Word> = asked.filter_map(|(at, _)| arguments.get(at.saturating_add(1)).copied()).collect();
    if files.is_empty() { Effect::Named } else { Effect::Writes(files) }
}

/// Without the name of a file, the patch decides which one is meant.
fn patch<'c>(arguments: &[&'c Word]) -> Effect<'c> {
    let takes_value =
        |word: &&Word| letters(word).is_some_and(|option| option.len() == 1 && "BDFdiprYz".contains(option));
    let is_named = operands(arguments).next().is_some() && !arguments.iter().any(takes_value);
    if is_named { Effect::Named } else { Effect::Any }
}

/// The archive decides which files are unpacked, and the options into which folder.
fn tar<'c>(arguments: &[&'c Word]) -> Effect<'c> {
    let mode = arguments.first().map(|word| word.text.as_str()).unwrap_or_default();
    let unpacks = mode.contains('x') && !mode.starts_with("--")
        || has_letter(arguments, "x")
        || has_long(arguments, &["ext", "get"]);
    let runs =
        has_letter(arguments, "IF") || has_long(arguments, &["use", "to-c", "checkpoint-a", "info", "new-v", "rsh"]);
    let is_anywhere = mode.contains('P') || has_letter(arguments, "P") || has_long(arguments, &["abs"]);
    let has_folder = mode.contains('C') || has_letter(arguments, "C") || has_long(arguments, &["dir"]);
    if runs || unpacks && (is_anywhere || !has_folder) { Effect::Any } else { Effect::Named }
}

/// The same for zip archives.
fn unzip<'c>(arguments: &[&Word]) -> Effect<'c> {
    let (only_looks, has_folder) = (has_letter(arguments, "lptZ"), has_letter(arguments, "d"));
    if only_looks {
        return Effect::None;
    }
    if has_folder { Effect::Named } else { Effect::Any }
}

/// With `-s`, the texts decide which files are written.
fn yq<'c>(arguments: &[&Word]) -> Effect<'c> {
    if has_letter(arguments, "s") || has_long(arguments, &["split"]) {
        return Effect::Any;
    }
    if has_letter(arguments, "i") || has_long(arguments, &["in"]) { Effect::Named } else { Effect::None }
}

/// What a trap runs on a signal runs beside the text, or after it; what it runs at other times is part of it.
fn trap<'c>(arguments: &[&'c Word]) -> Effect<'c> {
    let Some((action, times)) = arguments.split_first() else { return Effect::None };
    let is_part = times.iter().any(|time| matches!(time.text.as_str(), "0" | "EXIT" | "ERR" | "DEBUG" | "RETURN"));
    let writes = |command: &Command| command.stdout.is_some() || !matches!(command.effect(), Effect::None);
    any_if(is_part && commands(&action.text).iter().any(writes))
}

/// Another program may compress what does not fit into memory.
fn sort<'c>(arguments: &[&'c Word]) -> Effect<'c> {
    let runs = has_long(arguments, &["co"]);
    if runs { Effect::Any } else { outputs(arguments, 'o', "output").unwrap_or(Effect::None) }
}

#[cfg(test)]
mod tests {
    use super::Effect;
    use crate::shell::{Text, commands};

    fn effect_of(text: &str) -> String {
        match commands(&Text::of_source(text))[0].effect() {
            Effect::None => "none".to_owned(),
            Effect::Named => "named".to_owned(),
            Effect::Any => "any".to_owned(),
            Effect::Writes(files) => files.iter().map(|file| file.text.as_str()).collect::<Vec<_>>().join(" "),
        }
    }

    /// Commands, each with what it may do.
    const TABLE: &[(&str, &str)] = &[
        ("cat f", "none"),
        ("env A=1 cat f", "none"),
        ("command -v render", "none"),
        ("render f", "any"),
        ("timeout 5 cat f", "any"),
        ("awk -F= -v x=1 '$2 >= 1 || $1 {print $2}' f", "none"),
        ("awk '{print > \"/dev/stderr\"}' f", "none"),
        ("awk '{print > \"f\"}'", "any"),
        ("awk '{print | \"sh\"}'", "any"),
        ("awk '{system(\"x\")}'", "any"),
        ("awk -i inplace '!/x/' f", "any"),
        ("awk -f program f", "any"),
        ("sort -u -k1,2 f", "none"),
        ("sort -uo f g", "f"),
        ("sort -of g", "named"),
        ("sort --output f g", "f"),
        ("sort --out=f g", "named"),
        ("sort --compress-program=x f", "any"),
        ("uniq -c f", "none"),
        ("uniq -f 1 f g", "g"),
        ("uniq - g", "g"),
        ("find / -name x -print", "none"),
        ("find / -exec chown zk {} + -print", "none"),
        ("find / -exec cp {} f \\;", "any"),
        ("find / -exec find / -exec ls \\; \\;", "any"),
        ("find / -delete", "any"),
        ("nc -z -w 2 zk 2181", "none"),
        ("nc -l -p 1 -e render", "any"),
        ("dd of=f", "named"),
        ("curl -sS -H 'a: b' http://zk", "none"),
        ("curl -sSLo f http://zk", "f"),
        ("curl -O http://zk/f", "named"),
        ("curl -OJ http://zk", "any"),
        ("curl -K f", "any"),
        ("wget -q -O f http://zk", "f"),
        ("wget -nv http://zk/f", "named"),
        ("wget -i f", "any"),
        ("openssl req -keyout k -out f", "k f"),
        ("openssl x509 -noout -in f", "named"),
        ("tar czf f g", "named"),
        ("tar xzf f", "any"),
        ("tar xzf f -C g", "named"),
        ("tar -xf f --to-command=x -C g", "any"),
        ("unzip f", "any"),
        ("unzip f -d g", "named"),
        ("patch -p0", "any"),
        ("patch f", "named"),
        ("yq .a f", "none"),
        ("yq -i '.a = 1' f", "named"),
        ("yq -s .a f", "any"),
        ("jq .a f", "none"),
        ("sed s/a/b/ f", "named"),
        ("sed s/a/b/e f", "any"),
        ("sed -i.conf s/a/b/ f", "named"),
        ("sed -nf f g", "any"),
        ("trap 'kill 1' TERM", "none"),
        ("trap 'render' TERM INT", "none"),
        ("trap 'render' EXIT", "any"),
        ("trap 'echo bye' EXIT", "none"),
        ("trap 'echo bye > f' 0", "any"),
    ];

    #[test]
    fn an_option_may_make_a_harmless_program_write_or_run_something() {
        for (text, expected) in TABLE {
            assert_eq!(effect_of(text), *expected, "{text}");
        }
    }
}
