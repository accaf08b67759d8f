//! What somebody wrote wrong, before it is known in which file or flag.

/// What is wrong, and where: an offset or a span of the text being read, or a place in a source.
#[derive(Debug)]
pub(super) struct Mistake<P> {
    pub(super) message: String,
    pub(super) place: P,
}

impl<P> Mistake<P> {
    pub(super) fn new(message: impl Into<String>, place: P) -> Self {
        Self { message: message.into(), place }
    }
}
