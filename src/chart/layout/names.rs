//! Names that have less room than they need: shortened together, so that no two of them become one.
//!
//! All cutting in figures happens here, and what is cut is a name: never a number, never another word.

use std::collections::BTreeSet;

use crate::wording::letters::letters;

/// Lengths that names in a text are cut to, one after the other, until the text fits \[letters\].
const LENGTHS: [usize; 11] = [72, 56, 44, 36, 30, 24, 20, 16, 12, 9, 7];

/// Names that stand in one figure.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names(Vec<String>);

impl Names {
    /// Adds names; those that are known already are passed over.
    pub(crate) fn know(&mut self, names: impl IntoIterator<Item = String>) {
        for name in names {
            if !self.0.contains(&name) {
                self.0.push(name);
            }
        }
    }

    /// The known names and `name`, each with the form in which it fits. No two have the same form.
    pub(crate) fn fitted(&self, name: &str, fits: impl Fn(&str) -> bool) -> Vec<(String, String)> {
        let (mut all, mut used) = (self.0.clone(), BTreeSet::new());
        if !self.0.iter().any(|known| known == name) {
            all.push(name.to_owned());
        }
        used.extend(all.iter().filter(|name| fits(name)).cloned());
        let cut = all.iter().map(|name| if fits(name) { name.clone() } else { middle_out(name, &fits) });
        let cut: Vec<String> = cut.collect();
        let form = |(at, name): (usize, &String)| {
            if fits(name) {
                return (name.clone(), name.clone());
            }
            let alike = || (0..all.len()).filter(|other| *other != at && cut[*other] == cut[at]);
            let mut form = cut[at].clone();
            if alike().next().is_some() || used.contains(&form) {
                form = around(name, &alike().map(|other| all[other].as_str()).collect::<Vec<_>>(), &fits);
            }
            let mut n = 1;
            while !used.insert(form.clone()) {
                n += 1;
                form = numbered(name, n, &fits);
            }
            (name.clone(), form)
        };
        all.iter().enumerate().map(form).collect()
    }

    /// A text in which the known names are cut, all to one length, as little as it takes for `fits` to take it; nothing where it takes
    /// no such text.
    pub(crate) fn fit_text<T>(&self, text: &str, fits: impl Fn(&str) -> Option<T>) -> Option<T> {
        fits(text).or_else(|| LENGTHS.into_iter().find_map(|most| fits(&self.cut_to(text, most))))
    }

    /// A text in which the known names are cut to so many letters.
    pub(crate) fn cut_to(&self, text: &str, most: usize) -> String {
        let mut short = self.fitted("", |name| letters(name).len() <= most);
        short.retain(|(name, form)| name != form);
        replaced(text, &short)
    }
}

/// A name cut in its middle, as long as fits.
fn middle_out(name: &str, fits: &impl Fn(&str) -> bool) -> String {
    let letters = letters(name);
    longest(letters.len(), fits, |keep| {
        let head = before_number(&letters, keep.div_ceil(2));
        let tail = after_number(&letters, letters.len() - keep / 2);
        format!("{}…{}", letters[..head].concat().trim_end(), letters[tail..].concat().trim_start())
    })
}

/// A name from the word on in which it first differs from others, or from a little before that place in a long word, as long as fits.
fn around(name: &str, others: &[&str], fits: &impl Fn(&str) -> bool) -> String {
    let of = letters(name);
    let shared = |other: &&str| of.iter().zip(letters(other)).take_while(|(a, b)| **a == *b).count();
    let differs = others.iter().map(shared).min().unwrap_or(0);
    let word = of[..differs].iter().rposition(|letter| *letter == " ").map_or(0, |space| space + 1);
    longest(of.len() + 1, fits, |keep| {
        let far = differs + 2 > word + keep;
        let from = if far { before_number(&of, differs.saturating_sub(keep / 3)) } else { word };
        let to = before_number(&of, (from + keep).min(of.len())).max(from);
        let [lead, tail] = [from > 0, to < of.len()].map(|more| if more { "…" } else { "" });
        format!("{lead}{}{tail}", of[from..to].concat().trim_end())
    })
}

/// The beginning of a name and a number that tells it apart.
fn numbered(name: &str, n: usize, fits: &impl Fn(&str) -> bool) -> String {
    let letters = letters(name);
    longest(letters.len(), fits, |keep| {
        format!("{}… ({n})", letters[..before_number(&letters, keep)].concat().trim_end())
    })
}

/// The longest that fits of some forms, which grow with the number of letters they keep up to `most`; the one that keeps nothing where
/// none fits. `most` itself is not tried.
fn longest(most: usize, fits: &impl Fn(&str) -> bool, form: impl Fn(usize) -> String) -> String {
    let (mut keep, mut too_many) = (0, most.max(1));
    while too_many - keep > 1 {
        let half = usize::midpoint(keep, too_many);
        *(if fits(&form(half)) { &mut keep } else { &mut too_many }) = half;
    }
    form(keep)
}

/// The last place at or before another at which no number is cut.
fn before_number(letters: &[&str], at: usize) -> usize {
    (0..=at).rev().find(|at| !in_number(letters, *at)).unwrap_or(0)
}

/// The first place at or after another at which no number is cut.
fn after_number(letters: &[&str], at: usize) -> usize {
    (at..letters.len()).find(|at| !in_number(letters, *at)).unwrap_or(letters.len())
}

/// Whether a cut before a letter parts a number.
fn in_number(letters: &[&str], at: usize) -> bool {
    let is = |letter: Option<&&str>| {
        letter.is_some_and(|letter| letter.chars().all(|c| c.is_numeric() || matches!(c, ',' | '.')))
    };
    at > 0 && is(letters.get(at - 1)) && is(letters.get(at))
}

/// A text with names replaced wherever they stand as whole words; of names within names the longest.
fn replaced(text: &str, names: &[(String, String)]) -> String {
    let mut names: Vec<&(String, String)> = names.iter().collect();
    names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    let (mut out, mut rest, mut before) = (String::new(), text, None);
    while let Some(next) = rest.chars().next() {
        let whole_word = |name: &str| {
            let apart = |c: Option<char>, end: Option<char>| {
                !(c.is_some_and(char::is_alphanumeric) && end.is_some_and(char::is_alphanumeric))
            };
            let after = rest.strip_prefix(name).map(|after| after.chars().next());
            after.is_some_and(|after| {
                apart(before, name.chars().next()) && apart(after, name.chars().next_back())
            })
        };
        if let Some((name, short)) = names.iter().find(|(name, _)| whole_word(name)) {
            out.push_str(short);
            (rest, before) = (&rest[name.len()..], name.chars().next_back());
        } else {
            out.push(next);
            (rest, before) = (&rest[next.len_utf8()..], Some(next));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(names: &[&str], most: usize) -> Vec<String> {
        let mut known = Names::default();
        known.know(names.iter().map(|name| (*name).to_owned()));
        let fitted = known.fitted(names[0], |name| letters(name).len() <= most);
        fitted.into_iter().map(|(_, form)| form).collect()
    }

    #[test]
    fn names_that_are_cut_are_still_told_apart() {
        let names = [
            "base",
            "South capacity of 1 hundred a day",
            "South capacity of 2 hundred a day",
            "a very long name of its own",
        ];
        let cut = of(&names, 12);
        assert_eq!(cut, ["base", "…1 hundred…", "…2 hundred…", "a very…s own"]);
    }

    #[test]
    fn however_alike_long_names_are_no_two_have_one_form_and_each_fits() {
        let long = |end: &str| format!("{}{end}{}", "m".repeat(60), "m".repeat(60));
        let twins: Vec<String> = (0..30).map(|n| long(&n.to_string())).collect();
        let mixed: Vec<String> = [
            "…",
            "m…m",
            "日本語の長い名前その一",
            "日本語の長い名前その二",
            "e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}",
        ]
        .map(str::to_owned)
        .into();
        let names: Vec<&str> = twins.iter().chain(&mixed).map(String::as_str).collect();
        for most in [7, 8, 12, 20, 40] {
            let cut = of(&names, most);
            assert_eq!(cut.iter().collect::<BTreeSet<_>>().len(), names.len(), "{most}: {cut:?}");
            assert!(cut.iter().all(|form| letters(form).len() <= most), "{most}: {cut:?}");
            assert!(cut.iter().all(|form| !form.starts_with('\u{301}')), "{cut:?}");
        }
    }

    #[test]
    fn a_number_in_a_name_is_kept_whole_or_left_out() {
        for most in 4..20 {
            for cut in of(&["cap 12,500 or 987,654 a day", "cap 12,600 or 987,654 a day"], most) {
                let numbers = cut.split(|c: char| !(c.is_numeric() || c == ',')).filter(|n| !n.is_empty());
                for number in numbers {
                    assert!(["12,500", "12,600", "987,654", "1", "2"].contains(&number), "{most}: {cut}");
                }
            }
        }
    }

    #[test]
    fn in_a_text_only_the_names_are_cut_and_as_little_as_it_takes() {
        let mut names = Names::default();
        names.know(
            ["a plan with a long name of forty a day", "a plan with a long name of sixty a day", "plan"]
                .map(str::to_owned),
        );
        let text = "a plan with a long name of forty a day saves 12,345 days over a plan with a long name of sixty a day, 1.25%";
        let fit = |most: usize| {
            names.fit_text(text, |text| (text.chars().count() <= most).then(|| text.to_owned()))
        };
        assert_eq!(fit(200).as_deref(), Some(text));
        let short = fit(70).unwrap();
        assert!(short.contains(" saves 12,345 days over ") && short.ends_with(", 1.25%"), "{short}");
        assert!(short.contains("…forty") && short.contains("…sixty"), "{short}");
        assert_eq!(fit(20), None);
    }
}
