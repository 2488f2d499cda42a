//! Papers as PDF: how long one takes, and how much memory stays with the process that made them.

use crate::process::resident;
use crate::report::Table;
use crate::{Bench, note};
use anyhow::{Result, anyhow};
use shared::papers::{Note, Sheet, Table as Lines};
use std::time::{Duration, Instant};
use worker::press::Press;

/// Lines, and how many papers of so many are made.
const CASES: [(usize, u32); 3] = [(10, 200), (40, 100), (200, 30)];

pub async fn run(bench: &Bench) -> Result<String> {
    note("papers: pages of 10, 40 and 200 lines");
    let share = if bench.size.run < Duration::from_secs(5) { 10 } else { 1 };
    tokio::task::spawn_blocking(move || measure(share)).await?
}

fn measure(share: u32) -> Result<String> {
    let before = resident(std::process::id())?;
    let mut text = "\n### Papers\n\n".to_owned();
    let mut table = Table::new(&["lines", "pages", "KiB", "first, ms", "then, ms each"]);
    let since = Instant::now();
    let press = Press::new(None);
    let fonts = since.elapsed();
    for language in ["en", "ar"] {
        for (lines, count) in CASES {
            let sheet = sheet(language, lines);
            let print = || press.print(&sheet).map_err(|reason| anyhow!(reason));
            let since = Instant::now();
            let pdf = print()?;
            let first = since.elapsed();
            let (since, count) = (Instant::now(), (count / share).max(1));
            for _ in 0..count {
                print()?;
            }
            let each = since.elapsed() / count;
            let pages = pdf.windows(10).filter(|part| part.starts_with(b"/Type/Page") && part[9] != b's').count();
            let ms = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1000.0);
            table.row([format!("{lines}, {language}"), pages.to_string(), (pdf.len() / 1024).to_string(), ms(first), ms(each)]);
        }
    }
    text.push_str(&format!(
        "{table}\nOne after another, on one core. Finding the fonts takes {} ms, once in a process. Resident memory of this process: {before:.1} MiB \
         before, {:.1} MiB after.\n",
        fonts.as_millis(),
        resident(std::process::id())?,
    ));
    Ok(text)
}

fn sheet(language: &'static str, lines: usize) -> Sheet {
    let pick = |latin: &str, arabic: &str| if language == "ar" { arabic } else { latin }.to_owned();
    let row = |i: usize| {
        let what = pick("Air freight to Dakar, 12.5 kg, parcel", "شحن جوي إلى داكار، 12.5 كغ، طرد");
        vec![format!("{what} {i}"), "1".to_owned(), "1,234.50".to_owned(), "1,234.50".to_owned()]
    };
    Sheet {
        language,
        direction: shared::i18n::direction(language),
        title: pick("Invoice", "فاتورة"),
        number: "INV-2026-000123".to_owned(),
        made_at: shared::clock::Time::default(),
        logo: None,
        seller: vec!["Baobab Logistics".to_owned(), "12 Rue des Manguiers".to_owned(), "Dakar".to_owned()],
        buyer_label: pick("Billed to", "فاتورة إلى"),
        buyer: vec!["Amina Diallo".to_owned(), "amina@example.com".to_owned()],
        facts: vec![
            (pick("Number", "الرقم"), "INV-2026-000123".to_owned()),
            (pick("Date", "التاريخ"), pick("November 23, 2026", "23 نوفمبر 2026")),
        ],
        table: Some(Lines {
            heads: vec![
                pick("Description", "الوصف"),
                pick("Quantity", "الكمية"),
                pick("Unit price", "سعر الوحدة"),
                pick("Amount", "المبلغ"),
            ],
            rows: (0..lines).map(row).collect(),
        }),
        totals: vec![(pick("Total", "الإجمالي"), "USD 13,240.01".to_owned())],
        notes: vec![Note { label: pick("Bank transfer", "تحويل بنكي"), lines: vec!["IBAN SN08 SN01 0015 2000".to_owned()] }],
        footer: vec!["Baobab Logistics".to_owned()],
        page: pick("Page %page of %all", "صفحة %page من %all"),
    }
}
