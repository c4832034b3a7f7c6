//! Random numbers as an argument: salts are secrets in production and repeatable in a simulated world.

/// Source of salts and connection ids.
pub trait Random: Send {
    fn next_u64(&mut self) -> u64;
}

/// The operating system's generator: what a server that others can reach must use.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsRandom;

impl Random for OsRandom {
    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        match getrandom::fill(&mut bytes) {
            Ok(()) => u64::from_le_bytes(bytes),
            // Every supported system has a generator once it is up; the standard library's keys come from it too.
            Err(_) => std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), 0u8),
        }
    }
}

/// SplitMix64: the same numbers for the same seed.
#[derive(Debug, Clone, Copy)]
pub struct SeededRandom(u64);

impl SeededRandom {
    pub fn new(seed: u64) -> SeededRandom {
        SeededRandom(seed)
    }
}

impl Random for SeededRandom {
    fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
