using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;

namespace AiTeams.LocalHosting;

/// <summary>
/// What all resources say, line by line: live on the console as <c>name | line</c>, and in a file per resource. The console has its
/// own writer, so a terminal that stands still does not hold the services up; the files then have what it missed.
/// </summary>
internal sealed class ConsoleLog : IAsyncDisposable
{
    private const int ConsoleBacklog = 20_000;
    private const string Host = "apphost";
    private static readonly string[] Colours = ["36", "32", "33", "35", "34", "96", "92", "93", "95", "94"];

    private readonly string _folder;
    private readonly TextWriter _output;
    private readonly bool _colours;
    private readonly int _width;
    private readonly ConcurrentDictionary<string, LogFile> _files = new();
    private readonly Channel<string> _console = Channel.CreateBounded<string>(
        new BoundedChannelOptions(ConsoleBacklog) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Task _writing;

    public ConsoleLog(string folder, IEnumerable<string> names, TextWriter output, bool colours)
    {
        _folder = folder;
        _output = output;
        _colours = colours;
        _width = names.Append(Host).Max(name => name.Length);
        Directory.CreateDirectory(folder);
        _writing = WriteAsync();
    }

    public static bool TerminalWantsColours => !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>A line of the host itself.</summary>
    public void Say(string line) => Line(Host, line);

    public void Line(string name, string line)
    {
        _files.GetOrAdd(name, key => new LogFile(Path.Combine(_folder, $"{key}.log"))).Append(line);
        var prefix = $"{name.PadRight(_width)} | ";
        _console.Writer.TryWrite(_colours ? $"\e[{ColourOf(name)}m{prefix}\e[0m{line}" : prefix + line);
    }

    public async ValueTask DisposeAsync()
    {
        _console.Writer.TryComplete();
        await Task.WhenAny(_writing, Task.Delay(TimeSpan.FromSeconds(2)));
        foreach (var file in _files.Values)
        {
            file.Dispose();
        }
    }

    private static string ColourOf(string name) =>
        name == Host ? "1" : Colours[name.Aggregate(7, (hash, character) => ((hash * 31) + character) & 0xFFFF) % Colours.Length];

    private async Task WriteAsync()
    {
        await foreach (var line in _console.Reader.ReadAllAsync())
        {
            try
            {
                await _output.WriteLineAsync(line);
            }
            catch (IOException)
            {
                // Nobody reads the console any more; the files go on.
            }
        }
    }

    private sealed class LogFile : IDisposable
    {
        private const long Limit = 32 * 1024 * 1024;
        private readonly string _path;
        private readonly Lock _gate = new();
        private StreamWriter? _writer;

        public LogFile(string path)
        {
            _path = path;
            Roll();
        }

        public void Append(string line)
        {
            lock (_gate)
            {
                if (_writer is null)
                {
                    return; // a late line of a process that has been given up
                }

                _writer.WriteLine($"{DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)} {line}");
                if (_writer.BaseStream.Length > Limit)
                {
                    Roll();
                }
            }
        }

        public void Dispose()
        {
            lock (_gate)
            {
                _writer?.Dispose();
                _writer = null;
            }
        }

        // The file of before is kept once: what went wrong last time can still be read.
        private void Roll()
        {
            _writer?.Dispose();
            if (File.Exists(_path))
            {
                File.Move(_path, Path.ChangeExtension(_path, ".previous.log"), overwrite: true);
            }

            _writer = new StreamWriter(new FileStream(_path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        }
    }
}
