using System;
using System.Runtime.InteropServices;

namespace Realms.Interop
{
    /// <summary>
    /// One reference to a native handle. Its release never waits, so the finalizer may do it; the marshaller holds the handle
    /// during each call, so disposing of it on another thread cannot pull it away.
    /// </summary>
    internal abstract class NativeHandle : SafeHandle
    {
        protected NativeHandle()
            : base(IntPtr.Zero, true)
        {
        }

        public override bool IsInvalid => handle == IntPtr.Zero;

        /// <summary>Throws the last error of this thread if the call failed.</summary>
        protected static void Check(bool succeeded)
        {
            if (!succeeded)
            {
                throw LastError.Read().ToException();
            }
        }

        /// <summary>Throws the last error of this thread if no handle was made.</summary>
        protected static T Check<T>(T made)
            where T : NativeHandle
        {
            Check(!made.IsInvalid);
            return made;
        }

        /// <summary>The same, but null instead of an exception for one error.</summary>
        protected static T? NullIf<T>(NativeErrno accepted, T made)
            where T : NativeHandle
        {
            if (!made.IsInvalid)
            {
                return made;
            }

            var error = LastError.Read();
            return error.Number == (int)accepted ? (T?)null : throw error.ToException();
        }
    }
}
