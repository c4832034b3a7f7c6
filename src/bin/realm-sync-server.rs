//! The self-hosted sync server. `docs/SERVER.md` explains how to run it.

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Parser;
use realm_sync::server::listen::{serve_until_signal, Invocation, Options};

fn main() -> ExitCode {
    let Invocation::Serve(options) = Invocation::parse();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_max_level(options.log)
        .init();
    let config = match options.into_config(Options::secret_variable()) {
        Ok(config) => config,
        Err(error) => return fail(&error),
    };
    match serve_until_signal(config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn fail(error: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("realm-sync-server: {error}");
    ExitCode::FAILURE
}
