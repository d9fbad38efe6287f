using System.Globalization;

namespace AiTeams.Benchmarks;

/// <summary>Benchmarks &lt;suite&gt; [--scale 1.0] [--samples 2000] [--only a_]: one JSON line per figure on standard output, progress on standard error.</summary>
internal static class Program
{
    private static readonly Dictionary<string, Func<BenchmarkOptions, CancellationToken, Task>> Suites = new(StringComparer.Ordinal)
    {
        ["database"] = Database.DatabaseSuite.RunAsync,
        ["vectors"] = Vectors.VectorSuite.RunAsync,
        ["engine"] = Engine.EngineSuite.RunAsync,
        ["triggers"] = Triggers.TriggerSuite.RunAsync,
    };

    public static async Task<int> Main(string[] args)
    {
        if (args.Length == 0 || !Suites.TryGetValue(args[0], out var suite) || Parse(args[1..]) is not { } options)
        {
            await Console.Error.WriteLineAsync($"usage: Benchmarks {string.Join('|', Suites.Keys)} [--scale 1.0] [--samples 2000] [--only a_]");
            return 2;
        }

        using var stopping = new CancellationTokenSource();
        Console.CancelKeyPress += (_, press) =>
        {
            press.Cancel = true;                          // so that the servers are taken down on the way out
            stopping.Cancel();
        };
        await suite(options, stopping.Token);
        return 0;
    }

    private static BenchmarkOptions? Parse(string[] args)
    {
        var options = new BenchmarkOptions();
        for (var at = 0; at < args.Length; at += 2)
        {
            var value = at + 1 < args.Length ? args[at + 1] : "";
            options = args[at] switch
            {
                "--scale" when double.TryParse(value, CultureInfo.InvariantCulture, out var scale) && scale > 0 => options with { Scale = scale },
                "--samples" when int.TryParse(value, CultureInfo.InvariantCulture, out var samples) && samples > 0 => options with { Samples = samples },
                "--only" when value.Length > 0 => options with { Only = value },
                _ => null,
            };
            if (options is null)
            {
                return null;
            }
        }

        return options;
    }
}
