//! What a property or an element holds, collections and embedded objects included.

use crate::value::Value;

use super::{ClassKey, Container, ObjectKey};

#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A link whose object does not exist reads as null.
    Value(Value),
    List(Container),
    Set(Container),
    Dictionary(Container),
    /// An embedded object, which is read and written like any other.
    Object(ClassKey, ObjectKey),
}

impl Content {
    pub(crate) fn describe(&self) -> &'static str {
        match self {
            Content::Value(_) => "value",
            Content::List(_) => "list",
            Content::Set(_) => "set",
            Content::Dictionary(_) => "dictionary",
            Content::Object(..) => "embedded object",
        }
    }
}
