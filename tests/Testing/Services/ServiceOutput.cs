using System.Collections.Concurrent;
using System.Text;
using Xunit.Abstractions;

namespace AiTeams.Testing;

/// <summary>What a service under test writes. A failed wait shows the end of it; <see cref="CopyTo"/> shows it with the test that fails.</summary>
public sealed class ServiceOutput : IDisposable
{
    private const int KeptLines = 5000;
    private const int RecentLines = 40;

    private static readonly ConcurrentDictionary<ServiceOutput, bool> Living = new();

    private readonly Queue<string> _lines = new();
    private readonly string _service;
    private ITestOutputHelper? _test;

    internal ServiceOutput(string service)
    {
        _service = service;
        Living[this] = true;
    }

    public string Text => Last(KeptLines);

    /// <summary>From now on to the current test's own output, which runners show when it fails.</summary>
    public void CopyTo(ITestOutputHelper test)
    {
        lock (_lines)
        {
            _test = test;
        }
    }

    public void Dispose() => Living.TryRemove(this, out _);

    internal static string RecentOfAll()
        => string.Concat(Living.Keys.Select(output => $"\n--- {output._service} wrote last:\n{output.Last(RecentLines)}"));

    internal void Write(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lines)
        {
            _lines.Enqueue(line);
            if (_lines.Count > KeptLines)
            {
                _lines.Dequeue();
            }

            try
            {
                _test?.WriteLine($"{_service} | {line}");
            }
            catch (InvalidOperationException)
            {
                _test = null;                         // that test has ended
            }
        }
    }

    internal string Last(int count)
    {
        lock (_lines)
        {
            return _lines.TakeLast(count).Aggregate(new StringBuilder(), (text, line) => text.AppendLine(line)).ToString();
        }
    }
}
