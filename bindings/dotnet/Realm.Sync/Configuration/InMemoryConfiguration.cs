using Realms.Interop;

namespace Realms
{
    /// <summary>How a realm is opened that lives in memory, until its last instance is closed.</summary>
    public class InMemoryConfiguration : RealmConfigurationBase
    {
        /// <summary>Names the realm within this process.</summary>
        public InMemoryConfiguration(string identifier)
            : base(GetPathToRealm(identifier))
        {
            Identifier = identifier;
        }

        /// <summary>The name of the realm within this process.</summary>
        public string Identifier { get; }

        internal override Realm Open(ConfigHandle native)
        {
            native.SetInMemory(true);
            return Realm.Open(this, native);
        }
    }
}
