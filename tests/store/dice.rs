//! What decides in tests that try many things.

pub enum Dice<'a> {
    /// Numbers that look random and are the same every time.
    Seed(u64),
    /// A byte for each roll. Once they are spent, all rolls are 0.
    Bytes(&'a [u8]),
}

impl Dice<'_> {
    pub fn roll(&mut self, sides: usize) -> usize {
        let number = match self {
            Dice::Seed(state) => {
                *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (*state >> 33) as usize
            }
            Dice::Bytes(bytes) => match bytes.split_first() {
                Some((&first, rest)) => {
                    *bytes = rest;
                    usize::from(first)
                }
                None => 0,
            },
        };
        number % sides.max(1)
    }

    pub fn is_spent(&self) -> bool {
        match self {
            Dice::Seed(_) => false,
            Dice::Bytes(bytes) => bytes.is_empty(),
        }
    }
}
