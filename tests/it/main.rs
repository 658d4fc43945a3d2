//! One integration test binary, a module a topic.
#![allow(clippy::unwrap_used, reason = "a test stops where it is surprised")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "the numbers of a test are small"
)]

mod allocation_by_hand;
mod answers;
mod architecture;
mod bottlenecks;
mod certificates;
mod charts;
mod charts_of_replications;
mod cli;
mod columns;
mod command;
mod copies;
mod crossing;
mod documents;
mod edited_snapshots;
mod explain;
mod figures_that_answer;
mod folders;
mod hazards;
mod interrupted;
mod keys;
mod legible;
mod levels;
mod manual;
mod movements;
mod mutated;
mod names_in_figures;
mod one_class;
mod one_replication;
mod one_writer;
mod output;
mod overlays;
mod policies;
mod problems;
mod read_back;
mod reference;
mod refused_early;
mod replay;
mod replications;
mod report;
mod scenarios;
mod statistics;
mod studies;
mod suggestions;
mod tables;
mod uncertain;
mod warnings;
mod weekly;
mod weeks_and_ages;
mod wording;
