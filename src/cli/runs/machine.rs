//! The machine that a run is made on, and the time it takes, for `machine.json`.

use std::fs;
use std::time::Instant;

use dormouse::output::MachineRecord;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A run under way.
pub(crate) struct Stopwatch {
    began: Instant,
    threads: usize,
    resumed: bool,
}

impl Stopwatch {
    /// Begins to count; `threads` are those asked for, none for one a core.
    pub(crate) fn start(threads: Option<u16>, resumed: bool) -> Self {
        Self { began: Instant::now(), threads: threads.map_or_else(cores, usize::from), resumed }
    }

    /// The record of the run that ends now.
    pub(crate) fn stop(&self) -> MachineRecord {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        MachineRecord {
            processor: after(&read("/proc/cpuinfo"), "model name").map(str::to_owned),
            cores: cores(),
            memory_bytes: kibibytes(&read("/proc/meminfo"), "MemTotal"),
            threads: self.threads,
            seconds: self.began.elapsed().as_secs_f64(),
            processor_seconds: processor_seconds(&read("/proc/self/stat")),
            peak_memory_bytes: kibibytes(&read("/proc/self/status"), "VmHWM"),
            resumed: self.resumed,
            finished: TimeZone::UTC.to_datetime(Timestamp::now()).date(),
        }
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The words behind a name and its colon, as Linux lists facts.
fn after<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.trim_start().strip_prefix(':')?.trim())
}

/// The same of an amount in kibibytes \[bytes\].
fn kibibytes(text: &str, name: &str) -> Option<u64> {
    let amount: u64 = after(text, name)?.split_whitespace().next()?.parse().ok()?;
    Some(1024 * amount)
}

/// Time of all threads of this process \[s\]; Linux counts it in hundredths, behind the name in brackets.
fn processor_seconds(stat: &str) -> Option<f64> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<f64>().ok();
    Some((next()? + next()?) / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_read_as_linux_lists_them() {
        let cpu = "processor\t: 0\nmodel name\t: A CPU @ 2.00GHz\ncache size\t: 1 KB\n";
        assert_eq!(after(cpu, "model name"), Some("A CPU @ 2.00GHz"));
        assert_eq!(kibibytes("MemTotal:       2048 kB\nMemFree: 1 kB\n", "MemTotal"), Some(2 << 20));
        let stat = "7 (a name) with) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0";
        assert_eq!(processor_seconds(stat), Some(2.0));
        assert_eq!(after("", "model name"), None);
        assert_eq!(processor_seconds(""), None);
    }
}
