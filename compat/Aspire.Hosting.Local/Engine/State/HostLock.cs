using System.Text.Json;
using Aspire.Hosting;

namespace AiTeams.LocalHosting;

/// <summary>One AppHost per checkout. The lock is the kernel's, so it is gone with its process, however that ended.</summary>
internal sealed class HostLock : IDisposable
{
    private readonly FileStream _file;

    private HostLock(FileStream file) => _file = file;

    public static HostLock Take(LocalState state)
    {
        try
        {
            return new HostLock(new FileStream(state.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException)
        {
            throw new DistributedApplicationException($"{state.Folder} belongs to another user (started as root before?): start as that user, or delete it.");
        }
        catch (IOException)
        {
            var where = GatewayOf(state) is { } url ? $" The gateway answers at {url}." : " It is still starting.";
            throw new DistributedApplicationException($"This checkout's system is already running ({state.Folder}).{where} Nothing was changed; stop it with Ctrl+C in its terminal.");
        }
    }

    public void Dispose() => _file.Dispose();

    private static string? GatewayOf(LocalState state)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(state.EndpointsFile));
            return document.RootElement.TryGetProperty("gateway", out var url) ? url.GetString() : null;
        }
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            return null; // not written yet, or just removed
        }
    }
}
