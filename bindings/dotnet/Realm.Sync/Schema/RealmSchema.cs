using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;

namespace Realms.Schema
{
    /// <summary>The classes of a realm.</summary>
    public class RealmSchema : IReadOnlyCollection<ObjectSchema>
    {
        private readonly Dictionary<string, ObjectSchema> byName;
        private readonly ObjectSchema[] classes;

        private RealmSchema(IEnumerable<ObjectSchema> classes)
        {
            this.classes = classes.ToArray();
            byName = this.classes.ToDictionary(c => c.Name);
        }

        /// <inheritdoc/>
        public int Count => classes.Length;

        /// <summary>Looks a class up by name.</summary>
        public bool TryFindObjectSchema(string name, out ObjectSchema? schema)
        {
            schema = byName.TryGetValue(name, out var found) ? found : null;
            return schema != null;
        }

        /// <inheritdoc/>
        public IEnumerator<ObjectSchema> GetEnumerator() => ((IEnumerable<ObjectSchema>)classes).GetEnumerator();

        /// <inheritdoc/>
        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        /// <summary>Builds the schema.</summary>
        public static implicit operator RealmSchema(Builder builder) => builder.Build();

        /// <summary>Collects classes; usable as a collection initialiser.</summary>
        public class Builder : IEnumerable<ObjectSchema>
        {
            private readonly List<ObjectSchema> classes = new List<ObjectSchema>();

            /// <summary>Adds a class.</summary>
            /// <exception cref="ArgumentException">There is a class of this name already.</exception>
            public Builder Add(ObjectSchema schema)
            {
                if (classes.Any(c => c.Name == schema.Name))
                {
                    throw new ArgumentException($"The schema has two classes named {schema.Name}.", nameof(schema));
                }

                classes.Add(schema);
                return this;
            }

            /// <summary>Builds a class and adds it.</summary>
            /// <exception cref="ArgumentException">There is a class of this name already.</exception>
            public Builder Add(ObjectSchema.Builder schema) => Add(schema.Build());

            /// <summary>Makes the schema.</summary>
            public RealmSchema Build() => new RealmSchema(classes);

            /// <inheritdoc/>
            public IEnumerator<ObjectSchema> GetEnumerator() => classes.GetEnumerator();

            /// <inheritdoc/>
            IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
        }
    }
}
