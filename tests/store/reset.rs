//! Client reset: the file takes over a fresh copy, and keeps what it can of the local changes.

use realm_sync::schema::{Collection, Schema};
use realm_sync::store::{
    fresh_path, Gate, Mode, Realm, Requirement, ResetMode, ResetPlan, ResetReport, ResetStage, StoreError, Swap,
    SwapOptions, SyncStore,
};
use realm_sync::value::{FileIdent, OriginTimestamp, PrimaryKey, Salt, SaltedFileIdent, UploadCursor, Value};

use crate::changes::change;
use crate::dice::Dice;
use crate::dump::dump;
use crate::support::{
    changesets, class, example_schema, files_in, int, item_schema, keyless, link_to, many, progress, schema, string,
    text, ByName, Home,
};

/// A device and its server, which another device writes.
pub struct World {
    pub device: Home,
    pub realm: Realm,
    server: Home,
    server_realm: Realm,
    commits: Vec<(OriginTimestamp, Vec<u8>)>,
    seen: UploadCursor,
}

impl World {
    /// Both have what `base` writes, and the device nothing that the server has not acknowledged.
    pub fn new(schema: Schema, base: impl FnOnce(&mut Realm)) -> World {
        let (device, server) = (Home::new(), Home::new());
        let realm = device.open(Mode::Synced, schema.clone());
        let server_realm = server.open(Mode::Synced, schema);
        let mut world =
            World { device, realm, server, server_realm, commits: Vec::new(), seen: UploadCursor::default() };
        world.server(base);
        let mut store = world.device.sync_store_with_ident();
        let acknowledged = store.status().unwrap().newest_version.0;
        let download = changesets(world.commits.clone(), 0, acknowledged);
        store.integrate(&download, &Gate::new().permit()).unwrap();
        world
    }

    pub fn server(&mut self, write: impl FnOnce(&mut Realm)) {
        self.server_realm.write(write);
        let scan = self.server.sync_store().scan_uploads(self.seen, usize::MAX, usize::MAX).unwrap();
        self.seen = scan.scanned_to;
        self.commits.extend(scan.changesets.into_iter().map(|sent| (sent.origin_timestamp, sent.changeset)));
    }

    pub fn local(&mut self, write: impl FnOnce(&mut Realm)) {
        self.realm.write(write);
    }

    /// Downloads the fresh copy under the ident 9.
    pub fn download(&self) {
        let mut fresh = SyncStore::open(&fresh_path(&self.device.path()), self.device.clock.clone()).unwrap();
        fresh.set_file_ident(SaltedFileIdent { ident: FileIdent(9), salt: Salt(4) }).unwrap();
        fresh.integrate(&changesets(self.commits.clone(), 0, 0), &Gate::new().permit()).unwrap();
    }

    fn swap(&self) -> Swap {
        self.device.sync_store().swap_reset(SwapOptions::default(), &Gate::new().permit()).unwrap()
    }

    pub fn reset(&mut self, mode: ResetMode) -> ResetReport {
        let plan = self.device.sync_store().begin_reset(mode, true, None).unwrap();
        assert_eq!(plan, ResetPlan::Download);
        self.download();
        let report = match self.swap() {
            Swap::Done { report, .. } => report,
            Swap::Required { reason, .. } => panic!("{reason}"),
        };
        self.realm.refresh().unwrap();
        report
    }

    /// A third device, after it got everything from the server and the device.
    fn third(&self) -> Realm {
        let third = Home::new();
        let mut store = third.sync_store_with_ident();
        let from = self.device.sync_store().status().unwrap().progress.upload;
        let scan = self.device.sync_store().scan_uploads(from, usize::MAX, usize::MAX).unwrap();
        let uploaded = scan.changesets.into_iter().map(|sent| (sent.origin_timestamp, sent.changeset));
        let all = changesets(self.commits.iter().cloned().chain(uploaded).collect(), 0, 0);
        store.integrate(&all, &Gate::new().permit()).unwrap();
        third.try_open(Mode::Synced, None).unwrap()
    }

    fn name(&self, key: i64) -> Option<Value> {
        let object = self.realm.find(self.realm.class("Item"), &PrimaryKey::Int(key)).unwrap()?;
        Some(self.realm.read("Item", object, "name"))
    }
}

pub fn put(realm: &mut Realm, key: i64, name: &str) {
    let object = realm.put("Item", key);
    realm.assign("Item", object, "name", text(name));
}

pub fn erase(realm: &mut Realm, key: i64) {
    let class = realm.class("Item");
    let object = realm.find(class, &PrimaryKey::Int(key)).unwrap().unwrap();
    realm.erase(class, object).unwrap();
}

pub fn items() -> World {
    World::new(item_schema(), |realm| (1..=4).for_each(|key| put(realm, key, "base")))
}

#[test]
fn discarding_makes_the_file_equal_to_the_server() {
    let mut world = items();
    let kept = world.realm.find(world.realm.class("Item"), &PrimaryKey::Int(1)).unwrap();
    world.local(|realm| {
        put(realm, 1, "local");
        put(realm, 7, "new");
        erase(realm, 2);
    });
    world.server(|realm| put(realm, 3, "server"));
    let report = world.reset(ResetMode::DiscardLocal);
    assert_eq!(dump(&world.realm), dump(&world.server_realm));
    assert!(!report.did_recover);
    assert_eq!((report.kept_changes, report.discarded_objects), (0, 3));
    assert_eq!(report.backup, None);
    let found = world.realm.find(world.realm.class("Item"), &PrimaryKey::Int(1)).unwrap();
    assert_eq!(kept, found);
}

#[test]
fn recovering_lets_the_server_delete_and_the_device_write() {
    let mut world = items();
    world.local(|realm| {
        put(realm, 1, "local");
        put(realm, 2, "local");
        erase(realm, 3);
        put(realm, 7, "new");
    });
    world.server(|realm| {
        put(realm, 1, "server");
        erase(realm, 2);
        put(realm, 3, "server");
        put(realm, 4, "server");
    });
    // The application creates again what it writes; only the update of an object that exists is lost with it.
    let report = world.reset(ResetMode::Recover);
    assert!(report.did_recover);
    assert_eq!(world.name(1), Some(text("local")));
    assert_eq!(world.name(2), None);
    assert_eq!(world.name(3), None);
    assert_eq!(world.name(4), Some(text("server")));
    assert_eq!(world.name(7), Some(text("new")));
    assert_eq!((report.kept_objects, report.discarded_objects, report.discarded_changes), (3, 1, 1));
    assert_eq!(dump(&world.realm), dump(&world.third()));
}

#[test]
fn a_change_of_an_object_that_the_server_lost_is_not_saved_by_making_it_anew() {
    let mut world = items();
    world.local(|realm| put(realm, 2, "local"));
    world.local(|realm| erase(realm, 2));
    world.local(|realm| put(realm, 2, "anew"));
    world.server(|realm| erase(realm, 2));
    let report = world.reset(ResetMode::Recover);
    assert_eq!(world.name(2), Some(text("anew")));
    assert_eq!(report.discarded_changes, 1);
    assert_eq!(dump(&world.realm), dump(&world.third()));
}

#[test]
fn recovering_adds_what_was_added() {
    let mut world = World::new(item_schema(), |realm| {
        put(realm, 1, "a");
        let object = realm.put("Item", 1);
        realm.assign("Item", object, "count", Value::Int(10));
    });
    let add = |realm: &mut Realm, by| {
        let (class, count) = realm.at("Item", "count");
        let object = realm.find(class, &PrimaryKey::Int(1)).unwrap().unwrap();
        realm.add_int(class, object, count, by).unwrap();
    };
    world.local(|realm| add(realm, 3));
    world.server(|realm| add(realm, 100));
    world.reset(ResetMode::Recover);
    let object = world.realm.put_key(1);
    assert_eq!(world.realm.read("Item", object, "count"), Value::Int(113));
}

trait PutKey {
    fn put_key(&self, key: i64) -> realm_sync::store::ObjectKey;
}

impl PutKey for Realm {
    fn put_key(&self, key: i64) -> realm_sync::store::ObjectKey {
        self.find(self.class_key("Item").or(self.class_key("L")).unwrap(), &PrimaryKey::Int(key)).unwrap().unwrap()
    }
}

fn lists() -> World {
    let classes = vec![class("L", vec![int("_id"), many(Collection::List, int("ints"))])];
    World::new(schema(classes), |realm| {
        let object = realm.put("L", 1);
        let list = realm.at_collection("L", object, "ints");
        (0..3).for_each(|at| realm.list_insert(list, at, Value::Int(at as i64)).unwrap());
    })
}

fn list(realm: &Realm) -> realm_sync::store::Container {
    realm.at_collection("L", realm.put_key(1), "ints")
}

#[test]
fn what_was_appended_here_comes_behind_what_was_appended_there() {
    let mut world = lists();
    world.local(|realm| realm.list_insert(list(realm), 3, Value::Int(30)).unwrap());
    world.server(|realm| realm.list_insert(list(realm), 3, Value::Int(40)).unwrap());
    world.reset(ResetMode::Recover);
    assert_eq!(world.realm.shown("L", world.realm.put_key(1), "ints"), "[0,1,2,40,30]");
}

#[test]
fn an_element_is_set_in_place_while_the_size_is_the_same() {
    let mut world = lists();
    world.local(|realm| realm.list_set(list(realm), 1, Value::Int(10)).unwrap());
    world.server(|realm| realm.list_set(list(realm), 2, Value::Int(20)).unwrap());
    world.reset(ResetMode::Recover);
    assert_eq!(world.realm.shown("L", world.realm.put_key(1), "ints"), "[0,10,20]");
}

#[test]
fn a_list_that_was_edited_in_the_middle_becomes_what_it_is_here() {
    let mut world = lists();
    world.local(|realm| realm.list_insert(list(realm), 0, Value::Int(9)).unwrap());
    world.local(|realm| realm.list_erase(list(realm), 2).unwrap());
    world.server(|realm| realm.list_erase(list(realm), 0).unwrap());
    let report = world.reset(ResetMode::Recover);
    assert_eq!(world.realm.shown("L", world.realm.put_key(1), "ints"), "[9,0,2]");
    assert_eq!(report.discarded_changes, 0);
    assert_eq!(dump(&world.realm), dump(&world.third()));
}

#[test]
fn objects_without_primary_key_get_the_new_ident_and_keep_their_numbers() {
    let classes =
        vec![keyless("K", vec![string("name")]), class("A", vec![int("_id"), crate::support::link("to", "K")])];
    let mut world = World::new(schema(classes), |realm| {
        let class = realm.class("K");
        let object = realm.create_without_key(class).unwrap();
        realm.assign("K", object, "name", text("server's"));
    });
    let mut made = None;
    world.local(|realm| {
        let class = realm.class("K");
        let object = realm.create_without_key(class).unwrap();
        realm.assign("K", object, "name", text("mine"));
        let link = link_to("K", realm.primary_key(class, object).unwrap());
        let holder = realm.put("A", 1);
        realm.assign("A", holder, "to", link);
        made = Some(object);
    });
    world.reset(ResetMode::Recover);
    let (class, object) = (world.realm.class("K"), made.unwrap());
    let key = world.realm.primary_key(class, object).unwrap();
    assert!(matches!(key, PrimaryKey::GlobalKey { hi: 9, .. }), "{key:?}");
    assert_eq!(world.realm.read("K", object, "name"), text("mine"));
    let holder = world.realm.find(world.realm.class("A"), &PrimaryKey::Int(1)).unwrap().unwrap();
    assert_eq!(world.realm.read("A", holder, "to"), link_to("K", key));
    assert_eq!(dump(&world.realm), dump(&world.third()));
}

#[test]
fn what_only_this_device_has_of_the_schema_is_recorded_again_in_every_mode() {
    for mode in [ResetMode::DiscardLocal, ResetMode::Recover] {
        let mut world = items();
        let mut wider = item_schema();
        wider.classes[0].properties.push(int("extra"));
        wider.classes.push(class("Other", vec![int("_id")]));
        world.realm = world.device.open(Mode::Synced, wider);
        world.local(|realm| {
            realm.put("Other", 1);
            let object = realm.put("Item", 1);
            realm.assign("Item", object, "extra", Value::Int(5));
        });
        world.reset(mode);
        let third = world.third();
        assert_eq!(dump(&world.realm), dump(&third), "{mode:?}");
        let others = third.size(third.class("Other")).unwrap();
        assert_eq!(others, u64::from(mode == ResetMode::Recover));
    }
}

#[test]
fn the_file_takes_over_ident_and_cursors_and_its_versions_go_on() {
    let mut world = items();
    let before = world.realm.version().unwrap();
    world.local(|realm| put(realm, 1, "local"));
    world.server(|realm| put(realm, 2, "server"));
    world.reset(ResetMode::Recover);
    let status = world.device.sync_store().status().unwrap();
    assert_eq!(status.file_ident.unwrap().ident, FileIdent(9));
    assert_eq!(status.progress, progress(world.commits.len() as u64, 0));
    assert!(status.newest_version > before && status.uploaded_version < status.newest_version);
    assert_eq!(world.realm.version().unwrap(), status.newest_version);
    // What follows goes on as if nothing had happened.
    world.local(|realm| put(realm, 5, "later"));
    let from = world.commits.len() as u64;
    world.server(|realm| put(realm, 6, "later"));
    let download = changesets(world.commits[from as usize..].to_vec(), from, 0);
    world.device.sync_store().integrate(&download, &Gate::new().permit()).unwrap();
    assert_eq!(
        (world.name(1), world.name(5), world.name(6)),
        (Some(text("local")), Some(text("later")), Some(text("later")))
    );
}

#[test]
fn a_state_that_contradicts_the_server_is_left_to_the_application() {
    let mut world = items();
    world.local(|realm| put(realm, 1, "local"));
    let other = Home::new();
    let mut other_realm = other.open(Mode::Synced, schema(vec![class("Item", vec![int("_id"), int("name")])]));
    other_realm.write(|realm| {
        realm.put("Item", 8i64);
    });
    world.commits.clear();
    let scan = other.sync_store().scan_uploads(UploadCursor::default(), usize::MAX, usize::MAX).unwrap();
    world.commits.extend(scan.changesets.into_iter().map(|sent| (sent.origin_timestamp, sent.changeset)));
    let before = dump(&world.realm);
    let mut store = world.device.sync_store();
    store.begin_reset(ResetMode::RecoverOrDiscard, true, None).unwrap();
    world.download();
    assert!(matches!(world.swap(), Swap::Required { .. }));
    assert_eq!(dump(&world.realm), before);
    assert_eq!(store.reset_status().unwrap().stage, ResetStage::Required);
    let again = store.begin_reset(ResetMode::RecoverOrDiscard, true, None).unwrap();
    assert!(matches!(again, ResetPlan::Require { requirement: Requirement::Failed, .. }));
}

#[test]
fn lesson_25_a_manual_reset_copies_the_file_and_never_over_another() {
    let mut world = items();
    world.local(|realm| put(realm, 1, "local"));
    let mut backups = Vec::new();
    for _ in 0..2 {
        let mut store = world.device.sync_store();
        let plan = store.begin_reset(ResetMode::Manual, true, None).unwrap();
        let ResetPlan::Require { requirement: Requirement::Manual, backup } = plan else { panic!("{plan:?}") };
        assert!(!backup.exists());
        // Somebody else takes the name in the meantime.
        std::fs::create_dir_all(backup.parent().unwrap()).unwrap();
        std::fs::write(&backup, "precious").unwrap();
        store.initiate_reset(None).unwrap();
        world.download();
        let Swap::Done { report, .. } = world.swap() else { panic!() };
        assert_eq!(std::fs::read(&backup).unwrap(), b"precious");
        backups.push(report.backup.unwrap());
        assert_eq!(dump(&world.realm), dump(&world.server_realm));
        world.device.sync_store().remove_fresh().unwrap();
    }
    assert_ne!(backups[0], backups[1]);
    let clock = world.device.clock.clone();
    let options =
        realm_sync::store::OpenOptions { path: backups[0].clone(), schema: None, mode: Mode::ReadOnly, clock };
    let copy = Realm::open(options).unwrap();
    let object = copy.put_key(1);
    assert_eq!(copy.read("Item", object, "name"), text("local"));
}

#[test]
fn a_reset_that_waits_for_nobody_is_not_initiated() {
    let mut world = items();
    world.local(|realm| put(realm, 1, "local"));
    let mut store = world.device.sync_store();
    store.initiate_reset(None).unwrap();
    assert_eq!(store.reset_status().unwrap().stage, ResetStage::None);
    // One that recovers goes on doing so.
    store.begin_reset(ResetMode::Recover, true, None).unwrap();
    store.initiate_reset(None).unwrap();
    world.download();
    let Swap::Done { report, .. } = world.swap() else { panic!() };
    assert!(report.did_recover, "{report:?}");
    store.initiate_reset(None).unwrap();
    assert_eq!(store.reset_status().unwrap().stage, ResetStage::Swapped);
    assert_eq!(world.name(1), Some(text("local")));
}

#[test]
fn a_stopped_session_swaps_nothing_and_the_next_start_does() {
    let mut world = items();
    world.local(|realm| put(realm, 1, "local"));
    let mut store = world.device.sync_store();
    store.begin_reset(ResetMode::Recover, true, None).unwrap();
    world.download();
    let gate = Gate::new();
    let permit = gate.permit();
    gate.advance();
    for _ in 0..5 {
        let stopped = store.swap_reset(SwapOptions::default(), &permit);
        assert!(matches!(stopped, Err(StoreError::Cancelled(_))));
    }
    assert_eq!(store.reset_status().unwrap().stage, ResetStage::Downloading);
    assert_eq!(store.status().unwrap().file_ident.unwrap().ident, FileIdent(2));
    assert!(matches!(world.swap(), Swap::Done { .. }));
}

#[test]
fn the_handle_before_shows_the_state_right_before() {
    let mut world = items();
    let mut store = world.device.sync_store();
    store.begin_reset(ResetMode::DiscardLocal, true, None).unwrap();
    world.server(|realm| put(realm, 1, "server"));
    world.download();
    world.local(|realm| put(realm, 1, "last moment"));
    let swapped = store.swap_reset(SwapOptions { wants_before: true }, &Gate::new().permit()).unwrap();
    let Swap::Done { before: Some(before), .. } = swapped else { panic!() };
    world.local(|realm| put(realm, 1, "later"));
    assert_eq!(before.read("Item", before.put_key(1), "name"), text("last moment"));
    assert_eq!(world.name(1), Some(text("later")));
}

#[test]
fn a_fresh_copy_that_was_taken_over_leaves_no_file_behind() {
    let mut world = items();
    world.reset(ResetMode::Recover);
    world.device.sync_store().remove_fresh().unwrap();
    let left: Vec<String> = files_in(world.device.folder()).into_iter().filter(|name| name.contains("fresh")).collect();
    assert_eq!(left, Vec::<String>::new());
}

fn some_changes(realm: &mut Realm, dice: &mut Dice) {
    (0..dice.roll(12)).for_each(|_| change(realm, dice));
}

fn random_world(dice: &mut Dice) -> World {
    let mut world = World::new(example_schema(), |realm| {
        some_changes(realm, dice);
        some_changes(realm, dice);
    });
    for _ in 0..3 {
        world.local(|realm| some_changes(realm, dice));
    }
    world
}

#[test]
fn discarding_anything_makes_the_file_equal_to_the_server() {
    for seed in 0..40 {
        println!("seed {seed}");
        let dice = &mut Dice::Seed(seed);
        let mut world = random_world(dice);
        world.server(|realm| some_changes(realm, dice));
        world.reset(ResetMode::DiscardLocal);
        assert_eq!(dump(&world.realm), dump(&world.server_realm));
    }
}

#[test]
fn recovering_on_an_unchanged_server_changes_nothing() {
    for seed in 0..40 {
        println!("seed {seed}");
        let mut world = random_world(&mut Dice::Seed(seed));
        let before = dump(&world.realm);
        let report = world.reset(ResetMode::Recover);
        assert_eq!(dump(&world.realm), before);
        assert_eq!(report.discarded_changes, 0);
        assert_eq!(dump(&world.third()), before);
    }
}

#[test]
fn whatever_is_recovered_makes_the_server_the_same() {
    for seed in 0..60 {
        println!("seed {seed}");
        let dice = &mut Dice::Seed(seed);
        let mut world = random_world(dice);
        for _ in 0..2 {
            world.server(|realm| some_changes(realm, dice));
        }
        world.reset(ResetMode::Recover);
        assert_eq!(dump(&world.realm), dump(&world.third()));
    }
}

#[test]
fn lesson_22_readers_see_the_realm_before_or_after_a_reset_and_nothing_between() {
    let mut world = World::new(item_schema(), |realm| (0..300).for_each(|key| put(realm, key, "before")));
    world.server(|realm| (0..300).for_each(|key| put(realm, key, "after")));
    let mut store = world.device.sync_store();
    store.begin_reset(ResetMode::Recover, true, None).unwrap();
    world.download();
    let is_over = std::sync::atomic::AtomicBool::new(false);
    let (path, clock) = (world.device.path(), world.device.clock.clone());
    let seen = std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut seen = Vec::new();
            loop {
                let was_over = is_over.load(std::sync::atomic::Ordering::SeqCst);
                let realm = Realm::open_frozen(&path, clock.clone()).unwrap();
                let objects = realm.object_keys(realm.class("Item")).unwrap();
                let names: Vec<Value> = objects.iter().map(|object| realm.read("Item", *object, "name")).collect();
                assert!(names.len() == 300 && names.iter().all(|name| *name == names[0]), "half of it");
                seen.push(names[0].clone());
                if was_over {
                    return seen;
                }
            }
        });
        assert!(matches!(world.swap(), Swap::Done { .. }));
        is_over.store(true, std::sync::atomic::Ordering::SeqCst);
        reader.join().unwrap()
    });
    assert_eq!(seen.last(), Some(&text("after")));
}

#[test]
fn lesson_23_attempts_are_in_the_file_and_only_what_failed_counts() {
    let mut world = items();
    let begin = |world: &World, mode| world.device.sync_store().begin_reset(mode, true, None).unwrap();
    let requirement = |plan: ResetPlan| match plan {
        ResetPlan::Download => None,
        ResetPlan::Require { requirement, .. } => Some(requirement),
    };
    // A fresh copy that is never had, by a process that is another each time.
    let plans = [(); 4].map(|()| requirement(begin(&world, ResetMode::Recover)));
    assert_eq!(plans, [None, None, Some(Requirement::Failed), Some(Requirement::Failed)]);
    // Resets that go well, with synchronising in between, are each the first: also one with nothing to recover.
    world = items();
    for _ in 0..4 {
        assert!(world.reset(ResetMode::RecoverOrDiscard).did_recover);
        world.device.sync_store().settle_reset().unwrap();
    }
    // Without, the next gives the changes up, and then there is none.
    assert!(world.reset(ResetMode::RecoverOrDiscard).did_recover);
    assert!(!world.reset(ResetMode::RecoverOrDiscard).did_recover);
    assert_eq!(requirement(begin(&world, ResetMode::RecoverOrDiscard)), Some(Requirement::Cycle));
}
