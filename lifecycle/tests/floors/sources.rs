//! Which file uses which, read from the source text. It knows as much of Rust as this project's own files need: `use`
//! declarations, paths that begin with `crate`, `self` or `super`, and names that a `mod.rs` exports for another file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The modules of one crate; tests are left out.
pub(crate) struct Sources {
    root: PathBuf,
    modules: BTreeMap<Vec<String>, Module>,
}

struct Module {
    file: PathBuf,
    /// Every path to something in this crate that the file names, from the crate's root.
    uses: Vec<Vec<String>>,
    /// What it exports under which name, from the crate's root.
    exports: BTreeMap<String, Vec<String>>,
}

/// `file` uses something that is defined in `used`, both relative to the crate's `src`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Use {
    pub(crate) file: String,
    pub(crate) used: String,
}

impl Sources {
    pub(crate) fn of(source_folder: &Path) -> Self {
        let mut texts = BTreeMap::new();
        read(source_folder, &mut texts);
        let mut tests = BTreeSet::new();
        let texts: BTreeMap<_, _> = texts
            .into_iter()
            .map(|(file, text)| {
                let module = module_of(source_folder, &file);
                let text = without_tests(&without_comments(&text), |name| {
                    tests.insert([&*module, &[name.to_owned()]].concat());
                });
                (module, (file, text))
            })
            .collect();
        let names: BTreeSet<Vec<String>> = texts.keys().cloned().collect();
        let is_test = |module: &[String]| (1..=module.len()).any(|length| tests.contains(&module[..length]));
        let modules = texts.into_iter().filter(|(module, _)| !is_test(module));
        let modules = modules.map(|(module, (file, text))| {
            let parsed = parse(file, &text, &module, &names);
            (module, parsed)
        });
        Self { root: source_folder.to_owned(), modules: modules.collect() }
    }

    /// Which file uses which. The crate's root, which only exports, is left out.
    pub(crate) fn uses(&self) -> BTreeSet<Use> {
        let mut found = BTreeSet::new();
        for (module, this) in self.modules.iter().filter(|(module, _)| !module.is_empty()) {
            for path in &this.uses {
                let defined_in = self.defined_in(path, 0);
                if !defined_in.is_empty() && defined_in != *module {
                    let used = self.name(&self.modules[&defined_in].file);
                    found.insert(Use { file: self.name(&this.file), used });
                }
            }
        }
        found
    }

    fn name(&self, file: &Path) -> String {
        file.strip_prefix(&self.root).unwrap().to_str().unwrap().replace('\\', "/")
    }

    /// The module in which that stands which the path leads to.
    fn defined_in(&self, path: &[String], depth: usize) -> Vec<String> {
        let length = (0..=path.len()).rev().find(|length| self.modules.contains_key(&path[..*length])).unwrap();
        let (module, rest) = path.split_at(length);
        match rest.first().and_then(|name| self.modules[module].exports.get(name)) {
            Some(target) if depth < 10 => self.defined_in(target, depth + 1),
            _ => module.to_vec(),
        }
    }
}

fn read(folder: &Path, texts: &mut BTreeMap<PathBuf, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, texts);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            texts.insert(path.clone(), fs::read_to_string(&path).unwrap());
        }
    }
}

fn module_of(source_folder: &Path, file: &Path) -> Vec<String> {
    let path = file.strip_prefix(source_folder).unwrap().with_extension("");
    let mut module: Vec<String> = path.iter().map(|name| name.to_str().unwrap().to_owned()).collect();
    if module.last().is_some_and(|last| last == "mod" || last == "lib") {
        module.pop();
    }
    module
}

/// Without comments, and without what stands in quotes.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let mut letters = line.char_indices().peekable();
        let mut quoted = false;
        while let Some((at, letter)) = letters.next() {
            match letter {
                '/' if !quoted && line[at..].starts_with("//") => break,
                '\'' if !quoted && line[at..].starts_with("'\"'") => drop((letters.next(), letters.next())),
                '\\' if quoted => drop(letters.next()),
                '"' => quoted = !quoted,
                _ if quoted => {}
                _ => out.push(letter),
            }
        }
        out.push('\n');
    }
    out
}

/// Without the modules of tests; the names of those that have a file of their own are handed over.
fn without_tests(text: &str, mut names: impl FnMut(&str)) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("#[cfg(test)]") {
        out.push_str(&rest[..at]);
        rest = rest[at + "#[cfg(test)]".len()..].trim_start();
        while rest.starts_with("#[") {
            rest = rest[rest.find('\n').unwrap()..].trim_start();
        }
        if let Some(module) = rest.strip_prefix("mod ") {
            let end = module.find([';', '{']).unwrap();
            if module[end..].starts_with('{') {
                // Tests stand at the end of a file.
                return out;
            }
            names(module[..end].trim());
            rest = &module[end + 1..];
        }
    }
    out.push_str(rest);
    out
}

fn parse(file: PathBuf, text: &str, module: &[String], names: &BTreeSet<Vec<String>>) -> Module {
    let mut parsed = Module { file, uses: Vec::new(), exports: BTreeMap::new() };
    for (inline, text) in inline_modules(text) {
        let here: Vec<String> = module.iter().cloned().chain(inline.clone()).collect();
        let mut rest = &*text;
        while let Some((is_export, tree, after)) = next_use(rest) {
            for (path, name) in expanded(tree) {
                let Some(path) = from_root(&path, &here, names) else { continue };
                if is_export && inline.is_none() && name != "*" {
                    parsed.exports.insert(name, path.clone());
                }
                parsed.uses.push(path);
            }
            rest = after;
        }
        parsed.uses.extend(paths(&text).filter_map(|path| from_root(&path, &here, names)));
    }
    parsed
}

/// The text outside of modules that stand in the same file, and that of each of them with its name.
fn inline_modules(text: &str) -> Vec<(Option<String>, String)> {
    let mut parts = vec![(None, String::new())];
    let mut inside = None;
    for line in text.lines() {
        let begins = line.split_once("mod ").filter(|(before, after)| {
            after.ends_with(" {") && (before.is_empty() || before.starts_with("pub")) && inside.is_none()
        });
        if let Some((_, after)) = begins {
            inside = Some(parts.len());
            parts.push((Some(after.trim_end_matches(" {").to_owned()), String::new()));
        }
        let part = &mut parts[inside.unwrap_or(0)].1;
        part.push_str(line);
        part.push('\n');
        if line == "}" {
            inside = None;
        }
    }
    parts
}

/// Whether the next `use` exports, its tree, and what comes after it.
fn next_use(text: &str) -> Option<(bool, &str, &str)> {
    let mut from = 0;
    loop {
        let at = from + text[from..].find("use ")?;
        let line = text[..at].rfind('\n').map_or(0, |at| at + 1);
        let before = text[line..at].trim();
        if before.is_empty() || (before.starts_with("pub") && !before.contains(' ')) {
            let end = at + text[at..].find(';')?;
            return Some((!before.is_empty(), &text[at + 4..end], &text[end + 1..]));
        }
        from = at + 4;
    }
}

/// Every path of a tree with the name that it brings.
fn expanded(tree: &str) -> Vec<(Vec<String>, String)> {
    let tree = tree.trim();
    let Some(brace) = tree.find('{') else {
        let (path, alias) = tree.split_once(" as ").map_or((tree, None), |(path, alias)| (path, Some(alias.trim())));
        let mut path: Vec<String> = path.trim().split("::").map(|name| name.trim().to_owned()).collect();
        if path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let name = alias.map_or_else(|| path.last().cloned().unwrap_or_default(), str::to_owned);
        return vec![(path, name)];
    };
    let (prefix, inside) = (&tree[..brace], &tree[brace + 1..tree.rfind('}').unwrap()]);
    let mut depth = 0;
    let branches = inside.split(|letter| {
        depth += i32::from(letter == '{') - i32::from(letter == '}');
        letter == ',' && depth == 0
    });
    let branches = branches.map(str::trim).filter(|branch| !branch.is_empty());
    branches.flat_map(|branch| expanded(&format!("{prefix}{branch}"))).collect()
}

/// Paths in code that begin at the crate or at a module.
fn paths(text: &str) -> impl Iterator<Item = Vec<String>> + '_ {
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == ':';
    text.split(move |letter| !is_letter(letter)).filter_map(|word| {
        let path: Vec<String> = word.split("::").map(str::to_owned).collect();
        // What ends in `::` is the beginning of a tree, which was read before.
        let is_step = |name: &String| matches!(name.as_str(), "crate" | "self" | "super");
        // Only steps: how far something is visible.
        let begins = is_step(&path[0]) && !word.ends_with("::") && !path.iter().all(is_step);
        (begins && path.len() > 1).then(|| path.into_iter().filter(|name| !name.is_empty()).collect())
    })
}

/// The path from the crate's root; `None`: it leads out of the crate.
fn from_root(path: &[String], module: &[String], names: &BTreeSet<Vec<String>>) -> Option<Vec<String>> {
    let mut here = module.to_vec();
    let mut path = path.iter().peekable();
    match path.peek()?.as_str() {
        "crate" => {
            here.clear();
            path.next();
        }
        "self" | "super" => {
            while let Some(step) = path.next_if(|name| matches!(name.as_str(), "self" | "super")) {
                if step == "super" {
                    here.pop();
                }
            }
        }
        first => {
            here.push(first.to_owned());
            if !names.contains(&here) {
                return None;
            }
            path.next();
        }
    }
    here.extend(path.filter(|name| *name != "*").cloned());
    Some(here)
}
