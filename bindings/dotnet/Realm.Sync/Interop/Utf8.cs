using System;
using System.Runtime.InteropServices;
using System.Text;

namespace Realms.Interop
{
    /// <summary>A string as UTF-8 that stays in place until it is disposed of.</summary>
    internal unsafe ref struct Utf8
    {
        /// <summary>Refuses lone surrogates, which have no UTF-8, with an ArgumentException.</summary>
        internal static readonly UTF8Encoding Encoding = new UTF8Encoding(false, true);

        private readonly byte[] bytes;
        private GCHandle pin;

        internal Utf8(string text)
        {
            bytes = Encoding.GetBytes(text);
            pin = GCHandle.Alloc(bytes, GCHandleType.Pinned);
        }

        internal NativeString Native => new NativeString((byte*)pin.AddrOfPinnedObject(), bytes.Length);

        public void Dispose() => pin.Free();
    }
}
