using System;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Threading;
using Realms.Sync;

namespace Realms.Interop
{
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal unsafe delegate void SessionErrorFunc(IntPtr userdata, NativeSyncError* error);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal unsafe delegate void SessionWaitFunc(IntPtr userdata, NativeError* error);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate void ConnectionStateFunc(IntPtr userdata, NativeSyncSessionConnectionState oldState, NativeSyncSessionConnectionState newState);

    internal interface ISessionErrorSink
    {
        void OnError(LastError error, bool isFatal);
    }

    internal interface IWaitSink
    {
        /// <summary>Called once; <paramref name="error"/> is null when what was waited for has happened.</summary>
        void OnDone(LastError? error);
    }

    internal interface IConnectionStateSink
    {
        void OnConnectionStateChanged(ConnectionState state);
    }

    /// <summary>
    /// The functions that the library calls. Kept in fields, so that their native pointers stay valid; each userdata says
    /// which object is meant. An exception must not cross into the library: it goes on as an unhandled one of the thread pool.
    /// </summary>
    internal static unsafe class SessionCallbacks
    {
        internal static readonly SessionErrorFunc Error = OnError;
        internal static readonly SessionWaitFunc Wait = OnWait;
        internal static readonly ConnectionStateFunc ConnectionChange = OnConnectionState;

        private static void OnError(IntPtr userdata, NativeSyncError* error)
        {
            try
            {
                Userdata.Get<ISessionErrorSink>(userdata).OnError(LastError.From(error->Error), error->IsFatal != 0);
            }
            catch (Exception thrown)
            {
                Rethrow(thrown);
            }
        }

        private static void OnWait(IntPtr userdata, NativeError* error)
        {
            try
            {
                Userdata.Get<IWaitSink>(userdata).OnDone(error == null ? (LastError?)null : LastError.From(*error));
            }
            catch (Exception thrown)
            {
                Rethrow(thrown);
            }
        }

        private static void OnConnectionState(IntPtr userdata, NativeSyncSessionConnectionState oldState, NativeSyncSessionConnectionState newState)
        {
            try
            {
                Userdata.Get<IConnectionStateSink>(userdata).OnConnectionStateChanged((ConnectionState)newState);
            }
            catch (Exception thrown)
            {
                Rethrow(thrown);
            }
        }

        private static void Rethrow(Exception thrown)
        {
            var captured = ExceptionDispatchInfo.Capture(thrown);
            ThreadPool.QueueUserWorkItem(_ => captured.Throw());
        }
    }
}
