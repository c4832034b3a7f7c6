using System;
using System.Runtime.InteropServices;

namespace Realms.Interop
{
    internal sealed class SyncClientConfigHandle : NativeHandle
    {
        internal static SyncClientConfigHandle New()
        {
            Library.Require();
            return Check(NativeMethods.realm_sync_client_config_new());
        }

        internal void SetConnectTimeout(ulong connectTimeoutMs) => Check(NativeMethods.realm_sync_client_config_set_connect_timeout_ms(this, connectTimeoutMs));

        internal void SetLinger(ulong lingerMs) => Check(NativeMethods.realm_sync_client_config_set_linger_ms(this, lingerMs));

        internal void SetPingPeriod(ulong pingPeriodMs) => Check(NativeMethods.realm_sync_client_config_set_ping_period_ms(this, pingPeriodMs));

        internal void SetPongTimeout(ulong pongTimeoutMs) => Check(NativeMethods.realm_sync_client_config_set_pong_timeout_ms(this, pongTimeoutMs));

        internal void SetBackoffFirstDelay(ulong backoffFirstDelayMs) => Check(NativeMethods.realm_sync_client_config_set_backoff_first_delay_ms(this, backoffFirstDelayMs));

        internal void SetBackoffMaxDelay(ulong backoffMaxDelayMs) => Check(NativeMethods.realm_sync_client_config_set_backoff_max_delay_ms(this, backoffMaxDelayMs));

        internal void SetBackoffMultiplier(uint backoffMultiplier) => Check(NativeMethods.realm_sync_client_config_set_backoff_multiplier(this, backoffMultiplier));

        internal void SetBackoffJitterDivisor(uint backoffJitterDivisor) => Check(NativeMethods.realm_sync_client_config_set_backoff_jitter_divisor(this, backoffJitterDivisor));

        protected override bool ReleaseHandle()
        {
            NativeMethods.realm_sync_client_config_release(handle);
            return true;
        }

        private static class NativeMethods
        {
            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            internal static extern SyncClientConfigHandle realm_sync_client_config_new();

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_sync_client_config_set_connect_timeout_ms(
                SyncClientConfigHandle config, ulong connect_timeout_ms);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_sync_client_config_set_linger_ms(SyncClientConfigHandle config, ulong linger_ms);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_sync_client_config_set_ping_period_ms(SyncClientConfigHandle config, ulong ping_period_ms);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_sync_client_config_set_pong_timeout_ms(SyncClientConfigHandle config, ulong pong_timeout_ms);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_sync_client_config_set_backoff_first_delay_ms(
                SyncClientConfigHandle config, ulong backoff_first_delay_ms);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_sync_client_config_set_backoff_max_delay_ms(
                SyncClientConfigHandle config, ulong backoff_max_delay_ms);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_sync_client_config_set_backoff_multiplier(
                SyncClientConfigHandle config, uint backoff_multiplier);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_sync_client_config_set_backoff_jitter_divisor(
                SyncClientConfigHandle config, uint backoff_jitter_divisor);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            internal static extern void realm_sync_client_config_release(IntPtr config);
        }
    }
}
