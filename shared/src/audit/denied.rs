//! What was refused, and to whom.

use super::{ActiveModel, Entity, by};
use crate::policy::{Actor, Permission};
use crate::{App, Result};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde_json::json;

/// A request that was refused.
#[derive(Debug)]
pub struct Denial<'a> {
    /// Who asked, if anybody was signed in.
    pub actor: Option<&'a Actor>,
    /// The request's id.
    pub request_id: &'a str,
    /// Where it came from.
    pub address: Option<String>,
    /// HTTP method.
    pub method: &'a str,
    /// Pattern of the route.
    pub route: &'a str,
    /// The path itself, without its query: it says which object was asked for.
    pub path: &'a str,
    /// What was answered: 403, or 404 where the object is another's.
    pub status: u16,
    /// What was missing, where that is known.
    pub permission: Option<Permission>,
}

/// Longer paths name nothing of ours.
const LONGEST: usize = 1000;

/// Adds an entry about a refusal. It has no deed whose transaction it could be in.
pub async fn denied(app: &App, denial: &Denial<'_>) -> Result<()> {
    let path: String = denial.path.chars().take(LONGEST).collect();
    let mut detail = json!({ "method": denial.method, "route": denial.route, "path": path, "status": denial.status });
    if let Some(permission) = denial.permission {
        detail["permission"] = permission.code().into();
    }
    let nobody = || Actor { request_id: Some(denial.request_id.to_owned()), ..Actor::system() };
    let row = ActiveModel {
        action: Set("access.denied".to_owned()),
        object_type: Set("request".to_owned()),
        object_id: Set(None),
        detail: Set(Some(detail)),
        request_id: Set(Some(denial.request_id.to_owned())),
        address: Set(denial.address.clone()),
        ..by(&denial.actor.cloned().unwrap_or_else(nobody), app.clock.now())
    };
    let _writing = app.db.writing().await;
    Entity::insert(row).exec_without_returning(&app.db.conn).await?;
    Ok(())
}
