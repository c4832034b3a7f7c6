using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Realms.Tests.Network
{
    /// <summary>Stands between clients and a server, passes everything on, and writes down the first line of each message.</summary>
    internal sealed class CountingProxy : IDisposable
    {
        private readonly TcpListener listener = new TcpListener(IPAddress.Loopback, 0);
        private readonly IPEndPoint server;
        private readonly List<string> lines = new List<string>();
        private readonly List<TcpClient> sockets = new List<TcpClient>();
        private int open;

        internal CountingProxy(IPEndPoint server)
        {
            this.server = server;
            listener.Start();
            _ = AcceptAsync();
        }

        internal IPEndPoint Address => (IPEndPoint)listener.LocalEndpoint;

        /// <summary>Every connection is closed, and what clients said on it is written down.</summary>
        internal void WaitUntilNobodyIsConnected() =>
            Check.True(SpinWait.SpinUntil(() => Volatile.Read(ref open) == 0, TimeSpan.FromSeconds(10)), "every connection is closed");

        /// <summary>What clients connected and said so far: "connect", and first lines of messages.</summary>
        internal IReadOnlyList<string> FromClients
        {
            get
            {
                lock (lines)
                {
                    return lines.ToList();
                }
            }
        }

        public void Dispose()
        {
            listener.Stop();
            lock (lines)
            {
                sockets.ForEach(socket => socket.Dispose());
            }
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    var client = await listener.AcceptTcpClientAsync();
                    Note("connect");
                    Interlocked.Increment(ref open);
                    _ = ServeAsync(client);
                }
            }
            catch (Exception closed) when (closed is ObjectDisposedException || closed is SocketException)
            {
                // The test is over.
            }
        }

        private async Task ServeAsync(TcpClient client)
        {
            using (client)
            using (var upstream = new TcpClient())
            {
                lock (lines)
                {
                    sockets.Add(client);
                    sockets.Add(upstream);
                }

                try
                {
                    await upstream.ConnectAsync(server.Address, server.Port);
                    var reader = new FrameReader();
                    var up = PumpAsync(client, upstream, bytes => reader.Read(bytes).ToList().ForEach(Note));
                    var down = PumpAsync(upstream, client, _ => { });
                    if (await Task.WhenAny(up, down) == down)
                    {
                        // What the client said last is still to be read, up to where it closes.
                        client.Client.Shutdown(SocketShutdown.Send);
                        await up;
                    }
                }
                catch (Exception closed) when (closed is ObjectDisposedException || closed is SocketException || closed is System.IO.IOException)
                {
                    // One side has gone; the other goes too.
                }
                finally
                {
                    Interlocked.Decrement(ref open);
                }
            }
        }

        private static async Task PumpAsync(TcpClient from, TcpClient to, Action<ReadOnlyMemory<byte>> look)
        {
            var buffer = new byte[1 << 16];
            int size;
            while ((size = await from.GetStream().ReadAsync(buffer)) > 0)
            {
                look(buffer.AsMemory(0, size));
                await to.GetStream().WriteAsync(buffer.AsMemory(0, size));
            }
        }

        private void Note(string line)
        {
            lock (lines)
            {
                lines.Add(line);
            }
        }
    }
}
