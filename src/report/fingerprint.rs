//! What identifies a finding, regardless of the lines before it.

/// The hash of some texts, as 16 hexadecimal digits. It is FNV-1a: the same on every machine and in every version,
/// which no hasher of the standard library guarantees. It need not withstand an attacker.
#[must_use]
pub fn fingerprint<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(PRIME);
    // A byte that no text contains keeps `ab`, `c` apart from `a`, `bc`.
    let bytes = parts.into_iter().flat_map(|part| part.bytes().chain([0xff]));
    format!("{:016x}", bytes.fold(BASIS, step))
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn fingerprints_are_the_same_for_ever() {
        assert_eq!(fingerprint([]), "cbf29ce484222325");
        assert_eq!(fingerprint(["purge-disabled", "values.yaml"]), fingerprint(["purge-disabled", "values.yaml"]));
        assert_ne!(fingerprint(["ab", "c"]), fingerprint(["a", "bc"]));
    }
}
