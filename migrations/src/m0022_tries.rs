//! Payments that customers tried, by the day; apart from the rest, because payments lock their invoice first.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = "CREATE INDEX payment_transactions_tried ON payment_transactions (created_at, status, failure_code) \
                     WHERE kind = 'CHARGE' AND gateway <> 'MANUAL'";
        crate::create(manager, vec![], &[index]).await
    }
}
