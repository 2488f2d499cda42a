//! Resident memory of processes that have nothing to do. What they have after a load is said with W1 and W2.

use crate::process::{Process, resident};
use crate::report::Table;
use crate::{Bench, note};
use anyhow::Result;
use tokio::time::sleep;

pub async fn run(bench: &Bench) -> Result<String> {
    note("memory: an idle API and an idle worker");
    let store = bench.servers.fresh("memory").await?;
    let api = Process::ready("api", &store).await?;
    let worker = Process::ready("worker", &store).await?;
    sleep(bench.size.idle).await;
    let mut table = Table::new(&["idle", "MiB resident"]);
    for (name, process) in [("`buy4me api`", api), ("`buy4me worker`", worker)] {
        table.row([name.to_owned(), format!("{:.1}", resident(process.pid)?)]);
        process.kill().await?;
    }
    bench.servers.remove(store).await?;
    Ok(format!("\n### Memory\n\n{table}\n{:?} after their start.\n", bench.size.idle))
}
