//! Lays papers and reports out as PDF. Fonts are found and templates are read once in a process; words go in as data, so nobody's
//! text is ever markup.

use serde::Serialize;
use serde_json::Value as Json;
use shared::clock::Time;
use shared::papers::Sheet;
use shared::reports::pages::Pages;
use shared::{App, Error, Result};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};
use tokio::sync::Semaphore;
use typst::comemo;
use typst::foundations::{Bytes, Datetime, Dict, IntoValue, Smart};
use typst_as_lib::TypstEngine;
use typst_as_lib::typst_kit_options::TypstKitFontOptions;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

/// `common` is imported by the others.
static TEMPLATES: [(&str, &str); 3] = [
    ("common.typ", include_str!("../templates/common.typ")),
    ("paper.typ", include_str!("../templates/paper.typ")),
    ("report.typ", include_str!("../templates/report.typ")),
];

/// Documents laid out at a time: each takes a core and some tens of megabytes.
static TURNS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(2)));

/// Fonts are looked for once; a process has one configuration.
static PRESS: OnceLock<Press> = OnceLock::new();

/// What can be laid out.
pub trait Manuscript: Serialize + Send + 'static {
    /// Which of the templates it goes into.
    const TEMPLATE: &'static str;

    /// What the file says of itself.
    fn imprint(&self) -> Imprint<'_>;

    /// A picture of ours.
    fn logo(&self) -> Option<&[u8]>;
}

/// What a file says of itself.
pub struct Imprint<'a> {
    /// What tells it from every other one.
    pub ident: String,
    /// Who made it.
    pub creator: Option<&'a str>,
    /// When.
    pub made_at: Time,
}

impl Manuscript for Sheet {
    const TEMPLATE: &'static str = "paper.typ";

    fn imprint(&self) -> Imprint<'_> {
        let ident = format!("{}/{}", self.number, self.language);
        Imprint { ident, creator: self.seller.first().map(String::as_str), made_at: self.made_at }
    }

    fn logo(&self) -> Option<&[u8]> {
        self.logo.as_deref()
    }
}

impl Manuscript for Pages {
    const TEMPLATE: &'static str = "report.typ";

    fn imprint(&self) -> Imprint<'_> {
        Imprint { ident: self.ident.clone(), creator: Some(&self.company), made_at: self.made_at }
    }

    fn logo(&self) -> Option<&[u8]> {
        None
    }
}

/// Lays a document out, when its turn comes.
pub async fn typeset(app: &App, manuscript: impl Manuscript) -> Result<Vec<u8>> {
    let turn = TURNS.clone().acquire_owned().await.map_err(Error::internal)?;
    let fonts = app.config.font_dir.clone();
    let work = move || {
        // a job that gave up does not stop this work, so the turn ends with the work and not with the job
        let _turn = turn;
        PRESS.get_or_init(|| Press::new(fonts.as_deref())).print(&manuscript)
    };
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?.map_err(Error::internal)
}

/// Whether the log says already that documents lack something, most often the letters of a name.
static WARNED: AtomicBool = AtomicBool::new(false);

/// The templates and the fonts to set them in.
pub struct Press(TypstEngine);

impl Press {
    /// With the fonts of a folder, or with those of the system. Those that are built in stand in for any that lack.
    pub fn new(fonts: Option<&Path>) -> Self {
        let options = TypstKitFontOptions::new().include_system_fonts(fonts.is_none()).include_dirs(fonts);
        let engine = TypstEngine::builder().with_static_source_file_resolver(TEMPLATES).search_fonts_with(options);
        Self(engine.comemo_evict_max_age(None).build())
    }

    /// The same manuscript makes the same bytes. Takes milliseconds to seconds of computing.
    pub fn print<M: Manuscript>(&self, manuscript: &M) -> Result<Vec<u8>, String> {
        let imprint = manuscript.imprint();
        let printed = self.pages(manuscript).and_then(|pages| {
            // for the books of ten years; what an archive refuses, such as a letter that no font here has, is printed as it is
            export(&pages, &imprint, &[PdfStandard::A_2a]).or_else(|reason| {
                if WARNED.swap(true, Ordering::Relaxed) {
                    tracing::info!(pdf.ident = %imprint.ident, reason, "a document is not fit for an archive");
                } else {
                    tracing::warn!(pdf.ident = %imprint.ident, reason, "documents are not fit for an archive: do the fonts have all letters?");
                }
                export(&pages, &imprint, &[])
            })
        });
        comemo::evict(0);
        printed
    }

    fn pages<M: Manuscript>(&self, manuscript: &M) -> Result<PagedDocument, String> {
        let mut inputs = inputs(manuscript)?;
        if let Some(logo) = manuscript.logo() {
            inputs.insert("logo".into(), Bytes::new(logo.to_vec()).into_value());
        }
        self.0.compile_with_input(M::TEMPLATE, inputs).output.map_err(|error| error.to_string())
    }
}

fn inputs(manuscript: &impl Serialize) -> Result<Dict, String> {
    let json: Json = serde_json::to_value(manuscript).map_err(|error| error.to_string())?;
    serde_json::from_value(json).map_err(|error| error.to_string())
}

fn export(pages: &PagedDocument, imprint: &Imprint<'_>, standards: &[PdfStandard]) -> Result<Vec<u8>, String> {
    use chrono::{Datelike, Timelike};
    let at = imprint.made_at;
    let [month, day, hour, minute, second] = [at.month(), at.day(), at.hour(), at.minute(), at.second()].map(|part| part as u8);
    let at = Datetime::from_ymd_hms(at.year(), month, day, hour, minute, second).ok_or("a moment that is none")?;
    let options = PdfOptions {
        ident: Smart::Custom(imprint.ident.clone()),
        creator: Smart::Custom(imprint.creator.map(str::to_owned)),
        timestamp: Some(Timestamp::new_utc(at)),
        standards: PdfStandards::new(standards).map_err(|error| error.message().to_string())?,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(pages, &options).map_err(|errors| {
        let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
        messages.join("; ")
    })
}
