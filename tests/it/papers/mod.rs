//! Papers: what they say, how they look to a second reader of PDF, who gets them.

mod look;

use lopdf::Document;

/// The text of all pages, as another program reads it.
pub fn words(pdf: &[u8]) -> String {
    let document = Document::load_mem(pdf).expect("a PDF that another library reads");
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    document.extract_text(&pages).expect("text")
}
