//! The stages of model and trace, split where the cause of waiting differs: positions in a [`Cell`].

pub(super) const GATE: usize = 0;
pub(super) const WAITING_FIRMWARE: usize = 1;
pub(super) const UNDER_WAY: usize = 2;
pub(super) const FIRMWARE_WAIT: usize = 3;
/// Ready before EPCL entry; needed no update.
pub(super) const READY_UNTOUCHED: usize = 4;
/// Ready before EPCL entry; was updated, so rework can strike it.
pub(super) const READY_UPDATED: usize = 5;
/// In notice, or Active whose supplier is not yet a DCC user.
pub(super) const NOTICE: usize = 6;
pub(super) const ELIGIBLE_FIRST: usize = 7;
pub(super) const ELIGIBLE_LATER: usize = 8;
pub(super) const RETRY_WAIT: usize = 9;
pub(super) const MIGRATED: usize = 10;
pub(super) const NO_WAN: usize = 11;
pub(super) const EXHAUSTED: usize = 12;
pub(super) const REMOVED: usize = 13;

/// Installations of one cell by lane, padded to a cache line with lanes that hold nobody.
pub(super) type Cell = [u32; 16];

/// Installations of a cell that may still migrate.
pub(super) fn unmigrated(cell: &Cell) -> u32 {
    cell[..MIGRATED].iter().sum()
}
