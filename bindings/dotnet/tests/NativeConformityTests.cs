using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Realms.Interop;
using Realms.Sync.Exceptions;

namespace Realms.Tests
{
    /// <summary>The C# side of the boundary against the header, as a C compiler reads it, and against the library.</summary>
    internal static class NativeConformityTests
    {
        private const BindingFlags Declared =
            BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

        private static readonly Type[] NativeTypes =
            typeof(Library).Assembly.GetTypes().Where(t => t.IsValueType && t.DeclaringType is null && t.Name.StartsWith("Native")).ToArray();

        [Test]
        internal static void every_struct_has_the_size_and_the_offsets_of_the_c_side()
        {
            var structs = NativeTypes.Where(t => !t.IsEnum).ToList();
            Check.True(structs.Count >= 14, "the structs were found");
            var questions = new Dictionary<string, long>();
            foreach (var type in structs)
            {
                var name = "realm_" + Snake(type.Name.Substring("Native".Length)) + "_t";
                questions.Add($"sizeof({name})", Marshal.SizeOf(type));
                foreach (var field in type.GetFields(Declared))
                {
                    questions.Add($"offsetof({name}, {Snake(field.Name)})", (long)Marshal.OffsetOf(type, field.Name));
                }
            }

            CompareWithC(questions);
        }

        [Test]
        internal static void every_enum_has_the_numbers_of_the_c_side()
        {
            var enums = NativeTypes.Where(t => t.IsEnum).ToList();
            Check.True(enums.Count >= 7, "the enums were found");
            var questions = new Dictionary<string, long>();
            foreach (var type in enums)
            {
                var prefix = type == typeof(NativeErrno) ? "RLM_ERR_" : $"RLM_{Snake(type.Name.Substring("Native".Length)).ToUpperInvariant()}_";
                foreach (var value in Enum.GetValues(type))
                {
                    questions.Add(prefix + Snake(value!.ToString()!).ToUpperInvariant(), Convert.ToInt64(value));
                }
            }

            CompareWithC(questions);
        }

        [Test]
        internal static void the_library_has_the_abi_of_the_sdk() =>
            CompareWithC(new Dictionary<string, long> { ["RLM_ABI_VERSION"] = Library.AbiVersion });

        [Test]
        internal static void every_session_error_number_is_one_of_the_c_side()
        {
            var header = File.ReadAllText(Header);
            foreach (var code in Enum.GetValues(typeof(ErrorCode)).Cast<ErrorCode>())
            {
                Check.True(header.Contains($" = {(int)code},"), $"the header has the number of {code}, {(int)code}");
            }
        }

        [Test]
        internal static void every_native_function_is_exported_and_declared_alike()
        {
            var functions = typeof(Library).Assembly.GetTypes().Where(t => t.Name == "NativeMethods").SelectMany(t => t.GetMethods(Declared)).ToList();
            Check.True(functions.Count > 40, "the functions were found");
            foreach (var function in functions)
            {
                var import = function.GetCustomAttribute<DllImportAttribute>()!;
                Check.Equal(CallingConvention.Cdecl, import.CallingConvention, function.Name);
                Check.True(NativeLibrary.TryGetExport(LibraryInfo.Module, function.Name, out _), $"{function.Name} is exported");
                foreach (var parameter in function.GetParameters().Append(function.ReturnParameter))
                {
                    CheckParameter(function, parameter!);
                }
            }
        }

        private static void CheckParameter(MethodInfo function, ParameterInfo parameter)
        {
            var type = parameter.ParameterType.IsByRef ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
            var where = $"{function.Name}, {parameter.Name ?? "result"}";
            if (type == typeof(bool))
            {
                Check.Equal(UnmanagedType.U1, parameter.GetCustomAttribute<MarshalAsAttribute>()?.Value ?? default, where);
            }

            var isAllowed = type == typeof(void) || type == typeof(bool) || type == typeof(int) || type == typeof(uint) || type == typeof(long)
                || type == typeof(ulong) || type == typeof(IntPtr) || type == typeof(UIntPtr) || NativeTypes.Contains(type)
                || typeof(SafeHandle).IsAssignableFrom(type) || typeof(Delegate).IsAssignableFrom(type);
            Check.True(isAllowed, $"{where}: {type} has the same width everywhere");
        }

        private static string Header => Environment.GetEnvironmentVariable("REALM_SYNC_HEADER")!;

        private static void CompareWithC(Dictionary<string, long> questions)
        {
            var folder = TestFolder.New();
            var source = new StringBuilder("#include <stddef.h>\n#include <stdio.h>\n#include \"" + Header + "\"\nint main(void) {\n");
            foreach (var question in questions.Keys)
            {
                source.Append($"    printf(\"%s=%lld\\n\", \"{question}\", (long long){question});\n");
            }

            File.WriteAllText(Path.Combine(folder, "ask.c"), source.Append("    return 0;\n}\n").ToString());
            Output("cc", $"-std=c99 -o {folder}/ask {folder}/ask.c");
            var answers = Output($"{folder}/ask", string.Empty).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split('=')).ToDictionary(pair => pair[0], pair => long.Parse(pair[1]));
            var wrong = questions.Where(q => answers[q.Key] != q.Value).Select(q => $"{q.Key} is {answers[q.Key]} in C, {q.Value} here").ToList();
            Check.True(wrong.Count == 0, string.Join("; ", wrong));
        }

        private static string Output(string program, string arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Check.Equal(0, process.ExitCode, $"exit code of {program} {arguments}");
            return output;
        }

        private static string Snake(string name) => string.Concat(
            name.Select((c, i) => i > 0 && char.IsUpper(c) ? "_" + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString()));
    }
}
