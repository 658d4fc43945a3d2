//! Commands in messages: every word as a shell takes it, so that what is suggested can be pasted.

use std::fmt::Display;
use std::path::Path;

/// A word as a shell needs it: in single quotes where it holds anything but letters, digits and plain marks.
///
/// ```
/// use dormouse::shell::quoted;
///
/// assert_eq!(quoted("plans/autumn.toml"), "plans/autumn.toml");
/// assert_eq!(quoted("my plans/Bob's.toml"), r"'my plans/Bob'\''s.toml'");
/// ```
#[must_use]
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_=./:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// Several paths, each as a shell needs it.
#[must_use]
pub fn quoted_paths<'p>(paths: impl IntoIterator<Item = &'p str>) -> String {
    paths.into_iter().map(|path| quoted_path(Path::new(path))).collect::<Vec<_>>().join(" ")
}

/// A path as a shell needs it, and so that no command takes it for a flag.
#[must_use]
pub fn quoted_path(path: &Path) -> String {
    let shown = path.display().to_string();
    if shown.starts_with('-') { quoted(&format!("./{shown}")) } else { quoted(&shown) }
}

/// A folder beside another, `NAME-SUFFIX`, as a shell needs it.
#[must_use]
pub fn quoted_beside(dir: &Path, suffix: impl Display) -> String {
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    quoted_path(&dir.with_file_name(format!("{name}-{suffix}")))
}

/// Flags that stand for a key of a scenario.
pub const FLAGS: [(&str, &str); 5] = [
    ("--seed", "seed"),
    ("--firmware", "firmware.policy"),
    ("--allocation", "allocation.policy"),
    ("--counts", "stock"),
    ("--from", "programme.first_day"),
];

/// A change to a key as a flag, with a space before.
#[must_use]
pub fn flag(key: &str, value: &str) -> String {
    match FLAGS.iter().find(|(_, known)| *known == key) {
        Some((flag, _)) => format!(" {flag} {}", quoted(value)),
        None => format!(" --set {}", quoted(&format!("{key}={value}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_shell_would_read_is_quoted() {
        for word in
            ["", "a b", "$(touch x)", "`x`", "a;b", "a&b", "~", "*", "a\nb", "#", "\"", "(1)", "!x", "\\"]
        {
            assert!(quoted(word).starts_with('\''), "{word}");
        }
        assert_eq!(quoted_paths(["a", "b c"]), "a 'b c'");
    }

    #[test]
    fn a_path_is_never_a_flag_and_what_lies_beside_a_folder_is_not_in_it() {
        assert_eq!(quoted_path(Path::new("-q.toml")), "./-q.toml");
        assert_eq!(quoted_beside(Path::new("my results/"), 200), "'my results-200'");
        assert_eq!(quoted_beside(Path::new("-a"), "early"), "./-a-early");
    }

    #[test]
    fn a_change_is_the_flag_that_makes_it() {
        assert_eq!(flag("seed", "7"), " --seed 7");
        assert_eq!(
            flag("group.North West.capacity_per_day", "5"),
            " --set 'group.North West.capacity_per_day=5'"
        );
    }
}
