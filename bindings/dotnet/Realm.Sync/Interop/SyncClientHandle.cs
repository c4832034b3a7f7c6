using System;
using System.Runtime.InteropServices;

namespace Realms.Interop
{
    internal sealed class SyncClientHandle : NativeHandle
    {
        internal static SyncClientHandle Open(SyncClientConfigHandle config) => Check(NativeMethods.realm_sync_client_open(config));

        /// <summary>Ends every session of the client and joins its threads; may be called twice.</summary>
        internal void End() => Check(NativeMethods.realm_sync_client_close(this));

        protected override bool ReleaseHandle()
        {
            NativeMethods.realm_sync_client_release(handle);
            return true;
        }

        private static class NativeMethods
        {
            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            internal static extern SyncClientHandle realm_sync_client_open(SyncClientConfigHandle config);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_sync_client_close(SyncClientHandle client);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            internal static extern void realm_sync_client_release(IntPtr client);
        }
    }
}
