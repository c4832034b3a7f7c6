using System;
using System.Runtime.InteropServices;
using Realms.Schema;

namespace Realms.Interop
{
    internal sealed class RealmHandle : NativeHandle
    {
        internal static RealmHandle Open(ConfigHandle config) => Check(NativeMethods.realm_open(config));

        /// <summary>Deletes the files of a closed realm; says whether there were any.</summary>
        internal static bool DeleteFiles(string path)
        {
            Library.Require();
            using var text = new Utf8(path);
            Check(NativeMethods.realm_delete_files(text.Native, out var deleted));
            return deleted;
        }

        /// <summary>Closes the realm for every object and result of it too; may be called twice.</summary>
        internal void End() => Check(NativeMethods.realm_close(this));

        internal void Begin() => Check(NativeMethods.realm_begin(this));

        internal void Commit() => Check(NativeMethods.realm_commit(this));

        internal void Rollback() => Check(NativeMethods.realm_rollback(this));

        internal bool IsInTransaction
        {
            get
            {
                Check(NativeMethods.realm_is_in_transaction(this, out var inTransaction));
                return inTransaction;
            }
        }

        internal bool Refresh()
        {
            Check(NativeMethods.realm_refresh(this, out var changed));
            return changed;
        }

        internal RealmSchema ReadSchema()
        {
            using var schema = Check(NativeMethods.realm_get_schema(this));
            return schema.Read();
        }

        internal uint FindClass(string name)
        {
            using var text = new Utf8(name);
            Check(NativeMethods.realm_find_class(this, text.Native, out var classKey));
            return classKey;
        }

        internal long FindProperty(uint classKey, string name)
        {
            using var text = new Utf8(name);
            Check(NativeMethods.realm_find_property(this, classKey, text.Native, out var propertyKey));
            return propertyKey;
        }

        internal SessionHandle GetSyncSession() => Check(NativeMethods.realm_get_sync_session(this));

        protected override bool ReleaseHandle()
        {
            NativeMethods.realm_release(handle);
            return true;
        }

        private static class NativeMethods
        {
            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            internal static extern RealmHandle realm_open(ConfigHandle config);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_delete_files(NativeString path, [MarshalAs(UnmanagedType.U1)] out bool out_deleted);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_close(RealmHandle realm);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_begin(RealmHandle realm);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_commit(RealmHandle realm);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_rollback(RealmHandle realm);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_is_in_transaction(
                RealmHandle realm, [MarshalAs(UnmanagedType.U1)] out bool out_in_transaction);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_refresh(RealmHandle realm, [MarshalAs(UnmanagedType.U1)] out bool out_changed);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            internal static extern SchemaHandle realm_get_schema(RealmHandle realm);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_find_class(RealmHandle realm, NativeString name, out uint out_class_key);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_find_property(
                RealmHandle realm, uint class_key, NativeString name, out long out_property_key);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            internal static extern SessionHandle realm_get_sync_session(RealmHandle realm);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            internal static extern void realm_release(IntPtr realm);
        }
    }
}
