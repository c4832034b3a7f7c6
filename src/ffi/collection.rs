//! What the handles of lists, sets and dictionaries have in common.

use std::sync::Arc;

use parking_lot::Mutex;

use super::errno::realm_errno_e;
use super::error::{Error, Result};
use super::object::realm_object_t;
use super::open_realm::OpenRealm;
use super::realm::realm_t;
use super::schema::out_of_bounds;
use super::value::{content_to_c, realm_value_t};
use crate::store::{Container, Content, ReadStamp};
use crate::value::Value;

/// A collection of an open realm.
pub(super) struct Collection {
    pub(super) realm: Arc<realm_t>,
    pub(super) container: Container,
    /// In words, for messages.
    kind: &'static str,
    /// What C was last given; it borrows strings and bytes from here.
    lent: Mutex<Content>,
}

impl Collection {
    pub(super) fn new(realm: Arc<realm_t>, container: Container, kind: &'static str) -> Collection {
        Collection { realm, container, kind, lent: Mutex::new(Content::Value(Value::Null)) }
    }

    /// Works with the collection in its realm; that it is gone is its own error.
    pub(super) fn read<R>(&self, work: impl FnOnce(&mut OpenRealm) -> Result<R>) -> Result<R> {
        self.realm.with(|open| self.explain(work(open), open))
    }

    /// The same, in a write transaction.
    pub(super) fn write<R>(&self, work: impl FnOnce(&mut OpenRealm) -> Result<R>) -> Result<R> {
        self.realm.with(|open| {
            open.expect_writing()?;
            self.explain(work(open), open)
        })
    }

    fn explain<R>(&self, result: Result<R>, open: &OpenRealm) -> Result<R> {
        match result {
            Err(_) if !open.realm.is_valid(self.container)? => {
                let message = format!("the {} is gone: what held it was erased or overwritten", self.kind);
                Err(Error::new(realm_errno_e::RLM_ERR_INVALIDATED_OBJECT, message))
            }
            result => result,
        }
    }

    /// Reads one element, which C borrows until the next reading.
    pub(super) fn lend(&self, read: impl FnOnce(&mut OpenRealm) -> Result<Content>) -> Result<realm_value_t> {
        self.read(|open| {
            let content = read(open)?;
            let mut lent = self.lent.lock();
            *lent = content;
            content_to_c(&lent, open)
        })
    }

    pub(super) fn is_valid(&self) -> Result<bool> {
        match self.realm.is_closed() {
            true => Ok(false),
            false => self.realm.with(|open| Ok(open.realm.is_valid(self.container)?)),
        }
    }
}

/// All elements of a collection that is read by index and not stored by it, as long as nothing changes.
pub(super) struct Walk<T>(Mutex<Option<(ReadStamp, Vec<T>)>>);

impl<T> Walk<T> {
    pub(super) fn new() -> Walk<T> {
        Walk(Mutex::new(None))
    }

    /// Reads what `lend` asks of one element. C may borrow from it until the next call.
    pub(super) fn lend<R>(
        &self,
        open: &OpenRealm,
        index: usize,
        read: impl FnOnce(&OpenRealm) -> Result<Vec<T>>,
        lend: impl FnOnce(&T) -> Result<R>,
    ) -> Result<R> {
        let stamp = open.realm.read_stamp()?;
        let mut seen = self.0.lock();
        let elements = match seen.take() {
            Some((then, elements)) if then == stamp => elements,
            Some(_) | None => read(open)?,
        };
        let (_, elements) = seen.insert((stamp, elements));
        lend(elements.get(index).ok_or_else(|| out_of_bounds(index, elements.len()))?)
    }
}

/// The error of asking for something that is not there.
pub(super) fn not_a(wanted: &str, found: &Content) -> Error {
    let (number, found) = match found {
        Content::Value(Value::Null) => (realm_errno_e::RLM_ERR_NO_SUCH_OBJECT, "null"),
        Content::Value(_) => (realm_errno_e::RLM_ERR_PROPERTY_TYPE_MISMATCH, "a value"),
        Content::List(_) => (realm_errno_e::RLM_ERR_PROPERTY_TYPE_MISMATCH, "a list"),
        Content::Set(_) => (realm_errno_e::RLM_ERR_PROPERTY_TYPE_MISMATCH, "a set"),
        Content::Dictionary(_) => (realm_errno_e::RLM_ERR_PROPERTY_TYPE_MISMATCH, "a dictionary"),
        Content::Object(..) => (realm_errno_e::RLM_ERR_PROPERTY_TYPE_MISMATCH, "an embedded object"),
    };
    Error::new(number, format!("there is {found}, not {wanted}"))
}

/// The handle of the embedded object that was found.
pub(super) fn embedded(realm: &Arc<realm_t>, open: &mut OpenRealm, content: Content) -> Result<Arc<realm_object_t>> {
    match content {
        Content::Object(class, object) => {
            let class = open.class_of(class)?;
            Ok(realm_object_t::new(realm.clone(), class, object, None))
        }
        other @ (Content::Value(_) | Content::List(_) | Content::Set(_) | Content::Dictionary(_)) => {
            Err(not_a("an embedded object", &other))
        }
    }
}

/// An index as the store counts; C's are never wider.
pub(super) fn position(index: usize) -> u64 {
    u64::try_from(index).unwrap_or(u64::MAX)
}

/// A size or index as C counts.
pub(super) fn position_to_c(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}
