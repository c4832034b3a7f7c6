//! Plain data that every layer shares: values, keys, versions, and time as an argument.

pub mod clock;
mod decimal128;
mod hex;
mod key;
mod object_id;
mod timestamp;
mod uuid;
mod version;

pub use clock::{Clock, Instant};
pub use decimal128::{Decimal128, DecimalParts, ParseDecimal128Error};
pub use key::{Link, PrimaryKey};
pub use object_id::{ObjectId, ParseObjectIdError};
pub use timestamp::Timestamp;
pub use uuid::{ParseUuidError, Uuid};
pub use version::{
    ClientVersion, DownloadCursor, FileIdent, OriginTimestamp, RequestIdent, Salt, SaltedFileIdent,
    SaltedServerVersion, ServerVersion, SessionIdent, SyncProgress, UploadCursor,
};

/// One value of a property.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Int(i64),
    Bool(bool),
    String(String),
    Binary(Vec<u8>),
    Timestamp(Timestamp),
    Float(f32),
    Double(f64),
    Decimal(Decimal128),
    ObjectId(ObjectId),
    Uuid(Uuid),
    Link(Link),
}
