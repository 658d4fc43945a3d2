//! Whether there is memory enough for runs: better refused before than ended by the system on the way.

use std::fs;

use anyhow::anyhow;
use dormouse::engine::Memory;

use crate::cli::input::scenarios::Read;
use crate::cli::present::failure::Failure;
use crate::cli::runs::series::BATCH;

/// Memory of tables and figures before they are written \[bytes\].
const FILES: usize = 64 << 20;

/// The kind of runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Runs {
    /// One of each scenario, all of them kept until they are written.
    OneOfEach,
    /// Many, each reduced to a record as soon as it ends.
    Many,
}

/// Refuses runs that take more memory than is free.
pub(crate) fn ensure_enough(reads: &[Read], runs: Runs, threads: Option<u16>) -> Result<(), Failure> {
    let memories: Vec<Memory> = reads.iter().map(|read| Memory::of(&read.scenario.model)).collect();
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let needed = needed(&memories, runs, threads.map_or_else(cores, usize::from));
    let free = free(&fs::read_to_string("/proc/meminfo").unwrap_or_default());
    match free {
        Some(free) if needed > free => Err(Failure::World(anyhow!(too_little(needed, free, runs)))),
        _ => Ok(()),
    }
}

/// Returns the memory of runs at once on a number of threads \[bytes\].
fn needed(memories: &[Memory], runs: Runs, threads: usize) -> usize {
    let mut running: Vec<usize> = memories.iter().map(|memory| memory.running).collect();
    running.sort_unstable_by(|a, b| b.cmp(a));
    let largest = running.first().copied().unwrap_or(0);
    match runs {
        // No more threads are started than can be busy.
        Runs::Many => FILES + threads.clamp(1, BATCH * memories.len().max(1)) * largest,
        Runs::OneOfEach => {
            let at_once: usize = running.iter().take(threads.max(1)).sum();
            let kept: usize = memories.iter().map(|memory| memory.kept).sum();
            FILES + at_once.max(kept + largest)
        }
    }
}

/// Returns the free memory, swap included, as Linux reports it \[bytes\]; `None` elsewhere.
fn free(meminfo: &str) -> Option<usize> {
    let kibibytes = |key: &str| -> Option<usize> {
        let line = meminfo.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?;
        line.split_whitespace().next()?.parse().ok()
    };
    Some(1024 * (kibibytes("MemAvailable")? + kibibytes("SwapFree").unwrap_or(0)))
}

fn too_little(needed: usize, free: usize, runs: Runs) -> String {
    let less = match runs {
        Runs::Many => "take fewer threads, such as --threads 1",
        Runs::OneOfEach => "run one scenario at a time, or take --threads 1",
    };
    let gibibytes = |bytes: usize| {
        let tenths = (bytes + (1 << 30) / 20) / ((1 << 30) / 10);
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    let [needed, free] = [needed, free].map(gibibytes);
    format!(
        "this takes about {needed} GiB of memory, and {free} GiB are free; nothing was run. End other programs, {less}, or merge \
         cohorts or suppliers that you need not keep apart"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: usize = 1 << 30;

    #[test]
    fn runs_at_once_and_what_is_kept_of_them_count() {
        let memory = |running: usize, kept: usize| Memory { running: running * GIB, kept: kept * GIB };
        let three = [memory(4, 1), memory(2, 1), memory(3, 1)];
        assert_eq!(needed(&three, Runs::OneOfEach, 2), FILES + 7 * GIB);
        assert_eq!(
            needed(&three, Runs::OneOfEach, 1),
            FILES + 7 * GIB,
            "two are kept while the largest runs"
        );
        assert_eq!(needed(&three[..1], Runs::OneOfEach, 8), FILES + 5 * GIB);
        assert_eq!(needed(&three, Runs::Many, 8), FILES + 32 * GIB);
    }

    #[test]
    fn free_memory_is_read_as_linux_reports_it() {
        let told = "MemTotal:       24000000 kB\nMemAvailable:    1048576 kB\nSwapFree:        1048576 kB\n";
        assert_eq!(free(told), Some(2 * GIB));
        assert_eq!(free("MemTotal: 1 kB\n"), None);
        assert_eq!(free(""), None);
    }

    #[test]
    fn a_refusal_says_how_much_and_what_to_do() {
        let said = too_little(5 * GIB, 3 * GIB / 2, Runs::Many);
        assert!(
            said.contains("5.0 GiB") && said.contains("1.5 GiB") && said.contains("--threads 1"),
            "{said}"
        );
    }
}
