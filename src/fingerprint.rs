//! The SHA-256 of some bytes, by which inputs, scenarios and files are told apart.

use std::io::{self, Write};

use sha2::{Digest, Sha256};

/// SHA-256 in hexadecimal.
///
/// # Panics
/// Never.
#[must_use]
pub fn sha256(bytes: impl AsRef<[u8]>) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).expect("half a byte is a hexadecimal digit");
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// SHA-256 in base64, as a content security policy of a page names a script.
#[must_use]
pub(crate) fn sha256_in_base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |bits: u32| char::from(DIGITS[(bits & 63) as usize]);
    let group = |bytes: &[u8]| {
        let byte = |at: usize| u32::from(bytes.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        let digits = [18, 12, 6, 0].map(|shift| digit(bits >> shift));
        // Each byte that is missing from the last three leaves a digit out.
        digits.into_iter().take(bytes.len() + 1).chain(std::iter::repeat_n('=', 3 - bytes.len()))
    };
    Sha256::digest(text).chunks(3).flat_map(group).collect()
}

/// Passes bytes on, and knows how many there were and their SHA-256.
pub(crate) struct Hashing<W> {
    to: W,
    sha256: Sha256,
    bytes: u64,
}

impl<W: Write> Hashing<W> {
    pub(crate) fn new(to: W) -> Self {
        Self { to, sha256: Sha256::new(), bytes: 0 }
    }

    /// How many bytes were passed on, and their SHA-256 in hexadecimal.
    pub(crate) fn finish(self) -> (u64, String) {
        (self.bytes, hexadecimal(&self.sha256.finalize()))
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.to.write(bytes)?;
        self.sha256.update(&bytes[..n]);
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_names_a_script_as_openssl_does() {
        // printf %s "doSomething();" | openssl dgst -sha256 -binary | openssl base64
        assert_eq!(sha256_in_base64("doSomething();"), "RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc=");
    }
}
