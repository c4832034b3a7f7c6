using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Tasks;

namespace Realms.Tests
{
    /// <summary>A check that did not hold.</summary>
    internal sealed class CheckFailedException : Exception
    {
        internal CheckFailedException(string message)
            : base(message)
        {
        }
    }

    /// <summary>What tests say about what they see.</summary>
    internal static class Check
    {
        internal static void True([DoesNotReturnIf(false)] bool condition, string what)
        {
            if (!condition)
            {
                throw new CheckFailedException("not so: " + what);
            }
        }

        internal static void Equal<T>(T expected, T actual, string what = "value")
        {
            if (!EqualityComparer<T>.Default.Equals(expected, actual))
            {
                throw new CheckFailedException($"{what}: expected {expected}, got {actual}");
            }
        }

        internal static TException Throws<TException>(Action action)
            where TException : Exception
        {
            try
            {
                action();
            }
            catch (TException expected)
            {
                return expected;
            }

            throw new CheckFailedException($"expected {typeof(TException).Name}, nothing was thrown");
        }

        internal static async Task<TException> ThrowsAsync<TException>(Func<Task> action)
            where TException : Exception
        {
            try
            {
                await action();
            }
            catch (TException expected)
            {
                return expected;
            }

            throw new CheckFailedException($"expected {typeof(TException).Name}, nothing was thrown");
        }
    }
}
