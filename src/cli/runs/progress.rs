//! The bar: shown on standard error, only where a person watches, gone when the work is done.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::present::terminal::Terminal;

/// Makes a bar of so many steps; invisible if standard error is not a terminal.
pub(crate) fn bar(terminal: &Terminal, steps: usize) -> ProgressBar {
    if !terminal.is_watched() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(steps as u64), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg} ({elapsed})");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}
