using System;
using Realms.Interop;
using Realms.Schema;

namespace Realms
{
    /// <summary>An object that the realm handed out. Equal objects are the same row of the same open realm.</summary>
    internal sealed class RealmObject : IRealmObject
    {
        private readonly ClassInfo classInfo;
        private RealmValue? key;

        internal RealmObject(Realm realm, ClassInfo classInfo, ObjectHandle handle)
        {
            Realm = realm;
            this.classInfo = classInfo;
            Handle = handle;
            DynamicApi = new DynamicObjectApi(this);
        }

        public Realm Realm { get; }

        public ObjectSchema ObjectSchema => classInfo.Schema;

        public bool IsValid => !Realm.IsClosed && Handle.IsValid;

        public DynamicObjectApi DynamicApi { get; }

        internal ObjectHandle Handle { get; }

        internal RealmValue GetValue(string propertyName)
        {
            var propertyKey = PropertyKey(propertyName);
            var value = ValueResult.Copy(Handle.GetValue(propertyKey), Realm);
            GC.KeepAlive(Handle);
            return value;
        }

        internal void SetValue(string propertyName, RealmValue value)
        {
            if (value.Type == RealmValueType.Object && !ReferenceEquals(value.AsRealmObject().Realm, Realm))
            {
                throw new ArgumentException("The object is of another realm, so this one cannot link to it.", nameof(value));
            }

            Handle.SetValue(PropertyKey(propertyName), value);
        }

        internal void AddInt(string propertyName, long summand) => Handle.AddInt(PropertyKey(propertyName), summand);

        private long PropertyKey(string propertyName)
        {
            Realm.ThrowIfClosed();
            return classInfo.PropertyKey(Realm, propertyName);
        }

        private RealmValue Key
        {
            get
            {
                if (key is null)
                {
                    key = ValueResult.CopyKey(Handle.GetLink());
                    GC.KeepAlive(Handle);
                }

                return key.Value;
            }
        }

        public override bool Equals(object? obj) => ReferenceEquals(this, obj)
            || (obj is RealmObject other && ReferenceEquals(Realm, other.Realm) && ReferenceEquals(classInfo, other.classInfo) && Key == other.Key);

        public override int GetHashCode() => HashCode.Combine(classInfo.Key, Key);

        public override string ToString() => $"{classInfo.Schema.Name}({Key})";
    }
}
