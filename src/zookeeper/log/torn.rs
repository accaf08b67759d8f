//! Tells a record that a killed server wrote in part from one that was damaged later: both lack their end.

use simd_adler32::adler32;

use super::record::{END_OF_RECORD, HEADER_SIZE, prefix_fields};

/// What [`Adler-32`](https://www.rfc-editor.org/rfc/rfc1950#section-9) counts by.
const MODULUS: u32 = 65_521;

/// How many times as many bytes as there are may be summed up to look for whole records.
const MOST_SUMS: usize = 8;

/// A record without its end: where that should be, there is something else or nothing.
pub(super) struct Unclosed<'a> {
    /// The checksum as written.
    pub(super) written: u64,
    /// The payload, as far as it is there.
    pub(super) payload: &'a [u8],
    /// The byte in place of [`END_OF_RECORD`]; `None` at the end of the file.
    pub(super) end: Option<u8>,
}

impl Unclosed<'_> {
    /// Whether a server can have been killed while it wrote this, if nothing but zeros follows. It writes from the front
    /// into a file of zeros, so the place of the end is still zero. If the payload ends earlier, with the right checksum,
    /// or holds whole records, then the server wrote on, and the checksum or the length is not what it wrote.
    pub(super) fn is_torn(&self) -> bool {
        let is_possible = self.end.is_none_or(|end| end == 0) && u32::try_from(self.written).is_ok();
        is_possible && !self.ends_earlier() && !self.holds_record()
    }

    /// Whether the payload up to some end of a record has the checksum.
    fn ends_earlier(&self) -> bool {
        let (mut sum, mut sum_of_sums) = (1_u32, 0_u32);
        for (index, byte) in self.payload.iter().enumerate() {
            let is_sum = u64::from(sum_of_sums << 16 | sum) == self.written;
            if *byte == END_OF_RECORD && is_sum && index >= HEADER_SIZE {
                return true;
            }
            sum = (sum + u32::from(*byte)) % MODULUS;
            sum_of_sums = (sum_of_sums + sum) % MODULUS;
        }
        false
    }

    fn holds_record(&self) -> bool {
        let mut sums = self.payload.len().saturating_mul(MOST_SUMS);
        let ends = self.payload.iter().enumerate().filter(|(_, byte)| **byte == END_OF_RECORD);
        for (index, _) in ends {
            let rest = self.payload.get(index + 1..).unwrap_or_default();
            let Some((written, payload)) = closed(rest).filter(|(_, payload)| payload.len() <= sums) else { continue };
            if u64::from(adler32(&payload)) == written {
                return true;
            }
            sums -= payload.len();
        }
        false
    }
}

/// The checksum and the payload of a record that has its end.
fn closed(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (prefix, rest) = bytes.split_first_chunk()?;
    let (written, length) = prefix_fields(prefix);
    let length = usize::try_from(length).ok().filter(|length| *length >= HEADER_SIZE)?;
    let (payload, end) = rest.split_at_checked(length)?;
    (end.first() == Some(&END_OF_RECORD)).then_some((written, payload))
}

#[cfg(test)]
mod tests {
    use simd_adler32::adler32;

    use super::Unclosed;

    #[test]
    fn a_record_that_ends_before_its_length_says_so_is_not_torn() {
        let payload: Vec<u8> = (0..=255).cycle().take(3000).collect();
        let written = u64::from(adler32(&&payload[..]));
        let longer = [&payload[..], b"B", &[0; 100]].concat();
        let next = [&adler32(&&[7_u8; 40][..]).to_be_bytes()[..], &40_u32.to_be_bytes(), &[7; 40], b"B"].concat();
        let followed = [b"a transaction B", &[0; 4][..], &next].concat();
        let table = [
            (&longer[..], Some(0), false),
            (&longer, None, false),
            (&payload, Some(0), true),
            (&payload, Some(b'C'), false),
            (&payload[..2000], None, true),
            (&followed, None, false),
            (&followed[..followed.len() - 1], None, true),
        ];
        for (number, (payload, end, is_torn)) in table.into_iter().enumerate() {
            assert_eq!(Unclosed { written, payload, end }.is_torn(), is_torn, "{number}");
        }
    }
}
