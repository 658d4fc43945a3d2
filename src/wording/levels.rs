//! What is said of replications that are not all of the full programme.

use super::numbers;

/// Behind a number of replications: ` (merged, corrected by 48 full)`; nothing where all are full.
#[must_use]
pub fn of_full(replications: u64, full: u64) -> String {
    if full < replications {
        format!(" (merged, corrected by {} full)", numbers::count(full))
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_replications_of_two_levels_say_so() {
        assert_eq!(of_full(1000, 128), " (merged, corrected by 128 full)");
        assert_eq!(of_full(200, 200), "");
    }
}
