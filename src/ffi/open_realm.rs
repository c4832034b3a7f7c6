//! What stands behind an open realm handle: the realm file, and what its keys mean.

use std::path::PathBuf;
use std::sync::Arc;

use super::change_callback::ChangeCallbacks;
use super::config::Options;
use super::errno::realm_errno_e;
use super::error::{Error, Result};
use super::open_session::Hold;
use super::schema::no_such_class;
use super::sync_config::SyncOptions;
use super::value::{realm_class_key_t, Classes};
use crate::net::SyncClient;
use crate::schema::{ClassKind, Schema};
use crate::store::{ClassKey, Mode, ObjectKey, OpenOptions, Realm, Refusal, StoreError};
use crate::value::PrimaryKey;

/// One connection to a realm file.
pub(super) struct OpenRealm {
    pub(super) realm: Realm,
    /// After the realm: one that runs is waited for, and may be waiting itself for the transaction that is open here.
    pub(super) changes: ChangeCallbacks,
    classes: Vec<KnownClass>,
    /// Whether another writer's commit was noticed that `refresh` has not reported.
    has_unreported_change: bool,
    /// Last, so that the session ends after this connection: it may upload what was committed here.
    pub(super) session: Option<Hold>,
}

/// What objects need to know of their class.
#[derive(Clone)]
pub(super) struct KnownClass {
    pub(super) key: ClassKey,
    pub(super) name: Arc<str>,
    pub(super) primary_key: KeyDeclaration,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyDeclaration {
    /// The class is embedded: nothing names its objects.
    Owned,
    None,
    Required,
    Nullable,
}

impl OpenRealm {
    pub(super) fn open(options: &Options) -> Result<OpenRealm> {
        if options.path.is_empty() {
            return Err(Error::argument("config has no path; set it with realm_config_set_path"));
        }
        let schema = (!options.schema.classes.is_empty()).then(|| options.schema.clone());
        let clock = SyncClient::clock();
        let path = PathBuf::from(&options.path);
        let realm = Realm::open(OpenOptions { path, schema, mode: mode(options)?, clock })?;
        let classes = known_classes(&realm, &realm.schema());
        tracing::debug!(target: "realm_sync::ffi", path = %realm.path().display(), "realm opened");
        let hold = |sync: &SyncOptions| sync.client.sessions.hold(realm.path(), sync);
        let session = options.sync_config.as_ref().map(hold).transpose()?;
        // Opening may have added to the schema, which a session that runs already has to upload.
        if let Some(running) = session.as_ref().and_then(|hold| hold.open_session().session()) {
            running.notify_commit(realm.version()?);
        }
        Ok(OpenRealm { realm, changes: ChangeCallbacks::default(), classes, has_unreported_change: false, session })
    }

    /// One without a session: what is committed to it is another's to tell.
    pub(super) fn lent(realm: Realm) -> OpenRealm {
        let classes = known_classes(&realm, &realm.schema());
        OpenRealm { realm, changes: ChangeCallbacks::default(), classes, has_unreported_change: false, session: None }
    }

    /// Closes the file, ends the change callbacks, and ends the session where this was its last realm and its stop policy lets it.
    pub(super) fn close(self) {
        let OpenRealm { realm, changes, session, .. } = self;
        drop(realm);
        drop(changes);
        if let Some(hold) = session {
            hold.close();
        }
    }

    /// The class behind a key; classes that others added meanwhile are found too.
    pub(super) fn class(&mut self, key: realm_class_key_t) -> Result<KnownClass> {
        let is_it = |class: &&KnownClass| class.key.0 == i64::from(key);
        if let Some(class) = self.classes.iter().find(is_it) {
            return Ok(class.clone());
        }
        self.classes = known_classes(&self.realm, &self.realm.schema());
        let class = self.classes.iter().find(is_it).cloned();
        class.ok_or_else(|| no_such_class_key(key))
    }

    /// The class of an object that the file gave.
    pub(super) fn class_of(&mut self, key: ClassKey) -> Result<KnownClass> {
        self.class(class_key_to_c(key)?)
    }

    /// What names an object on every device; `None` for an embedded one.
    pub(super) fn key_of_object(&self, class: &KnownClass, object: ObjectKey) -> Result<Option<PrimaryKey>> {
        match class.primary_key {
            KeyDeclaration::Owned => Ok(None),
            KeyDeclaration::None | KeyDeclaration::Required | KeyDeclaration::Nullable => {
                Ok(Some(self.realm.primary_key(class.key, object)?))
            }
        }
    }

    pub(super) fn find_class(&mut self, name: &str) -> Result<realm_class_key_t> {
        self.notice_changes()?;
        self.key_of(name)
    }

    pub(super) fn schema(&mut self) -> Result<Schema> {
        self.notice_changes()?;
        Ok(self.realm.schema())
    }

    pub(super) fn begin(&mut self) -> Result<()> {
        self.notice_changes()?;
        Ok(self.realm.begin()?)
    }

    /// Commits, and tells the session what there is to upload.
    pub(super) fn commit(&mut self) -> Result<()> {
        let commit = self.realm.commit()?;
        let session = self.session.as_ref().and_then(|hold| hold.open_session().session());
        if let Some(session) = session.filter(|_| commit.has_changeset) {
            session.notify_commit(commit.version);
        }
        Ok(())
    }

    /// Makes an object, which must be new, and tells its key.
    pub(super) fn create(&mut self, class: &KnownClass, key: Option<PrimaryKey>) -> Result<(ObjectKey, PrimaryKey)> {
        let Some(key) = key else {
            let object = self.realm.create_without_key(class.key)?;
            return Ok((object, self.realm.primary_key(class.key, object)?));
        };
        class.check_key(&key)?;
        match self.realm.create(class.key, key.clone())? {
            (object, true) => Ok((object, key)),
            (_, false) => {
                let message = format!("the class `{}` has an object with this key already; find it", class.name);
                Err(Error::new(realm_errno_e::RLM_ERR_OBJECT_ALREADY_EXISTS, message))
            }
        }
    }

    /// Fails unless a write transaction is open.
    pub(super) fn expect_writing(&self) -> Result<()> {
        match self.realm.is_writing() {
            true => Ok(()),
            false => Err(StoreError::NotWriting.into()),
        }
    }

    pub(super) fn refresh(&mut self) -> Result<bool> {
        if self.realm.is_writing() {
            let message = "a write transaction is open, which sees the newest version; commit or roll back first";
            return Err(Error::new(realm_errno_e::RLM_ERR_WRONG_TRANSACTION_STATE, message));
        }
        self.notice_changes()?;
        Ok(std::mem::take(&mut self.has_unreported_change))
    }

    pub(super) fn find(&mut self, class: &KnownClass, key: &PrimaryKey) -> Result<Option<ObjectKey>> {
        class.check_key(key)?;
        Ok(self.realm.find(class.key, key)?)
    }

    fn notice_changes(&mut self) -> Result<()> {
        if self.realm.refresh()? {
            self.has_unreported_change = true;
        }
        Ok(())
    }
}

impl KnownClass {
    /// Refuses a key where the class takes none, and null where it takes no null.
    fn check_key(&self, key: &PrimaryKey) -> Result<()> {
        let takes_null = match (self.primary_key, key) {
            (KeyDeclaration::Owned, _) => {
                let reason = Refusal::EmbeddedClass { class: self.name.to_string() };
                return Err(StoreError::Refused { subject: self.name.to_string(), reason }.into());
            }
            (KeyDeclaration::None, PrimaryKey::GlobalKey { .. }) => return Ok(()),
            (KeyDeclaration::None, _) => {
                let message = format!("the class `{}` has no primary key, so none can be given", self.name);
                return Err(Error::new(realm_errno_e::RLM_ERR_UNEXPECTED_PRIMARY_KEY, message));
            }
            (KeyDeclaration::Required, _) => false,
            (KeyDeclaration::Nullable, _) => true,
        };
        match key == &PrimaryKey::Null && !takes_null {
            true => {
                let message = format!("the primary key of the class `{}` must not be null", self.name);
                Err(Error::new(realm_errno_e::RLM_ERR_PROPERTY_NOT_NULLABLE, message))
            }
            false => Ok(()),
        }
    }
}

impl Classes for OpenRealm {
    fn name_of(&self, key: realm_class_key_t) -> Result<String> {
        let class = self.classes.iter().find(|class| class.key.0 == i64::from(key));
        class.map(|class| class.name.to_string()).ok_or_else(|| no_such_class_key(key))
    }

    fn key_of(&self, name: &str) -> Result<realm_class_key_t> {
        let key = self.realm.class_key(name).ok_or_else(|| no_such_class(name))?;
        class_key_to_c(key)
    }
}

pub(super) fn class_key_to_c(key: ClassKey) -> Result<realm_class_key_t> {
    let too_many = || Error::new(realm_errno_e::RLM_ERR_LIMIT_EXCEEDED, "the file has had more than 2^32 classes");
    realm_class_key_t::try_from(key.0).map_err(|_| too_many())
}

fn no_such_class_key(key: realm_class_key_t) -> Error {
    Error::new(realm_errno_e::RLM_ERR_NO_SUCH_TABLE, format!("there is no class with the key {key}"))
}

fn known_classes(realm: &Realm, schema: &Schema) -> Vec<KnownClass> {
    let known = schema.classes.iter().map(|class| {
        let key_property = class.primary_key.as_deref().and_then(|name| class.property(name));
        let primary_key = match key_property {
            None if class.kind == ClassKind::Embedded => KeyDeclaration::Owned,
            None => KeyDeclaration::None,
            Some(property) if property.nullable => KeyDeclaration::Nullable,
            Some(_) => KeyDeclaration::Required,
        };
        let key = realm.class_key(&class.name)?;
        Some(KnownClass { key, name: class.name.as_str().into(), primary_key })
    });
    known.flatten().collect()
}

fn mode(options: &Options) -> Result<Mode> {
    match (options.is_read_only, options.is_in_memory, options.sync_config.is_some()) {
        (false, false, false) => Ok(Mode::Local),
        (false, false, true) => Ok(Mode::Synced),
        (true, false, false) => Ok(Mode::ReadOnly),
        (false, true, false) => Ok(Mode::InMemory),
        (true, true, _) => Err(Error::argument("config: a realm in memory cannot be read-only; set one of the two")),
        (true, false, true) => Err(Error::argument("config: a read-only realm cannot be synced; set one of the two")),
        (false, true, true) => Err(Error::argument("config: a realm in memory cannot be synced; set one of the two")),
    }
}
