using System;
using System.Runtime.InteropServices;

namespace Realms.Interop
{
    internal sealed class SessionHandle : NativeHandle
    {
        internal void Start() => Check(NativeMethods.realm_sync_session_start(this));

        internal void Stop() => Check(NativeMethods.realm_sync_session_stop(this));

        internal NativeSyncSessionState State
        {
            get
            {
                Check(NativeMethods.realm_sync_session_get_state(this, out var state));
                return state;
            }
        }

        internal NativeSyncSessionConnectionState ConnectionState
        {
            get
            {
                Check(NativeMethods.realm_sync_session_get_connection_state(this, out var state));
                return state;
            }
        }

        internal string Path
        {
            get
            {
                Check(NativeMethods.realm_sync_session_get_path(this, out var path));
                var copy = path.Copy();
                GC.KeepAlive(this);
                return copy;
            }
        }

        internal void WaitForUpload(IWaitSink sink) => Check(Userdata.Pass(
            sink,
            userdata => NativeMethods.realm_sync_session_wait_for_upload(this, SessionCallbacks.Wait, userdata, Userdata.Free)));

        internal void WaitForDownload(IWaitSink sink) => Check(Userdata.Pass(
            sink,
            userdata => NativeMethods.realm_sync_session_wait_for_download(this, SessionCallbacks.Wait, userdata, Userdata.Free)));

        internal TokenHandle AddConnectionStateCallback(IConnectionStateSink sink) => Check(Userdata.Pass(
            sink,
            userdata => NativeMethods.realm_sync_session_add_connection_state_callback(
                this, SessionCallbacks.ConnectionChange, userdata, Userdata.Free)));

        /// <summary>The address of the native session: handles of one path have the same.</summary>
        internal IntPtr Identity => handle;

        protected override bool ReleaseHandle()
        {
            NativeMethods.realm_sync_session_release(handle);
            return true;
        }

        private static class NativeMethods
        {
            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_sync_session_start(SessionHandle session);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_sync_session_stop(SessionHandle session);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_sync_session_get_state(SessionHandle session, out NativeSyncSessionState out_state);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_sync_session_get_connection_state(SessionHandle session, out NativeSyncSessionConnectionState out_state);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_sync_session_get_path(SessionHandle session, out NativeString out_path);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_sync_session_wait_for_upload(
                SessionHandle session, SessionWaitFunc callback, IntPtr userdata, UserdataFreeFunc userdata_free);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_sync_session_wait_for_download(
                SessionHandle session, SessionWaitFunc callback, IntPtr userdata, UserdataFreeFunc userdata_free);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            internal static extern TokenHandle realm_sync_session_add_connection_state_callback(
                SessionHandle session, ConnectionStateFunc callback, IntPtr userdata, UserdataFreeFunc userdata_free);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            internal static extern void realm_sync_session_release(IntPtr session);
        }
    }
}
