using System;

// The enums of realm_sync.h, number by number.
namespace Realms.Interop
{
    internal enum NativeValueType
    {
        Null = 0,
        Int = 1,
        Bool = 2,
        String = 3,
        Binary = 4,
        Timestamp = 5,
        Float = 6,
        Double = 7,
        Decimal128 = 8,
        ObjectId = 9,
        Link = 10,
        Uuid = 11,
    }

    internal enum NativePropertyType
    {
        Int = 0,
        Bool = 1,
        String = 2,
        Binary = 4,
        Mixed = 6,
        Timestamp = 8,
        Float = 9,
        Double = 10,
        Decimal128 = 11,
        Object = 12,
        ObjectId = 15,
        Uuid = 17,
    }

    internal enum NativeCollectionType
    {
        None = 0,
        List = 1,
        Set = 2,
        Dictionary = 4,
    }

    [Flags]
    internal enum NativePropertyFlag : uint
    {
        Nullable = 1,
        PrimaryKey = 2,
        Indexed = 4,
    }

    internal enum NativeLinkKeyType
    {
        Null = 0,
        Int = 1,
        String = 3,
        ObjectId = 9,
        Uuid = 11,
        GlobalKey = 100,
    }

    internal enum NativeSyncSessionState
    {
        Active = 0,
        Dying = 1,
        Inactive = 2,
        WaitingForAccessToken = 3,
        Paused = 4,
    }

    internal enum NativeSyncSessionConnectionState
    {
        Disconnected = 0,
        Connecting = 1,
        Connected = 2,
    }
}
