using System;
using System.Runtime.InteropServices;

namespace Realms.Interop
{
    /// <summary>A registered callback. Disposing of it ends the callback and never waits for one that is running.</summary>
    internal sealed class TokenHandle : NativeHandle
    {
        /// <summary>Ends the callback and waits for one that is running, except from inside it.</summary>
        internal void Remove() => Check(NativeMethods.realm_callback_token_remove(this));

        protected override bool ReleaseHandle()
        {
            NativeMethods.realm_callback_token_release(handle);
            return true;
        }

        private static class NativeMethods
        {
            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_callback_token_remove(TokenHandle token);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            internal static extern void realm_callback_token_release(IntPtr token);
        }
    }
}
