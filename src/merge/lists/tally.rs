//! Running sums over numbered places: adding to one and summing up all before one cost the
//! logarithm of their number.

pub(super) struct Tally {
    sums: Vec<i64>,
}

impl Tally {
    pub(super) fn new(places: usize) -> Tally {
        Tally { sums: vec![0; places + 1] }
    }

    pub(super) fn add(&mut self, place: usize, number: i64) {
        let mut at = place + 1;
        while at < self.sums.len() {
            self.sums[at] += number;
            at += at & at.wrapping_neg();
        }
    }

    /// The sum of all places before this one.
    pub(super) fn before(&self, place: usize) -> i64 {
        let mut at = place;
        let mut sum = 0;
        while at > 0 {
            sum += self.sums[at];
            at &= at - 1;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_all_places_before() {
        for places in 0..20 {
            let mut tally = Tally::new(places);
            for place in 0..places {
                tally.add(place, place as i64 - 3);
                tally.add(place, 1);
            }
            for place in 0..=places {
                assert_eq!(tally.before(place), (0..place as i64).map(|place| place - 2).sum::<i64>());
            }
        }
    }
}
