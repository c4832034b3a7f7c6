using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using Realms.Interop;
using Realms.Tests.Network;

namespace Realms.Tests
{
    /// <summary>Runs the tests one after another, prints one block per failure, and at last the counts.</summary>
    internal static class Program
    {
        // A test that hangs fails instead of holding up the run; far above what the slowest one takes.
        private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

        private static int Main(string[] arguments)
        {
            var part = arguments.FirstOrDefault() ?? string.Empty;
            var passed = 0;
            var failed = 0;
            foreach (var test in Tests().Where(t => Name(t).Contains(part, StringComparison.OrdinalIgnoreCase)))
            {
                var problem = Run(test);
                if (problem is null)
                {
                    passed++;
                    continue;
                }

                failed++;
                Console.WriteLine($"FAILED {Name(test)}: {problem}");
            }

            ServerProcess.EndAll();
            TestFolder.DeleteAll();
            Console.WriteLine($"{passed} passed, {failed} failed");
            return failed == 0 && passed > 0 ? 0 : 1;
        }

        private static IEnumerable<MethodInfo> Tests() => typeof(Program).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(method => method.GetCustomAttribute<TestAttribute>() != null)
            .OrderBy(Name, StringComparer.Ordinal);

        private static string Name(MethodInfo test) => $"{test.DeclaringType!.Name}.{test.Name}";

        private static string? Run(MethodInfo test)
        {
            try
            {
                // On a thread of its own, whose stack keeps nothing alive when the leaks are counted.
                var run = Task.Run(() => Invoke(test));
                return run.Wait(Limit) ? Leaks() : $"did not end within {Limit.TotalSeconds} s";
            }
            catch (AggregateException thrown)
            {
                return thrown.InnerException!.ToString();
            }
        }

        private static Task Invoke(MethodInfo test)
        {
            try
            {
                return test.Invoke(null, null) as Task ?? Task.CompletedTask;
            }
            catch (TargetInvocationException thrown)
            {
                return Task.FromException(thrown.InnerException!);
            }
        }

        /// <summary>Whatever the test dropped is finalized; then neither side may hold a thing of the other.</summary>
        private static string? Leaks()
        {
            var handles = 0UL;
            var userdata = 0;
            var settled = SpinWait.SpinUntil(
                () =>
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                    handles = LibraryInfo.LiveHandles;
                    userdata = Userdata.LiveCount;
                    return handles == 0 && userdata == 0;
                },
                TimeSpan.FromSeconds(5));
            return settled ? null : $"left {handles} native handles and {userdata} callback objects alive";
        }
    }
}
