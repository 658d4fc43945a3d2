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
