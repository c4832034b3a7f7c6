//! The signals that stop a server.

/// Resolves on SIGTERM or SIGINT.
#[cfg(unix)]
pub(super) async fn stop_requested() {
    use tokio::signal::unix::{signal, SignalKind};
    match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
        (Ok(mut terminate), Ok(mut interrupt)) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        }
        (Err(error), _) | (_, Err(error)) => {
            tracing::error!(%error, "cannot listen for signals; only a kill will stop the server");
            std::future::pending().await
        }
    }
}

/// Resolves on Ctrl-C.
#[cfg(not(unix))]
pub(super) async fn stop_requested() {
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::error!(%error, "cannot listen for Ctrl-C; only a kill will stop the server");
        std::future::pending().await
    }
}
