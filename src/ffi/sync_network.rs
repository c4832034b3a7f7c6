//! The network as the host describes it, and attempts at its word.

use super::error::{Error, Result};
use super::guard::guard;
use super::sync_client::realm_sync_client_t;
use super::sync_config::realm_sync_config_t;
use super::sync_session::realm_sync_session_t;
use crate::client::{Network, Reachability};

/// Whether a server can be reached, as far as the host knows.
#[repr(i32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum realm_sync_reachability_e {
    /// The host does not say: attempts find out.
    RLM_SYNC_REACHABILITY_UNKNOWN = 0,
    /// There is a network.
    RLM_SYNC_REACHABILITY_REACHABLE = 1,
    /// There is none: no attempt is made by itself.
    RLM_SYNC_REACHABILITY_NOT_REACHABLE = 2,
}

pub(super) fn reachability_to_c(reachability: Reachability) -> realm_sync_reachability_e {
    match reachability {
        Reachability::Unknown => realm_sync_reachability_e::RLM_SYNC_REACHABILITY_UNKNOWN,
        Reachability::Reachable => realm_sync_reachability_e::RLM_SYNC_REACHABILITY_REACHABLE,
        Reachability::NotReachable => realm_sync_reachability_e::RLM_SYNC_REACHABILITY_NOT_REACHABLE,
    }
}

fn reachability_from_c(reachability: i32) -> Result<Reachability> {
    match reachability {
        0 => Ok(Reachability::Unknown),
        1 => Ok(Reachability::Reachable),
        2 => Ok(Reachability::NotReachable),
        unknown => Err(Error::argument(format!("reachability is {unknown}, which is no realm_sync_reachability_e"))),
    }
}

/// Tells a client what the host knows of the network.
///
/// @param client       The client.
/// @param reachability A realm_sync_reachability_e.
/// @param is_metered   Whether traffic costs money or is limited.
/// @return false when the reachability is none of these, or the client was closed.
///
/// Not reachable: attempts under way are given up, and none is made until this changes, but for those
/// that start and reconnect ask for. Reachable: sessions that wait because of the network attempt at
/// once. Metered: sessions whose config says so leave the network. Stopped sessions stay stopped.
/// Threads: any thread, also from inside a callback or a write transaction.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_SYNC_CLIENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_set_network(
    client: *mut realm_sync_client_t,
    reachability: i32,
    is_metered: bool,
) -> bool {
    guard(|call| {
        let network = Network { reachability: reachability_from_c(reachability)?, is_metered };
        call.handle(client, "client")?.client()?.set_network(network);
        Ok(())
    })
}

/// Reads what a client was told of the network last.
///
/// @param client           The client.
/// @param out_reachability Gets the reachability; unknown before the host has said anything.
/// @param out_is_metered   Gets whether the network is metered; false before that.
/// @return false when a pointer is NULL, or the client was closed.
///
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_SYNC_CLIENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_get_network(
    client: *const realm_sync_client_t,
    out_reachability: *mut realm_sync_reachability_e,
    out_is_metered: *mut bool,
) -> bool {
    guard(|call| {
        let network = call.handle(client, "client")?.client()?.network();
        call.check_out(out_is_metered, "out_is_metered")?;
        call.write(out_reachability, "out_reachability", reachability_to_c(network.reachability))?;
        call.write(out_is_metered, "out_is_metered", network.is_metered)
    })
}

/// Makes every session of a client attempt now, as realm_sync_session_reconnect() does.
///
/// @param client The client.
/// @return false when the client was closed.
///
/// Sessions that are stopped stay stopped.
/// Threads: any thread, also from inside a callback or a write transaction.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_SYNC_CLIENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_reconnect_all(client: *mut realm_sync_client_t) -> bool {
    guard(|call| {
        call.handle(client, "client")?.client()?.reconnect_all();
        Ok(())
    })
}

/// Makes a session attempt to connect now, whatever wait between attempts was running.
///
/// @param session The session. One that is stopped, or that an error ended, is left as it is.
/// @return false when the session has ended because its realm or client was closed.
///
/// Where it is connected already, the connection is probed with a PING. The waits of other sessions
/// stay as they are. It returns without waiting for the attempt.
/// Threads: any thread, also from inside a callback or a write transaction.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_reconnect(session: *mut realm_sync_session_t) -> bool {
    guard(|call| {
        call.handle(session, "session")?.session.running()?.reconnect();
        Ok(())
    })
}

/// Sets whether the session uses a network that realm_sync_client_set_network() says is metered.
///
/// @param config              The config.
/// @param sync_while_metered  false to keep the session waiting while the network is metered.
/// @return false when config is NULL.
///
/// It is true at first. Waiting is not being stopped: the session goes on when the network changes.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_config_set_sync_while_metered(
    config: *mut realm_sync_config_t,
    sync_while_metered: bool,
) -> bool {
    guard(|call| {
        call.handle(config, "config")?.change(|options| options.syncs_while_metered = sync_while_metered);
        Ok(())
    })
}

/// Reads whether the session uses a network that is metered.
///
/// @param config                 The config.
/// @param out_sync_while_metered Gets whether it does.
/// @return false when a pointer is NULL.
///
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_config_get_sync_while_metered(
    config: *const realm_sync_config_t,
    out_sync_while_metered: *mut bool,
) -> bool {
    guard(|call| {
        let value = call.handle(config, "config")?.options().syncs_while_metered;
        call.write(out_sync_while_metered, "out_sync_while_metered", value)
    })
}
