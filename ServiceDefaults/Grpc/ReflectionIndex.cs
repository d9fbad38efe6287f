using System.Reflection;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Reflection.V1;
using Microsoft.AspNetCore.Routing;
using Asked = Grpc.Reflection.V1.ServerReflectionRequest.MessageRequestOneofCase;

namespace AiTeams.ServiceDefaults.Grpc;

/// <summary>The descriptors of every mapped gRPC service, found through the metadata of the endpoints.</summary>
internal sealed class ReflectionIndex
{
    private readonly Dictionary<string, FileDescriptor> _files = [];
    private readonly Dictionary<string, FileDescriptor> _symbols = [];
    private readonly SortedSet<string> _services = new(StringComparer.Ordinal);

    public ReflectionIndex(EndpointDataSource endpoints)
    {
        var implementations = endpoints.Endpoints.Select(e => e.Metadata.GetMetadata<GrpcMethodMetadata>()?.ServiceType).OfType<Type>().Distinct();
        foreach (var service in implementations.Select(DescriptorOf).OfType<ServiceDescriptor>())
        {
            _services.Add(service.FullName);
            Add(service.File);
        }
    }

    public ServerReflectionResponse Answer(ServerReflectionRequest request)
    {
        var response = new ServerReflectionResponse { ValidHost = request.Host, OriginalRequest = request };
        switch (request.MessageRequestCase)
        {
            case Asked.ListServices:
                response.ListServicesResponse = new ListServiceResponse { Service = { _services.Select(name => new ServiceResponse { Name = name }) } };
                break;
            case Asked.FileByFilename when _files.TryGetValue(request.FileByFilename, out var file):
                response.FileDescriptorResponse = WithDependencies(file);
                break;
            case Asked.FileContainingSymbol when _symbols.TryGetValue(request.FileContainingSymbol, out var file):
                response.FileDescriptorResponse = WithDependencies(file);
                break;
            case Asked.FileByFilename or Asked.FileContainingSymbol:
                response.ErrorResponse = Error(StatusCode.NotFound, "not found");
                break;
            default:
                response.ErrorResponse = Error(StatusCode.Unimplemented, $"{request.MessageRequestCase} is not supported");
                break;
        }

        return response;
    }

    // The generated base class, somewhere above the implementation, names the class that holds the descriptor.
    private static ServiceDescriptor? DescriptorOf(Type implementation)
    {
        for (var type = implementation; type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is { } bind)
            {
                return bind.BindType.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) as ServiceDescriptor;
            }
        }

        return null;
    }

    private static FileDescriptorResponse WithDependencies(FileDescriptor root)
    {
        var response = new FileDescriptorResponse();
        var seen = new HashSet<string> { root.Name };
        var queue = new Queue<FileDescriptor>([root]);
        while (queue.TryDequeue(out var file))
        {
            response.FileDescriptorProto.Add(file.SerializedData);
            foreach (var dependency in file.Dependencies.Where(dependency => seen.Add(dependency.Name)))
            {
                queue.Enqueue(dependency);
            }
        }

        return response;
    }

    private static ErrorResponse Error(StatusCode code, string message) => new() { ErrorCode = (int)code, ErrorMessage = message };

    private void Add(FileDescriptor file)
    {
        if (!_files.TryAdd(file.Name, file))
        {
            return;
        }

        foreach (var service in file.Services)
        {
            _symbols[service.FullName] = file;
            foreach (var method in service.Methods)
            {
                _symbols[method.FullName] = file;
            }
        }

        foreach (var type in file.EnumTypes)
        {
            _symbols[type.FullName] = file;
        }

        foreach (var message in file.MessageTypes)
        {
            Add(message);
        }

        foreach (var dependency in file.Dependencies)
        {
            Add(dependency);
        }
    }

    private void Add(MessageDescriptor message)
    {
        _symbols[message.FullName] = message.File;
        foreach (var type in message.EnumTypes)
        {
            _symbols[type.FullName] = message.File;
        }

        foreach (var nested in message.NestedTypes)
        {
            Add(nested);
        }
    }
}
