using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace Realms.Interop
{
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate void UserdataFreeFunc(IntPtr userdata);

    /// <summary>
    /// What a callback works on, alive from the registration until the library frees it. Freed nowhere else: a callback may
    /// still be on its way when everything else has let go.
    /// </summary>
    internal static class Userdata
    {
        /// <summary>Kept in a field, so that the native function pointer stays valid.</summary>
        internal static readonly UserdataFreeFunc Free = OnFree;

        private static int live;

        /// <summary>Number of objects that the library holds.</summary>
        internal static int LiveCount => Volatile.Read(ref live);

        /// <summary>Passes ownership of <paramref name="target"/> to the library with <paramref name="call"/>.</summary>
        internal static T Pass<T>(object target, Func<IntPtr, T> call)
        {
            var userdata = GCHandle.ToIntPtr(GCHandle.Alloc(target));
            Interlocked.Increment(ref live);
            try
            {
                return call(userdata);
            }
            catch
            {
                // Native code throws nothing: the call was never made, and ownership never passed.
                OnFree(userdata);
                throw;
            }
        }

        internal static T Get<T>(IntPtr userdata)
            where T : class => (T)GCHandle.FromIntPtr(userdata).Target!;

        private static void OnFree(IntPtr userdata)
        {
            GCHandle.FromIntPtr(userdata).Free();
            Interlocked.Decrement(ref live);
        }
    }
}
