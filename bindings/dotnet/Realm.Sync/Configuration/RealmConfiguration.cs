using Realms.Interop;

namespace Realms
{
    /// <summary>How a local realm, in a file, is opened.</summary>
    public class RealmConfiguration : RealmConfigurationBase
    {
        /// <summary>
        /// Names the file. A relative path is taken from the user's documents folder; none means default.realm there.
        /// </summary>
        public RealmConfiguration(string? optionalPath = null)
            : base(GetPathToRealm(optionalPath))
        {
        }

        /// <summary>Whether the realm is opened for reading only; the file must exist then.</summary>
        public bool IsReadOnly { get; set; }

        internal override Realm Open(ConfigHandle native)
        {
            native.SetReadOnly(IsReadOnly);
            if (!IsReadOnly)
            {
                Realm.MakeFolderOf(DatabasePath);
            }

            return Realm.Open(this, native);
        }
    }
}
