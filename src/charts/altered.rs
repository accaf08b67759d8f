//! Whether the templates of a chart that are at hand say the same as the chart's model. Copies of published charts are
//! often edited. Only what decides about purging is compared, and without running the templates, so that a difference
//! makes `unknown` and never a verdict.

use serde_json::Value;

use super::judge::Judged;
use super::manifest;
use super::outline::{Outline, containers};
use super::path::path_of;
use super::template::{Doubtful, image_flavor, rendered, without_comments};
use super::text::is_empty;
use crate::detect::{holds_phrase, is_called};
use crate::helm::{self, ValuesPath};
use crate::kubernetes::{Image, Workload};
use crate::rules::{ChartServer, ContainerValues, EnvValues, Flavor, MountedValues, RuleSet, Store, Words};
use crate::yaml::{Document, Node};

/// A chart whose templates are at hand, and what its model says of one of its servers.
pub(super) struct Copy<'a> {
    pub(super) at_hand: &'a helm::Chart,
    pub(super) model: &'a ChartServer,
    pub(super) values: &'a Value,
    pub(super) rules: &'a RuleSet,
}

impl Copy<'_> {
    /// What the templates do that the model does not say, in words; `None` if nothing is known to differ.
    pub(super) fn difference(&self, judged: &Judged) -> Option<String> {
        if self.at_hand.templates.is_empty() {
            return None;
        }
        let statements = statements(self.model);
        let whole: Vec<String> = self
            .at_hand
            .templates
            .values()
            .chain(self.at_hand.partials.values())
            .map(|text| without_comments(text))
            .collect();
        let texts: Vec<String> = whole.iter().map(|text| rendered(text, self.values, Doubtful::Kept)).collect();
        let decides = judged.interval.path.as_ref().map(ValuesPath::keys);
        unread(&whole, decides.as_deref())
            .or_else(|| self.stated_otherwise(&texts, decides.as_deref(), &statements))
            .or_else(|| self.started_otherwise(&statements))
    }

    fn rendered(&self, template: &str, doubtful: Doubtful) -> String {
        rendered(&without_comments(template), self.values, doubtful)
    }

    fn flavor(&self) -> Option<&Flavor> {
        self.rules.flavor(&self.model.flavor)
    }

    /// A setting of the interval that the model does not have.
    fn stated_otherwise(&self, texts: &[String], decides: Option<&[String]>, known: &[Statement]) -> Option<String> {
        let paths = known.iter().flat_map(Statement::paths).chain(decides.map(|keys| keys.join(".")));
        let default = self.flavor().and_then(|flavor| flavor.default.interval);
        let known = Known { statements: known, paths: paths.collect(), default };
        let name = texts.iter().find_map(|text| known.unexplained(text))?;
        Some(format!("set {name} in a way of their own"))
    }

    /// What the container of the server does that the model does not say.
    fn started_otherwise(&self, statements: &[Statement]) -> Option<String> {
        let model = self.model.container.as_ref()?;
        self.at_hand.templates.values().find_map(|template| {
            let of = |doubtful| {
                let outline = Outline::of(&self.rendered(template, doubtful));
                let documents = outline.documents();
                let is_server = |node: &Node<'_>| self.is_server(&outline, *node, (model, statements));
                documents.iter().flat_map(containers).filter(is_server).find_map(|node| match doubtful {
                    Doubtful::Kept => self.difference_of(&outline, node, model),
                    Doubtful::LeftOut => self.mounted(&outline, node, model, true),
                })
            };
            of(Doubtful::Kept).or_else(|| of(Doubtful::LeftOut))
        })
    }

    /// Whether a container is the one that the model describes.
    fn is_server(&self, outline: &Outline, node: Node<'_>, (model, known): (&ContainerValues, &[Statement])) -> bool {
        let text = outline.written(node.source());
        let image = node.get("image").and_then(|image| outline.scalar(image)).unwrap_or_default();
        let is_named = || {
            let name = node.get("name").and_then(|name| outline.scalar(name)).unwrap_or_default();
            self.rules.of_pods().any(|flavor| is_called(&name, &flavor.recognise().names))
        };
        known.iter().any(|statement| holds_phrase(&text, &statement.name))
            || model.image.repository.iter().any(|path| reads(&image, &path_of(path).keys()))
            || is_named()
    }

    fn difference_of(&self, outline: &Outline, node: Node<'_>, model: &ContainerValues) -> Option<String> {
        let image = node.get("image").and_then(|image| outline.scalar(image)).unwrap_or_default();
        if !image.is_empty() && !image.contains("{{") && !self.is_image(&image, model) {
            return Some(format!("write the image {image} themselves"));
        }
        if let Some(field) = self.command(outline, node, model) {
            return Some(format!("write the {field} of the server themselves"));
        }
        self.mounted(outline, node, model, false)
    }

    fn is_image(&self, image: &str, model: &ContainerValues) -> bool {
        let fixed = model.image.fixed.as_ref();
        image == manifest::image(&model.image, self.values)
            || fixed.is_some_and(|fixed| Image::parse(fixed).repository == Image::parse(image).repository)
    }

    /// The field of the container that starts the server in another way than the model says.
    fn command(&self, outline: &Outline, node: Node<'_>, model: &ContainerValues) -> Option<&'static str> {
        let fields = [("command", &model.command), ("args", &model.args)];
        let written = |field: &'static str| {
            let entries = node.written_entries().filter(move |(key, _)| key.text() == Some(field));
            entries.map(|(_, value)| outline.words(value)).collect::<Vec<_>>()
        };
        let is_other = |(field, choices): &(&'static str, &Vec<Words>)| {
            let of_values = !choices.is_empty() && choices.iter().all(|choice| choice.path.is_some());
            of_values && written(field).iter().any(|words| !self.is_of_values(words, choices))
        };
        if let Some((field, _)) = fields.into_iter().find(is_other) {
            return Some(field);
        }
        let line: String =
            fields.iter().flat_map(|(field, _)| written(field)).flatten().map(|word| word + " ").collect();
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        let fixed = model.command.iter().chain(&model.args).flat_map(|words| &words.fixed);
        let fixed = fixed.map(String::as_str).collect::<Vec<_>>().join(" ");
        let start = &self.flavor()?.start;
        let from_values: String =
            model.command.iter().chain(&model.args).flat_map(|words| self.listed(words)).collect();
        let mut bypasses = start.bypasses_settings.iter();
        let is_new = |phrase: &String| {
            holds_phrase(&line, phrase) && ![&fixed, &from_values].iter().any(|text| holds_phrase(text, phrase))
        };
        let mut ways = start.reads_settings.iter().chain(&start.reads_settings_through).chain(&start.reads_file);
        let is_gone = |phrase: &String| holds_phrase(&fixed, phrase) && !holds_phrase(&line, phrase);
        // A command that a named template writes may hold anything.
        let is_opaque = line.contains("{{ include") || line.contains("{{ template");
        (bypasses.any(is_new) || !is_opaque && ways.any(is_gone)).then_some("command")
    }

    /// Whether words come from the values that the model names, or are what these say.
    fn is_of_values(&self, words: &[String], choices: &[Words]) -> bool {
        let mut paths = choices.iter().filter_map(|choice| choice.path.as_ref());
        let text = words.join(" ");
        if !text.contains("{{") {
            return words.is_empty() || choices.iter().any(|choice| self.listed(choice) == words);
        }
        !text.contains(".Values.") || paths.any(|path| reads(&text, &path_of(path).keys()))
    }

    /// The words that a value lists.
    fn listed(&self, choice: &Words) -> Vec<String> {
        let value = choice.path.as_ref().and_then(|path| path_of(path).of(self.values));
        let items = value.and_then(Value::as_array).into_iter().flatten();
        items.filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// A file that decides and is mounted where the model mounts none.
    fn mounted(&self, outline: &Outline, node: Node<'_>, model: &ContainerValues, is_certain: bool) -> Option<String> {
        let files = self.flavor()?.settings.iter().filter_map(|store| match store {
            Store::File(file) => file.path.as_deref().filter(|path| path.starts_with('/')),
            Store::Env(_)
            | Store::EnvFile(_)
            | Store::EnvText(_)
            | Store::Script(_)
            | Store::Flag(_)
            | Store::Field(_)
            | Store::FieldText(_) => None,
        });
        let files: Vec<&str> = files.collect();
        let mounts = node.get("volumeMounts").map(|mounts| mounts.items().collect::<Vec<_>>()).unwrap_or_default();
        let paths = mounts.into_iter().filter_map(|mount| outline.scalar(mount.get("mountPath")?));
        let is_other = |path: &String| {
            let known: Vec<&MountedValues> = model.files.iter().filter(|file| file.at == *path).collect();
            let is_mounted = known.iter().any(|file| self.applies(file));
            files.contains(&path.as_str()) && !is_mounted && (is_certain || known.is_empty())
        };
        paths.into_iter().find(is_other).map(|path| format!("mount a file at {path}"))
    }

    fn applies(&self, file: &MountedValues) -> bool {
        let is_set = |path: &String| !is_empty(path_of(path).of(self.values));
        let mut sources = [&file.config_map, &file.secret, &file.value].into_iter().flatten();
        file.when.as_ref().is_none_or(is_set) && (file.text.is_some() || sources.any(is_set))
    }
}

/// A server that a chart's templates run in an image that they write themselves, beside those of the model.
pub(super) fn added(at_hand: &helm::Chart, models: &[ChartServer], values: &Value, rules: &RuleSet) -> Option<Judged> {
    at_hand.templates.iter().find_map(|(name, template)| {
        let outline = Outline::of(&rendered(&without_comments(template), values, Doubtful::Kept));
        let documents = outline.documents();
        let is_workload =
            |document: &&Document<'_>| document.root().get("kind").and_then(Node::text).is_some_and(Workload::is_kind);
        let is_known = |node: Node<'_>| {
            models.iter().any(|model| {
                let copy = Copy { at_hand, model, values, rules };
                let container = model.container.as_ref();
                container.is_some_and(|values| copy.is_server(&outline, node, (values, &statements(model))))
            })
        };
        let mut images =
            documents.iter().filter(is_workload).filter(|document| !containers(document).into_iter().any(is_known));
        let flavor = images.find_map(|document| {
            let images = containers(document).into_iter().filter_map(|node| outline.scalar(node.get("image")?));
            let literal: Vec<String> = images.filter(|image| !image.contains("{{")).collect();
            let is_fixed = |image: &String| {
                let fixed = models.iter().filter_map(|model| model.container.as_ref()?.image.fixed.as_ref());
                fixed.into_iter().any(|fixed| Image::parse(fixed).repository == Image::parse(image).repository)
            };
            image_flavor(&literal.into_iter().filter(|image| !is_fixed(image)).collect::<Vec<_>>(), rules)
        })?;
        let because = format!("{name} seems to run a server that the published chart does not have");
        Some(Judged::guessed(&flavor.id, because))
    })
}

/// What a model says of the purge interval: the name that it is written under, and the text there.
struct Statement {
    name: String,
    text: String,
}

impl Statement {
    /// The values in its text.
    fn paths(&self) -> impl Iterator<Item = String> {
        let words = self.text.split(|c: char| !is_of_name(c)).filter_map(|word| word.strip_prefix(".Values."));
        words.map(str::to_owned)
    }
}

fn statements(model: &ChartServer) -> Vec<Statement> {
    let statement = |name: &str, text: &str| Statement { name: name.to_owned(), text: text.to_owned() };
    let container = model.container.iter();
    let variables = container.clone().flat_map(|container| &container.env).filter_map(|env| match env {
        EnvValues::Text { name, text, .. } => Some(statement(name, text)),
        EnvValues::Map { .. } | EnvValues::List { .. } => None,
    });
    let words = container.clone().flat_map(|container| container.command.iter().chain(&container.args));
    let texts = words
        .flat_map(|words| &words.fixed)
        .chain(container.flat_map(|container| &container.files).filter_map(|file| file.text.as_ref()));
    let properties = texts.flat_map(|text| properties(text)).map(|(name, text)| statement(name, text));
    let fields = model.resource.iter().flat_map(|resource| &resource.fields).map(|field| {
        let name = field.at.rsplit('/').next().unwrap_or_default();
        let path = field.path.as_ref().map(|path| format!("{{{{ .Values.{path} }}}}"));
        statement(name, &path.or_else(|| field.text.clone()).unwrap_or_default())
    });
    variables.chain(properties).chain(fields).filter(|statement| is_interval(&statement.name)).collect()
}

/// What stands before and behind each `=` of a line.
fn properties(text: &str) -> Vec<(&str, &str)> {
    let of_line = |line: &'_ str| -> Vec<(usize, usize)> {
        line.match_indices('=').map(|(at, _)| (line.get(..at).and_then(name_before).map_or(at, str::len), at)).collect()
    };
    let property = |line| {
        let places: Vec<(usize, usize)> = of_line(line);
        let cut = move |(length, at): (usize, usize)| {
            let name = line.get(at.checked_sub(length)?..at)?;
            Some((name.trim_start_matches('-'), line.get(at.checked_add(1)?..)?))
        };
        places.into_iter().filter_map(cut)
    };
    text.lines().flat_map(property).collect()
}

fn name_before(text: &str) -> Option<&str> {
    text.rsplit(|c: char| !is_of_name(c)).next()
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
}

/// Whether a name is one of the purge interval, as charts and images call it.
fn is_interval(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.contains("purge")
        && ["interval", "hours"].iter().any(|word| name.contains(word))
        && !name.contains("purgatory")
}

/// The value that decides, if no template reads it.
fn unread(texts: &[String], decides: Option<&[String]>) -> Option<String> {
    let keys = decides?;
    let is_read = texts.iter().any(|text| reads(text, keys));
    (!is_read).then(|| format!("do not read {}", keys.join(".")))
}

/// Whether a text reads a value, or hands a table around it to something that may: `toYaml .Values.zookeeper.config`.
fn reads(text: &str, keys: &[String]) -> bool {
    let places = |path: String| {
        let places = text.match_indices(&path).map(|(at, found)| (at, at.saturating_add(found.len())));
        let goes_on = |end: usize| text.get(end..).is_some_and(|behind| behind.starts_with(is_of_name));
        places.filter(|(_, end)| !goes_on(*end)).map(|(at, _)| at).collect::<Vec<_>>()
    };
    // `.Values.jmx.image` is not `image`, while `$zookeeper.image` and, within a block, `.image` may be.
    let is_whole = |at: usize| {
        let before = text.get(..at).unwrap_or_default();
        let name = name_before(before).unwrap_or_default();
        let is_variable = before.strip_suffix(name).is_some_and(|lead| lead.ends_with('$')) && !name.contains('.');
        name.is_empty() || name.ends_with("Values") || is_variable
    };
    let around = |length| keys.get(..length).map(|keys| format!("Values.{}", keys.join(".")));
    let is_own = places(format!(".{}", keys.join("."))).into_iter().any(is_whole);
    is_own || (1..keys.len()).filter_map(around).any(|path| !places(path).is_empty())
}

/// What a model explains of the lines that name a purge interval.
struct Known<'s> {
    statements: &'s [Statement],
    paths: Vec<String>,
    default: Option<i32>,
}

impl Known<'_> {
    /// A name of the interval in a template that has nothing to do with the model.
    fn unexplained<'t>(&self, text: &'t str) -> Option<&'t str> {
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            let next = lines.peek().copied().unwrap_or_default();
            let is_open = |at: usize| {
                let before = line.get(..at).unwrap_or_default();
                before.rfind("{{") > before.rfind("}}")
            };
            let mut names = line.split(|c: char| !is_of_name(c)).filter(|name| is_interval(name));
            let unknown = names.find(|name| {
                let at = line.find(name).unwrap_or_default();
                let behind = line.get(at.saturating_add(name.len())..).unwrap_or_default();
                let is_explained = if is_open(at) {
                    self.is_value(name)
                } else {
                    self.is_shell(line) || self.states(name, behind, next)
                };
                !is_explained
            });
            if let Some(name) = unknown {
                return Some(name.trim_matches(['.', '-']));
            }
        }
        None
    }

    /// Whether an action's name is that of a value of the model: the whole path, or the end of it within a block.
    fn is_value(&self, name: &str) -> bool {
        if let Some(path) = name.strip_prefix(".Values.") {
            return self.paths.iter().any(|own| own == path);
        }
        let last = |path: &str| path.rsplit('.').next().map(str::to_owned);
        self.paths.iter().any(|own| last(own) == last(name))
            || self.statements.iter().any(|statement| statement.name == name)
    }

    /// Whether a line of a shell text takes a variable, with the default that the flavor's script has.
    fn is_shell(&self, line: &str) -> bool {
        let takes = line.split('$').skip(1).map(|rest| rest.trim_start_matches('{'));
        let mut takes =
            takes.filter(|rest| rest.split(|c: char| !is_of_name(c)).next().is_some_and(is_interval_variable));
        let default = self.default.map(|default| format!(":-{default}}}"));
        takes.any(|_| !line.contains(":-") || default.as_ref().is_some_and(|default| line.contains(default)))
    }

    /// Whether one of the model's names is given the value that the model gives it.
    fn states(&self, name: &str, behind: &str, next: &str) -> bool {
        let name = name.trim_start_matches('-');
        let Some(statement) = self.statements.iter().find(|statement| statement.name == name) else { return false };
        let is_mark = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ':' | '=' | ',' | '}');
        let behind = behind.trim_matches(is_mark);
        let text = if behind.is_empty() { next } else { behind };
        if !text.contains("{{") && !text.contains('$') {
            let text = text.trim().trim_start_matches("value:").trim_matches(is_mark);
            let own = statement.text.trim_matches(is_mark);
            return !own.contains("{{") && text.starts_with(own);
        }
        !text.contains(".Values.") || self.paths.iter().any(|path| reads(text, &path_of(path).keys()))
    }
}

fn is_interval_variable(name: &str) -> bool {
    is_interval(name.split(":-").next().unwrap_or_default())
}
