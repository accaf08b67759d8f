//! Finds what a misspelt name was meant to be.

/// How similar two names have to be (1 means equal) for one to be taken as meant by the other.
const ALIKE: f64 = 0.8;

/// The candidate most similar to a name, if one is similar enough.
pub(crate) fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let name = name.to_lowercase();
    let alike = |candidate: &str| strsim::jaro_winkler(&name, &candidate.to_lowercase());
    let candidates = candidates.into_iter().map(|candidate| (alike(candidate), candidate));
    let (likeness, best) = candidates.max_by(|(one, _), (other, _)| one.total_cmp(other))?;
    (likeness > ALIKE).then_some(best)
}
