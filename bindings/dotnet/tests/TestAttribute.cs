using System;

namespace Realms.Tests
{
    /// <summary>Marks a test: a static method without parameters, void or Task, named as a sentence.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    internal sealed class TestAttribute : Attribute
    {
    }
}
