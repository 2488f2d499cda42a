//! The job ledger: what is to be done, what is running, what was done; queue switches; schedule ticks.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let jobs = Table::create()
            .table("jobs")
            .col(pk_uuid("id"))
            .col(string("kind"))
            .col(integer("version"))
            .col(string("queue"))
            .col(integer("priority"))
            .col(json_binary("args"))
            .col(string("state"))
            .col(string_null("unique_key"))
            .col(integer("attempt").default(0))
            .col(integer("max_attempts"))
            .col(integer("rescues").default(0))
            .col(timestamp_with_time_zone("run_at"))
            .col(string_null("lease_owner"))
            .col(uuid_null("claim"))
            .col(timestamp_with_time_zone_null("lease_until"))
            .col(text_null("last_error"))
            .col(json_binary("errors").default("[]"))
            .col(json_binary_null("progress"))
            .col(json_binary_null("result"))
            .col(string_null("trace_context"))
            .col(uuid_null("actor"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone_null("started_at"))
            .col(timestamp_with_time_zone_null("finished_at"))
            .to_owned();
        let queues = Table::create()
            .table("queues")
            .col(string("name").primary_key())
            .col(boolean("paused"))
            .col(integer_null("rate_per_second"))
            .col(timestamp_with_time_zone("updated_at"))
            .to_owned();
        let schedules =
            Table::create().table("schedules").col(string("name").primary_key()).col(timestamp_with_time_zone("last_tick")).to_owned();
        crate::create(
            manager,
            vec![jobs, queues, schedules],
            &[
                // Each index holds only the rows of one state, so it stays small however many finished jobs there are.
                "CREATE INDEX jobs_available ON jobs (queue, priority, run_at, id) WHERE state = 'available'",
                "CREATE INDEX jobs_due ON jobs (run_at) WHERE state IN ('scheduled', 'retryable')",
                "CREATE INDEX jobs_leases ON jobs (lease_until) WHERE state = 'running'",
                "CREATE INDEX jobs_finished ON jobs (finished_at) WHERE state IN ('completed', 'cancelled')",
                "CREATE INDEX jobs_dead ON jobs (finished_at) WHERE state = 'discarded'",
                "CREATE UNIQUE INDEX jobs_unique_key ON jobs (unique_key) \
                 WHERE state IN ('scheduled', 'available', 'running', 'retryable')",
            ],
        )
        .await
    }
}
