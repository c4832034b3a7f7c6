using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;

namespace Realms.Tests.Network
{
    /// <summary>Cuts one direction of a WebSocket connection into messages and keeps the first line of each.</summary>
    internal sealed class FrameReader
    {
        private const int Continuation = 0;
        private const int FirstControl = 8;
        private static readonly byte[] EndOfHead = Encoding.ASCII.GetBytes("\r\n\r\n");

        private readonly List<byte> pending = new List<byte>();
        private bool isPastHead;

        /// <summary>The messages that are complete with these bytes. Control frames come as "close", "ping" and "pong".</summary>
        internal IEnumerable<string> Read(ReadOnlyMemory<byte> bytes)
        {
            pending.AddRange(bytes.ToArray());
            if (!isPastHead)
            {
                var end = pending.ToArray().AsSpan().IndexOf(EndOfHead);
                if (end < 0)
                {
                    yield break;
                }

                pending.RemoveRange(0, end + EndOfHead.Length);
                isPastHead = true;
            }

            while (TryTake(out var opcode, out var payload))
            {
                if (opcode != Continuation)
                {
                    yield return opcode < FirstControl ? FirstLine(payload) : ControlName(opcode);
                }
            }
        }

        private bool TryTake(out int opcode, out byte[] payload)
        {
            var bytes = pending.ToArray().AsSpan();
            opcode = 0;
            payload = Array.Empty<byte>();
            if (bytes.Length < 2)
            {
                return false;
            }

            opcode = bytes[0] & 0x0F;
            var isMasked = (bytes[1] & 0x80) != 0;
            var shortLength = bytes[1] & 0x7F;
            var lengthSize = shortLength == 126 ? 2 : shortLength == 127 ? 8 : 0;
            var head = 2 + lengthSize + (isMasked ? 4 : 0);
            if (bytes.Length < head)
            {
                return false;
            }

            var length = lengthSize switch
            {
                2 => BinaryPrimitives.ReadUInt16BigEndian(bytes.Slice(2)),
                8 => (int)BinaryPrimitives.ReadUInt64BigEndian(bytes.Slice(2)),
                _ => shortLength,
            };
            if (bytes.Length < head + length)
            {
                return false;
            }

            payload = bytes.Slice(head, length).ToArray();
            for (var i = 0; isMasked && i < length; i++)
            {
                payload[i] ^= bytes[head - 4 + i % 4];
            }

            pending.RemoveRange(0, head + length);
            return true;
        }

        private static string FirstLine(byte[] payload)
        {
            var end = Array.IndexOf(payload, (byte)'\n');
            return Encoding.UTF8.GetString(payload, 0, end < 0 ? payload.Length : end);
        }

        private static string ControlName(int opcode) => opcode switch
        {
            8 => "close",
            9 => "ping",
            10 => "pong",
            _ => $"opcode {opcode}",
        };
    }
}
