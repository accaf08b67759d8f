//! One setting, located.

use crate::kubernetes::{HeldText, Holder};
use crate::shell::shown;
use crate::yaml::{Node, Span};
use crate::zookeeper::Reading;

/// One setting of a server, located.
#[derive(Clone)]
pub struct Setting<'d> {
    /// How `ZooKeeper` reads it.
    pub reading: Reading,
    /// The text that decides, if it is visible and may be shown.
    pub text: Option<String>,
    /// The scalar that contains the text.
    pub node: Option<Node<'d>>,
    /// The part of that scalar, if the text is one line of it.
    pub span: Option<Span>,
    /// The place that decides.
    pub origin: Origin<'d>,
    /// Why it cannot be determined, if so.
    pub unknown_because: Option<String>,
    /// What may override it but is not visible.
    pub unless: Option<String>,
}

/// The place that decides a setting.
#[derive(Clone)]
pub enum Origin<'d> {
    /// A variable of the container.
    Env {
        /// The variable's name.
        name: String,
        /// Its entry.
        entry: Node<'d>,
    },
    /// A variable that takes its value from another object.
    EnvFrom {
        /// The variable's name.
        name: String,
        /// Its entry, if it has its own.
        entry: Option<Node<'d>>,
        /// The object and key, in words.
        source: String,
    },
    /// A variable that names a file.
    EnvFile {
        /// The variable's name.
        name: String,
    },
    /// Properties in a variable.
    EnvText {
        /// The variable's name.
        name: String,
        /// The variable's value, which holds the properties.
        node: Node<'d>,
    },
    /// A mounted file whose text is in the manifests.
    Properties {
        /// The value in a `ConfigMap` or Secret that is mounted as the file.
        node: Node<'d>,
        /// Where the value is kept.
        holder: Holder<'d>,
        /// What may be done with the text.
        access: Access,
    },
    /// A mounted file whose text is not in the manifests.
    File {
        /// Its path in the container.
        path: String,
    },
    /// A file that the command's shell text writes, or a mounted script.
    Script {
        /// The command or argument that contains the script.
        node: Node<'d>,
        /// Where a mounted script is kept.
        holder: Option<Holder<'d>>,
    },
    /// An option of the command.
    Flag {
        /// The option's name.
        name: String,
    },
    /// A variable that the command's shell text, or a script that it runs, exports.
    Export {
        /// The variable's name.
        name: String,
    },
    /// A field of a custom resource.
    Field {
        /// Its JSON pointer in the resource.
        pointer: String,
    },
    /// Properties in a field of a custom resource.
    FieldText {
        /// Its JSON pointer in the resource.
        pointer: String,
        /// The text, unless it is a list.
        node: Option<Node<'d>>,
    },
    /// The container's command, which bypasses whatever reads the settings.
    Command,
    /// The operator is too old to read any setting.
    Older {
        /// The operator's version, as it is written.
        version: String,
    },
    /// Nothing is written.
    Default,
}

/// What kind of place decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OriginKind {
    /// A variable.
    Variable,
    /// Properties in a `ConfigMap`.
    Properties,
    /// Any other place.
    Other,
    /// Nothing is written, or nothing is read.
    Nothing,
}

/// What may be done with a text in a `ConfigMap` or Secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// It can be shown and edited.
    Open,
    /// Content of a Secret, which is never shown or written.
    Secret,
    /// It is in base64, which is read but not written.
    Encoded,
    /// The object says `immutable: true`: Kubernetes refuses any change.
    Immutable,
}

impl Access {
    /// What may be done with a text.
    pub(super) fn to(text: &HeldText<'_>) -> Self {
        let object = text.holder.object;
        match object.kind() {
            "Secret" => Self::Secret,
            _ if text.decoded.is_some() => Self::Encoded,
            _ if object.node().get("immutable").and_then(Node::text) == Some("true") => Self::Immutable,
            _ => Self::Open,
        }
    }
}

impl<'d> Origin<'d> {
    /// A mounted text.
    pub(super) fn properties(text: HeldText<'d>) -> Self {
        Self::Properties { access: Access::to(&text), node: text.node, holder: text.holder }
    }

    /// The place, as worded in reports: `env NAME`, `file PATH`, `default`.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Env { name, .. } | Self::EnvFile { name } | Self::EnvText { name, .. } => format!("env {name}"),
            Self::EnvFrom { name, source, .. } => format!("env {name} from {source}"),
            Self::Properties { holder, .. } | Self::Script { holder: Some(holder), .. } => holder.to_string(),
            Self::File { path } => format!("file {}", shown(path, "in the command")),
            Self::Script { holder: None, .. } => "script".to_owned(),
            Self::Flag { name } => format!("flag {name}"),
            Self::Export { name } => format!("{name} in the command"),
            Self::Field { pointer } | Self::FieldText { pointer, .. } => format!("field {pointer}"),
            Self::Command => "command".to_owned(),
            Self::Older { .. } | Self::Default => "default".to_owned(),
        }
    }

    /// Which kind of place it is.
    #[must_use]
    pub const fn kind(&self) -> OriginKind {
        match self {
            Self::Env { .. } | Self::EnvFrom { .. } | Self::EnvFile { .. } | Self::EnvText { .. } => {
                OriginKind::Variable
            }
            Self::Properties { access: Access::Open | Access::Encoded | Access::Immutable, .. } => {
                OriginKind::Properties
            }
            Self::Properties { access: Access::Secret, .. }
            | Self::File { .. }
            | Self::Script { .. }
            | Self::Flag { .. }
            | Self::Export { .. }
            | Self::Field { .. }
            | Self::FieldText { .. }
            | Self::Command => OriginKind::Other,
            Self::Older { .. } | Self::Default => OriginKind::Nothing,
        }
    }

    /// Whether a variable of this name decides.
    #[must_use]
    pub fn is_variable(&self, variable: &str) -> bool {
        match self {
            Self::Env { name, .. }
            | Self::EnvFrom { name, .. }
            | Self::EnvFile { name }
            | Self::EnvText { name, .. } => name == variable,
            Self::Properties { .. }
            | Self::File { .. }
            | Self::Script { .. }
            | Self::Flag { .. }
            | Self::Export { .. }
            | Self::Field { .. }
            | Self::FieldText { .. }
            | Self::Command
            | Self::Older { .. }
            | Self::Default => false,
        }
    }
}

impl<'d> Setting<'d> {
    /// A setting that is not given by a text of the manifest.
    pub(in crate::detect) fn decided(reading: Reading, origin: Origin<'d>) -> Self {
        Setting { reading, text: None, node: None, span: None, origin, unknown_because: None, unless: None }
    }

    pub(in crate::detect) fn unknown(origin: Origin<'d>, reason: String) -> Self {
        Setting { unknown_because: Some(reason), ..Setting::decided(Reading::Unknown, origin) }
    }
}
