//! What a catalogue must be: the same messages in every language, with the same arguments, each used, and none bypassed.

use super::{LANGUAGES, SOURCES};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What a message takes: arguments, and the codes that it chooses by.
#[derive(Debug, Default, PartialEq)]
struct Needs {
    arguments: BTreeSet<String>,
    codes: BTreeSet<String>,
}

fn messages(files: &[&'static str]) -> BTreeMap<String, Needs> {
    let mut found = BTreeMap::new();
    for file in files {
        for entry in fluent_syntax::parser::parse(*file).expect("the catalogue parses").body {
            let Entry::Message(message) = entry else { continue };
            let mut needs = Needs::default();
            look(message.value.as_ref().expect("a message says something"), &mut needs);
            assert!(found.insert(message.id.name.to_owned(), needs).is_none(), "{} twice", message.id.name);
        }
    }
    found
}

fn look(pattern: &Pattern<&'static str>, needs: &mut Needs) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        match expression {
            Expression::Inline(inline) => argument(inline, needs),
            Expression::Select { selector, variants } => {
                argument(selector, needs);
                let is_number = matches!(selector, InlineExpression::FunctionReference { .. });
                for variant in variants {
                    if let (VariantKey::Identifier { name }, false) = (&variant.key, is_number) {
                        needs.codes.insert((*name).to_owned());
                    }
                    look(&variant.value, needs);
                }
            }
        }
    }
}

fn argument(expression: &InlineExpression<&'static str>, needs: &mut Needs) {
    match expression {
        InlineExpression::VariableReference { id } => drop(needs.arguments.insert(id.name.to_owned())),
        InlineExpression::FunctionReference { arguments, .. } => arguments.positional.iter().for_each(|inner| argument(inner, needs)),
        InlineExpression::Placeable { expression } => match expression.as_ref() {
            Expression::Inline(inline) => argument(inline, needs),
            Expression::Select { .. } => panic!("a choice within a choice without a text around it"),
        },
        _ => {}
    }
}

#[test]
fn every_language_has_every_message_with_the_same_arguments_and_codes() {
    let english = messages(SOURCES[0].1);
    for (language, files) in SOURCES {
        let theirs = messages(files);
        for (id, needs) in &english {
            assert_eq!(theirs.get(id), Some(needs), "{id} in {language}");
        }
        let surplus: Vec<&String> = theirs.keys().filter(|id| !english.contains_key(*id)).collect();
        assert!(surplus.is_empty(), "{surplus:?} only in {language}");
    }
    assert_eq!(SOURCES.len(), LANGUAGES.len());
}

fn sources(folder: &Path, endings: &[&str], found: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).expect("a folder of the repository") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            sources(&path, endings, found);
        } else if endings.iter().any(|ending| path.extension().is_some_and(|extension| extension == *ending)) {
            let text = std::fs::read_to_string(&path).expect("text");
            found.push((path, text));
        }
    }
}

/// The product's own code and templates, without its tests.
fn product() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let mut found = vec![];
    for folder in ["api/src", "api/templates", "shared/src", "shared/templates", "worker/src", "src"] {
        sources(&root.join(folder), &["rs", "html", "txt"], &mut found);
    }
    found.retain(|(path, _)| !path.ends_with("tests.rs") && !path.ends_with("catalogue_tests.rs"));
    for (_, text) in &mut found {
        if let Some(tests) = text.find("#[cfg(test)]\nmod tests {") {
            text.truncate(tests);
        }
    }
    found
}

/// The texts between quotation marks, as far as they look like the id of a message.
fn ids(text: &str) -> impl Iterator<Item = &str> {
    let is_id = |word: &&str| word.contains('-') && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    text.split('"').filter(is_id)
}

#[test]
fn every_message_is_said_somewhere_and_none_is_said_that_is_not_written() {
    let english = messages(SOURCES[0].1);
    let product = product();
    let said: BTreeSet<&str> = product.iter().flat_map(|(_, text)| ids(text)).collect();
    // chosen by a status, or by a code that is also the id
    let composed = |id: &str| id.starts_with("title-");
    let unused: Vec<&String> = english.keys().filter(|id| !said.contains(id.as_str()) && !composed(id)).collect();
    assert!(unused.is_empty(), "messages that nobody says: {unused:#?}");
    // what begins like a message is one
    let families: BTreeSet<&str> = english.keys().filter_map(|id| id.split_once('-')).map(|(family, _)| family).collect();
    let strange = |id: &&str| !english.contains_key(*id) && id.split_once('-').is_some_and(|(family, _)| families.contains(family));
    let missing: Vec<&str> = said.iter().copied().filter(strange).filter(|id| !NO_MESSAGES.contains(id)).collect();
    assert!(missing.is_empty(), "ids that nobody has written: {missing:#?}");
}

/// Words that only look like ids of messages.
const NO_MESSAGES: &[&str] = &[
    "buy4me-complete",
    "buy4me-quotes",
    "error-",
    "export-link",
    "last-event-id",
    "paper-link",
    "pay-by-link",
    "pay-link",
    "report-type",
    "request-id",
    "sandbox-page",
    "sandbox-webhook",
    "sms-account",
    "ticket-messages",
    "ticket-uploads",
];

#[test]
fn templates_hold_no_words_of_their_own() {
    for (path, text) in product().into_iter().filter(|(path, _)| path.extension().is_none_or(|extension| extension != "rs")) {
        let mut bare = text;
        for (open, close) in [("{%", "%}"), ("{{", "}}"), ("<style>", "</style>"), ("<", ">")] {
            while let Some(start) = bare.find(open) {
                let end = bare[start..].find(close).unwrap_or_else(|| panic!("{}: {open} without {close}", path.display()));
                bare.replace_range(start..start + end + close.len(), " ");
            }
        }
        let words: Vec<&str> = bare.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).collect();
        let ours = words.iter().filter(|word| !matches!(**word, "Buy4Me" | "x")).collect::<Vec<_>>();
        assert!(ours.is_empty(), "{} says {ours:?} in one language for all", path.display());
    }
}

/// Where a message is due, there is an id and no sentence.
#[test]
fn no_sentence_bypasses_the_catalogue() {
    let english = messages(SOURCES[0].1);
    let doors = ["Message::new(", "Error::conflict(", "Error::Denied(", "Error::Unauthenticated("];
    for (path, text) in product().into_iter().filter(|(path, _)| path.extension().is_some_and(|extension| extension == "rs")) {
        for door in doors {
            for said in text.split(door).skip(1).filter_map(|rest| rest.strip_prefix('"')?.split('"').next()) {
                // a job's own affair: no door ever answers it
                let known = said == "event-already-applied" || english.contains_key(said) || english.contains_key(&format!("error-{said}"));
                assert!(known, "{}: {door}{said:?} is no message", path.display());
            }
        }
        // the last argument of a problem
        for call in text.split("Error::invalid(").skip(1).chain(text.split("roblems.check(").skip(1)) {
            let Some(call) = call.split(&[';', '\n'][..]).next() else { continue };
            let quoted: Vec<&str> = call.split('"').skip(1).step_by(2).collect();
            let Some(last) = quoted.last().filter(|last| last.trim().contains(' ') && last.contains(char::is_lowercase)) else { continue };
            panic!("{}: a problem says {last:?} by itself", path.display());
        }
    }
}
