using System;
using System.Collections.Generic;
using System.Linq;
using Realms.Interop;
using Realms.Schema;

namespace Realms
{
    /// <content>Objects by the names of their classes.</content>
    public partial class Realm
    {
        private readonly Classes classes;

        /// <summary>Makes, finds and walks objects by the names of their classes. Reached through <see cref="DynamicApi"/>.</summary>
        public sealed class Dynamic
        {
            private readonly Realm realm;

            internal Dynamic(Realm realm) => this.realm = realm;

            /// <summary>Makes an object of a class without primary key; needs a write transaction.</summary>
            /// <exception cref="ArgumentException">There is no such class.</exception>
            /// <exception cref="Exceptions.RealmException">The class has a primary key.</exception>
            /// <exception cref="Exceptions.RealmInvalidTransactionException">There is no write transaction.</exception>
            public IRealmObject CreateObject(string className) => Create(className, null);

            /// <summary>Makes an object with the primary key; needs a write transaction.</summary>
            /// <exception cref="ArgumentException">There is no such class, or its primary key is of another type.</exception>
            /// <exception cref="Exceptions.RealmDuplicatePrimaryKeyValueException">There is such an object already.</exception>
            /// <exception cref="Exceptions.RealmInvalidTransactionException">There is no write transaction.</exception>
            public IRealmObject CreateObject(string className, RealmValue primaryKey) => Create(className, primaryKey);

            /// <summary>Finds an object by its primary key; null when there is none.</summary>
            /// <exception cref="ArgumentException">There is no such class, or its primary key is of another type.</exception>
            public IRealmObject? Find(string className, RealmValue primaryKey)
            {
                var info = realm.classes.Get(className);
                var found = ObjectHandle.Find(realm.Handle, info.Key, primaryKey);
                return found is null ? null : new RealmObject(realm, info, found);
            }

            /// <summary>All objects of a class.</summary>
            /// <exception cref="ArgumentException">There is no such class.</exception>
            public RealmResults All(string className) => new RealmResults(realm, realm.classes.Get(className));

            /// <summary>Removes all objects of a class; needs a write transaction.</summary>
            /// <exception cref="ArgumentException">There is no such class.</exception>
            /// <exception cref="Exceptions.RealmInvalidTransactionException">There is no write transaction.</exception>
            public void RemoveAll(string className)
            {
                foreach (var obj in All(className))
                {
                    realm.Remove(obj);
                }
            }

            private IRealmObject Create(string className, RealmValue? primaryKey)
            {
                var info = realm.classes.Get(className);
                var created = ObjectHandle.Create(realm.Handle, info.Key, primaryKey);
                realm.ObjectsChanged();
                return new RealmObject(realm, info, created);
            }
        }

        /// <summary>The classes met so far. A download may add some, so the schema is read again for one that is not known.</summary>
        private sealed class Classes
        {
            private readonly Realm realm;
            private readonly Dictionary<string, ClassInfo> byName = new Dictionary<string, ClassInfo>();
            private readonly Dictionary<uint, ClassInfo> byKey = new Dictionary<uint, ClassInfo>();

            internal Classes(Realm realm) => this.realm = realm;

            internal ClassInfo Get(string name)
            {
                realm.ThrowIfClosed();
                if (!byName.ContainsKey(name))
                {
                    ReadSchema();
                }

                return byName.TryGetValue(name, out var info)
                    ? info
                    : throw new ArgumentException($"The realm has no class named {name}.", nameof(name));
            }

            internal ClassInfo Get(uint key)
            {
                if (!byKey.ContainsKey(key))
                {
                    ReadSchema();
                }

                return byKey[key];
            }

            private void ReadSchema()
            {
                foreach (var schema in realm.Handle.ReadSchema().Where(s => !byName.ContainsKey(s.Name)))
                {
                    var info = new ClassInfo(realm.Handle.FindClass(schema.Name), schema);
                    byName.Add(schema.Name, info);
                    byKey.Add(info.Key, info);
                }
            }
        }
    }
}
