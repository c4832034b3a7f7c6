using System;
using System.Runtime.InteropServices;
using Realms.Schema;

namespace Realms.Interop
{
    internal sealed class SchemaHandle : NativeHandle
    {
        /// <summary>Takes over the classes of <paramref name="schema"/>.</summary>
        internal static SchemaHandle New(RealmSchema schema)
        {
            Library.Require();
            var made = Check(NativeMethods.realm_schema_new());
            foreach (var objectSchema in schema)
            {
                using var name = new Utf8(objectSchema.Name);
                Check(NativeMethods.realm_schema_add_class(made, name.Native, (int)objectSchema.BaseType));
            }

            foreach (var objectSchema in schema)
            {
                foreach (var property in objectSchema)
                {
                    made.Add(objectSchema.Name, property);
                }
            }

            return made;
        }

        private void Add(string className, Property property)
        {
            using var ofClass = new Utf8(className);
            using var name = new Utf8(property.Name);
            using var target = new Utf8(property.ObjectType ?? string.Empty);
            var native = new NativeProperty
            {
                Name = name.Native,
                TargetClass = target.Native,
                Type = PropertyTypes.ToNative(property.Type),
                CollectionType = PropertyTypes.ToNativeCollection(property.Type),
                Flags = PropertyTypes.ToNativeFlags(property),
            };
            Check(NativeMethods.realm_schema_add_property(this, ofClass.Native, native));
        }

        /// <summary>A copy of the native schema.</summary>
        internal RealmSchema Read()
        {
            Check(NativeMethods.realm_schema_size(this, out var size));
            var classes = new RealmSchema.Builder();
            for (var i = 0UL; i < (ulong)size; i++)
            {
                Check(NativeMethods.realm_schema_get_class(this, (UIntPtr)i, out var native));
                classes.Add(ReadClass(native));
            }

            return classes.Build();
        }

        private ObjectSchema.Builder ReadClass(in NativeClass native)
        {
            var name = native.Name.Copy();
            var properties = new ObjectSchema.Builder(name, (ObjectSchema.ObjectType)native.Kind);
            using var ofClass = new Utf8(name);
            for (var i = 0UL; i < (ulong)native.PropertyCount; i++)
            {
                Check(NativeMethods.realm_schema_get_property(this, ofClass.Native, (UIntPtr)i, out var property));
                properties.Add(PropertyTypes.FromNative(property));
            }

            return properties;
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.realm_schema_release(handle);
            return true;
        }

        private static class NativeMethods
        {
            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            internal static extern SchemaHandle realm_schema_new();

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_schema_add_class(SchemaHandle schema, NativeString name, int kind);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_schema_add_property(SchemaHandle schema, NativeString class_name, in NativeProperty property);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_schema_size(SchemaHandle schema, out UIntPtr out_size);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_schema_get_class(SchemaHandle schema, UIntPtr index, out NativeClass out_class);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_schema_get_property(
                SchemaHandle schema, NativeString class_name, UIntPtr index, out NativeProperty out_property);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            internal static extern void realm_schema_release(IntPtr schema);
        }
    }
}
