//! One property of a class.

/// Type of a property's values, or of its elements when it is a collection.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PropertyType {
    Int,
    Bool,
    String,
    Binary,
    Timestamp,
    Float,
    Double,
    Decimal,
    ObjectId,
    Uuid,
    /// Any of the other types; always nullable.
    Mixed,
    /// A link to an object of the class `target`, or an embedded object when that class is embedded.
    Link {
        target: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Collection {
    Single,
    List,
    Set,
    Dictionary,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    pub name: String,
    pub property_type: PropertyType,
    pub collection: Collection,
    /// Whether a value, or an element of the collection, may be null.
    pub nullable: bool,
    /// Whether the local file keeps a search index; never synchronised.
    pub indexed: bool,
}
