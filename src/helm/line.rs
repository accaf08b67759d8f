//! The two lines of Helm.

/// Helm 3 and Helm 4 read charts by the same rules, but for corners: nulls that nothing stands under, values files of
/// several documents, charts under two aliases, pre-releases in constraints. Measured with 3.17.3 and 4.1.4.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Line {
    /// Helm 3.
    #[default]
    Three,
    /// Helm 4.
    Four,
}

impl Line {
    /// Both, the older first.
    pub const ALL: [Self; 2] = [Self::Three, Self::Four];
}
