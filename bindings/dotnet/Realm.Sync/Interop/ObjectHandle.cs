using System;
using System.Runtime.InteropServices;

namespace Realms.Interop
{
    internal sealed class ObjectHandle : NativeHandle
    {
        /// <summary>Makes an object, of a class without primary key when none is given.</summary>
        internal static ObjectHandle Create(RealmHandle realm, uint classKey, RealmValue? primaryKey)
        {
            if (!(primaryKey is RealmValue key))
            {
                return Check(NativeMethods.realm_object_create(realm, classKey, IntPtr.Zero));
            }

            using var value = new ValueArgument(key);
            return Check(NativeMethods.realm_object_create(realm, classKey, value.Native));
        }

        /// <summary>Finds an object by its primary key; null when there is none.</summary>
        internal static ObjectHandle? Find(RealmHandle realm, uint classKey, RealmValue primaryKey)
        {
            using var value = new ValueArgument(primaryKey);
            return NullIf(NativeErrno.NoSuchObject, NativeMethods.realm_object_find(realm, classKey, value.Native));
        }

        /// <summary>Finds the object that a link names; null when there is none (yet, or any more).</summary>
        internal static ObjectHandle? FindLinked(RealmHandle realm, in NativeLink link) =>
            NullIf(NativeErrno.NoSuchObject, NativeMethods.realm_object_find_linked(realm, link));

        internal void Erase() => Check(NativeMethods.realm_object_erase(this));

        /// <summary>Reads a value; what it borrows is valid until the next read through this handle.</summary>
        internal NativeValue GetValue(long propertyKey)
        {
            Check(NativeMethods.realm_object_get_value(this, propertyKey, out var value));
            return value;
        }

        internal void SetValue(long propertyKey, RealmValue value)
        {
            using var native = new ValueArgument(value);
            Check(NativeMethods.realm_object_set_value(this, propertyKey, native.Native));
        }

        internal void AddInt(long propertyKey, long summand) => Check(NativeMethods.realm_object_add_int(this, propertyKey, summand));

        internal bool IsValid
        {
            get
            {
                Check(NativeMethods.realm_object_is_valid(this, out var valid));
                return valid;
            }
        }

        /// <summary>Reads the link to this object; what it borrows is valid until the next read through this handle.</summary>
        internal NativeLink GetLink()
        {
            Check(NativeMethods.realm_object_get_link(this, out var link));
            return link;
        }

        internal uint ClassKey
        {
            get
            {
                Check(NativeMethods.realm_object_get_class(this, out var classKey));
                return classKey;
            }
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.realm_object_release(handle);
            return true;
        }

        private static class NativeMethods
        {
            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            internal static extern ObjectHandle realm_object_create(RealmHandle realm, uint class_key, IntPtr primary_key);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            internal static extern ObjectHandle realm_object_create(RealmHandle realm, uint class_key, in NativeValue primary_key);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            internal static extern ObjectHandle realm_object_find(RealmHandle realm, uint class_key, in NativeValue primary_key);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            internal static extern ObjectHandle realm_object_find_linked(RealmHandle realm, in NativeLink link);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_object_erase(ObjectHandle obj);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_object_get_value(ObjectHandle obj, long property_key, out NativeValue out_value);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_object_set_value(ObjectHandle obj, long property_key, in NativeValue value);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_object_add_int(ObjectHandle obj, long property_key, long summand);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_object_is_valid(ObjectHandle obj, [MarshalAs(UnmanagedType.U1)] out bool out_valid);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_object_get_link(ObjectHandle obj, out NativeLink out_link);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_object_get_class(ObjectHandle obj, out uint out_class_key);

            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            internal static extern void realm_object_release(IntPtr obj);
        }
    }
}
