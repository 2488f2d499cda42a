//! Markdown that can be pasted into docs/performance.md.

use crate::Bench;
use crate::load::Seen;
use anyhow::Result;
use shared::clock::Clock;
use std::fmt::{Display, Formatter};
use std::time::Duration;

/// When, what, where.
pub async fn head(bench: &Bench, quick: bool) -> Result<String> {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map_or("unknown", |(_, name)| name);
    let what = std::env::var("BENCH_BUILD").unwrap_or_else(|_| "an unknown build".to_owned());
    let warning = if quick { "**`--quick`: shows that everything works; the figures mean nothing.** " } else { "" };
    Ok(format!(
        "{warning}Measured {} with `scripts/bench`, {what}. {cores} cores ({model}) for everything together: {} ({}), the product, and \
         the load. 32 connections; µs are processor time per request or job.\n",
        Clock::default().now().format("%Y-%m-%d %H:%M UTC"),
        bench.servers.versions().await?,
        bench.servers.settings().await?,
    ))
}

/// A cell without a figure.
pub const NONE: String = String::new();

/// A table; the first column holds words, the others numbers.
pub struct Table(String);

impl Table {
    pub fn new<const N: usize>(head: &[&str; N]) -> Self {
        let rule = if N > 0 { format!("|---{}|", "|---:".repeat(N - 1)) } else { String::new() };
        Self(format!("| {} |\n{rule}\n", head.join(" | ")))
    }

    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.0.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

pub fn per_second(seen: &Seen) -> f64 {
    seen.latencies.len() as f64 / seen.took.as_secs_f64()
}

/// `12,345`
pub fn rate(per_second: f64) -> String {
    let digits = format!("{per_second:.0}");
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Microseconds each.
pub fn micros(total: Duration, count: usize) -> String {
    rate(total.as_secs_f64() * 1e6 / count.max(1) as f64)
}

/// Of ascending times, in milliseconds.
pub fn percentile_ms(ascending: &[Duration], percent: usize) -> String {
    let index = (ascending.len() * percent).div_ceil(100).max(1) - 1;
    ascending.get(index).map_or_else(String::new, |time| format!("{:.1}", time.as_secs_f64() * 1e3))
}
