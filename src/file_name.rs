//! The rule for names that become those of files and folders: every common system has to be able to hold them, and a folder
//! of results may not be taken for one of its files.

/// Most bytes in the name of a scenario, so that `BASELINE-vs-OTHER` and the names made from it fit a file system.
pub const LONGEST: usize = 120;

/// The rule in words, for those whose name breaks it.
pub const RULE: &str = "use letters, digits, spaces, `-`, `_`, `.` and other marks but `/ \\ : * ? \" < > |`; begin with none of `-`, \
     `.` and a space, end with none of `.` and a space";

/// Characters that a file name cannot hold on some system.
const BARRED: &str = r#"/\:*?"<>|"#;

/// Names that Windows keeps for devices, whatever their ending.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Endings of the files beside which a results folder keeps the folders of its scenarios.
const ENDINGS: [&str; 7] = ["csv", "html", "json", "png", "svg", "toml", "txt"];

/// Why a name cannot be that of a folder of results; nothing where it can. Its length is not looked at.
#[must_use]
pub fn fault(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase();
    let stem = lower.split('.').next().unwrap_or_default().trim_end();
    let ending = lower.rsplit_once('.').map_or("", |(_, ending)| ending);
    if name.is_empty() {
        Some("it is empty")
    } else if name.contains(char::is_control) {
        Some("it holds a control character")
    } else if name.contains(|c| BARRED.contains(c)) {
        Some("it holds one of `/ \\ : * ? \" < > |`")
    } else if name.starts_with(['-', '.', ' ']) {
        Some("it begins with `-`, `.` or a space")
    } else if name.ends_with(['.', ' ']) {
        Some("it ends with `.` or a space")
    } else if is_device(stem) {
        Some("Windows keeps it for a device")
    } else if ENDINGS.contains(&ending) {
        Some("it ends like a file of a results folder")
    } else {
        None
    }
}

/// Why a name cannot be that of a scenario; nothing where it can.
#[must_use]
pub fn fault_of_scenario(name: &str) -> Option<&'static str> {
    fault(name).or_else(|| (name.len() > LONGEST).then_some("it is longer than 120 bytes"))
}

/// Whether two names would be one on a system that does not tell capitals from small letters.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// Whether the part of a name before its first full stop, in small letters, is that of a device.
fn is_device(stem: &str) -> bool {
    let numbered = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
    let is_port =
        numbered.is_some_and(|n| n.chars().count() == 1 && n.contains(|c| "0123456789¹²³".contains(c)));
    DEVICES.contains(&stem) || is_port
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_every_system_can_hold_are_taken() {
        for name in [
            "a",
            "plan (1)",
            "early (v2)",
            "A, B",
            "a+b",
            "50%",
            "Bob's plan",
            "été",
            "🐭",
            "v1.2",
            "console",
            "com",
            "com12",
        ] {
            assert_eq!(fault_of_scenario(name), None, "{name}");
        }
        assert_eq!(fault_of_scenario(&"n".repeat(LONGEST)), None);
    }

    #[test]
    fn names_that_some_system_cannot_hold_are_not() {
        for name in [
            "", ".", "..", ".a", "-a", " a", "a.", "a ", "a/b", "a\\b", "a:b", "a\nb", "a\u{7f}", "a|b",
            "CON", "aux", "Nul.v2", "com1", "LPT¹.x",
        ] {
            assert!(fault_of_scenario(name).is_some(), "{name}");
        }
        for name in ["manifest.json", "Summary.CSV", "fig-scurve.png"] {
            assert_eq!(fault(name), Some("it ends like a file of a results folder"));
        }
        assert_eq!(fault_of_scenario(&"n".repeat(LONGEST + 1)), Some("it is longer than 120 bytes"));
        assert_eq!(fault_of_scenario(&"月".repeat(41)), Some("it is longer than 120 bytes"));
    }

    #[test]
    fn names_that_differ_only_in_capitals_are_equal() {
        assert!(same("Early", "early") && same("ÉTÉ", "été") && !same("early", "earlier"));
    }
}
