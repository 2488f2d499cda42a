//! Saying what one thinks.

use super::about::Document;
use super::answer::{Entity, Model};
use super::{About, link};
use crate::accounts::postal::check_lines;
use crate::accounts::{User, user};
use crate::error::{Problems, on_unique};
use crate::ids::{FeedbackId, RequestId, ShipmentId, UserId};
use crate::policy::{Actor, Permission, Role};
use crate::throttle::{self, Rule};
use crate::{App, Error, Result, Tx, audit};
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;
use std::time::Duration;

/// What somebody says of nothing in particular has no other bound.
const GIVE: Rule = Rule { name: "feedback", most: 30, within: Duration::from_secs(3600), message: "error-too-many-mails" };
/// Characters of a message.
const LONGEST: usize = 2000;

/// Feedback as it is given.
#[derive(Debug)]
pub struct NewFeedback {
    /// Who said it; staff must say.
    pub user: Option<UserId>,
    /// What.
    pub message: String,
    /// 1 to 5.
    pub rating: i32,
    /// About this, …
    pub shipment: Option<ShipmentId>,
    /// … or this, or nothing in particular.
    pub buy4me_request: Option<RequestId>,
}

/// Counts another one from this account, or refuses it.
pub async fn admit(app: &App, actor: &Actor) -> Result<()> {
    let account = actor.user.ok_or(Error::Forbidden(None))?;
    throttle::count(app, &[(GIVE, account.to_string())]).await
}

/// Keeps what a customer says, or what staff note that a customer said.
pub async fn give(tx: &Tx, actor: &Actor, new: NewFeedback) -> Result<Model> {
    let owner = owner(actor, new.user)?;
    let mut problems = Problems::default();
    let customer = customer(tx, owner).await?;
    problems.check(customer.is_some(), "user", "error-unknown-user");
    let message = checked(&mut problems, &new.message, new.rating);
    problems.check(!message.is_empty(), "message", "error-blank");
    let about = match (new.shipment.map(About::Shipment), new.buy4me_request.map(About::Request)) {
        (Some(_), Some(_)) => {
            problems.check(false, "buy4me_request", "error-feedback-one-subject");
            None
        }
        (shipment, request) => shipment.or(request),
    };
    let document = match about {
        Some(about) => about.find(tx).await?.filter(|document| document.owner == owner),
        None => None,
    };
    let field = if new.shipment.is_some() { "shipment" } else { "buy4me_request" };
    problems.check(about.is_some() == document.is_some(), field, "error-not-found");
    problems.finish()?;
    let row = keep(tx, owner, about.zip(document), message, new.rating).await?;
    if actor.user != Some(owner) {
        let detail = serde_json::json!({ "user": owner, "rating": row.rating, "reference": row.reference });
        audit::record(tx, actor, "feedback.noted", "feedback", row.id.0, Some(detail)).await?;
    }
    Ok(row)
}

/// Keeps what the holder of a link says, and answers with the customer's language; the text may stay empty.
pub async fn give_by_link(tx: &Tx, link: &link::Link, message: &str, rating: Option<i32>) -> Result<String> {
    if link.is_over(&tx.app) {
        return Err(Error::NotFound);
    }
    let document = link.about.find(tx).await?.ok_or(Error::NotFound)?;
    let owner = user::lock_shared(tx, document.owner).await?.filter(|owner| owner.erased_at.is_none());
    let owner = owner.ok_or(Error::NotFound)?;
    let mut problems = Problems::default();
    problems.check(rating.is_some(), "rating", "error-required");
    let rating = rating.unwrap_or(1);
    let message = checked(&mut problems, message, rating);
    problems.finish()?;
    keep(tx, owner.id, Some((link.about, document)), message, rating).await?;
    Ok(owner.language)
}

/// Who said it, if the actor may tell.
fn owner(actor: &Actor, user: Option<UserId>) -> Result<UserId> {
    match (actor.role, actor.user) {
        (Role::WalkIn | Role::Buy4Me, Some(own)) if user.is_none_or(|user| user == own) => Ok(own),
        (Role::WalkIn | Role::Buy4Me, _) => Err(Error::Forbidden(None)),
        (Role::Admin | Role::SuperAdmin, _) => {
            actor.may(Permission::ManageTickets)?;
            user.ok_or_else(|| Error::invalid("user", "error-required"))
        }
    }
}

/// Locked: nothing is kept of somebody who is being erased.
async fn customer(tx: &Tx, id: UserId) -> Result<Option<User>> {
    let user = user::lock_shared(tx, id).await?;
    Ok(user.filter(|user| user.is_active && user.role.is_customer()))
}

/// The message, tidied; browsers end lines in two signs.
fn checked(problems: &mut Problems, message: &str, rating: i32) -> String {
    let message = message.trim().replace("\r\n", "\n");
    problems.check((1..=5).contains(&rating), "rating", "error-out-of-range");
    check_lines(problems, "message", &message, LONGEST);
    message
}

async fn keep(tx: &Tx, owner: UserId, about: Option<(About, Document)>, message: String, rating: i32) -> Result<Model> {
    if about.as_ref().is_some_and(|(_, document)| !document.is_finished) {
        return Err(Error::conflict("feedback-too-early", &[]));
    }
    let now = tx.now();
    let (shipment_id, buy4me_request_id) = match about {
        Some((About::Shipment(id), _)) => (Some(id), None),
        Some((About::Request(id), _)) => (None, Some(id)),
        None => (None, None),
    };
    let row = Model {
        id: FeedbackId::new(),
        user_id: owner,
        rating,
        message,
        shipment_id,
        buy4me_request_id,
        reference: about.map(|(_, document)| document.reference),
        month: now.format("%Y-%m").to_string(),
        created_at: now,
    };
    let inserted = Entity::insert(row.clone().into_active_model()).exec_without_returning(tx).await;
    let twice = || Error::conflict("feedback-given", &[]);
    let inserted = match row.shipment_id {
        Some(_) => on_unique(inserted, "feedback_shipment", "feedback.shipment_id", twice),
        None => on_unique(inserted, "feedback_request", "feedback.buy4me_request_id", twice),
    };
    inserted.map(|_| row)
}
