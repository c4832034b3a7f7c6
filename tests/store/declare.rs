//! Schemas in few words; one of them has a property of each kind.

use realm_sync::schema::{Class, ClassKind, Collection, Property, PropertyType, Schema};

pub fn property(name: &str, property_type: PropertyType, nullable: bool) -> Property {
    Property { name: name.to_owned(), property_type, collection: Collection::Single, nullable, indexed: false }
}

pub fn int(name: &str) -> Property {
    property(name, PropertyType::Int, false)
}

pub fn string(name: &str) -> Property {
    property(name, PropertyType::String, false)
}

pub fn mixed(name: &str) -> Property {
    property(name, PropertyType::Mixed, true)
}

pub fn link(name: &str, target: &str) -> Property {
    property(name, PropertyType::Link { target: target.to_owned() }, true)
}

/// A collection of what the property holds.
pub fn many(collection: Collection, property: Property) -> Property {
    let is_listed = matches!(collection, Collection::List | Collection::Set);
    let is_link = matches!(property.property_type, PropertyType::Link { .. });
    Property { collection, nullable: property.nullable && !(is_link && is_listed), ..property }
}

pub fn embedded(name: &str, properties: Vec<Property>) -> Class {
    Class { kind: ClassKind::Embedded, ..keyless(name, properties) }
}

/// The schema that the worked examples use: `A` with one property of each kind, `E` embedded, `B` linked to, `K` without key.
pub fn example_schema() -> Schema {
    let a = class(
        "A",
        vec![
            int("_id"),
            int("i"),
            property("ni", PropertyType::Int, true),
            many(Collection::List, int("ints")),
            many(Collection::Set, int("iset")),
            many(Collection::Set, property("nset", PropertyType::Int, true)),
            many(Collection::Set, string("sset")),
            many(Collection::Set, mixed("mset")),
            many(Collection::Dictionary, mixed("dict")),
            link("emb", "E"),
            many(Collection::List, link("embs", "E")),
            many(Collection::Dictionary, link("edict", "E")),
            mixed("any"),
            many(Collection::List, mixed("anys")),
            link("link", "B"),
            many(Collection::List, link("links", "B")),
            many(Collection::Set, link("lset", "B")),
            many(Collection::Dictionary, link("ldict", "B")),
            many(Collection::List, string("texts")),
        ],
    );
    let e = embedded(
        "E",
        vec![int("x"), many(Collection::List, int("xs")), link("sub", "E"), mixed("any"), link("b", "B")],
    );
    let k = keyless("K", vec![int("i"), link("b", "B")]);
    schema(vec![a, e, class("B", vec![int("_id"), int("v")]), k])
}

/// A class whose first property is the primary key.
pub fn class(name: &str, properties: Vec<Property>) -> Class {
    let primary_key = Some(properties[0].name.clone());
    Class { name: name.to_owned(), kind: ClassKind::TopLevel, primary_key, properties }
}

pub fn keyless(name: &str, properties: Vec<Property>) -> Class {
    Class { name: name.to_owned(), kind: ClassKind::TopLevel, primary_key: None, properties }
}

pub fn schema(classes: Vec<Class>) -> Schema {
    Schema { classes }
}
