//! What of a page's HTML speaks about its product. Read token by token, without a tree: a tree of hostile HTML can be
//! many thousand times as large as its text.

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{StartTag, Token, Tokenizer};

/// More than any honest page has.
const MAX_METAS: usize = 300;
const MAX_SCRIPTS: usize = 50;
const MAX_PROPERTIES: usize = 50;
/// Longest text of a title or property; the rest is not kept.
const MAX_TEXT: usize = 2000;
/// Elements without content, whose text would be all that follows.
const VOID: [&[u8]; 5] = [b"meta", b"link", b"img", b"input", b"br"];
/// Properties of microdata that matter here.
const PROPERTIES: [&str; 3] = ["price", "lowprice", "pricecurrency"];

/// The parts of a page that matter.
#[derive(Debug, Default)]
pub(super) struct Markup {
    title: Option<String>,
    /// Name in lower case, and content.
    metas: Vec<(String, String)>,
    /// Name in lower case, and content or text.
    properties: Vec<(String, String)>,
    /// Scripts of JSON-LD.
    pub(super) scripts: Vec<String>,
}

/// An element whose text is being gathered.
struct Open {
    what: What,
    element: Vec<u8>,
    depth: usize,
    text: String,
}

enum What {
    Title,
    Script,
    Property(String),
}

impl Markup {
    /// Never fails: whatever is odd is skipped, as browsers do.
    pub(super) fn of(html: &str) -> Self {
        let mut emitter = DefaultEmitter::default();
        emitter.naively_switch_states(true);
        let (mut markup, mut open) = (Self::default(), None);
        for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
            match token {
                Token::StartTag(tag) => markup.start(&tag, &mut open),
                Token::EndTag(tag) => markup.end(&tag.name, &mut open),
                Token::String(text) => gather(&mut open, &text.value),
                Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
            }
        }
        markup
    }

    /// The first of these meta elements that says something; names in lower case.
    pub(super) fn meta(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| first(&self.metas, name))
    }

    /// The first property of this name that says something; in lower case.
    pub(super) fn property(&self, name: &str) -> Option<&str> {
        first(&self.properties, name)
    }

    /// The page's title.
    pub(super) fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    fn start(&mut self, tag: &StartTag<()>, open: &mut Option<Open>) {
        if let Some(open) = open {
            open.depth += usize::from(open.element == *tag.name);
        }
        let begin = |what| Some(Open { what, element: tag.name.to_vec(), depth: 1, text: String::new() });
        match tag.name.as_slice() {
            b"title" if self.title.is_none() && open.is_none() => *open = begin(What::Title),
            // a script ends whatever was open: its text is nobody else's
            b"script" if is_linked_data(tag) && self.scripts.len() < MAX_SCRIPTS => *open = begin(What::Script),
            b"meta" if self.metas.len() < MAX_METAS => self.metas.extend(named(tag, &["property", "name"])),
            _ => {}
        }
        let Some(name) = value(tag, "itemprop").and_then(|names| {
            names.to_ascii_lowercase().split_ascii_whitespace().find(|name| PROPERTIES.contains(name)).map(str::to_owned)
        }) else {
            return;
        };
        match value(tag, "content") {
            _ if self.properties.len() >= MAX_PROPERTIES => {}
            Some(content) => self.properties.push((name, content)),
            None if VOID.contains(&tag.name.as_slice()) || tag.self_closing || open.is_some() => {}
            None => *open = begin(What::Property(name)),
        }
    }

    fn end(&mut self, element: &[u8], open: &mut Option<Open>) {
        let Some(mut ended) = open.take_if(|open| open.element == element) else { return };
        ended.depth -= 1;
        if ended.depth > 0 {
            *open = Some(ended);
            return;
        }
        match ended.what {
            What::Title => self.title = Some(ended.text),
            What::Script => self.scripts.push(ended.text),
            What::Property(name) => self.properties.push((name, ended.text)),
        }
    }
}

fn gather(open: &mut Option<Open>, text: &[u8]) {
    let Some(open) = open else { return };
    let is_short = matches!(open.what, What::Script) || open.text.len() < MAX_TEXT;
    if is_short {
        open.text.push_str(&String::from_utf8_lossy(text));
    }
}

fn is_linked_data(tag: &StartTag<()>) -> bool {
    value(tag, "type").is_some_and(|kind| kind.trim().to_ascii_lowercase().starts_with("application/ld+json"))
}

fn named(tag: &StartTag<()>, attributes: &[&str]) -> Option<(String, String)> {
    let name = attributes.iter().find_map(|attribute| value(tag, attribute))?;
    Some((name.trim().to_ascii_lowercase(), value(tag, "content")?))
}

fn value(tag: &StartTag<()>, attribute: &str) -> Option<String> {
    tag.attributes.get(attribute.as_bytes()).map(|value| String::from_utf8_lossy(value).into_owned())
}

fn first<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(known, text)| known == name && !text.trim().is_empty()).map(|(_, text)| text.as_str())
}
