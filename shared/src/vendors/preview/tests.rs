//! Pages of shops of several kinds, made up here, and what is read from them.

use super::*;
use crate::money::Currency;
use proptest::prelude::*;

const PAGE: &str = "https://shop.example.com/products/kettle?ref=1";

fn of(html: &str) -> Preview {
    read(html, &PAGE.parse().unwrap())
}

/// Title, price with its currency, picture.
fn told(html: &str) -> (Option<String>, Option<String>, Option<String>) {
    let Preview { title, price, image_url } = of(html);
    (title, price.map(|price| price.to_string()), image_url)
}

fn is(title: &str, price: &str, image: &str) -> (Option<String>, Option<String>, Option<String>) {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    (some(title), some(price), some(image))
}

fn linked(json: &str) -> String {
    format!("<html><head><title>Shop | Kettle</title><script type=\"application/ld+json\">{json}</script></head></html>")
}

#[test]
fn a_product_with_one_offer() {
    let html = linked(
        r#"{"@context": "https://schema.org/", "@type": "Product", "name": "Electric kettle", "image": ["/img/1.jpg", "/img/2.jpg"],
            "offers": {"@type": "Offer", "price": "34.90", "priceCurrency": "EUR"}}"#,
    );
    assert_eq!(told(&html), is("Electric kettle", "34.90 EUR", "https://shop.example.com/img/1.jpg"));
}

#[test]
fn a_graph_with_numbers_and_full_type_names() {
    let html = linked(
        r#"{"@context": "https://schema.org", "@graph": [
            {"@type": "BreadcrumbList", "name": "Kitchen"}, {"@type": "Organization", "name": "Shop", "logo": "/logo.png"},
            {"@type": ["https://schema.org/Product", "Thing"], "name": "Kettle", "image": {"@type": "ImageObject", "url": "//cdn.example.com/k.webp"},
             "offers": [{"@type": "Offer", "price": 19.99, "priceCurrency": "usd"}, {"@type": "Offer", "price": 9.99, "priceCurrency": "USD"}]}]}"#,
    );
    assert_eq!(told(&html), is("Kettle", "19.99 USD", "https://cdn.example.com/k.webp"));
}

#[test]
fn several_offers_are_summed_up_by_their_lowest_price() {
    let html = linked(
        r#"[{"@type": "WebSite", "name": "Shop"}, {"@type": "Product", "name": "Kettle",
            "offers": {"@type": "AggregateOffer", "lowPrice": "1299", "highPrice": "1499", "priceCurrency": "JPY", "offerCount": 3}}]"#,
    );
    assert_eq!(told(&html), is("Kettle", "1299 JPY", ""));
}

#[test]
fn a_price_specification_is_read_and_a_struck_through_price_is_not() {
    let html = linked(
        r#"{"@type": "Product", "name": "Kettle", "offers": {"@type": "Offer", "priceSpecification": [
            {"@type": "UnitPriceSpecification", "priceType": "https://schema.org/ListPrice", "price": 50, "priceCurrency": "GBP"},
            {"@type": "UnitPriceSpecification", "price": 40, "priceCurrency": "GBP"}]}}"#,
    );
    assert_eq!(told(&html), is("Kettle", "40.00 GBP", ""));
}

#[test]
fn a_group_costs_what_its_first_variant_costs() {
    let html = linked(
        r#"{"@type": "ProductGroup", "name": "Shirt", "hasVariant": [{"@type": "Product", "name": "Shirt, red"},
            {"@type": "Product", "name": "Shirt, blue", "offers": {"price": "12.00", "priceCurrency": "EUR"}}]}"#,
    );
    assert_eq!(told(&html), is("Shirt", "12.00 EUR", ""));
}

#[test]
fn what_a_page_recommends_is_not_what_it_is_about() {
    let html = linked(
        r#"{"@type": "WebPage", "relatedLink": {"@type": "Product", "name": "Toaster"},
            "mainEntity": {"@type": "Product", "name": "Kettle", "isRelatedTo": {"@type": "Product", "name": "Cup",
            "offers": {"price": 1, "priceCurrency": "USD"}}}}"#,
    );
    assert_eq!(told(&html), is("Kettle", "", ""));
    let list = r#"{"@type": "ItemList", "itemListElement": [{"@type": "Product", "name": "Cup"}]}"#;
    assert_eq!(told(&linked(list)), is("Shop | Kettle", "", ""));
}

#[test]
fn broken_json_is_mended_or_skipped() {
    let wrapped = "\n//<![CDATA[\n{\"@type\": \"Product\", \"name\": \"Two\nlines\"}\n//]]>\n";
    assert_eq!(told(&linked(wrapped)), is("Two lines", "", ""));
    let second = format!("{}{}", linked("{\"@type\": \"Product\", \"name\": \"A\",}"), linked("{\"@type\": \"Product\", \"name\": \"B\"}"));
    assert_eq!(told(&second), is("B", "", ""));
    let deep = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
    assert_eq!(told(&linked(&deep)), is("Shop | Kettle", "", ""));
    let mut offers = "1".to_owned();
    for _ in 0..40 {
        offers = format!("{{\"offers\": [{offers}], \"priceCurrency\": \"USD\"}}");
    }
    assert_eq!(told(&linked(&format!("{{\"@type\": \"Product\", \"name\": \"C\", \"offers\": {offers}}}"))), is("C", "", ""));
}

#[test]
fn open_graph_speaks_where_nothing_better_does() {
    let html = r#"<!DOCTYPE html><HTML><HEAD><META PROPERTY="og:title" CONTENT="Kettle &amp; cup &#x27;2&#x27;">
        <meta property='og:image' content='../k.jpg'><meta property=product:price:amount content="1.234,50">
        <meta property="product:price:currency" content="EUR"><title>Shop</title></head>"#;
    assert_eq!(told(html), is("Kettle & cup '2'", "1234.50 EUR", "https://shop.example.com/k.jpg"));
    let old = r#"<meta property="og:title" content=""><meta name="og:price:amount" content="5"><meta name="og:price:currency" content="CHF">
        <title>Shop</title>"#;
    assert_eq!(told(old), is("Shop", "5.00 CHF", ""));
}

#[test]
fn json_ld_is_believed_before_open_graph_and_that_before_microdata() {
    let html = format!(
        r#"{}<meta property="og:title" content="Other"><meta property="product:price:amount" content="7.00">
        <meta property="product:price:currency" content="USD"><span itemprop="price" content="8.00"></span>
        <meta itemprop="priceCurrency" content="USD">"#,
        linked(r#"{"@type": "Product", "name": "Kettle"}"#)
    );
    assert_eq!(told(&html), is("Kettle", "7.00 USD", ""));
}

#[test]
fn microdata_is_read_from_contents_and_from_texts() {
    let contents = r#"<title>Kettle</title><div itemscope itemtype="https://schema.org/Offer"><meta itemprop="priceCurrency" content="USD">
        <span itemprop="price" content="1000.00">$1,000.00</span></div>"#;
    assert_eq!(told(contents), is("Kettle", "1000.00 USD", ""));
    let texts = r#"<title>Kettle</title><span itemprop="offers price"><span>1 299</span>,00 <sup>zł</sup></span> each
        <b itemprop="priceCurrency">PLN</b>"#;
    assert_eq!(told(texts), is("Kettle", "1299.00 PLN", ""));
}

#[test]
fn a_price_without_its_currency_or_with_two_meanings_is_none() {
    for (amount, currency) in [("12.00", ""), ("12.00", "€"), ("12.00", "XYZ"), ("1.299", "EUR"), ("from 12", "EUR"), ("12.00", "E U R")]
    {
        let html = format!(
            "<title>K</title><meta property=\"product:price:amount\" content=\"{amount}\"><meta property=\"product:price:currency\" content=\"{currency}\">"
        );
        assert_eq!(told(&html), is("K", "", ""), "{amount} {currency}");
    }
}

#[test]
fn titles_are_one_plain_line_of_three_hundred_characters() {
    assert_eq!(told("<title>\n  Tea\u{1}\u{7}pot \u{202e}&nbsp; blue\t</title>"), is("Teapot blue", "", ""));
    assert_eq!(told("<title>  \n </title>"), is("", "", ""));
    assert_eq!(of(&format!("<title>{}</title>", "é".repeat(400))).title.unwrap().chars().count(), 300);
    assert_eq!(told("<title><script>alert(1)</script></title><title>second</title>"), is("<script>alert(1)</script>", "", ""));
    assert_eq!(told("<!-- <title>hidden</title> --><textarea><title>typed</title></textarea><p>no title"), is("", "", ""));
}

#[test]
fn pictures_are_web_addresses() {
    let image = |content: &str| of(&format!("<meta property=\"og:image\" content=\"{content}\">")).image_url;
    assert_eq!(image("a b.png").as_deref(), Some("https://shop.example.com/products/a%20b.png"));
    assert_eq!(image("http://cdn.example.com/1.png").as_deref(), Some("http://cdn.example.com/1.png"));
    let long = format!("/{}", "x".repeat(2000));
    for bad in [
        "",
        " ",
        "javascript:alert(1)",
        "data:image/png;base64,AAAA",
        "https://u:p@cdn.example.com/",
        "https://",
        "ftp://a.example/",
        &long,
    ] {
        assert_eq!(image(bad), None, "{bad}");
    }
}

#[test]
fn pages_are_read_in_the_encoding_that_they_declare() {
    let title = |content_type: &str, body: &[u8]| {
        let page = WebPage { url: PAGE.parse().unwrap(), content_type: content_type.into(), body: body.into() };
        read(&text_of(&page), &page.url).title
    };
    let cases: &[(&str, &[u8])] = &[
        ("text/html", "<title>Théière</title>".as_bytes()),
        ("text/html; charset=UTF-8", "<title>Théière</title>".as_bytes()),
        ("text/html; charset=ISO-8859-1", b"<title>Th\xe9i\xe8re</title>"),
        ("text/html; charset=\"latin1\"", b"<title>Th\xe9i\xe8re</title>"),
        ("text/html", b"<meta charset='windows-1252'><title>Th\xe9i\xe8re</title>"),
        ("text/html", b"<meta http-equiv=Content-Type content='text/html; charset=iso-8859-15'><title>Th\xe9i\xe8re</title>"),
        ("text/html; charset=nonsense", "<title>Théière</title>".as_bytes()),
        ("text/html; charset=latin1", b"\xef\xbb\xbf<title>Th\xc3\xa9i\xc3\xa8re</title>"),
        ("text/html", "<meta charset=utf-16><title>Théière</title>".as_bytes()),
    ];
    for (content_type, body) in cases {
        assert_eq!(title(content_type, body).as_deref(), Some("Théière"), "{content_type}");
    }
    assert!(title("text/html", b"<title>\xff\xfe\xfd</title>").is_some());
}

#[test]
fn a_page_made_to_grow_takes_no_longer_than_any_other() {
    let page: Url = PAGE.parse().unwrap();
    for part in [
        "<b a=1><p>",
        "<span itemprop=price>",
        "<title>",
        "<meta property=og:title content=>",
        "<a ",
        "&",
        "<!--",
        "<script type=application/ld+json>[",
    ] {
        read(&part.repeat(300_000 / part.len()), &page);
    }
}

/// Pieces of which odd pages are made.
fn odd_page() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "<",
        ">",
        "</",
        "\"",
        "'",
        "=",
        "&",
        "&#x",
        "&amp;",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<title>",
        "</title>",
        "<script type=application/ld+json>",
        "</script>",
        "<meta property=og:title content=",
        "<meta property=product:price:amount content=",
        "<meta property=product:price:currency content=EUR>",
        "<span itemprop=price>",
        "</span>",
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"@type\":\"Product\"",
        "\"offers\":",
        "\"price\":",
        "\"priceCurrency\":\"EUR\"",
        "\"name\":",
        "1.234,56",
        "-1",
        "9e999",
        "\u{0}",
        "é",
        "\u{202e}",
        "😀",
        " ",
        "\n",
    ]);
    let pieces = prop_oneof![4 => piece.prop_map(str::to_owned), 1 => any::<String>()];
    prop::collection::vec(pieces, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn whatever_a_page_holds_it_is_read_within_its_bounds(html in odd_page()) {
        let Preview { title, price, image_url } = of(&html);
        prop_assert!(title.is_none_or(|title| (1..=MAX_TITLE).contains(&title.chars().count()) && !title.contains(char::is_control)));
        prop_assert!(price.is_none_or(|price| price.minor > 0));
        prop_assert!(image_url.is_none_or(|url| url.len() <= MAX_IMAGE && url.starts_with("http")));
    }

    #[test]
    fn whatever_a_product_says_it_is_read_without_harm(json in odd_page(), price in any::<f64>(), name in any::<String>()) {
        of(&linked(&json));
        let product = serde_json::json!({ "@type": "Product", "name": name, "offers": { "price": price, "priceCurrency": "EUR" } });
        of(&linked(&product.to_string()));
    }

    #[test]
    fn amounts_survive_being_written_as_each_country_does(minor in 1i64..100_000_000, style in prop::sample::select(vec![(',', '.'), ('.', ','), (' ', ','), ('\'', '.')])) {
        let (group, point) = style;
        let (whole, cents) = ((minor / 100).to_string(), minor % 100);
        let mut grouped = String::new();
        for (i, digit) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i) % 3 == 0 {
                grouped.push(group);
            }
            grouped.push(digit);
        }
        let currency = Currency::parse("currency", "EUR").unwrap();
        let written = format!("{grouped}{point}{cents:02} €");
        prop_assert_eq!(price::written(&written, currency).map(|price| price.minor), Some(minor), "{}", written);
    }

    #[test]
    fn encodings_cannot_break_it(content_type in any::<String>(), body in prop::collection::vec(any::<u8>(), 0..300)) {
        let page = WebPage { url: PAGE.parse().unwrap(), content_type, body };
        read(&text_of(&page), &page.url);
    }
}
