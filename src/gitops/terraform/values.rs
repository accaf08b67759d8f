//! The values of a `helm_release`, as the provider merges them: `values` in order, then `set`, `set_string`, `set_list`
//! and `set_sensitive`.

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, FuncCall, Object};
use hcl_edit::structure::Body;

use super::encode::Encoder;
use super::expression::{Origin, Resolved, key_text, name, only};
use super::{Resource, span};
use crate::gitops::path;
use crate::gitops::post_render;
use crate::gitops::release::{Content, Flag, Form, Layer, Located, Missing, Parameter, Site, Values};
use crate::gitops::substitute::{Draft, Meaning, find};
use crate::gitops::text::Text;
use crate::gitops::values_file::unreadable;
use crate::yaml::Span;

/// Why values beyond the budget are not known.
const TOO_MUCH: &str = "the file and what it refers to are larger than autopurge reads";

/// The layers, weakest first.
pub(super) fn layers(resource: &Resource<'_>) -> Vec<Layer> {
    let mut layers = Vec::new();
    if let Some(values) = resource.attribute("values") {
        let list = Resolved { expression: values, origin: Origin::Own };
        if items(resource, list, &mut layers).is_none() {
            layers.push(Layer { at: "values".to_owned(), content: unknown(resource, list) });
        }
    }
    for kind in ["set", "set_string", "set_list", "set_sensitive", "set_wo"] {
        layers.extend(parameters(resource, kind));
    }
    layers.extend(post_rendered(resource));
    layers
}

/// A layer for a post-renderer whose arguments name a purge setting.
fn post_rendered(resource: &Resource<'_>) -> Option<Layer> {
    let block = || Some(span(resource.block.body.get_blocks("postrender").next()?.span()));
    let written = resource.attribute("postrender").map(|written| span(written.span())).or_else(block)?;
    let at = Located { text: "postrender".to_owned(), place: resource.scope.text.place(written) };
    post_render::naming(written.of(resource.scope.text.as_str()), at)
}

/// The items of `values`, which may be joined from several lists; `None` if they are too deep or too many.
fn items(resource: &Resource<'_>, list: Resolved<'_>, layers: &mut Vec<Layer>) -> Option<()> {
    let budget = &resource.module.budget;
    match resource.module.resolve(list.expression, list.origin) {
        Some(here) if is_list(here) => {
            for expression in parts(here.expression) {
                budget.deeper(|| items(resource, Resolved { expression, ..here }, layers))?;
            }
        }
        _ => {
            let at = format!("values[{}]", layers.len());
            layers.push(Layer { content: content(resource, list), at });
        }
    }
    Some(())
}

fn is_list(here: Resolved<'_>) -> bool {
    match here.expression {
        Expression::Array(_) => true,
        Expression::FuncCall(call) => ["concat", "compact", "flatten"].contains(&name(call)),
        _ => false,
    }
}

/// The items of a list, or the lists that a function joins.
fn parts(list: &Expression) -> Vec<&Expression> {
    match list {
        Expression::Array(array) => array.iter().collect(),
        Expression::FuncCall(call) => call.args.iter().collect(),
        _ => Vec::new(),
    }
}

pub(super) fn content(resource: &Resource<'_>, item: Resolved<'_>) -> Content {
    let Some(here) = resource.module.resolve(item.expression, item.origin) else { return unknown(resource, item) };
    let text = match here.expression {
        Expression::HeredocTemplate(heredoc) => match only(&heredoc.template) {
            Some(expression) => return deeper(resource, Resolved { expression, ..here }),
            None => Encoder::heredoc(resource, heredoc, here.origin),
        },
        Expression::StringTemplate(template) => Encoder::quoted(resource, template, here.origin),
        Expression::String(text) => quoted(resource, here, text.value()),
        Expression::FuncCall(call) => return called(resource, here, call),
        _ => None,
    };
    text.map_or_else(|| unknown(resource, here), |text| Content::Values(Values::of_text(text)))
}

fn deeper(resource: &Resource<'_>, inner: Resolved<'_>) -> Content {
    let found = resource.module.budget.deeper(|| Some(content(resource, inner)));
    found.unwrap_or_else(|| unknown(resource, inner))
}

fn quoted(resource: &Resource<'_>, here: Resolved<'_>, decoded: &str) -> Option<Text> {
    resource.module.budget.make(decoded.len())?;
    Some(resource.scope.text.of_quoted(here.span(), decoded))
}

/// Evaluates `file`, `templatefile`, `yamlencode` and `jsonencode`, even of decoded text, and functions that only strip
/// whitespace.
fn called(resource: &Resource<'_>, here: Resolved<'_>, call: &FuncCall) -> Content {
    let Some(expression) = call.args.get(0) else { return unknown(resource, here) };
    let argument = Resolved { expression, ..here };
    match name(call) {
        "trimspace" | "chomp" | "tostring" => deeper(resource, argument),
        "yamlencode" | "jsonencode" => match decoded(resource, argument) {
            Some(text) => deeper(resource, text),
            None => object(resource, here, argument),
        },
        function @ ("file" | "templatefile") => match file(resource, argument) {
            Ok(text) if function == "file" => Content::Values(Values::of_text(text)),
            Ok(text) if !text.as_str().contains("%{") => {
                let variables = call.args.get(1).map(|expression| Resolved { expression, ..here });
                Content::Values(Values::of_text(filled(resource, &text, variables)))
            }
            Ok(text) => {
                let why = format!("{} is a template with directives", text.file());
                Content::Missing(Missing { why, ..missing(resource, argument) })
            }
            Err(missing) => Content::Missing(missing),
        },
        _ => unknown(resource, here),
    }
}

/// The text passed to `yamldecode` or `jsondecode`.
pub(super) fn decoded<'e>(resource: &Resource<'e>, argument: Resolved<'e>) -> Option<Resolved<'e>> {
    let here = resource.module.resolve(argument.expression, argument.origin)?;
    let Expression::FuncCall(call) = here.expression else { return None };
    let expression = call.args.get(0).filter(|_| ["yamldecode", "jsondecode"].contains(&name(call)))?;
    Some(Resolved { expression, ..here })
}

fn object(resource: &Resource<'_>, here: Resolved<'_>, argument: Resolved<'_>) -> Content {
    let text = Encoder::object(resource, argument);
    text.map_or_else(|| unknown(resource, here), |text| Content::Values(Values::of_text(text)))
}

/// A template file with its variables filled in, as far as they are known strings, numbers or booleans.
fn filled(resource: &Resource<'_>, text: &Text, variables: Option<Resolved<'_>>) -> Text {
    let module = resource.module;
    let variables = variables.and_then(|variables| module.resolve(variables.expression, variables.origin));
    let mut draft = Draft::new(text.as_str(), 0);
    for variable in find(text.as_str(), ("${", "}")) {
        let name = variable.of(text.as_str()).trim_start_matches("${").trim_end_matches('}').trim();
        let given = variables.and_then(|variables| module.entry(variables, name));
        let given = given.and_then(|given| module.resolve(given.expression, given.origin));
        let value = given.and_then(|given| Some((module.text(given.expression)?, given)));
        match value.filter(|(value, _)| !value.contains(char::is_control)) {
            Some((value, given)) => {
                let own = || (resource.scope.text.file().clone(), given.span());
                let (file, span) = given.elsewhere().unwrap_or_else(own);
                draft.put(variable, Some(Meaning { text: value, span, file: Some(file) }));
            }
            None => draft.put_unknown(variable),
        }
    }
    draft.finish(text, text.as_str().len())
}

fn file(resource: &Resource<'_>, argument: Resolved<'_>) -> Result<Text, Missing> {
    let missing = missing(resource, argument);
    let Some(written) = resource.module.text(argument.expression) else {
        return Err(Missing {
            why: format!("the path of the values file {} is not known here{}", missing.what, resource.module.doubt()),
            ..missing
        });
    };
    let found = path::join(resource.module.root(), written.trim_start_matches('/'));
    let content = found.as_deref().and_then(|path| Some((path, resource.scope.files().read(path)?)));
    if let Some((path, content)) = content {
        return match resource.module.budget.make(content.len()) {
            Some(()) => Ok(Text::of_file(path, &content)),
            None => Err(Missing { why: TOO_MUCH.to_owned(), ..missing }),
        };
    }
    if let Some((path, fault)) = found.as_deref().and_then(|path| Some((path, resource.scope.files().fault(path)?))) {
        return Err(Missing { why: unreadable(path, &fault), ..missing });
    }
    let why = format!("the values file {written} is not in this repository");
    Err(Missing { why, tried: found.into_iter().collect(), ..missing })
}

fn missing(resource: &Resource<'_>, expression: Resolved<'_>) -> Missing {
    let source = expression.span().of(resource.scope.text.as_str());
    let is_text = matches!(expression.expression, Expression::String(_) | Expression::StringTemplate(_));
    let text = source.strip_prefix('"').and_then(|text| text.strip_suffix('"')).filter(|_| is_text);
    let what = text.unwrap_or(source).trim_start_matches("${path.module}/").to_owned();
    Missing { what, why: String::new(), tried: Vec::new(), place: resource.scope.text.place(expression.span()) }
}

fn unknown(resource: &Resource<'_>, expression: Resolved<'_>) -> Content {
    let missing = missing(resource, expression);
    let why = match resource.module.budget.make(missing.what.len()) {
        Some(()) => format!("the values of {} are not known here{}", missing.what, resource.module.doubt()),
        None => TOO_MUCH.to_owned(),
    };
    Content::Missing(Missing { why, ..missing })
}

/// The parameters from blocks or a list of objects; some may be unknown if they are generated.
fn parameters(resource: &Resource<'_>, kind: &str) -> Vec<Layer> {
    let body = &resource.block.body;
    let mut known: Vec<Parameter> = Vec::new();
    let mut layers = Vec::new();
    for block in body.get_blocks(kind) {
        known.extend(parameter((resource, kind, Origin::Own), &|key| of_body(&block.body, key)));
    }
    if let Some(list) = resource.attribute(kind) {
        let mut objects = Vec::new();
        let written = Resolved { expression: list, origin: Origin::Own };
        let is_known = set_items(resource, written, &mut objects).is_some();
        for (item, origin) in objects {
            known.extend(parameter((resource, kind, origin), &|key| of_object(item, key)));
        }
        if !is_known {
            layers.push(dynamic(resource, kind, span(list.span())));
        }
    }
    for block in body.get_blocks("dynamic").filter(|block| block.labels.first().is_some_and(|it| it.as_str() == kind)) {
        layers.push(dynamic(resource, kind, span(block.span())));
    }
    if !known.is_empty() {
        layers.push(Layer { at: kind.to_owned(), content: Content::Parameters(known) });
    }
    layers
}

/// The objects of a list, or of several joined lists; `None` if some of them are unknown.
fn set_items<'m>(
    resource: &Resource<'m>,
    list: Resolved<'m>,
    objects: &mut Vec<(&'m Object, Origin<'m>)>,
) -> Option<()> {
    let module = resource.module;
    let here = module.budget.deeper(|| module.resolve(list.expression, list.origin))?;
    match here.expression {
        Expression::Object(object) => objects.push((object, here.origin)),
        _ if is_list(here) => {
            let items = parts(here.expression).into_iter();
            let found: Vec<Option<()>> = items
                .map(|expression| {
                    module.budget.deeper(|| set_items(resource, Resolved { expression, ..here }, objects))
                })
                .collect();
            return found.into_iter().collect();
        }
        _ => return None,
    }
    Some(())
}

fn dynamic(resource: &Resource<'_>, kind: &str, span: Span) -> Layer {
    let place = resource.scope.text.place(span);
    let why = format!("`{kind}` is computed from something that is not known here{}", resource.module.doubt());
    Layer {
        at: kind.to_owned(),
        content: Content::Missing(Missing { what: kind.to_owned(), why, tried: Vec::new(), place }),
    }
}

pub(super) fn of_body<'e>(body: &'e Body, key: &str) -> Option<&'e Expression> {
    body.get_attribute(key).map(|attribute| &attribute.value)
}

pub(super) fn of_object<'e>(object: &'e Object, key: &str) -> Option<&'e Expression> {
    let mut fitting = object.iter().filter(|(name, _)| key_text(name).as_deref() == Some(key));
    fitting.next().map(|(_, value)| value.expr())
}

/// One assignment. An unknown value keeps its expression, and its place is marked as unknown.
fn parameter<'e>(
    (resource, kind, origin): (&Resource<'_>, &str, Origin<'_>),
    field: &dyn Fn(&str) -> Option<&'e Expression>,
) -> Option<Parameter> {
    let name = field("name")?;
    let name = Located { text: resource.module.text(name)?, place: resource.definition(name, origin) };
    let written = field("value").or_else(|| field("value_wo"))?;
    let text = if kind == "set_list" { list(resource, written) } else { resource.module.text(written) };
    let mut place = resource.definition(written, origin);
    place.is_known = text.is_some();
    let value = Located { text: text.unwrap_or_else(|| place.span.of(resource.scope.text.as_str()).to_owned()), place };
    let flag = match field("type").and_then(|kind| resource.module.text(kind)).as_deref() {
        Some("string") => Flag::SetString,
        Some("literal") => Flag::SetLiteral,
        _ if kind == "set_string" => Flag::SetString,
        _ => Flag::Set,
    };
    Some(Parameter { flag, assignment: format!("{}={}", name.text, value.text), name, value })
}

fn list(resource: &Resource<'_>, written: &Expression) -> Option<String> {
    let items = resource.module.resolve(written, Origin::Own)?.expression.as_array()?;
    let items: Option<Vec<String>> = items.iter().map(|item| resource.module.text(item)).collect();
    items.map(|items| format!("{{{}}}", items.join(",")))
}

/// The last values that are written in the resource itself, then an additional text of values.
pub(super) fn sites(resource: &Resource<'_>) -> Vec<Site> {
    let values = resource.attribute("values");
    let list = values.and_then(Expression::as_array);
    let items = list.into_iter().flat_map(|list| list.iter().enumerate()).collect::<Vec<_>>();
    let inline = items.into_iter().rev().find_map(|(index, item)| site(resource, index, item));
    let place = match (values, list) {
        (None, _) => Some(span(resource.block.span())),
        (Some(values), Some(_)) => Some(span(values.span())),
        (Some(_), None) => None,
    };
    let another = place.map(|place| Site::of_hcl(resource, "values", place));
    inline.into_iter().chain(another).collect()
}

fn site(resource: &Resource<'_>, index: usize, item: &Expression) -> Option<Site> {
    let here = resource.module.resolve(item, Origin::Own).filter(|here| here.origin == Origin::Own)?;
    let at = format!("values[{index}]");
    match here.expression {
        Expression::HeredocTemplate(heredoc) => {
            let text = Encoder::heredoc(resource, heredoc, Origin::Own)?;
            let layer = Layer { at, content: Content::Values(Values::of_text(text)) };
            Site::of_file(&layer)
        }
        Expression::FuncCall(call) if name(call) == "yamlencode" => {
            let argument = resource.module.resolve(call.args.get(0)?, here.origin)?;
            let is_here = argument.origin == Origin::Own && argument.expression.is_object();
            is_here.then(|| Site::of_hcl(resource, &at, argument.span()))
        }
        _ => None,
    }
}

impl Site {
    fn of_hcl(resource: &Resource<'_>, at: &str, document: Span) -> Self {
        let (text, pointer) = (resource.scope.text.clone(), String::new());
        Self { at: at.to_owned(), text, document, pointer, form: Form::Hcl }
    }
}
