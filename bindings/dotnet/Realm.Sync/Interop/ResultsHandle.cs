using System;
using System.Runtime.InteropServices;

namespace Realms.Interop
{
    internal sealed class ResultsHandle : NativeHandle
    {
        internal static ResultsHandle New(RealmHandle realm, uint classKey) => Check(NativeMethods.realm_results_new(realm, classKey));

        internal int Count
        {
            get
            {
                Check(NativeMethods.realm_results_size(this, out var size));
                return checked((int)size);
            }
        }

        internal ObjectHandle GetObject(int index) => Check(NativeMethods.realm_results_get_object(this, (UIntPtr)index));

        /// <summary>One of the objects; null when it was erased since.</summary>
        internal ObjectHandle? FindObject(int index) =>
            NullIf(NativeErrno.InvalidatedObject, NativeMethods.realm_results_get_object(this, (UIntPtr)index));

        protected override bool ReleaseHandle()
        {
            NativeMethods.realm_results_release(handle);
            return true;
        }

        private static class NativeMethods
        {
            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            internal static extern ResultsHandle realm_results_new(RealmHandle realm, uint class_key);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_results_size(ResultsHandle results, out UIntPtr out_size);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            internal static extern ObjectHandle realm_results_get_object(ResultsHandle results, UIntPtr index);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            internal static extern void realm_results_release(IntPtr results);
        }
    }
}
