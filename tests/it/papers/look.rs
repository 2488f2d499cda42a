//! Sheets as PDF, without the rest of the application.

use super::{pictures, title_and_language, words};
use lopdf::Document;
use shared::papers::{Note, Sheet, Table};
use std::sync::LazyLock;
use worker::press::Press;

static PRESS: LazyLock<Press> = LazyLock::new(|| Press::new(None));

/// An invoice of so many lines, as the program writes it.
fn sheet(language: &'static str, lines: usize) -> Sheet {
    let is_arabic = language == "ar";
    let pick = |latin: &str, arabic: &str| if is_arabic { arabic } else { latin }.to_owned();
    let row = |i: usize| {
        let description = match i % 4 {
            0 => pick("Air freight Dakar – Lyon, 12.5 kg", "شحن جوي من داكار إلى ليون، 12.5 كغ"),
            1 => "Apple MacBook Air 13” M5 (2026), 16 GB / 512 GB, Midnight, AZERTY keyboard, with charger and sleeve".to_owned(),
            2 => pick("Service fee", "رسوم الخدمة"),
            _ => pick("Exchange margin EUR/USD", "هامش الصرف EUR/USD"),
        };
        vec![description, format!("{}", i + 1), "1,234.50".to_owned(), "7.25%".to_owned(), format!("{},234.50", i + 1)]
    };
    Sheet {
        language,
        direction: shared::i18n::direction(language),
        title: pick("Invoice", "فاتورة"),
        number: "INV-2026-000123".into(),
        made_at: "2026-11-23T10:00:00Z".parse().unwrap(),
        logo: Some(logo()),
        seller: [
            "Baobab Logistics & Buy4Me S.A.R.L.",
            "12 Rue des Manguiers",
            "Dakar 10200, Sénégal",
            "billing@baobab.example",
            "+221 33 800 00 00",
        ]
        .map(String::from)
        .to_vec(),
        buyer_label: pick("Billed to", "فاتورة إلى"),
        buyer: vec![
            pick("Amina Diallo-Ndiaye de la Fontaine-Sainte-Geneviève", "أمينة ديالو"),
            "amina.diallo@example.com".into(),
            "+15551234567".into(),
        ],
        facts: vec![
            (pick("Number", "الرقم"), "INV-2026-000123".into()),
            (pick("Date", "التاريخ"), pick("November 23, 2026", "23 نوفمبر 2026")),
            (
                pick("Payable", "الاستحقاق"),
                pick("within 14 days, by December 7, 2026", "خلال \u{2068}14\u{2069} يومًا، في موعد أقصاه \u{2068}7 ديسمبر 2026\u{2069}"),
            ),
        ],
        table: Some(Table {
            heads: vec![
                pick("Description", "الوصف"),
                pick("Quantity", "الكمية"),
                pick("Unit price", "سعر الوحدة"),
                pick("Tax", "الضريبة"),
                pick("Amount (USD)", "المبلغ (\u{2068}USD\u{2069})"),
            ],
            rows: (0..lines).map(row).collect(),
        }),
        totals: vec![
            (pick("Subtotal", "المجموع قبل الضريبة"), pick("USD\u{a0}12,345.00", "12,345.00\u{a0}USD")),
            (pick("Tax 7.25%", "الضريبة \u{2068}7.25%\u{2069}"), pick("USD\u{a0}895.01", "895.01\u{a0}USD")),
            (pick("Total", "الإجمالي"), pick("USD\u{a0}13,240.01", "13,240.01\u{a0}USD")),
        ],
        notes: vec![Note {
            label: pick("Bank transfer", "تحويل بنكي"),
            lines: vec![
                "IBAN SN08 SN01 0015 2000 0485 0000 3035".into(),
                "BIC CBAOSNDA, CBAO Attijariwafa".into(),
                pick(
                    "Please give INV-2026-000123 as the reference of your transfer.",
                    "يرجى ذكر \u{2068}INV-2026-000123\u{2069} مرجعًا للتحويل.",
                ),
            ],
        }],
        footer: vec![
            "Baobab Logistics & Buy4Me S.A.R.L.".into(),
            pick("Registration number: SN.DKR.2019.B.12345", "رقم السجل: \u{2068}SN.DKR.2019.B.12345\u{2069}"),
            pick("Tax number: 007612345 2G3", "الرقم الضريبي: \u{2068}007612345 2G3\u{2069}"),
        ],
        page: pick("Page %page of %all", "صفحة \u{2068}%page\u{2069} من \u{2068}%all\u{2069}"),
    }
}

fn logo() -> Vec<u8> {
    let pixel = |x: u32, y: u32| image::Rgba([30, (x % 256) as u8, 190, if (x / 8 + y / 8).is_multiple_of(2) { 255 } else { 60 }]);
    let mut bytes = std::io::Cursor::new(vec![]);
    image::DynamicImage::from(image::RgbaImage::from_fn(240, 80, pixel)).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// Draws samples for people to look at: `PAPERS_DIR=… cargo test --test it -- --ignored samples`.
#[test]
#[ignore = "for people to look at"]
fn samples_are_drawn() {
    let folder = std::path::PathBuf::from(std::env::var("PAPERS_DIR").expect("PAPERS_DIR says where"));
    std::fs::create_dir_all(&folder).unwrap();
    for (language, lines) in [("en", 4), ("en", 40), ("ar", 4), ("ar", 40)] {
        let since = std::time::Instant::now();
        let pdf = PRESS.print(&sheet(language, lines)).unwrap();
        println!("{language} {lines}: {} bytes in {:?}", pdf.len(), since.elapsed());
        std::fs::write(folder.join(format!("{language}-{lines}.pdf")), pdf).unwrap();
    }
    let bare = Sheet { logo: None, table: None, notes: vec![], ..sheet("fr", 0) };
    std::fs::write(folder.join("bare.pdf"), PRESS.print(&bare).unwrap()).unwrap();
}

#[test]
fn every_language_is_laid_out_and_says_which_it_is() {
    for language in shared::i18n::LANGUAGES {
        let pdf = PRESS.print(&sheet(language, 3)).unwrap();
        let (title, said) = title_and_language(&pdf);
        assert_eq!(said, *language);
        assert!(title.ends_with("INV-2026-000123"), "{title}");
        assert!(words(&pdf).contains("INV-2026-000123"), "{language}: {}", words(&pdf));
        assert_eq!(pictures(&pdf), 1, "{language}");
    }
}

#[test]
fn many_lines_go_over_several_pages_each_with_the_headings() {
    let pdf = PRESS.print(&sheet("en", 40)).unwrap();
    let document = Document::load_mem(&pdf).unwrap();
    let pages = document.get_pages().len();
    assert!(pages > 1, "{pages}");
    let all = words(&pdf);
    assert_eq!(all.matches("Unit price").count(), pages, "{all}");
    for page in 1..=pages {
        assert!(all.contains(&format!("Page {page} of {pages}")), "{all}");
    }
    assert_eq!(all.matches("USD 13,240.01").count(), 1);
}

#[test]
fn the_same_sheet_makes_the_same_bytes() {
    let first = PRESS.print(&sheet("ar", 5)).unwrap();
    assert_eq!(first, PRESS.print(&sheet("ar", 5)).unwrap());
    assert_eq!(first, Press::new(None).print(&sheet("ar", 5)).unwrap(), "in another process as well");
}

#[test]
fn what_customers_write_is_text_and_never_markup() {
    let hostile = [
        "#import \"/etc/passwd\": x",
        "#panic()",
        "*bold* _slanted_ `raw`",
        "$ x^2 $",
        "= Heading",
        "<label> @label",
        "https://example.com/#a",
        "\\ \\u{41} // /* */",
        "%page of %all",
        "a-b -- c --- d ... 'q'",
        "[#sys.inputs]",
        "\u{202e}gnihtyna",
        "\u{0}\u{7}\u{feff}",
    ];
    let mut hostiles = sheet("en", 0);
    hostiles.table = Some(Table { heads: vec!["#heads".into()], rows: hostile.iter().map(|text| vec![(*text).to_owned()]).collect() });
    hostiles.buyer = hostile.iter().map(|text| (*text).to_owned()).collect();
    let read = words(&PRESS.print(&hostiles).unwrap());
    for text in &hostile[..7] {
        assert!(read.contains(text), "{text}: {read}");
    }
}

#[test]
fn a_word_of_any_length_and_letters_of_no_font_are_printed() {
    let long = "x".repeat(500);
    let mut odd = sheet("en", 1);
    odd.table = Some(Table {
        heads: vec!["Description".into(), "Amount".into()],
        rows: vec![vec![long.clone(), "1".into()], vec!["\u{10fffd} 🧺 山田".into(), "2".into()]],
    });
    let pdf = PRESS.print(&odd).unwrap();
    assert!(words(&pdf).replace(' ', "").contains(&long));
    // an ordinary one is fit for an archive
    let metadata = |pdf: &[u8]| String::from_utf8_lossy(pdf).contains("pdfaid:part");
    assert!(metadata(&PRESS.print(&sheet("en", 1)).unwrap()) && metadata(&PRESS.print(&sheet("ar", 1)).unwrap()));
}

#[test]
fn without_fonts_of_the_system_the_built_in_ones_do() {
    let folder = tempfile::tempdir().unwrap();
    let press = Press::new(Some(folder.path()));
    for language in ["en", "ar"] {
        assert!(words(&press.print(&sheet(language, 2)).unwrap()).contains("INV-2026-000123"));
    }
}
