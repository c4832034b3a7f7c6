//! A realm as JSON, in the words of the recorded dumps.

use realm_sync::schema::{Class, ClassKind, Collection, Property, PropertyType};
use realm_sync::store::{ClassKey, Content, ObjectKey, Realm};
use realm_sync::value::{PrimaryKey, Value};
use serde_json::{json, Map, Value as Json};

pub fn dump(realm: &Realm) -> Json {
    let schema = realm.schema();
    Json::Object(schema.classes.iter().map(|class| (class.name.clone(), dump_class(realm, class))).collect())
}

fn dump_class(realm: &Realm, class: &Class) -> Json {
    let props: Map<String, Json> =
        class.properties.iter().map(|property| (property.name.clone(), Json::String(type_name(property)))).collect();
    if class.kind == ClassKind::Embedded {
        return json!({ "pk": null, "props": props, "type": "embedded" });
    }
    let key = realm.class_key(&class.name).unwrap();
    let mut objects: Vec<(PrimaryKey, Json)> = realm
        .object_keys(key)
        .unwrap()
        .into_iter()
        .map(|object| (realm.primary_key(key, object).unwrap(), dump_object(realm, key, class, object)))
        .collect();
    objects.sort_by(|a, b| a.0.cmp(&b.0));
    let objects: Vec<Json> = objects.into_iter().map(|(_, object)| object).collect();
    let kind = if class.kind == ClassKind::Asymmetric { "asymmetric" } else { "toplevel" };
    json!({ "objects": objects, "pk": class.primary_key, "props": props, "type": kind })
}

fn type_name(property: &Property) -> String {
    let plain = match &property.property_type {
        PropertyType::Link { target } => format!("link:{target}"),
        PropertyType::Mixed => "mixed".to_owned(),
        PropertyType::ObjectId => nullable("oid", property.nullable),
        other => nullable(other.name(), property.nullable),
    };
    let suffix = match property.collection {
        Collection::Single => "",
        Collection::List => "[]",
        Collection::Set => "<>",
        Collection::Dictionary => "{}",
    };
    plain + suffix
}

fn nullable(name: &str, nullable: bool) -> String {
    if nullable {
        format!("{name}?")
    } else {
        name.to_owned()
    }
}

pub fn dump_object(realm: &Realm, key: ClassKey, class: &Class, object: ObjectKey) -> Json {
    let fields = class.properties.iter().map(|property| {
        let property_key = realm.property_key(key, &property.name).unwrap();
        (property.name.clone(), dump_content(realm, &realm.content(key, object, property_key).unwrap()))
    });
    Json::Object(fields.collect())
}

pub fn dump_content(realm: &Realm, content: &Content) -> Json {
    let all = |contents: Vec<Content>| contents.iter().map(|content| dump_content(realm, content)).collect::<Vec<_>>();
    match content {
        Content::Value(value) => dump_value(value),
        Content::List(list) => Json::Array(all(realm.list_contents(*list).unwrap())),
        Content::Set(set) => {
            let mut elements = all(realm.set_contents(*set).unwrap());
            elements.sort_by_key(Json::to_string);
            json!({ "$set": elements })
        }
        Content::Dictionary(dictionary) => {
            let keys = realm.dictionary_keys(*dictionary).unwrap();
            let values = all(realm.dictionary_contents(*dictionary).unwrap());
            json!({ "$dict": keys.into_iter().zip(values).collect::<Map<String, Json>>() })
        }
        Content::Object(class, object) => {
            let schema = realm.schema();
            let declared = schema.classes.iter().find(|declared| realm.class_key(&declared.name) == Some(*class));
            json!({ "$embedded": dump_object(realm, *class, declared.unwrap(), *object) })
        }
    }
}

pub fn dump_value(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Int(int) => json!(int),
        Value::Bool(bool) => json!(bool),
        Value::String(text) => json!(text),
        Value::Binary(bytes) => {
            json!({ "$binary": bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>() })
        }
        Value::Timestamp(timestamp) => json!({ "$timestamp": [timestamp.seconds(), timestamp.nanoseconds()] }),
        Value::Float(float) => json!({ "$float": format!("{:08x}", float.to_bits()) }),
        Value::Double(double) => json!({ "$double": format!("{:016x}", double.to_bits()) }),
        Value::Decimal(decimal) => json!({ "$decimal": decimal.to_string() }),
        Value::ObjectId(id) => json!({ "$oid": id.to_string() }),
        Value::Uuid(uuid) => json!({ "$uuid": uuid.to_string() }),
        Value::Link(link) => json!({ "$link": [link.class, dump_key(&link.key)] }),
    }
}

fn dump_key(key: &PrimaryKey) -> Json {
    match key {
        PrimaryKey::Null => Json::Null,
        PrimaryKey::Int(int) => json!(int),
        PrimaryKey::String(text) => json!(text),
        PrimaryKey::GlobalKey { hi, lo } => json!({ "$key": [hi, lo] }),
        PrimaryKey::ObjectId(id) => json!({ "$oid": id.to_string() }),
        PrimaryKey::Uuid(uuid) => json!({ "$uuid": uuid.to_string() }),
    }
}
