//! Table `papers`: one row for each document in each language, and the file that was made of it.

use crate::clock::Time;
use crate::ids::{PaperId, UserId};
use sea_orm::Iterable;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// What a paper is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// Of an issued invoice.
    Invoice,
    /// Of a credit note.
    CreditNote,
    /// Of a charge that succeeded.
    Receipt,
}

impl Kind {
    /// Its place in addresses: `/papers/invoices/…`.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Invoice => "invoices",
            Self::CreditNote => "credit-notes",
            Self::Receipt => "receipts",
        }
    }

    /// The kind at such a place.
    pub fn at(folder: &str) -> Option<Self> {
        Self::iter().find(|kind| kind.folder() == folder)
    }
}

/// A paper that is to be made or was made.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "papers")]
#[allow(missing_docs)] // the names are the definition
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PaperId,
    pub kind: Kind,
    /// Id of the invoice, the credit note or the charge.
    pub subject_id: Uuid,
    pub user_id: UserId,
    /// Tag.
    pub language: String,
    /// Its name in the storage, once it was made.
    pub file: Option<String>,
    /// Of the file, hex.
    pub sha256: Option<String>,
    pub bytes: Option<i64>,
    pub created_at: Time,
    pub rendered_at: Option<Time>,
}

/// A row of the table.
pub use Model as Paper;

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
