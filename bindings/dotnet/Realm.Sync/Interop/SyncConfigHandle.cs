using System;
using System.Runtime.InteropServices;

namespace Realms.Interop
{
    internal sealed class SyncConfigHandle : NativeHandle
    {
        internal static SyncConfigHandle New(SyncClientHandle client, UserHandle user, string url, string partition)
        {
            using var urlText = new Utf8(url);
            using var partitionText = new Utf8(partition);
            return Check(NativeMethods.realm_sync_config_new(client, user, urlText.Native, partitionText.Native));
        }

        /// <summary>The errors of sessions opened with this config go to <paramref name="sink"/> until the token is released.</summary>
        internal TokenHandle AddErrorCallback(ISessionErrorSink sink) => Check(Userdata.Pass(
            sink,
            userdata => NativeMethods.realm_sync_config_add_error_callback(this, SessionCallbacks.Error, userdata, Userdata.Free)));

        protected override bool ReleaseHandle()
        {
            NativeMethods.realm_sync_config_release(handle);
            return true;
        }

        private static class NativeMethods
        {
            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            internal static extern SyncConfigHandle realm_sync_config_new(
                SyncClientHandle client, UserHandle user, NativeString url, NativeString partition);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            internal static extern TokenHandle realm_sync_config_add_error_callback(
                SyncConfigHandle config, SessionErrorFunc callback, IntPtr userdata, UserdataFreeFunc userdata_free);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            internal static extern void realm_sync_config_release(IntPtr config);
        }
    }
}
