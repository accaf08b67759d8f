//! What a setting amounts to, as CEL: `on`, `off NAME`, `bad NAME` or `unknown`, NAME being the variable to set, if
//! there is one. Stores are consulted in the order of the rules, as in `detect::read`.

use super::cel::{choose, indented, last_or, literal, number, optional};
use super::{mount, recognise, tag};
use crate::rules::{Empty, EnvStore, EnvTextStore, FieldStore, FileStore, Flavor, Store, Zero};
use crate::zookeeper::PurgeSetting;

/// A setting of a container with the record `s`.
pub(super) fn of_container(flavor: &Flavor, which: PurgeSetting) -> String {
    let mut expression = default(flavor, which);
    let first_variable = flavor.settings.iter().position(is_in_environment);
    for (at, store) in flavor.settings.iter().enumerate().rev() {
        if Some(at) == first_variable {
            // envFrom may define this variable.
            expression = choose(
                &[("size(s.container.?envFrom.orValue([])) > 0".to_owned(), "'unknown'".to_owned())],
                &expression,
            );
        }
        expression = match store {
            Store::Env(store) => variable(flavor, which, store, expression),
            Store::EnvFile(store) => {
                let name = which.pick(Some(&store.interval), store.retain.as_ref());
                name.map_or(expression.clone(), |name| file_variable(name, &expression))
            }
            Store::EnvText(store) => variable_text(which, store, &expression),
            Store::File(store) => choose(&[(file(store), "'unknown'".to_owned())], &expression),
            Store::Script(store) => choose(&[(recognise::writes(&store.file), "'unknown'".to_owned())], &expression),
            Store::Flag(store) => {
                let name = which.pick(store.interval.as_ref(), store.retain.as_ref());
                name.map_or(expression.clone(), |name| option(name, &expression))
            }
            Store::Field(_) | Store::FieldText(_) => expression,
        };
    }
    indented(&expression)
}

fn is_in_environment(store: &Store) -> bool {
    match store {
        Store::Env(store) => store.works,
        Store::EnvFile(_) | Store::EnvText(_) => true,
        Store::File(_) | Store::Script(_) | Store::Flag(_) | Store::Field(_) | Store::FieldText(_) => false,
    }
}

/// What applies if nothing is written.
fn default(flavor: &Flavor, which: PurgeSetting) -> String {
    let Some(hours) = flavor.default.interval.filter(|_| which == PurgeSetting::Interval) else {
        return if which == PurgeSetting::Retain { "'on'" } else { "'unknown'" }.to_owned();
    };
    if hours > 0 {
        return "'on'".to_owned();
    }
    let patched = flavor.settings.iter().find_map(|store| match store {
        Store::Env(store) if store.patch => Some(store),
        _ => None,
    });
    let Some((store, name)) = patched.and_then(|store| Some((store, store.interval.as_ref()?))) else {
        return "'off'".to_owned();
    };
    let named = literal(&format!("off {name}"));
    match tag::support(&store.since, &store.unclear_since).is_read {
        Some(is_read) => format!("{is_read} ? {named} : 'off'"),
        None => named,
    }
}

/// A variable, if the image reads it.
fn variable(flavor: &Flavor, which: PurgeSetting, store: &EnvStore, otherwise: String) -> String {
    let name = which.pick(store.interval.as_ref(), store.retain.as_ref());
    let Some(name) = name.filter(|_| store.works) else { return otherwise };
    let tag::Support { is_read, is_unclear } = tag::support(&store.since, &store.unclear_since);
    let empty = match store.empty {
        Empty::Default => default(flavor, which),
        Empty::Written => literal(&format!("bad {name}")),
    };
    // The state of every variable is computed once, in the record; only the meaning of an empty one is added here.
    let named = literal(&format!(" {name}"));
    let mut state = format!("e.state == '' ? ({empty}) : e.state in ['off', 'bad'] ? e.state + {named} : e.state");
    if let Some(is_unclear) = &is_unclear {
        state = format!("{is_unclear} ? 'unknown' : {state}");
    }
    let readable: Vec<String> = [is_read, is_unclear].into_iter().flatten().collect();
    let is_read = if readable.is_empty() { String::new() } else { format!(" && ({})", readable.join(" || ")) };
    let written =
        last_or(&format!("s.env.filter(e, e.name == {}{is_read}).map(e, {state})", literal(name)), &otherwise);
    choose(&[(is_set_by_command(name), "'unknown'".to_owned())], &written)
}

/// Whether the command sets a variable, or takes it away.
fn is_set_by_command(name: &str) -> String {
    format!("s.text.matches({})", literal(&format!(r#"(^|[\s;"'])(unset\s+{name}\b|{name}=)"#)))
}

/// A variable that names a file.
fn file_variable(name: &str, otherwise: &str) -> String {
    let is_set = format!("s.env.exists(e, e.name == {} && e.state != '')", literal(name));
    choose(&[(is_set, "'unknown'".to_owned())], otherwise)
}

/// Properties in a variable, separated by blanks. The entry that counts is the last one; in it, the last line of a key.
fn variable_text(which: PurgeSetting, store: &EnvTextStore, otherwise: &str) -> String {
    let is_read = tag::support(&store.since, &[]).is_read.map(|is_read| format!(" && ({is_read})")).unwrap_or_default();
    let name = literal(&store.variable);
    let key = which.key().replace('.', "[.]");
    let text = "e.?value.orValue('')";
    let found = format!("{text}.findAll({})", literal(&format!(r"(^|\s){key}([=:][^\s]*|\s|$)")));
    let state = property(which, &format!("{} in {}", which.key(), store.variable));
    let lines = format!(
        "s.container.?env.orValue([]).filter(e, e.name == {name}{is_read}).map(e,\n  \
         has(e.valueFrom) || {text}.contains('\\\\') ? ['unknown'] : {found}.map(p, {state}))"
    );
    let written = last_or(&last_or(&lines, "[]"), otherwise);
    // One that is there for other lines may be set to anything.
    if store.incidental {
        return written;
    }
    choose(&[(is_set_by_command(&store.variable), "'unknown'".to_owned())], &written)
}

/// The state of the value in a line `p` of properties; `place` names where it is written.
fn property(which: PurgeSetting, place: &str) -> String {
    let behind =
        format!("p.substring(p.indexOf({0}) + size({0})).find({1})", literal(which.key()), literal(r"[^\s=:].*"));
    let state = number("v", place);
    format!("[{behind}].map(v, v.contains('$') || v.contains('{{') ? 'unknown' :\n{state})[0]")
}

/// Whether there is a mounted file, which decides on its own and cannot be seen.
fn file(store: &FileStore) -> String {
    let Some(word) = &store.behind else {
        let elsewhere =
            store.moving_variables().map(|name| format!("s.env.exists(e, e.name == {}) || ", literal(name)));
        let mounted = store.path.as_deref().map_or_else(|| "false".to_owned(), mount::may_hold);
        return elsewhere.collect::<Vec<_>>().concat() + &mounted;
    };
    let word = super::cel::exactly(word);
    let path = format!(
        "s.text.find({}).find({}).find({})",
        literal(&format!(r"(^|[\s/]){word}[ \t]+(-[^\s]*[ \t]+)*[^\s;-][^\s;]*")),
        literal(r"[^\s]+$"),
        literal(r#"[^"';]+"#)
    );
    let brought = store.brought.iter().map(|end| super::cel::exactly(end)).collect::<Vec<_>>().join("|");
    let is_other = format!("!{path}.matches({})", literal(&format!("^$|(^|/)({brought})$")));
    // A relative path starts at the working directory of the command.
    format!(
        "{is_other} || size(s.container.?volumeMounts.orValue([])) > 0 && !{path}.startsWith('/') || {}",
        mount::at(&path)
    )
}

/// An option of the command. For the retain count, only whether the number can be read matters.
fn option(name: &str, otherwise: &str) -> String {
    let found = format!("s.text.findAll({})", literal(&format!(r"{}=[^\s]*", super::cel::exactly(name))));
    let value = format!("o.substring({}).replace('\"', '').replace(\"'\", '')", name.len() + 1);
    last_or(&format!("{found}.map(o, [{value}].map(v, {})[0])", number("v", name)), otherwise)
}

/// A setting of a custom resource; `with_group` says whether the variable `g` is there.
pub(super) fn of_resource(flavor: &Flavor, which: PurgeSetting, with_group: bool) -> String {
    let mut expression = match (which, flavor.default.interval) {
        (PurgeSetting::Retain, _) => "'on'",
        (PurgeSetting::Interval, None) => "'unknown'",
        (PurgeSetting::Interval, Some(hours)) if hours > 0 => "'on'",
        (PurgeSetting::Interval, Some(_)) => "'off'",
    }
    .to_owned();
    let default = expression.clone();
    for store in flavor.settings.iter().rev() {
        let place = |pointer: &str| pointer.replace("/*", "/GROUP");
        let (pointer, state) = match store {
            Store::Field(store) => {
                let pointer = which.pick(Some(&store.interval), store.retain.as_ref());
                let Some(pointer) = pointer else { continue };
                (pointer, field(store, &place(pointer), &default))
            }
            Store::FieldText(store) => (&store.field, lines(which, &place(&store.field), &expression)),
            _ => continue,
        };
        if with_group || !pointer.contains("/*") {
            let found = optional("object", pointer);
            expression = format!("{found}.hasValue() ? [dyn({found}.value())].map(x, {state})[0] :\n{expression}");
        }
    }
    indented(&expression)
}

/// The state of a field's value `x`.
fn field(store: &FieldStore, place: &str, default: &str) -> String {
    let zero = if store.zero == Zero::Default { format!("string(x) == '0' ? {default} :\n") } else { String::new() };
    // What something else fills in later, by the signs of every way to write that.
    let is_unknown = "type(x) == null_type || string(x).matches('[$<{%@]|^__')";
    format!("{is_unknown} ? 'unknown' :\n{zero}{}", number("string(x)", place))
}

/// The state of a key in a field with properties: a text, or a list of lines.
fn lines(which: PurgeSetting, place: &str, otherwise: &str) -> String {
    let key = which.key().replace('.', "[.]");
    let text = "(type(x) == string ? x : x.join('\\n'))";
    let found = format!("{text}.findAll({})", literal(&format!(r"(?m)^[ \t\f]*{key}[=: \t].*$")));
    let state = format!("{found}.map(p, {})", property(which, place));
    format!("type(x) == null_type || {text}.contains('\\\\') ? 'unknown' :\n{}", last_or(&state, otherwise))
}
