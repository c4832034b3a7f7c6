using System;

namespace Realms
{
    /// <summary>Reads and writes the properties of one object by name. Reached through <see cref="IRealmObjectBase.DynamicApi"/>.</summary>
    public sealed class DynamicObjectApi
    {
        private readonly RealmObject target;

        internal DynamicObjectApi(RealmObject target) => this.target = target;

        /// <summary>Reads a property that is no collection.</summary>
        /// <typeparam name="T">The type to read it as, see <see cref="RealmValue.As{T}"/>.</typeparam>
        /// <exception cref="MissingMemberException">The class has no such property.</exception>
        /// <exception cref="InvalidCastException">The value cannot be read as this type.</exception>
        /// <exception cref="Exceptions.RealmInvalidObjectException">The object was removed.</exception>
        /// <exception cref="ObjectDisposedException">The realm was closed.</exception>
        public T Get<T>(string propertyName) => target.GetValue(propertyName).As<T>();

        /// <summary>Reads a property that is no collection.</summary>
        /// <exception cref="MissingMemberException">The class has no such property.</exception>
        /// <exception cref="Exceptions.RealmInvalidObjectException">The object was removed.</exception>
        /// <exception cref="ObjectDisposedException">The realm was closed.</exception>
        public RealmValue Get(string propertyName) => target.GetValue(propertyName);

        /// <summary>Writes a property that is neither a collection nor the primary key; needs a write transaction.</summary>
        /// <exception cref="MissingMemberException">The class has no such property.</exception>
        /// <exception cref="ArgumentException">The property does not take the value.</exception>
        /// <exception cref="Exceptions.RealmInvalidTransactionException">There is no write transaction.</exception>
        /// <exception cref="Exceptions.RealmInvalidObjectException">The object was removed.</exception>
        /// <exception cref="ObjectDisposedException">The realm was closed.</exception>
        public void Set(string propertyName, RealmValue value) => target.SetValue(propertyName, value);

        /// <summary>
        /// Adds to an integer property; needs a write transaction. Additions of several devices all count, where plain writes
        /// would overwrite each other. The sum wraps around at 64 bits.
        /// </summary>
        /// <exception cref="ArgumentException">The property holds no integer.</exception>
        /// <exception cref="Exceptions.RealmInvalidTransactionException">There is no write transaction.</exception>
        public void Increment(string propertyName, long by = 1) => target.AddInt(propertyName, by);
    }
}
