namespace Realms.Sync
{
    /// <summary>Whether a session syncs.</summary>
    public enum SessionState : byte
    {
        /// <summary>It syncs, or tries to, or waits for an access token.</summary>
        Active = 0,

        /// <summary>It was stopped, or ended by an error, or its realm was closed.</summary>
        Inactive = 1,
    }

    /// <summary>Whether a session is connected to the server.</summary>
    public enum ConnectionState : byte
    {
        /// <summary>Not connected, and not trying.</summary>
        Disconnected = 0,

        /// <summary>Trying to connect.</summary>
        Connecting = 1,

        /// <summary>Connected.</summary>
        Connected = 2,
    }
}
