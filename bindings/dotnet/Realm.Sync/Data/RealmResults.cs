using System;
using System.Collections;
using System.Collections.Generic;
using Realms.Interop;

namespace Realms
{
    /// <summary>
    /// All objects of a class. Live: each access sees the realm as it is now. Outside a write transaction others may commit between two
    /// accesses, so that an index means another object.
    /// </summary>
    public sealed class RealmResults : IReadOnlyList<IRealmObject>
    {
        private readonly Realm realm;
        private readonly ClassInfo classInfo;
        private readonly ResultsHandle handle;

        internal RealmResults(Realm realm, ClassInfo classInfo)
        {
            this.realm = realm;
            this.classInfo = classInfo;
            handle = ResultsHandle.New(realm.Handle, classInfo.Key);
        }

        /// <summary>The number of objects.</summary>
        /// <exception cref="ObjectDisposedException">The realm was closed.</exception>
        public int Count
        {
            get
            {
                realm.ThrowIfClosed();
                return handle.Count;
            }
        }

        /// <summary>One of the objects, in the order of the file.</summary>
        /// <exception cref="ArgumentOutOfRangeException">The index is negative, or at or beyond <see cref="Count"/>.</exception>
        /// <exception cref="ObjectDisposedException">The realm was closed.</exception>
        public IRealmObject this[int index]
        {
            get
            {
                realm.ThrowIfClosed();
                return index < 0
                    ? throw new ArgumentOutOfRangeException(nameof(index), index, "An index is 0 or more.")
                    : new RealmObject(realm, classInfo, handle.GetObject(index));
            }
        }

        /// <summary>Walks the objects that are there now; what is added or removed during the walk does not change it.</summary>
        /// <exception cref="ObjectDisposedException">The realm was closed.</exception>
        public IEnumerator<IRealmObject> GetEnumerator()
        {
            var objects = new List<IRealmObject>();
            for (var i = 0; i < Count; i++)
            {
                objects.Add(this[i]);
            }

            return objects.GetEnumerator();
        }

        /// <inheritdoc/>
        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
