//! The nearest known name, or some of those there are, for a name that is not known.

/// The candidate nearest to `found`, if one is near enough to be a slip of the pen.
pub fn nearest<'a>(found: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = found.to_lowercase();
    let most = 1 + found.chars().count() / 4;
    // The difference in length is a lower bound of the distance, and quicker to compute.
    let length = |word: &str| word.chars().count();
    let near = candidates.into_iter().filter(|c| length(c).abs_diff(length(&lower)) <= most);
    let measured = near.map(|c| (distance(&lower, &c.to_lowercase()), c));
    let (slips, nearest) = measured.min_by_key(|(slips, _)| *slips)?;
    (slips <= most).then_some(nearest)
}

/// A few of many names.
#[must_use]
pub fn some_of(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(8).map(String::as_str).collect();
    let more = names.len().saturating_sub(8);
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

/// Slips between two words: letters added, left out, changed, or two neighbours swapped.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                let best = changed.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                if swapped { best.min(rows[i - 2][j - 2] + 1) } else { best }
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_found_and_a_stranger_is_not() {
        let known = ["existing", "early", "early-tested-only", "smso-confidence"];
        assert_eq!(nearest("erly", known), Some("early"));
        assert_eq!(nearest("exisitng", known), Some("existing"));
        assert_eq!(nearest("Smso-Confidence", known), Some("smso-confidence"));
        assert_eq!(nearest("never", known), None);
    }
}
