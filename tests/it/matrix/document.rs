//! The operations as the API's own document lists them.

use reqwest::Method;
use serde_json::Value;

/// One method of one path.
#[derive(Clone, Debug)]
pub struct Operation {
    pub id: String,
    pub method: Method,
    pub path: String,
    /// The document asks for no sign-in.
    pub is_public: bool,
    /// Statuses that the document names.
    pub answers: Vec<u16>,
}

impl Operation {
    pub fn name(&self) -> String {
        format!("{:<6} {}", self.method.as_str(), self.path)
    }

    /// Whether it is behind the doors of staff.
    pub fn is_for_staff(&self) -> bool {
        self.path.starts_with("/api/admin/") || self.path.starts_with("/api/superadmin/")
    }

    /// Whether it is about one object, which the probe's target makes: another person's, unless the caller is its owner.
    pub fn has_object(&self) -> bool {
        self.path.contains('{')
    }
}

/// All of them, by path, then in the order in which methods are usually told.
pub fn operations() -> Vec<Operation> {
    let document: Value = serde_json::from_str(&api::openapi_json()).unwrap();
    let mut all = vec![];
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in ["get", "post", "put", "patch", "delete"] {
            let Some(operation) = item.get(method) else { continue };
            // `security(())` becomes a list with one empty requirement; what says nothing has the document's own: a token
            let is_public = operation.get("security").is_some_and(|security| *security == serde_json::json!([{}]));
            all.push(Operation {
                id: operation["operationId"].as_str().unwrap().to_owned(),
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                is_public,
                answers: operation["responses"].as_object().unwrap().keys().map(|status| status.parse().unwrap()).collect(),
            });
        }
    }
    all.sort_by(|a, b| a.path.cmp(&b.path));
    all
}
