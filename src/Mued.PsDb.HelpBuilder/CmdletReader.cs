using System.Reflection;

namespace Mued.PsDb.HelpBuilder;

/// <summary>Reads the cmdlets of an assembly without running any of it: PowerShell's own assembly is only a reference here.</summary>
internal static class CmdletReader
{
    private const string Automation = "System.Management.Automation.";

    /// <summary>Finds every cmdlet, in the order of their names.</summary>
    /// <param name="assembly">The assembly of the cmdlets, with those that it needs beside it.</param>
    /// <param name="powerShell">PowerShell's assembly.</param>
    /// <returns>The cmdlets.</returns>
    public static IReadOnlyList<Cmdlet> Read(string assembly, string powerShell)
    {
        var runtime = Directory.GetFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "*.dll");
        var beside = Directory.GetFiles(Path.GetDirectoryName(Path.GetFullPath(assembly))!, "*.dll");
        using var context = new MetadataLoadContext(new PathAssemblyResolver([.. runtime, .. beside, powerShell]));
        return
        [
            .. context
                .LoadFromAssemblyPath(Path.GetFullPath(assembly))
                .GetTypes()
                .Where(type => Find(type, "CmdletAttribute") is not null)
                .Select(Read)
                .OrderBy(cmdlet => cmdlet.Name, StringComparer.Ordinal),
        ];
    }

    private static Cmdlet Read(Type type)
    {
        var attribute = Find(type, "CmdletAttribute")!;
        var parameters = new List<CmdletParameter>();
        for (var level = type; level is not null; level = level.BaseType)
            foreach (var property in level.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
                if (Find(property, "ParameterAttribute") is { } declared)
                    parameters.Add(Read(property, declared));
        if (Named(attribute, "SupportsShouldProcess", false))
            parameters.AddRange([CmdletParameter.Switch("WhatIf", "wi"), CmdletParameter.Switch("Confirm", "cf")]);

        var outputs = Find(type, "OutputTypeAttribute") is { } output ? Values(output).OfType<Type>().Select(one => one.FullName!) : [];
        return new Cmdlet(
            (string)attribute.ConstructorArguments[0].Value!,
            (string)attribute.ConstructorArguments[1].Value!,
            parameters,
            [.. outputs]
        )
        {
            DefaultSet = Named<string?>(attribute, "DefaultParameterSetName", null),
        };
    }

    private static CmdletParameter Read(PropertyInfo property, CustomAttributeData declared)
    {
        var position = Named(declared, "Position", int.MinValue);
        // Nullable says that the engine has the default, or that there is none: no member of an enumeration is meant.
        var type = property.PropertyType is { IsConstructedGenericType: true } nullable
            ? nullable.GenericTypeArguments[0]
            : property.PropertyType;
        var members = type.IsEnum ? type.GetFields(BindingFlags.Public | BindingFlags.Static) : [];
        var initial =
            type == property.PropertyType
                ? members.FirstOrDefault(member => Convert.ToInt64(member.GetRawConstantValue(), null) == 0)?.Name
                : null;
        return new CmdletParameter
        {
            Name = property.Name,
            Type = type.FullName!,
            Set = Named<string?>(declared, "ParameterSetName", null),
            Required = Named(declared, "Mandatory", false),
            Position = position == int.MinValue ? null : position,
            ByValue = Named(declared, "ValueFromPipeline", false),
            ByPropertyName = Named(declared, "ValueFromPipelineByPropertyName", false),
            Wildcards = Find(property, "SupportsWildcardsAttribute") is not null,
            Aliases = Find(property, "AliasAttribute") is { } alias ? [.. Values(alias).OfType<string>()] : [],
            AcceptedValues = [.. members.Select(member => member.Name)],
            Default = type.FullName == Automation + "SwitchParameter" ? "False" : initial,
        };
    }

    private static CustomAttributeData? Find(MemberInfo member, string name) =>
        member.GetCustomAttributesData().SingleOrDefault(data => data.AttributeType.FullName == Automation + name);

    private static T Named<T>(CustomAttributeData attribute, string name, T otherwise) =>
        attribute
            .NamedArguments.Where(argument => argument.MemberName == name)
            .Select(argument => (T)argument.TypedValue.Value!)
            .SingleOrDefault(otherwise);

    // What was given to the attribute's params array.
    private static IEnumerable<object?> Values(CustomAttributeData attribute) =>
        ((IEnumerable<CustomAttributeTypedArgument>)attribute.ConstructorArguments[0].Value!).Select(argument => argument.Value);
}
