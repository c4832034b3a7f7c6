using Realms.Schema;

namespace Realms
{
    /// <summary>An object of a realm. Like its realm it is for one thread at a time.</summary>
    public interface IRealmObjectBase
    {
        /// <summary>The realm that the object is of.</summary>
        Realm Realm { get; }

        /// <summary>The class of the object.</summary>
        ObjectSchema ObjectSchema { get; }

        /// <summary>Whether the object exists still: false once it was removed, here or elsewhere, or the realm was closed.</summary>
        bool IsValid { get; }

        /// <summary>Reads and writes properties by name.</summary>
        DynamicObjectApi DynamicApi { get; }
    }

    /// <summary>An object that lives on its own.</summary>
    public interface IRealmObject : IRealmObjectBase
    {
    }
}
