//! JSON bodies, and what is wrong with them in the words of `shared::explain`.

use crate::error::Failure;
use axum::http::StatusCode;
use serde::de::DeserializeOwned;
use shared::Error;
use shared::explain::{Objects, Unrepeated, nul_inside, problem};
use shared::i18n::Message;

/// Reads a JSON body; on failure names the field as the client wrote it.
pub(crate) fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize::<_, Unrepeated>(&mut json).map_err(|error| json_failure(&error.path().to_string(), error.inner()))?;
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(Objects(&mut json)).map_err(|error| {
        let path = error.path().to_string();
        // serde_json calls a number in the place of an enum a syntax error; JSON it is all the same
        if error.inner().is_syntax() && serde_json::from_slice::<serde_json::Value>(bytes).is_ok() {
            return Error::Invalid(vec![problem(&path, "invalid value, expected a string")]).into();
        }
        json_failure(&path, error.inner())
    })?;
    json.end().map_err(|error| json_failure(".", &error))?;
    refuse_nul(bytes)?;
    Ok(value)
}

fn json_failure(path: &str, error: &serde_json::Error) -> Failure {
    let text = error.to_string();
    match error.classify() {
        serde_json::error::Category::Data => {
            let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text);
            Error::Invalid(vec![problem(path, text)]).into()
        }
        serde_json::error::Category::Syntax | serde_json::error::Category::Eof | serde_json::error::Category::Io => {
            let message = Message::new("error-malformed-json").with("line", error.line()).with("column", error.column());
            Failure::Http(StatusCode::BAD_REQUEST, message)
        }
    }
}

/// Refuses the character NUL in any string: PostgreSQL cannot store it. In JSON it can only be written as an escape, which
/// hardly any body contains, so the second look at the body is rare.
fn refuse_nul(bytes: &[u8]) -> Result<(), Failure> {
    if !bytes.windows(6).any(|window| window == br"\u0000") {
        return Ok(());
    }
    let value = serde_json::from_slice(bytes).map_err(|error| json_failure(".", &error))?;
    match nul_inside(&value, String::new()) {
        Some(path) => Err(Error::invalid(if path.is_empty() { "body".to_owned() } else { path }, "error-control-characters").into()),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)] // only read by serde
    struct In {
        name: String,
        #[serde(default)]
        flag: bool,
        #[serde(default)]
        lines: Vec<Line>,
        gateway: Option<shared::billing::Gateway>,
        user: Option<shared::ids::UserId>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)] // only read by serde
    struct Line {
        quantity: i32,
    }

    fn told(body: &str) -> (String, Message) {
        match read_json::<In>(body.as_bytes()) {
            Err(Failure::Meant(Error::Invalid(mut problems))) => {
                let problem = problems.remove(0);
                (problem.field, problem.message)
            }
            other => panic!("{body}: {other:?}"),
        }
    }

    #[test]
    fn every_mistake_names_its_field() {
        let expects = |kind: &str| Message::new("error-wrong-type").with("expected", kind);
        let cases: Vec<(&str, &str, Message)> = vec![
            ("{}", "name", "error-required".into()),
            (r#"{"name":"a","nam":1}"#, "nam", "error-unknown-field".into()),
            (r#"{"name":"a","name":"b"}"#, "name", "error-repeated".into()),
            (r#"{"name":1}"#, "name", expects("text")),
            (r#"{"name":null}"#, "name", expects("text")),
            (r#"{"name":"a","flag":"true"}"#, "flag", expects("boolean")),
            (r#"{"name":"a","lines":{}}"#, "lines", expects("list")),
            (r#"{"name":"a","lines":[1]}"#, "lines[0]", expects("object")),
            (r#"{"name":"a","lines":[{"quantity":1},{}]}"#, "lines[1].quantity", "error-required".into()),
            (r#"{"name":"a","lines":[{"quantity":1.5}]}"#, "lines[0].quantity", expects("integer")),
            (r#"{"name":"a","lines":[{"quantity":9999999999}]}"#, "lines[0].quantity", "error-out-of-range".into()),
            (r#"{"name":"a","lines":[{"quantity":1,"x":1}]}"#, "lines[0].x", "error-unknown-field".into()),
            (
                r#"{"name":"a","gateway":"CASH"}"#,
                "gateway",
                Message::new("error-not-a-choice").with("allowed", "STRIPE, PAYPAL, SANDBOX, MANUAL"),
            ),
            (r#"{"name":"a","gateway":1}"#, "gateway", expects("text")),
            (r#"{"name":"a","user":"7"}"#, "user", expects("uuid")),
            (r#"{"name":"a","user":7}"#, "user", expects("uuid")),
            ("[]", "body", expects("object")),
            (r#"["a",true,[],null,null]"#, "body", expects("object")),
            (r#"{"name":"a","lines":[[1]]}"#, "lines[0]", expects("object")),
            (r#"{"name":"a","free":{"x":[{"y":1,"y":2}]}}"#, "free.x[0].y", "error-repeated".into()),
            ("1", "body", expects("object")),
            (r#"{"name":"a\u0000b"}"#, "name", "error-control-characters".into()),
        ];
        for (body, field, message) in cases {
            assert_eq!(told(body), (field.to_owned(), message), "{body}");
        }
        assert!(read_json::<In>(br#"{"name":"a\\u0000"}"#).is_ok(), "a backslash and digits are no NUL");
    }

    #[test]
    fn what_is_not_json_is_told_with_its_place() {
        for body in ["", "{", "{\"name\":\"a\"}x", "{\"name\":\"\\ud800\"}", "{'name':1}"] {
            match read_json::<In>(body.as_bytes()) {
                Err(Failure::Http(StatusCode::BAD_REQUEST, message)) => assert_eq!(message.id, "error-malformed-json", "{body}"),
                other => panic!("{body}: {other:?}"),
            }
        }
    }
}
