namespace Realms
{
    /// <summary>The type of a <see cref="RealmValue"/>.</summary>
    public enum RealmValueType : byte
    {
        /// <summary>No value.</summary>
        Null,

        /// <summary>A 64-bit integer.</summary>
        Int,

        /// <summary>True or false.</summary>
        Bool,

        /// <summary>Text.</summary>
        String,

        /// <summary>Bytes.</summary>
        Data,

        /// <summary>A point in time.</summary>
        Date,

        /// <summary>A 32-bit floating-point number.</summary>
        Float,

        /// <summary>A 64-bit floating-point number.</summary>
        Double,

        /// <summary>A decimal floating-point number.</summary>
        Decimal128,

        /// <summary>A 12-byte identifier.</summary>
        ObjectId,

        /// <summary>A link to an object.</summary>
        Object,

        /// <summary>A 16-byte identifier.</summary>
        Guid,
    }
}
