//! The steps of a client reset that the file takes.

use std::path::PathBuf;

use crate::store::{Permit, Requirement, ResetPlan, ResetStatus, StoreError, Swap, SwapOptions, SyncStore};
use crate::sync::StoreFailure;

use super::reset_config::ResetConfig;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ResetStep {
    /// The server wants a reset: decide what follows.
    Begin { may_recover: bool },
    /// The application wants it.
    Initiate,
    /// It cannot go on without the application.
    Require(Requirement),
    /// The fresh copy is complete: take it over.
    Swap,
    /// Synchronising has worked since.
    Settle,
}

/// One step, under the options of the moment.
pub(super) struct ResetOrder {
    pub step: ResetStep,
    pub config: ResetConfig,
}

/// What the worker learns of a step, or of the file when it is read.
pub(super) enum ResetNews {
    Found(ResetStatus),
    Planned(ResetPlan),
    Initiated,
    Required(PathBuf),
    Swapped(Swap),
    Settled,
    Failed(StoreFailure),
}

/// The fresh copy must not be open.
pub(super) fn carry_out(store: &mut SyncStore, order: &ResetOrder, permit: &Permit) -> Result<ResetNews, StoreError> {
    let ResetConfig { mode, recovery_folder, on_before: _, on_after } = &order.config;
    let recovery_folder = recovery_folder.as_deref();
    Ok(match order.step {
        ResetStep::Begin { may_recover } => {
            ResetNews::Planned(store.begin_reset(*mode, may_recover, recovery_folder)?)
        }
        ResetStep::Initiate => {
            // The application's word outlasts a stop.
            store.set_permit(None);
            store.initiate_reset(recovery_folder)?;
            ResetNews::Initiated
        }
        ResetStep::Require(requirement) => ResetNews::Required(store.require_reset(requirement, recovery_folder)?),
        ResetStep::Swap => {
            let swapped = store.swap_reset(SwapOptions { wants_before: on_after.is_some() }, permit)?;
            if let Swap::Done { .. } = swapped {
                // What cannot be deleted now is deleted when the next reset begins.
                let _ = store.remove_fresh();
            }
            ResetNews::Swapped(swapped)
        }
        ResetStep::Settle => {
            store.settle_reset()?;
            ResetNews::Settled
        }
    })
}
