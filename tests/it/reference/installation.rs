//! One installation: where it stands, where it begins, what becomes of it when it turns Dormant, and when it may be
//! attempted. Days go by elsewhere.

use dormouse::model::{OpeningStage, Status, Stock};

use super::{World, known};

/// Where one installation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Needs firmware (Dormant) or its supplier's update (Active).
    NotUpdated,
    UnderWay {
        back: i32,
    },
    FirmwareWait {
        back: i32,
    },
    /// Firmware done; `updated` tells those that rework can strike. Eligible from a day on.
    Done {
        updated: bool,
        since: i32,
    },
    RetryWait {
        back: i32,
    },
    Migrated,
    NoWan,
    Exhausted,
    Removed,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Installation {
    pub(super) cohort: usize,
    pub(super) supplier: usize,
    pub(super) status: Status,
    pub(super) stage: Stage,
    /// Number of its next update and of its next attempt.
    pub(super) number: u8,
    pub(super) attempt: u8,
}

pub(super) fn unmigrated(stage: Stage) -> bool {
    !matches!(stage, Stage::Migrated | Stage::NoWan | Stage::Exhausted | Stage::Removed)
}

impl World<'_> {
    pub(super) fn opening(&mut self, row: &Stock) -> Installation {
        let cohort = &self.model.cohorts[row.cohort];
        let mut one = Installation {
            cohort: row.cohort,
            supplier: row.supplier,
            status: row.status,
            stage: Stage::NotUpdated,
            number: 1,
            attempt: 1,
        };
        match row.stage {
            OpeningStage::Unmigrated => {
                if row.status == Status::Dormant && self.coin(known(&cohort.firmware.no_update_share)) {
                    one.stage = Stage::Done { updated: false, since: 0 };
                }
            }
            OpeningStage::NeedsFirmware { attempt: 1 } => {}
            OpeningStage::Eligible { attempt } => {
                // decided: who is eligible at the start has the entry behind them, and with it what it may have
                // asked to be sent again.
                one.stage = Stage::Done { updated: false, since: i32::MIN / 2 };
                one.attempt = attempt;
            }
            OpeningStage::Migrated => one.stage = Stage::Migrated,
            OpeningStage::ExcludedNoWan => one.stage = Stage::NoWan,
            OpeningStage::ExcludedAttempts => one.stage = Stage::Exhausted,
            other => panic!("the reference does not begin with {other:?}"),
        }
        one
    }

    pub(super) fn made_dormant(&mut self, mut one: Installation, day: i32) -> Installation {
        one.status = Status::Dormant;
        match one.stage {
            Stage::NotUpdated => {
                if self.coin(known(&self.model.cohorts[one.cohort].firmware.no_update_share)) {
                    one.stage = Stage::Done { updated: false, since: day };
                }
            }
            Stage::RetryWait { back } => {
                // decided: it goes on waiting, and its notice runs beside the wait.
                one.stage = Stage::RetryWait { back: back.max(day + self.notice(one.cohort)) };
            }
            _ => one.stage = Stage::Done { updated: true, since: day },
        }
        one
    }

    /// Step 5: whether an installation may be attempted today.
    pub(super) fn eligible(&self, one: &Installation, day: i32) -> bool {
        let Stage::Done { since, .. } = one.stage else { return false };
        match one.status {
            Status::Dormant => {
                let done = since.max(self.entry[one.cohort]).max(0) + self.notice(one.cohort);
                let ready = if since < 0 { 0 } else { done };
                self.entry[one.cohort] <= day && ready <= day
            }
            Status::Active => self.user_from(one.supplier) <= day,
        }
    }
}
