//! Why a mutation cannot be carried out, whether the application asks for it or a changeset does.

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("there is no such class")]
    NoSuchClass,
    #[error("there is no such property")]
    NoSuchProperty,
    #[error("the class or property has been erased; refresh the realm")]
    Outdated,
    #[error("there is no such object")]
    NoSuchObject,
    #[error("the class exists and differs: it has {persisted}, not {wanted}")]
    ClassDiffers { persisted: String, wanted: String },
    #[error("the property exists and differs: it is {persisted}, not {wanted}")]
    PropertyDiffers { persisted: String, wanted: String },
    #[error("its key must be {expected}, not {found}")]
    KeyMismatch { expected: &'static str, found: &'static str },
    #[error("the value must be {expected}, not {found}")]
    TypeMismatch { expected: &'static str, found: &'static str },
    #[error("the value must not be null")]
    NullNotAllowed,
    #[error("the class `{class}` that it links to does not exist")]
    NoSuchTargetClass { class: String },
    #[error("it links to the class `{expected}`, not to `{found}`")]
    WrongTargetClass { expected: String, found: String },
    #[error("the object of `{class}` that it links to does not exist; create it first")]
    NoSuchTarget { class: String },
    #[error("only top-level objects can be linked to, `{class}` is {kind}")]
    TargetNotTopLevel { class: String, kind: &'static str },
    #[error("only classes of top-level objects can be observed, `{class}` is {kind}")]
    ClassNotTopLevel { class: String, kind: &'static str },
    #[error("a primary key is set when the object is created and never changes")]
    PrimaryKeyProperty,
    #[error("only an int can be added to, this is {found}")]
    NotAnInteger { found: &'static str },
    #[error("nothing can be added to null")]
    AddToNull,
    #[error("the property `{class}.{property}` still links to it")]
    StillLinked { class: String, property: String },
    #[error("only a dictionary's key can be erased by an update")]
    ErasedOutsideDictionary,
    #[error("a dictionary has string keys")]
    DictionaryKeyNotString,
    #[error("the name is empty or too long")]
    InvalidName,
    #[error("the class has as many properties as a class can have")]
    TooManyProperties,
    #[error("the class has a primary key, which must be given")]
    KeyRequired,
    #[error("the class has no primary key, so none can be given")]
    KeyNotAllowed,
    #[error("it has {size} bytes, the limit is {limit}")]
    TooLarge { size: usize, limit: usize },
    #[error("the index {index} is out of range: the size is {size}")]
    IndexOutOfRange { index: u64, size: u64 },
    #[error("the list has {found} elements, not {stated}")]
    PriorSizeDiffers { stated: u64, found: u64 },
    #[error("an element cannot be moved to where it is")]
    MoveToItself,
    #[error("the dictionary has no such key")]
    NoSuchEntry,
    #[error("there is no embedded object")]
    NoEmbeddedObject,
    #[error("the collection is gone: what held it was overwritten or erased")]
    NoSuchCollection,
    #[error("collections nest at most {limit} deep")]
    TooDeep { limit: u32 },
    #[error("an object of the embedded class `{class}` is made, found and erased through its owner")]
    EmbeddedClass { class: String },
    #[error("only a property can be added to, not an element of a collection")]
    AddToElement,
    #[error("{what} cannot be stored by this version")]
    Unsupported { what: &'static str },
}
