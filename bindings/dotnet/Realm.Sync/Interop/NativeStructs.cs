using System;
using System.Runtime.InteropServices;

// The structs of realm_sync.h, field by field; a test compares every size and offset with the C side.
#pragma warning disable CS0649
namespace Realms.Interop
{
    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeString
    {
        internal byte* Data;
        internal UIntPtr Size;

        internal NativeString(byte* data, int size)
        {
            Data = data;
            Size = (UIntPtr)size;
        }

        /// <summary>A copy, as the bytes are borrowed.</summary>
        internal string Copy() => Size == UIntPtr.Zero ? string.Empty : Utf8.Encoding.GetString(Data, checked((int)Size));
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeBinary
    {
        internal byte* Data;
        internal UIntPtr Size;

        internal byte[] Copy() => new ReadOnlySpan<byte>(Data, checked((int)Size)).ToArray();
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeError
    {
        internal int Number;
        internal uint Categories;
        internal NativeString Message;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeTimestamp
    {
        internal long Seconds;
        internal int Nanoseconds;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeDecimal128
    {
        internal fixed byte Bytes[16];
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeObjectId
    {
        internal fixed byte Bytes[12];
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeUuid
    {
        internal fixed byte Bytes[16];
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeGlobalKey
    {
        internal ulong High;
        internal ulong Low;
    }

    [StructLayout(LayoutKind.Explicit)]
    internal struct NativeLinkKey
    {
        [FieldOffset(0)]
        internal long Integer;

        [FieldOffset(0)]
        internal NativeString String;

        [FieldOffset(0)]
        internal NativeObjectId ObjectId;

        [FieldOffset(0)]
        internal NativeUuid Uuid;

        [FieldOffset(0)]
        internal NativeGlobalKey GlobalKey;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeLink
    {
        internal uint ClassKey;
        internal NativeLinkKeyType KeyType;
        internal NativeLinkKey Key;
    }

    [StructLayout(LayoutKind.Explicit)]
    internal struct NativeValueData
    {
        [FieldOffset(0)]
        internal long Integer;

        [FieldOffset(0)]
        internal byte Boolean;

        [FieldOffset(0)]
        internal NativeString String;

        [FieldOffset(0)]
        internal NativeBinary Binary;

        [FieldOffset(0)]
        internal NativeTimestamp Timestamp;

        [FieldOffset(0)]
        internal float SingleFloat;

        [FieldOffset(0)]
        internal double DoubleFloat;

        [FieldOffset(0)]
        internal NativeDecimal128 Decimal128;

        [FieldOffset(0)]
        internal NativeObjectId ObjectId;

        [FieldOffset(0)]
        internal NativeUuid Uuid;

        [FieldOffset(0)]
        internal NativeLink Link;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeValue
    {
        internal NativeValueType Type;
        internal NativeValueData Data;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeProperty
    {
        internal NativeString Name;
        internal NativeString TargetClass;
        internal NativePropertyType Type;
        internal NativeCollectionType CollectionType;
        internal NativePropertyFlag Flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeClass
    {
        internal NativeString Name;
        internal NativeString PrimaryKey;
        internal UIntPtr PropertyCount;
        internal int Kind;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeSyncError
    {
        internal NativeError Error;
        internal NativeString Path;
        internal uint WireCode;
        internal byte IsFatal;
    }
}
