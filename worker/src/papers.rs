//! Lays papers out as PDF. Fonts are found and the template is read once in a process; a paper's words go in as data, so no
//! customer's text is ever markup.

use serde_json::Value as Json;
use shared::papers::Sheet;
use shared::{App, Error, Result};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};
use tokio::sync::Semaphore;
use typst::comemo;
use typst::foundations::{Bytes, Datetime, Dict, IntoValue, Smart};
use typst_as_lib::typst_kit_options::TypstKitFontOptions;
use typst_as_lib::{TypstEngine, TypstTemplateMainFile};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

static TEMPLATE: &str = include_str!("../templates/paper.typ");

/// Papers laid out at a time: each takes a core and some tens of megabytes.
static TURNS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(2)));

/// Fonts are looked for once; a process has one configuration.
static PRESS: OnceLock<Press> = OnceLock::new();

/// Lays a sheet out, when its turn comes.
pub async fn typeset(app: &App, sheet: Sheet) -> Result<Vec<u8>> {
    let turn = TURNS.clone().acquire_owned().await.map_err(Error::internal)?;
    let fonts = app.config.font_dir.clone();
    let work = move || {
        // a job that gave up does not stop this work, so the turn ends with the work and not with the job
        let _turn = turn;
        PRESS.get_or_init(|| Press::new(fonts.as_deref())).print(&sheet)
    };
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?.map_err(Error::internal)
}

/// Whether the log says already that papers lack something, most often the letters of a name.
static WARNED: AtomicBool = AtomicBool::new(false);

/// A template and the fonts to set it in.
pub struct Press(TypstEngine<TypstTemplateMainFile>);

impl Press {
    /// With the fonts of a folder, or with those of the system. Those that are built in stand in for any that lack.
    pub fn new(fonts: Option<&Path>) -> Self {
        let options = TypstKitFontOptions::new().include_system_fonts(fonts.is_none()).include_dirs(fonts);
        let engine = TypstEngine::builder().main_file(TEMPLATE).search_fonts_with(options);
        Self(engine.comemo_evict_max_age(None).build())
    }

    /// The same sheet makes the same bytes. Takes milliseconds to a second of computing.
    pub fn print(&self, sheet: &Sheet) -> Result<Vec<u8>, String> {
        let printed = self.pages(sheet).and_then(|pages| {
            // for the books of ten years; what an archive refuses, such as a letter that no font here has, is printed as it is
            export(&pages, sheet, &[PdfStandard::A_2a]).or_else(|reason| {
                if WARNED.swap(true, Ordering::Relaxed) {
                    tracing::info!(paper.number = %sheet.number, reason, "a paper is not fit for an archive");
                } else {
                    tracing::warn!(paper.number = %sheet.number, reason, "papers are not fit for an archive: do the fonts have all letters?");
                }
                export(&pages, sheet, &[])
            })
        });
        comemo::evict(0);
        printed
    }

    fn pages(&self, sheet: &Sheet) -> Result<PagedDocument, String> {
        let mut inputs = inputs(sheet)?;
        if let Some(logo) = &sheet.logo {
            inputs.insert("logo".into(), Bytes::new(logo.clone()).into_value());
        }
        self.0.compile_with_input(inputs).output.map_err(|error| error.to_string())
    }
}

fn inputs(sheet: &Sheet) -> Result<Dict, String> {
    let json: Json = serde_json::to_value(sheet).map_err(|error| error.to_string())?;
    serde_json::from_value(json).map_err(|error| error.to_string())
}

fn export(pages: &PagedDocument, sheet: &Sheet, standards: &[PdfStandard]) -> Result<Vec<u8>, String> {
    use chrono::{Datelike, Timelike};
    let at = sheet.made_at;
    let [month, day, hour, minute, second] = [at.month(), at.day(), at.hour(), at.minute(), at.second()].map(|part| part as u8);
    let at = Datetime::from_ymd_hms(at.year(), month, day, hour, minute, second).ok_or("a moment that is none")?;
    let options = PdfOptions {
        ident: Smart::Custom(format!("{}/{}", sheet.number, sheet.language)),
        creator: Smart::Custom(sheet.seller.first().cloned()),
        timestamp: Some(Timestamp::new_utc(at)),
        standards: PdfStandards::new(standards).map_err(|error| error.message().to_string())?,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(pages, &options).map_err(|errors| {
        let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
        messages.join("; ")
    })
}
