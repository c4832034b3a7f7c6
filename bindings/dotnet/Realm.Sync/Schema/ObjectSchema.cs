using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;

namespace Realms.Schema
{
    /// <summary>One class: its name, kind and properties, in the order in which they were declared.</summary>
    public class ObjectSchema : IReadOnlyCollection<Property>
    {
        private readonly Property[] properties;

        private ObjectSchema(string name, ObjectType baseType, IEnumerable<Property> properties)
        {
            Name = name;
            BaseType = baseType;
            this.properties = properties.ToArray();
        }

        /// <summary>How the objects of a class live.</summary>
        public enum ObjectType : byte
        {
            /// <summary>On their own.</summary>
            RealmObject = 0,

            /// <summary>Owned by one property or element of another object.</summary>
            EmbeddedObject = 1,

            /// <summary>Uploaded and not kept.</summary>
            AsymmetricObject = 2,
        }

        /// <summary>The name of the class.</summary>
        public string Name { get; }

        /// <summary>How its objects live.</summary>
        public ObjectType BaseType { get; }

        /// <summary>The primary key, if the class has one.</summary>
        public Property? PrimaryKeyProperty => properties.Where(p => p.IsPrimaryKey).Select(p => (Property?)p).FirstOrDefault();

        /// <inheritdoc/>
        public int Count => properties.Length;

        /// <summary>Looks a property up by name.</summary>
        public bool TryFindProperty(string name, out Property property)
        {
            var index = Array.FindIndex(properties, p => p.Name == name);
            property = index < 0 ? default : properties[index];
            return index >= 0;
        }

        /// <inheritdoc/>
        public IEnumerator<Property> GetEnumerator() => ((IEnumerable<Property>)properties).GetEnumerator();

        /// <inheritdoc/>
        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        /// <summary>Collects the properties of one class; usable as a collection initialiser.</summary>
        public class Builder : IEnumerable<Property>
        {
            private readonly List<Property> properties = new List<Property>();

            /// <summary>Begins a class.</summary>
            /// <exception cref="ArgumentException">The name is empty.</exception>
            public Builder(string name, ObjectType schemaType = ObjectType.RealmObject)
            {
                Name = string.IsNullOrEmpty(name) ? throw new ArgumentException("A class needs a name.", nameof(name)) : name;
                BaseType = schemaType;
            }

            /// <summary>The name of the class.</summary>
            public string Name { get; }

            /// <summary>How its objects live.</summary>
            public ObjectType BaseType { get; }

            /// <summary>Adds a property.</summary>
            /// <exception cref="ArgumentException">The class has a property of this name, or a primary key already.</exception>
            public Builder Add(Property property)
            {
                if (properties.Any(p => p.Name == property.Name))
                {
                    throw new ArgumentException($"{Name} has two properties named {property.Name}.", nameof(property));
                }

                if (property.IsPrimaryKey && properties.Any(p => p.IsPrimaryKey))
                {
                    throw new ArgumentException($"{Name} has two primary keys; {property.Name} is the second.", nameof(property));
                }

                properties.Add(property);
                return this;
            }

            /// <summary>Makes the class.</summary>
            public ObjectSchema Build() => new ObjectSchema(Name, BaseType, properties);

            /// <inheritdoc/>
            public IEnumerator<Property> GetEnumerator() => properties.GetEnumerator();

            /// <inheritdoc/>
            IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
        }
    }
}
