//! The stages of model and trace, split where the cause of waiting differs: positions in a [`Cell`].

pub(in crate::engine) const GATE: usize = 0;
pub(in crate::engine) const WAITING_FIRMWARE: usize = 1;
pub(in crate::engine) const UNDER_WAY: usize = 2;
pub(in crate::engine) const FIRMWARE_WAIT: usize = 3;
/// Ready before EPCL entry; needed no update.
pub(in crate::engine) const READY_UNTOUCHED: usize = 4;
/// Ready before EPCL entry; was updated, so rework can strike it.
pub(in crate::engine) const READY_UPDATED: usize = 5;
/// In notice, or Active whose supplier is not yet a DCC user.
pub(in crate::engine) const NOTICE: usize = 6;
pub(in crate::engine) const ELIGIBLE_FIRST: usize = 7;
pub(in crate::engine) const ELIGIBLE_LATER: usize = 8;
pub(in crate::engine) const RETRY_WAIT: usize = 9;
pub(in crate::engine) const MIGRATED: usize = 10;
pub(in crate::engine) const NO_WAN: usize = 11;
pub(in crate::engine) const EXHAUSTED: usize = 12;
pub(in crate::engine) const REMOVED: usize = 13;

/// Installations of one cell by lane, padded to a cache line with lanes that hold nobody.
pub(in crate::engine) type Cell = [u32; 16];

/// Installations of a cell that may still migrate.
pub(in crate::engine) fn unmigrated(cell: &Cell) -> u32 {
    cell[..MIGRATED].iter().sum()
}
