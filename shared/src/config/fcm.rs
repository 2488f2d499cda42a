//! The Firebase project that sends push messages: a service account's key, as Google hands it out.

use super::Reader;
use jsonwebtoken::EncodingKey;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

const NAME: &str = "FCM_SERVICE_ACCOUNT";

/// The Firebase project, and who we are there.
#[derive(Clone, Debug)]
pub struct FcmConfig {
    /// Whose devices get messages. It becomes a part of addresses.
    pub project_id: String,
    /// The account's address.
    pub client_email: String,
    /// Which of its keys this is.
    pub key_id: String,
    /// Signs what asks for tokens.
    pub private_key: EncodingKey,
    /// Where tokens are given.
    pub token_uri: Url,
    /// Where the API is.
    pub api_base: Url,
}

/// The key file; it has more members than we need.
#[derive(Deserialize)]
struct KeyFile {
    #[serde(rename = "type")]
    kind: String,
    project_id: String,
    private_key_id: String,
    private_key: SecretString,
    client_email: String,
    token_uri: Url,
}

impl<G: Fn(&str) -> Option<String>> Reader<G> {
    /// The project, if there is one.
    pub(super) fn fcm(&mut self) -> Option<FcmConfig> {
        let api_base = self.url("FCM_API_BASE", &["http", "https"]);
        let given = self.text(NAME)?;
        let json = match given.starts_with('{') {
            true => given,
            false => match std::fs::read_to_string(&given) {
                Ok(json) => json,
                Err(error) => {
                    return self.mistake(NAME, format!("must be the JSON of a service account's key or a file that holds it: {error}"));
                }
            },
        };
        match read(&json) {
            Ok(config) => Some(FcmConfig { api_base: api_base.unwrap_or(config.api_base), ..config }),
            Err(what) => self.mistake(NAME, what),
        }
    }
}

/// Or what is wrong with it, without a word of the key.
fn read(json: &str) -> Result<FcmConfig, String> {
    let file: KeyFile = serde_json::from_str(json).map_err(|error| match error.classify() {
        // serde's sentence names the missing member; what else it says may quote a value
        serde_json::error::Category::Data if error.to_string().starts_with("missing field") => error.to_string(),
        _ => format!("is not the JSON of a service account's key (line {}, column {})", error.line(), error.column()),
    })?;
    if file.kind != "service_account" {
        return Err("is a key, but not of a service account".to_owned());
    }
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b':');
    if file.project_id.is_empty() || !file.project_id.bytes().all(is_plain) {
        return Err("names no project: project_id".to_owned());
    }
    if !["http", "https"].contains(&file.token_uri.scheme()) {
        return Err("must have a token_uri that starts with https://".to_owned());
    }
    let private_key = EncodingKey::from_rsa_pem(file.private_key.expose_secret().as_bytes());
    Ok(FcmConfig {
        project_id: file.project_id,
        client_email: file.client_email,
        key_id: file.private_key_id,
        private_key: private_key.map_err(|_| "holds no RSA key in PEM form: private_key".to_owned())?,
        token_uri: file.token_uri,
        api_base: "https://fcm.googleapis.com/".parse().expect("a constant URL"),
    })
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use serde_json::{Value, json};

    const KEY: &str = include_str!("../../../tests/support/fcm/service.key.pem");

    fn file() -> Value {
        json!({
            "type": "service_account", "project_id": "buy4me-1f3a", "private_key_id": "0a1b", "private_key": KEY,
            "client_email": "push@buy4me-1f3a.iam.gserviceaccount.com", "client_id": "1", "auth_uri": "https://accounts.google.com/o/oauth2/auth",
            "token_uri": "https://oauth2.googleapis.com/token", "universe_domain": "googleapis.com",
        })
    }

    fn read(value: &str) -> Result<Config, Vec<String>> {
        let value = value.to_owned();
        Config::read(move |name| (name == super::NAME).then(|| value.clone()))
    }

    #[test]
    fn the_key_is_given_as_json_or_as_a_file_and_does_not_print() {
        assert!(read("").expect("valid").fcm.is_none());
        let path = std::env::temp_dir().join(format!("fcm-{}.json", uuid::Uuid::now_v7()));
        std::fs::write(&path, file().to_string()).expect("written");
        for given in [file().to_string(), path.display().to_string()] {
            let config = read(&given).expect("valid");
            let printed = format!("{config:?}");
            assert!(KEY.lines().skip(1).take(20).all(|line| !printed.contains(line)), "{printed}");
            let fcm = config.fcm.expect("configured");
            assert_eq!((fcm.project_id.as_str(), fcm.api_base.as_str()), ("buy4me-1f3a", "https://fcm.googleapis.com/"));
        }
        std::fs::remove_file(path).expect("removed");
    }

    #[test]
    fn what_is_no_key_stops_the_start_with_one_line_that_does_not_quote_it() {
        let mut found = vec![];
        for (field, value) in [
            ("type", json!("authorized_user")),
            ("project_id", json!("a/../b")),
            ("private_key", json!("hunter2")),
            ("token_uri", json!("hunter2")),
            ("token_uri", json!("ftp://hunter2")),
            ("client_email", Value::Null),
        ] {
            let mut file = file();
            file[field] = value;
            found.extend(read(&file.to_string()).expect_err(field));
        }
        let mut partial = file();
        partial.as_object_mut().expect("an object").remove("private_key");
        found.extend(read(&partial.to_string()).expect_err("missing"));
        found.extend(read("{hunter2").expect_err("no JSON"));
        found.extend(read("/nowhere/key.json").expect_err("no file"));
        assert_eq!(found.len(), 9, "{found:#?}");
        assert!(found.iter().all(|line| line.starts_with("FCM_SERVICE_ACCOUNT: ") && !line.contains("hunter2")), "{found:#?}");
        assert!(found[6].contains("missing field `private_key`"), "{found:#?}");
    }
}
