//! The message catalogue: every user-visible string is a Fluent message in `<language>/*.ftl`.

#[cfg(test)]
mod catalogue_tests;
pub mod days;
pub mod format;
pub(crate) mod words;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::sync::LazyLock;

/// Languages that people may choose, the fallback first; each has the whole catalogue.
pub const LANGUAGES: &[&str] = &["en", "ar", "fr", "es", "de"];

/// The catalogue of a language: the same files in each.
macro_rules! catalogue {
    ($language:literal) => {
        ($language, catalogue!($language: "errors", "auth", "billing", "mail", "account", "page", "notice", "shipments", "buy4me", "failure", "pay", "paper", "feedback", "support", "report", "dashboard"))
    };
    ($language:literal: $($file:literal),+) => {
        &[$(include_str!(concat!($language, "/", $file, ".ftl"))),+]
    };
}

const SOURCES: &[(&str, &[&str])] = &[catalogue!("en"), catalogue!("ar"), catalogue!("fr"), catalogue!("es"), catalogue!("de")];

/// A message by its id with its arguments; turned into text at the door, where the reader's language is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Fluent id, also the stable `code` of errors.
    pub id: &'static str,
    /// Named arguments.
    pub args: Vec<(&'static str, String)>,
}

impl Message {
    /// A message without arguments; add them by [`Message::with`].
    pub fn new(id: &'static str) -> Self {
        Self { id, args: vec![] }
    }

    /// Adds an argument.
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// The text in `language`, or in English where that language lacks it; amounts among the arguments as that language
    /// writes them.
    pub fn text(&self, language: &str) -> String {
        let args: Vec<_> = self.args.iter().map(|(name, value)| (*name, format::written(language, value))).collect();
        text(language, self.id, &args)
    }
}

impl From<&'static str> for Message {
    fn from(id: &'static str) -> Self {
        Self::new(id)
    }
}

static CATALOGUE: LazyLock<Vec<(&str, FluentBundle<FluentResource>)>> =
    LazyLock::new(|| SOURCES.iter().map(|(language, files)| (*language, bundle(language, files))).collect());

fn bundle(language: &str, files: &[&str]) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec![language.parse().expect("a language tag of ours")]);
    // Fluent wraps arguments into invisible direction marks. Readers of a left-to-right language do not need them, and
    // programs that read our JSON and subject lines stumble over them; right-to-left catalogues need them.
    bundle.set_use_isolating(direction(language) == "rtl");
    bundle.add_function("NUMBER", number).expect("no other function has this name");
    for file in files {
        let resource = FluentResource::try_new((*file).to_owned()).expect("the catalogue parses: a test reads it");
        bundle.add_resource(resource).expect("no message id is defined twice: a test reads it");
    }
    bundle
}

/// `{ NUMBER($hours) -> [one] … *[other] … }`: arguments are texts, and only a number has a plural form.
fn number<'a>(positional: &[FluentValue<'a>], _: &FluentArgs) -> FluentValue<'a> {
    match positional {
        [FluentValue::String(text)] => FluentValue::try_number(text).into_owned(),
        _ => FluentValue::Error,
    }
}

/// Where lines begin: the value of `dir` in HTML.
pub fn direction(language: &str) -> &'static str {
    match language {
        "ar" | "fa" | "he" | "ur" => "rtl",
        _ => "ltr",
    }
}

/// The message `id` in `language` (English if that language lacks it). A message that nobody wrote shows its id.
pub fn text(language: &str, id: &str, args: &[(&str, String)]) -> String {
    let chosen = CATALOGUE.iter().find(|(l, _)| *l == language).into_iter().chain(CATALOGUE.first());
    for (_, bundle) in chosen {
        let Some(pattern) = bundle.get_message(id).and_then(|m| m.value()) else { continue };
        let args: FluentArgs = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
        return bundle.format_pattern(pattern, Some(&args), &mut vec![]).into_owned();
    }
    tracing::error!(message_id = id, "message missing from the catalogue");
    id.to_owned()
}

/// Without the invisible direction marks, for subjects and whatever programs read.
pub fn plain(text: &str) -> String {
    text.replace(['\u{2068}', '\u{2069}'], "")
}

/// The language that a tag asks for, if we speak it: `de-AT` is German.
pub fn offered(tag: &str) -> Option<&'static str> {
    let primary = tag.split(['-', '_']).next().unwrap_or_default();
    LANGUAGES.iter().find(|language| language.eq_ignore_ascii_case(primary)).copied()
}

/// The first language we speak among those wanted: an explicit choice, the user's setting, then `Accept-Language` by its
/// weights (RFC 9110 §12.5.4). English when none fits.
pub fn choose(explicit: Option<&str>, user: Option<&str>, accept: Option<&str>) -> &'static str {
    let mut wanted: Vec<(f32, &str)> = accept
        .unwrap_or_default()
        .split(',')
        .filter_map(|part| {
            let (tag, weight) = part.split_once(';').unwrap_or((part, "q=1"));
            let (tag, weight): (_, f32) = (tag.trim(), weight.trim().strip_prefix("q=")?.trim().parse().ok()?);
            (weight > 0.0).then_some((weight, tag))
        })
        .collect();
    wanted.sort_by(|a, b| b.0.total_cmp(&a.0));
    explicit
        .and_then(offered)
        .or_else(|| user.and_then(offered))
        .or_else(|| wanted.iter().find_map(|(_, tag)| offered(tag)))
        .unwrap_or(LANGUAGES[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_catalogue_parses_and_every_language_has_one() {
        assert_eq!(CATALOGUE.iter().map(|(l, _)| *l).collect::<Vec<_>>(), LANGUAGES);
        assert!(!Message::new("error-not-found").text("en").starts_with("error-"));
    }

    #[test]
    fn arabic_has_six_forms_of_a_number() {
        let args = |days: &str| vec![("days", days.to_owned()), ("date", String::new())];
        let forms = ["0", "1", "2", "3", "11", "100"].map(|days| text("ar", "paper-terms", &args(days)).replace(days, "#"));
        assert!((1..forms.len()).all(|i| !forms[..i].contains(&forms[i])), "{forms:#?}");
    }

    #[test]
    fn a_choice_goes_before_the_account_and_that_before_the_browser() {
        assert_eq!(choose(Some("fr"), Some("ar"), Some("de")), "fr");
        assert_eq!(choose(None, Some("ar-EG"), Some("de")), "ar");
        assert_eq!(choose(None, None, Some("xx;q=0.9, de-AT;q=0.2, es;q=0.1")), "de");
        assert_eq!(choose(None, None, Some("fr; q=0.9, en ; q=0.8, de;q=0")), "fr");
        assert_eq!(choose(Some("EN"), None, Some("*;q=bad")), "en");
        assert_eq!(choose(Some("xx"), None, None), "en");
    }

    #[test]
    fn a_number_has_its_plural_form() {
        let life = |hours: &str| text("en", "account-life-hours", &[("hours", hours.to_owned())]);
        assert!(life("1").contains("1 hour.") && life("2").contains("2 hours."), "{} {}", life("1"), life("2"));
    }
}
