using System;
using System.Runtime.InteropServices;

namespace Realms.Interop
{
    internal sealed class UserHandle : NativeHandle
    {
        internal static UserHandle New(string identity, string accessToken)
        {
            Library.Require();
            using var id = new Utf8(identity);
            using var token = new Utf8(accessToken);
            return Check(NativeMethods.realm_user_new(id.Native, token.Native));
        }

        internal void SetAccessToken(string accessToken)
        {
            using var token = new Utf8(accessToken);
            Check(NativeMethods.realm_user_set_access_token(this, token.Native));
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.realm_user_release(handle);
            return true;
        }

        private static class NativeMethods
        {
            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            internal static extern UserHandle realm_user_new(NativeString identity, NativeString access_token);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_user_set_access_token(UserHandle user, NativeString access_token);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            internal static extern void realm_user_release(IntPtr user);
        }
    }
}
