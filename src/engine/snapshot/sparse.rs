//! Long columns that are mostly zero, written as their length and what is not.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub(in crate::engine) fn serialize<S: Serializer>(column: &[u32], serializer: S) -> Result<S::Ok, S::Error> {
    let kept: Vec<(usize, u32)> = column.iter().copied().enumerate().filter(|(_, n)| *n > 0).collect();
    (column.len(), kept).serialize(serializer)
}

/// Longest column that is read: more than the largest programme has.
const LONGEST: usize = 1 << 28;

pub(in crate::engine) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<u32>, D::Error> {
    let (length, kept) = <(usize, Vec<(usize, u32)>)>::deserialize(deserializer)?;
    if length > LONGEST {
        return Err(serde::de::Error::custom("a column that is too long"));
    }
    let mut column = vec![0; length];
    for (at, n) in kept {
        *column.get_mut(at).ok_or_else(|| serde::de::Error::custom("a count beyond its column"))? = n;
    }
    Ok(column)
}
