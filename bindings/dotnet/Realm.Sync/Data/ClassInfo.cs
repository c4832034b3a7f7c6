using System.Collections.Generic;
using Realms.Schema;

namespace Realms
{
    /// <summary>A class of an open realm and the keys by which the library knows it and its properties.</summary>
    internal sealed class ClassInfo
    {
        private readonly Dictionary<string, long> propertyKeys = new Dictionary<string, long>();

        internal ClassInfo(uint key, ObjectSchema schema)
        {
            Key = key;
            Schema = schema;
        }

        internal uint Key { get; }

        internal ObjectSchema Schema { get; }

        internal long PropertyKey(Realm realm, string name)
        {
            if (!propertyKeys.TryGetValue(name, out var key))
            {
                key = realm.Handle.FindProperty(Key, name);
                propertyKeys.Add(name, key);
            }

            return key;
        }
    }
}
