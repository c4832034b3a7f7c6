using System;
using Realms.Interop;

namespace Realms.Sync
{
    /// <summary>Time-outs of connections. One that is out of range makes <see cref="App.Create"/> throw, none is silently ignored.</summary>
    public class SyncTimeoutOptions
    {
        /// <summary>How long an attempt to connect may take; 2 minutes at first.</summary>
        public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromMinutes(2);

        /// <summary>How long a connection stays open after its last session was closed; 30 seconds at first.</summary>
        public TimeSpan ConnectionLingerTime { get; set; } = TimeSpan.FromSeconds(30);

        /// <summary>How often a connection is probed; 1 minute at first.</summary>
        public TimeSpan PingKeepAlivePeriod { get; set; } = TimeSpan.FromMinutes(1);

        /// <summary>How long the server may take to answer a probe; 2 minutes at first.</summary>
        public TimeSpan PongKeepAliveTimeout { get; set; } = TimeSpan.FromMinutes(2);

        /// <summary>The waits between attempts to connect.</summary>
        public ReconnectBackoffOptions ReconnectBackoffOptions { get; set; } = new ReconnectBackoffOptions();

        internal static ulong Milliseconds(TimeSpan span, string name) => span < TimeSpan.Zero
            ? throw new ArgumentOutOfRangeException(name, span, "A time-out is not negative.")
            : (ulong)span.TotalMilliseconds;

        internal void ApplyTo(SyncClientConfigHandle native)
        {
            native.SetConnectTimeout(Milliseconds(ConnectTimeout, nameof(ConnectTimeout)));
            native.SetLinger(Milliseconds(ConnectionLingerTime, nameof(ConnectionLingerTime)));
            native.SetPingPeriod(Milliseconds(PingKeepAlivePeriod, nameof(PingKeepAlivePeriod)));
            native.SetPongTimeout(Milliseconds(PongKeepAliveTimeout, nameof(PongKeepAliveTimeout)));
            ReconnectBackoffOptions.ApplyTo(native);
        }
    }
}
