using System;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;
using Realms.Exceptions;

namespace Realms.Interop
{
    /// <summary>
    /// Finds and checks librealm_sync. Every call that makes a handle out of nothing goes through <see cref="Require"/> first,
    /// so a library of another ABI is refused before a struct crosses (docs/DOTNET.md, "Finding the library").
    /// </summary>
    internal static class Library
    {
        internal const string Name = "realm_sync";
        internal const string PathVariable = "REALM_SYNC_LIBRARY";
        internal const uint AbiVersion = 1;

        private static readonly Lazy<Exception?> Loaded = new Lazy<Exception?>(Load);

        /// <summary>Throws when the library is missing or of another ABI, at each call alike.</summary>
        internal static void Require()
        {
            if (Loaded.Value is Exception problem)
            {
                throw new RealmException(problem.Message, problem);
            }
        }

        private static Exception? Load()
        {
            try
            {
                UseResolver();
                var abi = NativeMethods.realm_version_get_abi();
                return abi == AbiVersion ? null : new DllNotFoundException(
                    $"The native library has ABI {abi}, this SDK needs {AbiVersion}: install the two from the same release.");
            }
            catch (Exception problem) when (problem is DllNotFoundException || problem is EntryPointNotFoundException || problem is BadImageFormatException)
            {
                return problem;
            }
        }

        /// <summary>
        /// NativeLibrary is newer than netstandard2.1, so it is looked up by name. A runtime without it (Mono, Unity) searches
        /// in its own way, and cannot follow the environment variable.
        /// </summary>
        private static void UseResolver()
        {
            var nativeLibrary = Type.GetType("System.Runtime.InteropServices.NativeLibrary, System.Runtime.InteropServices");
            var resolver = Type.GetType("System.Runtime.InteropServices.DllImportResolver, System.Runtime.InteropServices");
            var load = nativeLibrary?.GetMethod("Load", new[] { typeof(string) });
            if (nativeLibrary is null || resolver is null || load is null)
            {
                return;
            }

            var byPath = (Func<string, IntPtr>)load.CreateDelegate(typeof(Func<string, IntPtr>));
            Func<string, Assembly, DllImportSearchPath?, IntPtr> resolve = (name, _, __) => Resolve(name, byPath);
            nativeLibrary.GetMethod("SetDllImportResolver", new[] { typeof(Assembly), resolver })?
                .Invoke(null, new object[] { typeof(Library).Assembly, Delegate.CreateDelegate(resolver, resolve.Target, resolve.Method) });
        }

        private static IntPtr Resolve(string name, Func<string, IntPtr> load)
        {
            var path = Environment.GetEnvironmentVariable(PathVariable);
            if (name != Name || string.IsNullOrEmpty(path))
            {
                return IntPtr.Zero;
            }

            return File.Exists(path)
                ? load(path)
                : throw new DllNotFoundException($"{PathVariable} names {path}, and there is no such file.");
        }

        private static class NativeMethods
        {
            [DllImport(Name, CallingConvention = CallingConvention.Cdecl)]
            internal static extern uint realm_version_get_abi();
        }
    }
}
