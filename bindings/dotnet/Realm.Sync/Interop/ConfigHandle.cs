using System;
using System.Runtime.InteropServices;

namespace Realms.Interop
{
    internal sealed class ConfigHandle : NativeHandle
    {
        internal static ConfigHandle New()
        {
            Library.Require();
            return Check(NativeMethods.realm_config_new());
        }

        internal void SetPath(string path)
        {
            using var text = new Utf8(path);
            Check(NativeMethods.realm_config_set_path(this, text.Native));
        }

        internal void SetSchema(SchemaHandle schema) => Check(NativeMethods.realm_config_set_schema(this, schema));

        internal void SetReadOnly(bool readOnly) => Check(NativeMethods.realm_config_set_read_only(this, readOnly));

        internal void SetInMemory(bool inMemory) => Check(NativeMethods.realm_config_set_in_memory(this, inMemory));

        internal void SetSyncConfig(SyncConfigHandle syncConfig) => Check(NativeMethods.realm_config_set_sync_config(this, syncConfig));

        protected override bool ReleaseHandle()
        {
            NativeMethods.realm_config_release(handle);
            return true;
        }

        private static class NativeMethods
        {
            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            internal static extern ConfigHandle realm_config_new();

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_config_set_path(ConfigHandle config, NativeString path);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_config_set_schema(ConfigHandle config, SchemaHandle schema);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_config_set_read_only(ConfigHandle config, [MarshalAs(UnmanagedType.U1)] bool read_only);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_config_set_in_memory(ConfigHandle config, [MarshalAs(UnmanagedType.U1)] bool in_memory);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_config_set_sync_config(ConfigHandle config, SyncConfigHandle sync_config);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            internal static extern void realm_config_release(IntPtr config);
        }
    }
}
