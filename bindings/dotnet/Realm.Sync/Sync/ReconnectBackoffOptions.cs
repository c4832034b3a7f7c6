using System;
using Realms.Interop;

namespace Realms.Sync
{
    /// <summary>The waits between attempts to connect: the first, what each failure multiplies it by, the longest, and chance.</summary>
    public class ReconnectBackoffOptions
    {
        /// <summary>The longest wait; 5 minutes at first.</summary>
        public TimeSpan MaxReconnectDelayInterval { get; set; } = TimeSpan.FromMinutes(5);

        /// <summary>The wait after the first failure; 1 second at first.</summary>
        public TimeSpan ReconnectDelayInterval { get; set; } = TimeSpan.FromSeconds(1);

        /// <summary>What each further failure multiplies the wait by; 2 at first.</summary>
        public int ReconnectDelayBackoffMultiplier { get; set; } = 2;

        /// <summary>Up to this part of a wait (4: a quarter) is left out by chance; 4 at first.</summary>
        public int DelayJitterDivisor { get; set; } = 4;

        internal void ApplyTo(SyncClientConfigHandle native)
        {
            native.SetBackoffFirstDelay(SyncTimeoutOptions.Milliseconds(ReconnectDelayInterval, nameof(ReconnectDelayInterval)));
            native.SetBackoffMaxDelay(SyncTimeoutOptions.Milliseconds(MaxReconnectDelayInterval, nameof(MaxReconnectDelayInterval)));
            native.SetBackoffMultiplier(Positive(ReconnectDelayBackoffMultiplier, nameof(ReconnectDelayBackoffMultiplier)));
            native.SetBackoffJitterDivisor(Positive(DelayJitterDivisor, nameof(DelayJitterDivisor)));
        }

        private static uint Positive(int value, string name) => value < 1
            ? throw new ArgumentOutOfRangeException(name, value, "The value must be 1 or more.")
            : (uint)value;
    }
}
