//! Which flavor a container runs, and whether its command lets it read its settings, as CEL on a record `s` with the
//! image and the text of the command. Asks the same questions in the same order as `detect::recognise` and
//! `detect::server`.

use super::cel::{any_of, choose, exactly, indented, literal};
use super::mount;
use crate::rules::{Flavor, Mirror, Recognise, RuleSet, Start, Store};

/// Characters that continue a word.
const GOES_ON: &str = "A-Za-z0-9_-";

/// The flavor's id, or the empty text.
pub(super) fn flavor(rules: &RuleSet) -> String {
    let flavors = || rules.flavors.iter().filter(|flavor| flavor.recognise.resource.is_none());
    let without_command = || flavors().filter(|flavor| flavor.recognise.commands.is_empty());
    let choice = |condition: String, flavor: &Flavor| (condition, literal(&flavor.id));
    let mut choices: Vec<(String, String)> = Vec::new();
    for flavor in flavors().filter(|flavor| !flavor.recognise.commands.is_empty()) {
        let rule = &flavor.recognise;
        let fits = if rule.images.is_empty() { String::new() } else { format!("{} && ", image(&rule.images)) };
        choices.push(choice(fits + &unless_images(rule) + &holds(&rule.commands), flavor));
    }
    for flavor in without_command().filter(|flavor| !flavor.recognise.images.is_empty()) {
        choices.push(choice(unless_images(&flavor.recognise) + &image(&flavor.recognise.images), flavor));
    }
    for is_plain in [false, true] {
        for flavor in without_command() {
            choices.extend(mirrored(flavor, is_plain).map(|condition| choice(condition, flavor)));
        }
    }
    for flavor in flavors().filter(|flavor| !flavor.recognise.otherwise.is_empty()) {
        // A flavor that replaces others applies only if its own configuration is written.
        let is_written = match flavor.settings.first() {
            Some(Store::Script(store)) if !flavor.recognise.instead_of.is_empty() => {
                format!(" && {}", writes(&store.file))
            }
            _ => String::new(),
        };
        choices.push(choice(holds(&flavor.recognise.otherwise) + &is_written, flavor));
    }
    choose(&choices, "''")
}

/// The beginning of a condition that leaves out the images that are never this flavor.
fn unless_images(rule: &Recognise) -> String {
    if rule.unless_images.is_empty() { String::new() } else { format!("!{} && ", image(&rule.unless_images)) }
}

/// Whether the image is a mirror of a flavor's image; `None` if the flavor has no such mirrors.
fn mirrored(flavor: &Flavor, is_plain: bool) -> Option<String> {
    let has = |variables: &[String], files: &[String]| {
        let names: Vec<String> = variables.iter().map(|name| literal(name)).collect();
        let variable = format!("s.env.exists(e, e.name in [{}])", names.join(", "));
        let files = files.iter().map(|file| mount::is_at(file));
        (!names.is_empty()).then_some(variable).into_iter().chain(files).collect::<Vec<_>>().join(" || ")
    };
    let condition = |mirror: &Mirror| {
        let (is_beside, unless) =
            (has(&mirror.variables, &mirror.files), has(&mirror.unless_variables, &mirror.unless_files));
        let is_beside = if is_plain { String::new() } else { format!(" && ({is_beside})") };
        let unless = if unless.is_empty() { String::new() } else { format!(" && !({unless})") };
        let command = &mirror.commands;
        let command = if command.is_empty() { String::new() } else { format!(" && {}", holds(command)) };
        format!("{}{}{is_beside}{command}{unless}", unless_images(&flavor.recognise), image(&mirror.images))
    };
    // What only ports or the container's name tell is left to the tool.
    let is_told = |mirror: &&Mirror| if is_plain { mirror.is_plain() } else { mirror.is_by_setting() };
    let mirrors = flavor.recognise.mirrors.iter().filter(is_told);
    let conditions: Vec<String> = mirrors.map(condition).collect();
    (!conditions.is_empty()).then(|| conditions.join(" || "))
}

/// Whether the image's repository ends in one of the patterns, whatever its digest, and its tag unless they have one.
fn image(patterns: &[String]) -> String {
    let ends = patterns.iter().map(|pattern| {
        let (path, tag) = pattern.split_once(':').map_or((pattern.as_str(), None), |(path, tag)| (path, Some(tag)));
        let path = match path.strip_prefix('/') {
            Some(whole) => format!("^{}", component(whole)),
            None => format!("(^|.*/){}", component(path)),
        };
        path + &tag.map_or_else(|| "(:[^/@]*)?".to_owned(), |tag| format!(":{}", component(tag)))
    });
    format!("s.image.matches({})", literal(&format!("^{}(@.*)?$", any_of(ends))))
}

fn component(pattern: &str) -> String {
    let pieces: Vec<String> = pattern.split('*').map(exactly).collect();
    pieces.join("[^/:@]*")
}

/// Whether the command contains one of the phrases as whole words.
fn holds(phrases: &[String]) -> String {
    let patterns = phrases.iter().map(|phrase| {
        let start = if phrase.starts_with('/') { String::new() } else { format!("(^|[^{GOES_ON}])") };
        start + &words(phrase)
    });
    format!("s.text.matches({})", literal(&(any_of(patterns) + &end())))
}

/// What ends a phrase.
fn end() -> String {
    format!("([.]($|[^{GOES_ON}])|$|[^.{GOES_ON}])")
}

/// Where a command begins: at the beginning, behind what separates commands, or behind a program that runs others.
const BEGINS: &str = r"(^|[;&|(\n]|(^|\s)(exec|time|nohup|then|else|do|--|-[a-z]*c|((\S*/)?(gosu|su-exec)\s+\S+)|((\S*/)?(sh|bash|ash|dash|tini|dumb-init)))\s)";

/// One of the phrases, where the program stands.
fn programs(phrases: &[String]) -> String {
    let phrases = phrases.iter().map(|phrase| words(phrase.trim_start_matches('/')));
    format!("([^\\s\"'=;&|()<>]*/)?{}{}", any_of(phrases), end())
}

/// Whether the command runs one of the phrases, and does not only mention it.
fn runs_one(phrases: &[String]) -> String {
    format!("s.text.matches({})", literal(&format!(r#"{BEGINS}\s*["']?{}"#, programs(phrases))))
}

/// Whether the command has parts that admission does not follow: here-documents and functions, tools that the image's
/// script runs, and programs that take the place of the shell, which may be others under conditions.
fn is_intricate(start: &Start) -> String {
    let text = |pattern: &str| format!("s.text.matches({})", literal(pattern));
    let own = [start.reads_settings.clone(), start.reads_settings_through.clone()].concat();
    let tools = format!("{}\\s*{}", programs(&own), programs(&start.serves_nothing));
    let launchers = r"(\S*/)?(tini|dumb-init|gosu|su-exec|sleep|tail)$";
    let all = |known: &[String]| {
        let known = format!("\\s({launchers}|{})", programs(known));
        let programs = literal(r"(^|[\s;&|(])exec\s+[^\s;&|]+");
        format!("s.text.findAll({programs}).all(e, e.matches({}))", literal(&known))
    };
    let past = [start.bypasses_settings.clone(), start.reads_file.clone()].concat();
    let any = [own.clone(), past.iter().map(|phrase| first_word(phrase)).collect()].concat();
    let branches = text(r"(^|[\s;&|(])(if|case|while|until)\s|[|][|]");
    let serves = if start.serves_nothing.is_empty() { String::new() } else { format!(" ||\n{}", text(&tools)) };
    let past = if past.is_empty() { String::new() } else { format!(" || {}", runs_one(&past)) };
    format!("{}{serves} ||\n!{} ||\n{branches} && (!{}{past})", text(r"<<|[(]\s*[)]"), all(&any), all(&own))
}

fn first_word(phrase: &str) -> String {
    phrase.split(' ').next().unwrap_or(phrase).to_owned()
}

fn words(phrase: &str) -> String {
    let words: Vec<String> = phrase.split(' ').map(exactly).collect();
    words.join(r"[ \t]+")
}

/// What the container starts: `reads`, `nothing` or `unknown`.
pub(super) fn runs(flavor: &Flavor, rules: &RuleSet) -> String {
    let start = &flavor.start;
    let when = |condition: String, then: &str| (condition, format!("'{then}'"));
    let mut choices = elsewhere(flavor, rules);
    choices.extend(out_of_sight(flavor).map(|condition| (indented(&condition), "'unknown'".to_owned())));
    if !flavor.recognise.unverified_images.is_empty() {
        choices.push(when(image(&flavor.recognise.unverified_images), "unknown"));
    }
    choices.push(when("s.text == ''".to_owned(), "reads"));
    choices.push(when(format!("s.text.matches({})", literal(r"(^|\s)#")), "unknown"));
    // They may set or take away variables.
    choices.push(when(
        format!("s.text.matches({})", literal(r"(^|[\s;&|(])(([^\s;&|]*/)?(env|su|sudo|runuser)|source|eval)\s")),
        "unknown",
    ));
    // The content of a script decides, and admission does not see it.
    if !flavor.recognise.scripts.is_empty() {
        return choose(&choices, "'unknown'");
    }
    let is_script = matches!(flavor.settings.first(), Some(Store::Script(store)) if store.generator.is_none());
    let is_command = start.reads_settings.is_empty() && !flavor.recognise.commands.is_empty();
    if is_script || is_command {
        return choose(&choices, "'reads'");
    }
    if start.args_keep_script && !start.scripts.is_empty() && !start.serves_nothing.is_empty() {
        choices.push(when(is_all_of(&start.serves_nothing, &start.scripts), "nothing"));
    }
    if !start.reads_settings.is_empty() {
        choices.push(when(reads(start), "reads"));
    }
    if !start.serves_nothing.is_empty() {
        choices.push(when(is_all_of(&start.serves_nothing, &[]), "nothing"));
    }
    if !start.reads_file.is_empty() {
        choices.push(when(holds(&start.reads_file), "unknown"));
    }
    if start.args_keep_script && !start.bypasses_settings.is_empty() {
        let starts = holds(&start.bypasses_settings);
        choices.push(when(format!("size(s.container.?command.orValue([])) == 0 && {starts}"), "reads"));
    }
    choose(&choices, "'unknown'")
}

/// Whether the command runs what reads the settings. Arguments alone leave the image's own script in front, which looks
/// for the phrases among them.
fn reads(start: &Start) -> String {
    let through = &start.reads_settings_through;
    if through.is_empty() {
        return format!("{} && !({})", runs_one(&start.reads_settings), indented(&is_intricate(start)));
    }
    let run = format!("{} && !({})", runs_one(through), indented(&is_intricate(start)));
    format!("{} && (size(s.container.?command.orValue([])) == 0 || {run})", holds(&start.reads_settings))
}

/// If another flavor replaces this one, that flavor's first store decides, and admission does not see it.
fn elsewhere(flavor: &Flavor, rules: &RuleSet) -> Vec<(String, String)> {
    let others = rules.flavors.iter().filter(|other| other.recognise.instead_of.contains(&flavor.id));
    let conditions = others.filter_map(|other| match other.settings.first()? {
        Store::File(store) => store.path.as_deref().map(mount::may_hold),
        Store::Script(store) => Some(writes(&store.file)),
        Store::Env(_)
        | Store::EnvFile(_)
        | Store::EnvText(_)
        | Store::Flag(_)
        | Store::Field(_)
        | Store::FieldText(_) => None,
    });
    conditions.map(|condition| (indented(&condition), "'unknown'".to_owned())).collect()
}

/// Conditions under which something decides that admission cannot see.
fn out_of_sight(flavor: &Flavor) -> impl Iterator<Item = String> {
    let scripts = flavor.start.scripts.iter().map(|path| mount::is_at(path));
    let of_store = flavor.settings.iter().flat_map(|store| match store {
        // The command names the file or its location.
        Store::File(store) => {
            let path = store.path.as_deref().unwrap_or_default();
            let name = path.rsplit('/').next().filter(|name| !name.is_empty());
            let named = name.map(|name| format!("s.text.contains({})", literal(name)));
            let handed = format!(
                "s.text.matches({})",
                literal(r"zkServer[.]sh[ \t]+(--config[ \t]|start(-foreground)?[ \t]+[^ \t;&|<>2-])")
            );
            let unwritable = format!(
                "(s.container.?securityContext.?readOnlyRootFilesystem.orValue(false) && !{})",
                mount::is_at(path)
            );
            let set = store.moving_variables().map(|name| format!("s.text.contains({})", literal(name)));
            let set = Some(set.collect::<Vec<_>>().join(" || ")).filter(|set| !set.is_empty());
            vec![
                named,
                set,
                path.ends_with("/zoo.cfg").then_some(handed),
                store.is_written_at_start.then_some(unwritable),
            ]
        }
        // A stream editor may change how the options are used.
        Store::Flag(_) => {
            vec![Some(format!("s.text.matches({})", literal(r"(^|[^A-Za-z])(sed|perl|g?awk)[ \t](.|\n)*[Pp]urge")))]
        }
        _ => Vec::new(),
    });
    scripts.chain(of_store.flatten()).collect::<Vec<_>>().into_iter()
}

/// Whether the command may write a file itself.
pub(super) fn writes(file: &str) -> String {
    format!("s.text.contains('>') && s.text.contains({})", literal(file))
}

/// Whether the command is nothing but one of the phrases with its arguments, run by a shell or not, behind one of the
/// image's scripts if there are any.
fn is_all_of(phrases: &[String], scripts: &[String]) -> String {
    let shell = r"((.*/)?(ba|a|da)?sh[ \t]+(-[^ \t]*[ \t]+)*)?";
    let scripts = scripts.iter().map(|script| exactly(script) + r"[ \t]+");
    let script = if scripts.len() == 0 { String::new() } else { any_of(scripts) };
    let pattern = format!(
        r"^[ \t]*{script}{shell}(exec[ \t]+)?([^ \t]*/)?{}([ \t][^;&|`\n]*)?[ \t\n]*$",
        any_of(phrases.iter().map(|phrase| words(phrase)))
    );
    format!("s.text.matches({})", literal(&pattern))
}
