using AiTeams.WorkflowEngine.Sandbox.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AiTeams.WorkflowEngine.Sandbox.Tests;

/// <summary>A pool of real child processes with small limits, and something in this process worth stealing.</summary>
public sealed class SandboxFixture : IDisposable
{
    public const string Canary = "canary-4f1d9a";

    public SandboxFixture()
    {
        Environment.SetEnvironmentVariable("CANARY", Canary);
        Pool = NewPool();
    }

    internal SandboxPool Pool { get; }

    internal static SandboxPool NewPool(Action<SandboxOptions>? change = null)
    {
        var options = new SandboxOptions { HeapMegabytes = 32, MaxOutputCharacters = 1024 * 1024, Processes = 2, Grace = TimeSpan.FromSeconds(2) };
        change?.Invoke(options);
        return new SandboxPool(Options.Create(options), NullLogger<SandboxPool>.Instance);
    }

    internal Task<CodeReply> RunAsync(string code, string arguments = """{"items":[{"a":1}],"json":{"a":1}}""", int milliseconds = 5000) =>
        Pool.RunAsync(Request(code, arguments, milliseconds), CancellationToken.None);

    internal static CodeRequest Request(string code, string arguments = "{}", int milliseconds = 5000) =>
        new([new(CodeForm.Body, code, arguments)], milliseconds, int.MaxValue, OnlyParse: false);

    public void Dispose() => Pool.Dispose();
}
