using System;
using System.Diagnostics;
using System.Threading.Tasks;
using Realms.Tests.Network;

namespace Realms.Tests
{
    internal static class ExampleTests
    {
        [Test]
        internal static async Task the_example_suspends_and_resumes_against_a_server()
        {
            using var server = await ServerProcess.StartAsync();
            var start = new ProcessStartInfo(
                Environment.GetEnvironmentVariable("REALM_SYNC_DOTNET")!,
                $"{Environment.GetEnvironmentVariable("REALM_SYNC_EXAMPLE")} ws://{server.Address} {TestFolder.New()}")
            {
                RedirectStandardOutput = true,
            };
            using var process = Process.Start(start)!;
            var output = await process.StandardOutput.ReadToEndAsync();
            process.WaitForExit();
            Check.Equal(0, process.ExitCode, "exit code");
            Check.True(output.Contains("stopped: Inactive, Disconnected"), $"it stopped: {output}");
            Check.True(output.Contains("started: Active, 2 tasks are on the server"), $"it started: {output}");
        }
    }
}
