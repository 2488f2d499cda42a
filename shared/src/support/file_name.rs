//! Names of files as people give them: shown and saved under, never a path of ours.

use super::kind::Kind;
use crate::i18n::Message;
use crate::{Error, Result};

/// Longest name, its ending included.
const MOST: usize = 200;

/// The name without folders, without characters that steer a reader or a file system, and with an ending that its content
/// deserves: `../../run.bat` that is text is `run.bat.txt`.
pub(super) fn clean(given: Option<&str>, kind: Kind) -> Result<String> {
    let given = given.unwrap_or_default();
    if given.chars().count() > MOST {
        return Err(Error::invalid("filename", Message::new("error-too-long").with("max", MOST)));
    }
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept = last.chars().filter(|c| !c.is_control() && !is_invisible(*c));
    let name: String = kept.map(|c| if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') { '_' } else { c }).collect();
    // hidden files on the one system, endings that vanish on the other
    let name = name.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let name = if name.is_empty() { "file" } else { name };
    let fits = name.rsplit_once('.').is_some_and(|(_, ending)| kind.endings().contains(&ending.to_lowercase().as_str()));
    if fits {
        return Ok(name.to_owned());
    }
    let ending = kind.endings()[0];
    let stem: String = name.chars().take(MOST - ending.len() - 1).collect();
    Ok(format!("{stem}.{ending}"))
}

/// Marks of direction, joiners and the like: `exe.gpj` must not look like `jpg.exe`.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_has_no_folder_steers_nobody_and_ends_as_its_content() {
        let cases = [
            (None, Kind::Png, "file.png"),
            (Some(""), Kind::Text, "file.txt"),
            (Some("photo.JPG"), Kind::Jpeg, "photo.JPG"),
            (Some("../../etc/passwd"), Kind::Text, "passwd.txt"),
            (Some("C:\\Users\\me\\run.bat"), Kind::Text, "run.bat.txt"),
            (Some("invoice.pdf\0.png"), Kind::Pdf, "invoice.pdf.png.pdf"),
            (Some("\u{202e}gpj.exe"), Kind::Png, "gpj.exe.png"),
            (Some("a\u{200f}\u{2066}b\r\nSet-Cookie: x.pdf"), Kind::Pdf, "abSet-Cookie_ x.pdf"),
            (Some("..."), Kind::Gif, "file.gif"),
            (Some(".htaccess"), Kind::Text, "htaccess.txt"),
            (Some("folder/"), Kind::Webp, "file.webp"),
            (Some("صورة.png"), Kind::Png, "صورة.png"),
            (Some("a\"b;c.png. "), Kind::Png, "a_b;c.png"),
            (Some("page.html"), Kind::Text, "page.html.txt"),
        ];
        for (given, kind, name) in cases {
            assert_eq!(clean(given, kind).expect("a name"), name, "{given:?}");
        }
        assert_eq!(clean(Some(&"x".repeat(200)), Kind::Png).expect("a name").len(), 200);
        assert!(clean(Some(&"x".repeat(201)), Kind::Png).is_err());
    }

    proptest! {
        #[test]
        fn whatever_is_given_a_name_is_one_and_cleaning_it_again_changes_nothing(given in "\\PC{0,200}|[./\\\\\u{202e}\0 a]{0,20}") {
            let name = clean(Some(&given), Kind::Pdf).expect("short enough");
            prop_assert!(name.chars().count() <= MOST && name.to_lowercase().ends_with(".pdf"));
            let steers = name.contains(['/', '\\', '\0', '\u{202e}', '"', '\r', '\n']);
            prop_assert!(!steers);
            prop_assert_eq!(&clean(Some(&name), Kind::Pdf).expect("a name"), &name);
        }
    }
}
