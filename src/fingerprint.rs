//! The SHA-256 of some bytes, by which inputs, scenarios and files are told apart.

use sha2::{Digest, Sha256};

/// SHA-256 in hexadecimal.
///
/// # Panics
/// Never.
#[must_use]
pub fn sha256(bytes: impl AsRef<[u8]>) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).expect("half a byte is a hexadecimal digit");
    Sha256::digest(bytes).iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
