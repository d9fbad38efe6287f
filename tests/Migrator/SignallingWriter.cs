using System.Text;

namespace AiTeams.Migrator.Tests;

/// <summary>Signals the first line that contains the text.</summary>
internal sealed class SignallingWriter(string text) : TextWriter
{
    private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override Encoding Encoding => Encoding.UTF8;

    public Task Seen => _seen.Task;

    public override Task WriteLineAsync(string? value)
    {
        if (value?.Contains(text, StringComparison.Ordinal) == true)
        {
            _seen.TrySetResult();
        }

        return Task.CompletedTask;
    }
}
