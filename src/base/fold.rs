//! Text without case, for comparing what people type.

/// The text with letters that differ only by case made alike, in every script: `STRASSE` and `Straße`, `ΟΔΟΣ` and `οδος`.
///
/// By Unicode's full case mappings, there and back, because the variants of a letter meet in upper case. Not for people to
/// see.
pub fn fold(text: &str) -> String {
    // The same for most of what is folded, many times as fast.
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let lower = text.chars().flat_map(char::to_lowercase);
    lower.flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn letters_that_differ_only_by_case_fold_alike() {
        for (one, other) in [
            ("Refund", "rEFUND"),
            ("ÖKO", "öko"),
            ("Straße", "STRASSE"),
            ("STRAẞE", "strasse"),
            ("ΟΔΟΣ", "οδος"),
            ("ЁЖ", "ёж"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
        assert_ne!(fold("öko"), fold("oko"));
    }

    proptest! {
        #[test]
        fn folding_again_changes_nothing_and_upper_case_folds_alike(text in "\\PC{0,40}") {
            let folded = fold(&text);
            prop_assert_eq!(&fold(&folded), &folded);
            prop_assert_eq!(fold(&text.to_uppercase()), folded);
        }
    }
}
