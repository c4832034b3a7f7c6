using System;
using System.Collections;
using System.Collections.Generic;
using Realms.Interop;

namespace Realms
{
    /// <summary>
    /// All objects of a class. Live: each access sees the realm as it is now. Outside a write transaction others may commit between two
    /// accesses, so that an index means another object; a walk with foreach or LINQ is not disturbed by that.
    /// </summary>
    public sealed class RealmResults : IReadOnlyList<IRealmObject>
    {
        private readonly Realm realm;
        private readonly ClassInfo classInfo;
        private ResultsHandle handle;
        private long generation;

        internal RealmResults(Realm realm, ClassInfo classInfo)
        {
            this.realm = realm;
            this.classInfo = classInfo;
            generation = realm.Generation;
            handle = ResultsHandle.New(realm.Handle, classInfo.Key);
        }

        /// <summary>The number of objects.</summary>
        /// <exception cref="ObjectDisposedException">The realm was closed.</exception>
        public int Count => Current.Count;

        /// <summary>One of the objects, in the order of the file.</summary>
        /// <exception cref="ArgumentOutOfRangeException">The index is negative, or at or beyond <see cref="Count"/>.</exception>
        /// <exception cref="ObjectDisposedException">The realm was closed.</exception>
        public IRealmObject this[int index] => index < 0
            ? throw new ArgumentOutOfRangeException(nameof(index), index, "An index is 0 or more.")
            : new RealmObject(realm, classInfo, Current.GetObject(index));

        /// <summary>The native results keep what they saw first: others are needed when the realm has changed.</summary>
        private ResultsHandle Current
        {
            get
            {
                var now = realm.Generation;
                if (generation != now)
                {
                    // Not disposed of: a walk may be using it. The finalizer does it.
                    handle = ResultsHandle.New(realm.Handle, classInfo.Key);
                    generation = now;
                }

                return handle;
            }
        }

        /// <summary>
        /// Walks the objects that are there when the walk begins. One that is removed before its turn is left out; others that are
        /// added or removed meanwhile do not matter.
        /// </summary>
        /// <exception cref="ObjectDisposedException">The realm was closed.</exception>
        public IEnumerator<IRealmObject> GetEnumerator()
        {
            var fixedResults = Current;
            var count = fixedResults.Count;
            return Walk(fixedResults, count);
        }

        /// <inheritdoc/>
        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        private IEnumerator<IRealmObject> Walk(ResultsHandle fixedResults, int count)
        {
            for (var i = 0; i < count; i++)
            {
                if (fixedResults.FindObject(i) is ObjectHandle found)
                {
                    yield return new RealmObject(realm, classInfo, found);
                }
            }
        }
    }
}
