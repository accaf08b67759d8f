//! An error as a terminal may show it: names and texts from files could hold escape codes.

use std::error::Error;
use std::fmt::{self, Display, Formatter};

use miette::{Diagnostic, LabeledSpan, NamedSource, Severity, SourceCode};

use crate::printable::{is_hidden, plain};

/// A diagnostic with every text in it made safe to show. Excerpts keep their offsets.
#[derive(Debug)]
pub(super) struct PlainError {
    message: String,
    code: Option<String>,
    severity: Option<Severity>,
    help: Option<String>,
    source_code: Option<NamedSource<Vec<u8>>>,
    labels: Option<Vec<LabeledSpan>>,
    related: Option<Vec<PlainError>>,
    cause: Option<Box<PlainError>>,
}

impl PlainError {
    pub(super) fn new(error: &dyn Diagnostic) -> Self {
        let related = error.related().map(|related| related.map(Self::new).collect());
        let cause = match error.diagnostic_source() {
            Some(cause) => Some(Self::new(cause)),
            None => error.source().map(Self::of_error),
        };
        Self {
            message: plain(&error.to_string()),
            code: error.code().map(|code| plain(&code.to_string())),
            severity: error.severity(),
            help: error.help().map(|help| plain(&help.to_string())),
            source_code: error.source_code().and_then(masked),
            labels: error.labels().map(|labels| labels.map(label).collect()),
            related,
            cause: cause.map(Box::new),
        }
    }

    fn of_error(error: &(dyn Error + 'static)) -> Self {
        Self {
            message: plain(&error.to_string()),
            code: None,
            severity: None,
            help: None,
            source_code: None,
            labels: None,
            related: None,
            cause: error.source().map(Self::of_error).map(Box::new),
        }
    }
}

fn label(label: LabeledSpan) -> LabeledSpan {
    let text = label.label().map(plain);
    let mut label = label;
    label.set_label(text);
    label
}

/// The whole text, with a mask of the same length in the place of each character that is not shown.
fn masked(source: &dyn SourceCode) -> Option<NamedSource<Vec<u8>>> {
    let all = source.read_span(&(0, 0).into(), 0, usize::MAX).ok()?;
    let mut text = Vec::with_capacity(all.data().len());
    for chunk in all.data().utf8_chunks() {
        let mut letters = chunk.valid().chars().peekable();
        while let Some(letter) = letters.next() {
            let is_line_break = letter == '\n' || letter == '\r' && letters.peek() == Some(&'\n');
            if is_line_break || letter == '\t' || !is_hidden(letter) {
                text.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
            } else {
                text.resize(text.len() + letter.len_utf8(), b'*');
            }
        }
        text.resize(text.len() + chunk.invalid().len(), b'*');
    }
    Some(NamedSource::new(plain(all.name().unwrap_or_default()), text))
}

impl Display for PlainError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for PlainError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let cause: &(dyn Error + 'static) = self.cause.as_deref()?;
        Some(cause)
    }
}

impl Diagnostic for PlainError {
    fn code<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        Some(Box::new(self.code.as_deref()?))
    }

    fn severity(&self) -> Option<Severity> {
        self.severity
    }

    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        Some(Box::new(self.help.as_deref()?))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        let source: &dyn SourceCode = self.source_code.as_ref()?;
        Some(source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let labels = self.labels.as_ref()?.iter().cloned();
        Some(Box::new(labels))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.related.as_ref()?.iter().map(|one| -> &dyn Diagnostic { one })))
    }
}
