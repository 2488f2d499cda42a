//! Table `jobs`.

use crate::clock::Time;
use crate::ids::JobId;
use crate::queue::{Queue, Ready};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Where a job stands: `scheduled → available → running → completed`, or aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Due later.
    Scheduled,
    /// Due, waiting for a worker.
    Available,
    /// Claimed by a worker whose lease lives.
    Running,
    /// Failed, due again later.
    Retryable,
    /// Done.
    Completed,
    /// The dead letter: failed for good; stays until people decide.
    Discarded,
    /// Called off by people.
    Cancelled,
}

/// Alias that keeps the re-export readable.
pub type Active = ActiveModel;

/// One job.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
#[allow(missing_docs)] // the columns are described in ARCHITECTURE.md
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JobId,
    pub kind: String,
    pub version: i32,
    pub queue: Queue,
    pub priority: i32,
    pub args: Json,
    pub state: State,
    pub unique_key: Option<String>,
    pub attempt: i32,
    pub max_attempts: i32,
    pub rescues: i32,
    pub run_at: Time,
    pub lease_owner: Option<String>,
    pub claim: Option<Uuid>,
    pub lease_until: Option<Time>,
    pub last_error: Option<String>,
    pub errors: Json,
    pub progress: Option<Json>,
    pub result: Option<Json>,
    pub trace_context: Option<String>,
    pub actor: Option<Uuid>,
    pub created_at: Time,
    pub started_at: Option<Time>,
    pub finished_at: Option<Time>,
}

impl Model {
    /// The id on its way to a worker.
    pub fn ready(&self) -> Ready {
        Ready { id: self.id, queue: self.queue, priority: self.priority, run_at: self.run_at }
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
