//! What an error asks the client to do.

/// `docs/PROTOCOL.md`, "Actions".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    ProtocolViolation,
    ApplicationBug,
    Warning,
    Transient,
    DeleteRealm,
    ClientReset,
    ClientResetNoRecovery,
    MigrateToFlx,
    RevertToPbs,
    RefreshUser,
    RefreshLocation,
    LogOutUser,
    MigrateSchema,
}

impl Action {
    pub const ALL: [Action; 13] = [
        Action::ProtocolViolation,
        Action::ApplicationBug,
        Action::Warning,
        Action::Transient,
        Action::DeleteRealm,
        Action::ClientReset,
        Action::ClientResetNoRecovery,
        Action::MigrateToFlx,
        Action::RevertToPbs,
        Action::RefreshUser,
        Action::RefreshLocation,
        Action::LogOutUser,
        Action::MigrateSchema,
    ];

    pub fn text(self) -> &'static str {
        match self {
            Action::ProtocolViolation => "ProtocolViolation",
            Action::ApplicationBug => "ApplicationBug",
            Action::Warning => "Warning",
            Action::Transient => "Transient",
            Action::DeleteRealm => "DeleteRealm",
            Action::ClientReset => "ClientReset",
            Action::ClientResetNoRecovery => "ClientResetNoRecovery",
            Action::MigrateToFlx => "MigrateToFLX",
            Action::RevertToPbs => "RevertToPBS",
            Action::RefreshUser => "RefreshUser",
            Action::RefreshLocation => "RefreshLocation",
            Action::LogOutUser => "LogOutUser",
            Action::MigrateSchema => "MigrateSchema",
        }
    }

    /// An action this version does not know counts as [`Action::ApplicationBug`].
    pub fn from_text(text: &str) -> Action {
        Action::ALL.into_iter().find(|action| action.text() == text).unwrap_or(Action::ApplicationBug)
    }
}

impl std::fmt::Display for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.text())
    }
}
