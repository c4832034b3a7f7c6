using System;

namespace Realms.Schema
{
    /// <summary>The type of a property: one of the first thirteen, with flags.</summary>
    [Flags]
    public enum PropertyType : short
    {
        /// <summary>A 64-bit integer.</summary>
        Int = 0,

        /// <summary>True or false.</summary>
        Bool = 1,

        /// <summary>Text.</summary>
        String = 2,

        /// <summary>Bytes.</summary>
        Data = 3,

        /// <summary>A point in time.</summary>
        Date = 4,

        /// <summary>A 32-bit floating-point number.</summary>
        Float = 5,

        /// <summary>A 64-bit floating-point number.</summary>
        Double = 6,

        /// <summary>A link to an object, or an embedded object.</summary>
        Object = 7,

        /// <summary>A value of any type.</summary>
        RealmValue = 9,

        /// <summary>A 12-byte identifier.</summary>
        ObjectId = 10,

        /// <summary>A decimal floating-point number.</summary>
        Decimal = 11,

        /// <summary>A 16-byte identifier.</summary>
        Guid = 12,

        /// <summary>Flag: the value, or an element of the collection, may be null.</summary>
        Nullable = 64,

        /// <summary>Flag: a list.</summary>
        Array = 128,

        /// <summary>Flag: a set.</summary>
        Set = 256,

        /// <summary>Flag: a dictionary with text keys.</summary>
        Dictionary = 512,

        /// <summary>Mask of the collection flags.</summary>
        Collections = Array | Set | Dictionary,

        /// <summary>Mask of all flags.</summary>
        Flags = Nullable | Collections,
    }
}
