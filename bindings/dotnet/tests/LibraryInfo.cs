using System;
using System.Runtime.InteropServices;
using Realms.Interop;

namespace Realms.Tests
{
    /// <summary>The library under test, and what it tells about itself.</summary>
    internal static class LibraryInfo
    {
        // The resolver of the SDK serves its own assembly only, so the tests look functions up themselves.
        internal static readonly IntPtr Module = NativeLibrary.Load(Environment.GetEnvironmentVariable(Library.PathVariable)!);

        private static readonly CountGetter GetLiveHandles =
            Marshal.GetDelegateForFunctionPointer<CountGetter>(NativeLibrary.GetExport(Module, "realm_debug_get_live_handles"));

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        [return: MarshalAs(UnmanagedType.U1)]
        private delegate bool CountGetter(out UIntPtr count);

        internal static ulong LiveHandles
        {
            get
            {
                Check.True(GetLiveHandles(out var count), "the count can be read");
                return (ulong)count;
            }
        }
    }
}
