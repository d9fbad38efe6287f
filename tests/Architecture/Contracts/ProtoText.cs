using System.Text;
using Google.Protobuf.Reflection;

namespace AiTeams.Architecture.Tests.Contracts;

/// <summary>Proto files as text with everything that matters on the wire and nothing else.</summary>
internal static class ProtoText
{
    public static string Of(IEnumerable<FileDescriptor> files)
    {
        var text = new StringBuilder();
        foreach (var file in files.OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            text.Append("# ").AppendLine(file.Name);
            foreach (var service in file.Services)
            {
                AppendService(text, service);
            }

            foreach (var message in file.MessageTypes)
            {
                AppendMessage(text, message);
            }

            foreach (var values in file.EnumTypes)
            {
                AppendEnum(text, values);
            }

            text.AppendLine();
        }

        return text.ToString();
    }

    private static void AppendService(StringBuilder text, ServiceDescriptor service)
    {
        text.Append("service ").AppendLine(service.FullName);
        foreach (var method in service.Methods)
        {
            var input = (method.IsClientStreaming ? "stream " : "") + method.InputType.FullName;
            var output = (method.IsServerStreaming ? "stream " : "") + method.OutputType.FullName;
            text.AppendLine($"  rpc {method.Name}({input}) returns ({output})");
        }
    }

    private static void AppendMessage(StringBuilder text, MessageDescriptor message)
    {
        text.Append("message ").AppendLine(message.FullName);
        foreach (var field in message.Fields.InFieldNumberOrder())
        {
            var oneof = field.RealContainingOneof is { } group ? $" oneof {group.Name}" : "";
            text.AppendLine($"  {field.FieldNumber} {Label(field)}{TypeOf(field)} {field.Name}{oneof}");
        }

        foreach (var inner in message.NestedTypes.Where(inner => inner.GetOptions()?.MapEntry != true))
        {
            AppendMessage(text, inner);
        }

        foreach (var values in message.EnumTypes)
        {
            AppendEnum(text, values);
        }
    }

    private static void AppendEnum(StringBuilder text, EnumDescriptor values)
    {
        text.Append("enum ").AppendLine(values.FullName);
        foreach (var value in values.Values)
        {
            text.AppendLine($"  {value.Number} {value.Name}");
        }
    }

    private static string Label(FieldDescriptor field) => field switch
    {
        { IsMap: true } => "",
        { IsRepeated: true } => "repeated ",
        { IsRequired: true } => "required ",
        { HasPresence: true, FieldType: not FieldType.Message and not FieldType.Group, RealContainingOneof: null } => "optional ",
        _ => "",
    };

    private static string TypeOf(FieldDescriptor field) => field switch
    {
        { IsMap: true } => $"map<{TypeOf(field.MessageType.FindFieldByNumber(1))}, {TypeOf(field.MessageType.FindFieldByNumber(2))}>",
        { FieldType: FieldType.Message or FieldType.Group } => field.MessageType.FullName,
        { FieldType: FieldType.Enum } => field.EnumType.FullName,
        _ => field.FieldType.ToString().ToLowerInvariant(),
    };
}
