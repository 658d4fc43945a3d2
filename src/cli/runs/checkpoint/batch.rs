//! The file of a batch of replications: its run, its number and size, then the records, then the SHA-256 of all that.

use dormouse::fingerprint::sha256;
use dormouse::replications::Record;

/// Prefix of the names of batches.
const NAME: &str = "batch-";
/// First bytes of a batch; another format has others.
const MAGIC: &str = "dormouse batch 2";
/// Bytes of a SHA-256 in hexadecimal.
const SHA: usize = 64;

/// The content of a file named as a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// A batch of so many replications.
    Whole(usize),
    /// Cut short or changed.
    Damaged,
    /// A whole batch, but not the one that its name and folder say; in words that follow "is".
    Foreign(String),
}

/// The name of the file of a batch.
pub(super) fn file_name(number: u32) -> String {
    format!("{NAME}{number:06}")
}

/// The number of the batch that a file is named for.
pub(super) fn number(name: &str) -> Option<u32> {
    let number = name.strip_prefix(NAME)?.parse().ok()?;
    (file_name(number) == name).then_some(number)
}

/// The bytes of a batch of so many replications; each has a record a scenario and programme.
pub(super) fn encode((replications, records): (usize, &[Record]), fingerprint: &str, number: u32) -> Vec<u8> {
    let mut bytes = format!("{MAGIC}\n{fingerprint}\n{number}\n{replications}\n").into_bytes();
    records.iter().for_each(|record| record.encode(&mut bytes));
    let sha = sha256(&bytes);
    bytes.extend(sha.as_bytes());
    bytes
}

/// Returns the number of replications of a batch and its records, or the reason why it is another batch.
pub(super) fn decode(bytes: &[u8], fingerprint: &str, number: u32) -> Result<(usize, Vec<Record>), Kept> {
    let whole = bytes.len().checked_sub(SHA).and_then(|n| bytes.split_at_checked(n)).ok_or(Kept::Damaged)?;
    let (mut rest, sha) = whole;
    if sha256(rest).as_bytes() != sha || line(&mut rest) != Some(MAGIC) {
        return Err(Kept::Damaged);
    }
    let (of, found) = line(&mut rest).zip(line(&mut rest)).ok_or(Kept::Damaged)?;
    if of != fingerprint {
        return Err(Kept::Foreign("a batch of another run".to_owned()));
    }
    if found != number.to_string() {
        return Err(Kept::Foreign(format!("batch {found} of this run under another number")));
    }
    let replications = line(&mut rest).and_then(|n| n.parse().ok()).ok_or(Kept::Damaged)?;
    let records: Vec<Record> = std::iter::from_fn(|| Record::decode(&mut rest)).collect();
    if rest.is_empty() { Ok((replications, records)) } else { Err(Kept::Damaged) }
}

/// Takes a line off the front of `bytes`.
fn line<'b>(bytes: &mut &'b [u8]) -> Option<&'b str> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let (line, rest) = bytes.split_at(end);
    *bytes = &rest[1..];
    str::from_utf8(line).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_believed_for_what_it_says_and_not_for_where_it_lies() {
        let bytes = encode((5, &[]), "mine", 3);
        assert_eq!(decode(&bytes, "mine", 3), Ok((5, Vec::new())));
        let foreign = |of: &str, number| match decode(&bytes, of, number) {
            Err(Kept::Foreign(whose)) => whose,
            other => panic!("{other:?}"),
        };
        assert_eq!(foreign("theirs", 3), "a batch of another run");
        assert_eq!(foreign("mine", 4), "batch 3 of this run under another number");
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert_eq!(decode(&changed, "mine", 3), Err(Kept::Damaged), "byte {at}");
            assert_eq!(decode(&bytes[..at], "mine", 3), Err(Kept::Damaged), "{at} bytes");
        }
    }

    #[test]
    fn only_names_as_they_are_written_are_batches() {
        assert_eq!(number("batch-000012"), Some(12));
        assert_eq!(number(&file_name(1_234_567)), Some(1_234_567));
        for name in ["batch-12", "batch-000012 (1)", "batch-", "batch-+00012", "plan.json"] {
            assert_eq!(number(name), None, "{name}");
        }
    }
}
