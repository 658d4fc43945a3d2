//! Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011): a generator that is a function of its counter, so that any
//! draw is reached without making the ones before it. Speaks rand's traits, so rand's distributions work on it.

use std::convert::Infallible;

use rand::rand_core::TryRng;

const MULTIPLY: [u32; 2] = [0xd251_1f53, 0xcd9e_8d57];
const WEYL: [u32; 2] = [0x9e37_79b9, 0xbb67_ae85];

/// The numbers at one address: counter (entity, replication, place), key the seed. Two 64-bit numbers a block;
/// further blocks change the key's upper half, so that no other address is touched.
#[derive(Clone, Debug)]
pub struct Stream {
    counter: [u32; 4],
    key: [u32; 2],
    block: u32,
    spare: Option<u64>,
}

impl Stream {
    pub(super) fn new(seed: u64, entity: u64, replication: u32, place: u32) -> Self {
        let [entity_low, entity_high] = halves(entity);
        Self {
            counter: [entity_low, entity_high, replication, place],
            key: halves(seed),
            block: 0,
            spare: None,
        }
    }
}

impl TryRng for Stream {
    type Error = Infallible;

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "where one block is drawn, nothing of the stream is kept")]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        if let Some(spare) = self.spare.take() {
            return Ok(spare);
        }
        let key = [self.key[0], self.key[1] ^ self.block.wrapping_mul(0x85eb_ca6b)];
        self.block = self.block.wrapping_add(1);
        let [a, b, c, d] = philox(self.counter, key);
        self.spare = Some(u64::from(c) | u64::from(d) << 32);
        Ok(u64::from(a) | u64::from(b) << 32)
    }

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.try_next_u64().map(|word| halves(word)[1])
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            let word = self.try_next_u64()?.to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

fn halves(word: u64) -> [u32; 2] {
    #[expect(clippy::cast_possible_truncation, reason = "the lower half is what is wanted")]
    let low = word as u32;
    #[expect(clippy::cast_possible_truncation, reason = "a shifted word fits")]
    let high = (word >> 32) as u32;
    [low, high]
}

#[inline]
fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for _ in 0..10 {
        let [low_0, high_0] = halves(u64::from(MULTIPLY[0]) * u64::from(counter[0]));
        let [low_1, high_1] = halves(u64::from(MULTIPLY[1]) * u64::from(counter[2]));
        counter = [high_1 ^ counter[1] ^ key[0], low_1, high_0 ^ counter[3] ^ key[1], low_0];
        key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
    }
    counter
}

#[cfg(test)]
mod tests {
    use super::philox;

    #[test]
    fn known_answers_of_random123_hold() {
        assert_eq!(philox([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(
            philox([u32::MAX; 4], [u32::MAX; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        let counter = [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344];
        let key = [0xa409_3822, 0x299f_31d0];
        assert_eq!(philox(counter, key), [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]);
    }
}
