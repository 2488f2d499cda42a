//! The message catalogue: every user-visible string is a Fluent message in `<language>/*.ftl`.

pub mod format;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::sync::LazyLock;

/// Languages with a whole catalogue, the fallback first: pages, mails and errors speak these.
pub const LANGUAGES: &[&str] = &["en"];

/// Languages that a customer may choose, the fallback first. Papers and the pages to pay speak all of them; whatever a catalogue lacks is English.
pub const OFFERED: &[&str] = &["en", "ar", "fr", "es", "de"];

const SOURCES: &[(&str, &[&str])] = &[
    (
        "en",
        &[
            include_str!("en/errors.ftl"),
            include_str!("en/auth.ftl"),
            include_str!("en/billing.ftl"),
            include_str!("en/mail.ftl"),
            include_str!("en/account.ftl"),
            include_str!("en/page.ftl"),
            include_str!("en/notice.ftl"),
            include_str!("en/shipments.ftl"),
            include_str!("en/buy4me.ftl"),
            include_str!("en/failure.ftl"),
            include_str!("en/pay.ftl"),
            include_str!("en/paper.ftl"),
        ],
    ),
    ("ar", &[include_str!("ar/pay.ftl"), include_str!("ar/paper.ftl")]),
    ("fr", &[include_str!("fr/pay.ftl"), include_str!("fr/paper.ftl")]),
    ("es", &[include_str!("es/pay.ftl"), include_str!("es/paper.ftl")]),
    ("de", &[include_str!("de/pay.ftl"), include_str!("de/paper.ftl")]),
];

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

    /// The text in `language`, or in English where that language lacks it.
    pub fn text(&self, language: &str) -> String {
        text(language, self.id, &self.args)
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
pub fn text(language: &str, id: &str, args: &[(&'static str, String)]) -> String {
    let chosen = CATALOGUE.iter().find(|(l, _)| *l == language).into_iter().chain(CATALOGUE.first());
    for (_, bundle) in chosen {
        let Some(pattern) = bundle.get_message(id).and_then(|m| m.value()) else { continue };
        let args: FluentArgs = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
        return bundle.format_pattern(pattern, Some(&args), &mut vec![]).into_owned();
    }
    tracing::warn!(message_id = id, "message missing from the catalogue");
    id.to_owned()
}

/// The language that a tag asks for, if it is offered: `de-AT` is German.
pub fn offered(tag: &str) -> Option<&'static str> {
    known(OFFERED, tag)
}

fn known(languages: &[&'static str], tag: &str) -> Option<&'static str> {
    let primary = tag.split(['-', '_']).next().unwrap_or_default();
    languages.iter().find(|language| language.eq_ignore_ascii_case(primary)).copied()
}

/// The first language we speak among those wanted: an explicit choice, the user's setting, then `Accept-Language` by its
/// weights (RFC 9110 §12.5.4). English when none fits.
pub fn choose(explicit: Option<&str>, user: Option<&str>, accept: Option<&str>) -> &'static str {
    choose_among(LANGUAGES, explicit, user, accept)
}

/// The same among the languages that something is written in, the fallback first.
pub fn choose_among(languages: &[&'static str], explicit: Option<&str>, user: Option<&str>, accept: Option<&str>) -> &'static str {
    let known = |tag: &str| known(languages, tag);
    let mut wanted: Vec<(f32, &str)> = accept
        .unwrap_or_default()
        .split(',')
        .filter_map(|part| {
            let (tag, weight) = part.trim().split_once(";q=").unwrap_or((part.trim(), "1"));
            let weight: f32 = weight.parse().ok()?;
            (weight > 0.0).then_some((weight, tag))
        })
        .collect();
    wanted.sort_by(|a, b| b.0.total_cmp(&a.0));
    explicit
        .and_then(known)
        .or_else(|| user.and_then(known))
        .or_else(|| wanted.iter().find_map(|(_, tag)| known(tag)))
        .unwrap_or(languages.first().copied().unwrap_or("en"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_catalogue_parses_and_every_language_has_one() {
        assert_eq!(CATALOGUE.iter().map(|(l, _)| *l).collect::<Vec<_>>(), OFFERED);
        assert!(LANGUAGES.iter().all(|language| OFFERED.contains(language)));
        assert!(!Message::new("error-not-found").text("en").starts_with("error-"));
    }

    #[test]
    fn what_is_written_in_several_languages_says_the_same_in_each() {
        let ids = |text: &str| -> Vec<String> {
            let heads = text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
            heads.filter_map(|line| Some(line.split_once(" =")?.0.to_owned())).collect()
        };
        let english = [ids(include_str!("en/pay.ftl")), ids(include_str!("en/paper.ftl"))].concat();
        for (language, files) in &SOURCES[1..] {
            assert_eq!(files.iter().flat_map(|file| ids(file)).collect::<Vec<_>>(), english, "{language}");
        }
        assert_eq!(choose_among(OFFERED, None, Some("ar-EG"), Some("fr")), "ar");
        assert_eq!(choose(None, Some("ar"), Some("fr")), "en", "the rest is not written in Arabic");
    }

    #[test]
    fn arabic_has_six_forms_of_a_number() {
        let args = |days: &str| vec![("days", days.to_owned()), ("date", String::new())];
        let forms = ["0", "1", "2", "3", "11", "100"].map(|days| text("ar", "paper-terms", &args(days)).replace(days, "#"));
        assert!((1..forms.len()).all(|i| !forms[..i].contains(&forms[i])), "{forms:#?}");
    }

    #[test]
    fn accept_language_is_weighed_and_unknown_tags_fall_back() {
        assert_eq!(choose(None, None, Some("xx;q=0.9, en-GB;q=0.2")), "en");
        assert_eq!(choose(Some("EN"), None, Some("*;q=bad")), "en");
    }

    #[test]
    fn a_number_has_its_plural_form() {
        let life = |hours: &str| text("en", "account-life-hours", &[("hours", hours.to_owned())]);
        assert!(life("1").contains("1 hour.") && life("2").contains("2 hours."), "{} {}", life("1"), life("2"));
    }
}
