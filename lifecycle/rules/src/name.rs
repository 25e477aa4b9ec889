//! Names of components and crates, and labels.

/// What is wrong with a component's name, if anything.
pub fn name_fault(name: &str) -> Option<String> {
    fault(name).map(|fault| format!("`name` {fault}"))
}

/// For each label, what is wrong with it, if anything.
pub fn label_faults<'a>(labels: impl IntoIterator<Item = &'a str>) -> Vec<Option<String>> {
    list_faults("tags", labels, |label| fault(label).map(|fault| format!("a label {fault}")))
}

/// For each name of a crate, what is wrong with it, if anything.
pub fn crate_faults<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<Option<String>> {
    list_faults("expected", names, |name| {
        let is_legal = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '-';
        let begins = name.chars().next().is_some_and(|first| first.is_alphabetic() || first == '_');
        let is_good = begins && name.chars().all(is_legal);
        (!is_good).then(|| "the name of a crate has letters, digits, `_` and `-`, as in Cargo.toml".to_owned())
    })
}

fn list_faults<'a>(
    option: &str,
    items: impl IntoIterator<Item = &'a str>,
    rule: impl Fn(&str) -> Option<String>,
) -> Vec<Option<String>> {
    let mut seen = Vec::new();
    let mut fault = |item: &'a str| {
        if let Some(fault) = rule(item) {
            return Some(format!("`{option}`: {fault}"));
        }
        if seen.contains(&item) {
            return Some(format!("`{option}`: {item:?} is listed twice; keep one of them"));
        }
        seen.push(item);
        None
    };
    items.into_iter().map(&mut fault).collect()
}

fn fault(name: &str) -> Option<&'static str> {
    if name.trim().is_empty() {
        return Some("is empty; give it at least one letter, or leave it out");
    }
    name.chars()
        .any(char::is_control)
        .then_some("has a control character in it, which would garble reports; use letters, digits and punctuation")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_of_something() {
        for bad in ["", "  ", "a\nb", "\u{1b}[31m"] {
            assert!(name_fault(bad).is_some(), "{bad:?}");
        }
        assert_eq!(name_fault("Überwachung 1"), None);
    }

    #[test]
    fn a_crate_is_named_as_cargo_names_it() {
        assert_eq!(crate_faults(["my_tasks", "my-parts", "_x"]), [None, None, None]);
        for bad in ["", "my tasks", "1st", "a::b"] {
            assert!(
                crate_faults([bad])[0].as_ref().is_some_and(|fault| fault.starts_with("`expected`: the name of a"))
            );
        }
    }

    #[test]
    fn each_bad_label_is_a_fault_of_its_own() {
        let faults = label_faults(["a", "", "b", "a"]);
        assert_eq!(faults[0], None);
        assert!(faults[1].as_ref().is_some_and(|fault| fault.starts_with("`tags`: a label is empty")));
        assert_eq!(faults[2], None);
        assert_eq!(faults[3].as_deref(), Some("`tags`: \"a\" is listed twice; keep one of them"));
    }
}
