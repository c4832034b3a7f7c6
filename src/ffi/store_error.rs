//! The error numbers of what can go wrong with a realm file.

use super::errno::realm_errno_e::{self, *};
use super::error::Error;
use crate::store::{DatabaseError, Refusal, StoreError};

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Error {
        let number = match &error {
            StoreError::Schema(schema) => return Error::from(schema.clone()),
            StoreError::Refused { reason, .. } => number_of_refusal(reason),
            StoreError::Database(database) => number_of_database_error(database),
            StoreError::NotARealm { .. } => RLM_ERR_INVALID_DATABASE,
            StoreError::NewerFormat { .. } => RLM_ERR_UNSUPPORTED_FILE_FORMAT_VERSION,
            StoreError::NoSuchFile { .. } | StoreError::NoSuchFolder { .. } => RLM_ERR_FILE_NOT_FOUND,
            StoreError::ReadOnlyFolder { .. } => RLM_ERR_FILE_PERMISSION_DENIED,
            StoreError::CannotOpen { .. } | StoreError::NoSharedMemory { .. } => RLM_ERR_FILE_OPERATION_FAILED,
            StoreError::LocalFile { .. } | StoreError::SyncedFile { .. } => RLM_ERR_INCOMPATIBLE_HISTORIES,
            StoreError::SyncedElsewhere { .. } | StoreError::SyncedByOtherClient { .. } => RLM_ERR_MULTIPLE_SYNC_AGENTS,
            StoreError::InUse { .. } => RLM_ERR_DELETE_OPENED_REALM,
            StoreError::TargetExists { .. } => RLM_ERR_FILE_ALREADY_EXISTS,
            StoreError::UnsentChanges { .. } | StoreError::UnsharedChanges { .. } => RLM_ERR_ILLEGAL_OPERATION,
            StoreError::ReadOnlySchema => RLM_ERR_SCHEMA_MISMATCH,
            StoreError::ReadOnlyRealm => RLM_ERR_READ_ONLY_DB,
            StoreError::NotWriting | StoreError::AlreadyWriting | StoreError::TransactionFailed => {
                RLM_ERR_WRONG_TRANSACTION_STATE
            }
            StoreError::TransactionTooLarge { .. } => RLM_ERR_LIMIT_EXCEEDED,
            StoreError::NoFileIdent | StoreError::FileIdentAssigned { .. } | StoreError::NoReset => RLM_ERR_LOGIC,
            StoreError::Cancelled(_) => RLM_ERR_CANCELLED,
            StoreError::BadChangeset(_) | StoreError::Decode(_) | StoreError::Merge(_) => RLM_ERR_BAD_CHANGESET,
        };
        Error::new(number, error.to_string())
    }
}

fn number_of_refusal(reason: &Refusal) -> realm_errno_e {
    match reason {
        Refusal::NoSuchClass | Refusal::NoSuchTargetClass { .. } => RLM_ERR_NO_SUCH_TABLE,
        Refusal::NoSuchProperty | Refusal::Outdated => RLM_ERR_INVALID_PROPERTY,
        Refusal::NoSuchObject | Refusal::NoSuchTarget { .. } | Refusal::NoEmbeddedObject => RLM_ERR_NO_SUCH_OBJECT,
        Refusal::ClassDiffers { .. } | Refusal::PropertyDiffers { .. } => RLM_ERR_SCHEMA_MISMATCH,
        Refusal::KeyMismatch { .. }
        | Refusal::TypeMismatch { .. }
        | Refusal::WrongTargetClass { .. }
        | Refusal::NotAnInteger { .. }
        | Refusal::AddToNull => RLM_ERR_PROPERTY_TYPE_MISMATCH,
        Refusal::NullNotAllowed => RLM_ERR_PROPERTY_NOT_NULLABLE,
        Refusal::TargetNotTopLevel { .. } | Refusal::ClassNotTopLevel { .. } | Refusal::EmbeddedClass { .. } => {
            RLM_ERR_TOP_LEVEL_OBJECT
        }
        Refusal::PrimaryKeyProperty => RLM_ERR_MODIFY_PRIMARY_KEY,
        Refusal::StillLinked { .. } | Refusal::AddToElement => RLM_ERR_ILLEGAL_OPERATION,
        Refusal::ErasedOutsideDictionary
        | Refusal::DictionaryKeyNotString
        | Refusal::PriorSizeDiffers { .. }
        | Refusal::MoveToItself
        | Refusal::NoSuchEntry => RLM_ERR_INVALID_ARGUMENT,
        Refusal::IndexOutOfRange { .. } => RLM_ERR_INDEX_OUT_OF_BOUNDS,
        Refusal::NoSuchCollection => RLM_ERR_INVALIDATED_OBJECT,
        Refusal::InvalidName => RLM_ERR_INVALID_NAME,
        Refusal::TooManyProperties | Refusal::TooDeep { .. } | Refusal::TooLarge { .. } => RLM_ERR_LIMIT_EXCEEDED,
        Refusal::KeyRequired => RLM_ERR_MISSING_PRIMARY_KEY,
        Refusal::KeyNotAllowed => RLM_ERR_UNEXPECTED_PRIMARY_KEY,
        Refusal::Unsupported { .. } => RLM_ERR_NOT_SUPPORTED,
    }
}

fn number_of_database_error(error: &DatabaseError) -> realm_errno_e {
    match error {
        DatabaseError::DiskFull => RLM_ERR_OUT_OF_DISK_SPACE,
        DatabaseError::ReadOnly => RLM_ERR_FILE_PERMISSION_DENIED,
        DatabaseError::Corrupt { .. } => RLM_ERR_INVALID_DATABASE,
        DatabaseError::Busy | DatabaseError::Disk(_) | DatabaseError::Sqlite(_) => RLM_ERR_FILE_OPERATION_FAILED,
    }
}
