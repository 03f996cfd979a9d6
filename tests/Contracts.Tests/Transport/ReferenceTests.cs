using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Compression;
using Microsoft.Extensions.DependencyInjection;

namespace PilotCity.Contracts.Tests.Transport;

/// <summary>
/// Whatever the served packages refer to in the two contract assemblies is there, with the same
/// signature. A member that is missing would otherwise show only when a call first needs it.
/// </summary>
public sealed class ReferenceTests
{
    private static readonly string[] Contracts = ["Grpc.Core.Api", "Grpc.Net.Common"];

    /// <summary>The packages that stand on the contract assemblies, where they are restored.</summary>
    public static TheoryData<string> Packages() => [.. Files()];

    [Fact]
    public void Both_packages_are_examined()
    {
        var packages = Files().ToList();
        Assert.Contains("Grpc.AspNetCore.Server.dll", packages);
        Assert.Contains("Grpc.Net.Client.dll", packages);
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void Every_type_and_member_that_a_package_refers_to_is_there(string package)
    {
        using var definitions = new Definitions();
        using var file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, package)));
        var reader = file.GetMetadataReader();
        var types = 0;
        var members = 0;
        var missing = new SortedSet<string>(StringComparer.Ordinal);

        foreach (var handle in reader.TypeReferences)
        {
            if (!IsContract(reader, handle))
                continue;
            types++;
            var type = Names.Instance.GetTypeFromReference(reader, handle, 0);
            if (!definitions.HasType(type))
                missing.Add(type);
        }

        foreach (var handle in reader.MemberReferences)
        {
            var member = reader.GetMemberReference(handle);
            if (OwnerOf(reader, member.Parent) is not { } owner || !IsContract(reader, owner))
                continue;
            members++;
            var type = Names.Instance.GetTypeFromReference(reader, owner, 0);
            var text = member.GetKind() == MemberReferenceKind.Method
                ? Text(reader.GetString(member.Name), member.DecodeMethodSignature(Names.Instance, null))
                : $"{member.DecodeFieldSignature(Names.Instance, null)} {reader.GetString(member.Name)}";
            if (!definitions.HasMember(type, text))
                missing.Add($"{type}: {text}");
        }

        foreach (var (type, method) in Overrides(reader))
        {
            if (!definitions.HasMember(type, method))
                missing.Add($"{type}: {method} (overridden)");
        }

        Assert.True(missing.Count == 0, $"{package} refers to what is not there:\n{string.Join('\n', missing)}");
        // Below these numbers the enumeration itself is broken.
        Assert.InRange(types, 20, 200);
        Assert.InRange(members, 30, 500);
    }

    [Fact]
    public void Every_type_of_the_packages_loads()
    {
        // Loading checks what references do not show: no abstract member is left open.
        Assert.NotEmpty(typeof(GrpcChannel).Assembly.GetTypes());
        Assert.NotEmpty(typeof(GrpcServicesExtensions).Assembly.GetTypes());
    }

    [Fact]
    public void The_contract_assemblies_have_the_identity_that_the_packages_ask_for()
    {
        foreach (var asked in typeof(GrpcChannel).Assembly.GetReferencedAssemblies().Where(name => Contracts.Contains(name.Name)))
        {
            var given = asked.Name == "Grpc.Core.Api" ? typeof(Status).Assembly : typeof(GzipCompressionProvider).Assembly;
            Assert.Equal(asked.FullName, given.FullName);
        }

        Assert.Equal(160, typeof(Status).Assembly.GetName().GetPublicKey()!.Length);
        Assert.Equal(typeof(GrpcChannel).Assembly.GetName().GetPublicKey(), typeof(Status).Assembly.GetName().GetPublicKey());
    }

    private static IEnumerable<string> Files() =>
        Directory.EnumerateFiles(AppContext.BaseDirectory, "Grpc.*.dll")
            .Select(file => Path.GetFileName(file))
            .Where(file => !Contracts.Contains(Path.GetFileNameWithoutExtension(file)));

    private static bool IsContract(MetadataReader reader, TypeReferenceHandle handle)
    {
        EntityHandle scope = handle;
        while (scope.Kind == HandleKind.TypeReference)
            scope = reader.GetTypeReference((TypeReferenceHandle)scope).ResolutionScope;
        return scope.Kind == HandleKind.AssemblyReference
            && Contracts.Contains(reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)scope).Name));
    }

    /// <summary>The type reference behind a parent, through the instantiation of a generic one.</summary>
    private static TypeReferenceHandle? OwnerOf(MetadataReader reader, EntityHandle parent)
    {
        if (parent.Kind == HandleKind.TypeSpecification)
        {
            var blob = reader.GetBlobReader(reader.GetTypeSpecification((TypeSpecificationHandle)parent).Signature);
            if (blob.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
                return null;
            blob.ReadByte(); // class or value type
            parent = blob.ReadTypeHandle();
        }

        return parent.Kind == HandleKind.TypeReference ? (TypeReferenceHandle)parent : null;
    }

    /// <summary>The methods by which types of the package override what a contract base class declares.</summary>
    private static IEnumerable<(string Type, string Method)> Overrides(MetadataReader reader)
    {
        foreach (var type in reader.TypeDefinitions.Select(reader.GetTypeDefinition))
        {
            if (OwnerOf(reader, type.BaseType) is not { } owner || !IsContract(reader, owner))
                continue;
            foreach (var method in type.GetMethods().Select(reader.GetMethodDefinition))
            {
                var name = reader.GetString(method.Name);
                if ((method.Attributes & MethodAttributes.Virtual) == 0 || (method.Attributes & MethodAttributes.NewSlot) != 0
                    || name is "ToString" or "Equals" or "GetHashCode" or "Finalize")
                    continue;
                yield return (Names.Instance.GetTypeFromReference(reader, owner, 0), Text(name, method.DecodeSignature(Names.Instance, null)));
            }
        }
    }

    private static string Text(string name, MethodSignature<string> signature) =>
        $"{(signature.Header.IsInstance ? "" : "static ")}{signature.ReturnType} {name}`{signature.GenericParameterCount}({string.Join(", ", signature.ParameterTypes)})";

    /// <summary>What the contract assemblies define and show to others.</summary>
    private sealed class Definitions : IDisposable
    {
        private readonly Dictionary<string, HashSet<string>> _members = new(StringComparer.Ordinal);
        private readonly List<PEReader> _files = [];

        public Definitions()
        {
            foreach (var contract in Contracts)
            {
                var file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, contract + ".dll")));
                _files.Add(file);
                var reader = file.GetMetadataReader();
                foreach (var handle in reader.TypeDefinitions)
                    Read(reader, handle);
            }
        }

        public bool HasType(string type) => _members.ContainsKey(type);

        public bool HasMember(string type, string member) => _members.TryGetValue(type, out var members) && members.Contains(member);

        public void Dispose() => _files.ForEach(file => file.Dispose());

        private void Read(MetadataReader reader, TypeDefinitionHandle handle)
        {
            var type = reader.GetTypeDefinition(handle);
            var visibility = type.Attributes & TypeAttributes.VisibilityMask;
            if (visibility is not (TypeAttributes.Public or TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem))
                return;
            var members = new HashSet<string>(StringComparer.Ordinal);
            foreach (var method in type.GetMethods().Select(reader.GetMethodDefinition))
            {
                if ((method.Attributes & MethodAttributes.MemberAccessMask) is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem)
                    members.Add(Text(reader.GetString(method.Name), method.DecodeSignature(Names.Instance, null)));
            }

            foreach (var field in type.GetFields().Select(reader.GetFieldDefinition))
            {
                if ((field.Attributes & FieldAttributes.FieldAccessMask) is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem)
                    members.Add($"{field.DecodeSignature(Names.Instance, null)} {reader.GetString(field.Name)}");
            }

            _members[Names.Instance.GetTypeFromDefinition(reader, handle, 0)] = members;
        }
    }

    /// <summary>Writes every type as text, the same from either side of a reference.</summary>
    private sealed class Names : ISignatureTypeProvider<string, object?>
    {
        public static readonly Names Instance = new();

        public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
        {
            var type = reader.GetTypeDefinition(handle);
            return type.IsNested
                ? $"{GetTypeFromDefinition(reader, type.GetDeclaringType(), 0)}+{reader.GetString(type.Name)}"
                : $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";
        }

        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
        {
            var type = reader.GetTypeReference(handle);
            return type.ResolutionScope.Kind == HandleKind.TypeReference
                ? $"{GetTypeFromReference(reader, (TypeReferenceHandle)type.ResolutionScope, 0)}+{reader.GetString(type.Name)}"
                : $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";
        }

        public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

        public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => $"{genericType}<{string.Join(", ", typeArguments)}>";

        public string GetGenericTypeParameter(object? genericContext, int index) => $"!{index}";

        public string GetGenericMethodParameter(object? genericContext, int index) => $"!!{index}";

        public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => $"{unmodifiedType} {(isRequired ? "modreq" : "modopt")}({modifier})";

        public string GetArrayType(string elementType, ArrayShape shape) => $"{elementType}[{new string(',', shape.Rank - 1)}]";

        public string GetSZArrayType(string elementType) => $"{elementType}[]";

        public string GetByReferenceType(string elementType) => $"{elementType}&";

        public string GetPointerType(string elementType) => $"{elementType}*";

        public string GetPinnedType(string elementType) => elementType;

        public string GetFunctionPointerType(MethodSignature<string> signature) => Text("*", signature);
    }
}
