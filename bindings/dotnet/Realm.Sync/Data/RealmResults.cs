using System;
using System.Collections;
using System.Collections.Generic;
using Realms.Interop;

namespace Realms
{
    /// <summary>
    /// All objects of a class. Live: each access sees the realm as it is now, and a walk ends with an exception when objects
    /// come or go meanwhile; copy to a list to change what is walked.
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

        /// <inheritdoc/>
        /// <exception cref="InvalidOperationException">The number of objects changed during the walk.</exception>
        public IEnumerator<IRealmObject> GetEnumerator()
        {
            var count = Count;
            for (var i = 0; i < count; i++)
            {
                yield return this[i];
                if (Count != count)
                {
                    throw new InvalidOperationException("Objects were added or removed during the walk; copy to a list first.");
                }
            }
        }

        /// <inheritdoc/>
        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
