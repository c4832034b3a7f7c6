//! What can be wrong with a schema, by itself or against the one a file has.

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    #[error("a class has an empty name")]
    EmptyClassName,
    #[error("the class name `{class}` has {size} bytes, the limit is {limit}; shorten it")]
    ClassNameTooLong { class: String, size: usize, limit: usize },
    #[error("the class `{class}` is declared twice")]
    DuplicateClass { class: String },
    #[error("a property of the class `{class}` has an empty name")]
    EmptyPropertyName { class: String },
    #[error("the property name `{class}.{property}` has {size} bytes, the limit is {limit}; shorten it")]
    PropertyNameTooLong { class: String, property: String, size: usize, limit: usize },
    #[error("the property `{class}.{property}` is declared twice")]
    DuplicateProperty { class: String, property: String },
    #[error("the class `{class}` has {count} properties, the limit is {limit}")]
    TooManyProperties { class: String, count: usize, limit: usize },
    #[error("the primary key `{property}` of the class `{class}` is not one of its properties")]
    MissingPrimaryKey { class: String, property: String },
    #[error(
        "the property `{class}.{property}` cannot be a primary key: a key is a single int, string, object id or uuid"
    )]
    InvalidPrimaryKey { class: String, property: String },
    #[error("the embedded class `{class}` must not have a primary key")]
    EmbeddedWithPrimaryKey { class: String },
    #[error("the property `{class}.{property}` links to the class `{target}`, which does not exist")]
    MissingTarget { class: String, property: String, target: String },
    #[error("the property `{class}.{property}` links to the asymmetric class `{target}`, which keeps no objects")]
    AsymmetricTarget { class: String, property: String, target: String },
    #[error("the property `{class}.{property}` is mixed or a link to one object and must be nullable")]
    MustBeNullable { class: String, property: String },
    #[error("the property `{class}.{property}` is a list or set of links, whose elements must not be nullable")]
    MustNotBeNullable { class: String, property: String },
    #[error("the property `{class}.{property}` is a set of embedded objects, which cannot be told apart")]
    SetOfEmbedded { class: String, property: String },
    #[error(
        "the class `{class}` changed from {persisted} to {wanted}; a realm takes only additions: \
         restore the class, or declare a class of another name"
    )]
    ClassKindChanged { class: String, persisted: &'static str, wanted: &'static str },
    #[error(
        "the primary key of the class `{class}` changed from {persisted} to {wanted}; a realm takes only additions: \
         restore it, or declare a class of another name"
    )]
    PrimaryKeyChanged { class: String, persisted: String, wanted: String },
    #[error(
        "the property `{class}.{property}` changed from {persisted} to {wanted}; a realm takes only additions: \
         restore it, or declare a property of another name"
    )]
    PropertyChanged { class: String, property: String, persisted: String, wanted: String },
}
