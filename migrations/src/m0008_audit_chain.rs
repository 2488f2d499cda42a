//! The audit cannot be rewritten unnoticed: seals that chain the entries, the chain's head, triggers that refuse changes,
//! and an index for each way to look entries up.

use sea_orm_migration::sea_orm::DbBackend;
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let seals = Table::create()
            .table("audit_seals")
            .col(big_integer("seq").primary_key())
            // no foreign key: a seal has to outlive an entry that somebody removes
            .col(uuid("entry_id"))
            .col(string_len("hash", 64))
            .to_owned();
        let head = Table::create()
            .table("audit_head")
            .col(integer("id").primary_key())
            .col(big_integer("seq"))
            .col(string_len("hash", 64))
            .col(string_len("mark", 64))
            .col(timestamp_with_time_zone("sealed_at"))
            .to_owned();
        // the operator class lets one index serve equality and prefixes, whatever the database's locale
        let (action, append_only) = match manager.get_database_backend() {
            DbBackend::Postgres => ("action text_pattern_ops", POSTGRES),
            _ => ("action", SQLITE),
        };
        let by_action = format!("CREATE INDEX audit_entries_action ON audit_entries ({action}, created_at)");
        let indexes = [
            "CREATE UNIQUE INDEX audit_seals_entry ON audit_seals (entry_id)",
            &by_action,
            "CREATE INDEX audit_entries_request ON audit_entries (request_id) WHERE request_id IS NOT NULL",
            "CREATE INDEX audit_entries_object_id ON audit_entries (object_id) WHERE object_id IS NOT NULL",
        ];
        crate::create(manager, vec![seals, head], &[&indexes, append_only].concat()).await
    }
}

const POSTGRES: &[&str] = &[
    "CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS \
     $$ BEGIN RAISE EXCEPTION 'audit entries are append-only'; END $$",
    "CREATE TRIGGER audit_entries_no_change BEFORE UPDATE OR DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION audit_append_only()",
    "CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()",
    "CREATE TRIGGER audit_seals_no_change BEFORE UPDATE OR DELETE ON audit_seals FOR EACH ROW EXECUTE FUNCTION audit_append_only()",
    "CREATE TRIGGER audit_seals_no_truncate BEFORE TRUNCATE ON audit_seals FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()",
];

const SQLITE: &[&str] = &[
    "CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END",
    "CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END",
    "CREATE TRIGGER audit_seals_no_update BEFORE UPDATE ON audit_seals BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END",
    "CREATE TRIGGER audit_seals_no_delete BEFORE DELETE ON audit_seals BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END",
];
