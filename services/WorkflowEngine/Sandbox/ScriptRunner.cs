using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using AiTeams.WorkflowEngine.Sandbox.Wire;
using Microsoft.ClearScript;
using Microsoft.ClearScript.V8;

namespace AiTeams.WorkflowEngine.Sandbox;

/// <summary>
/// Runs each request in a V8 isolate of its own, made beforehand and thrown away afterwards: nothing one run leaves behind is there for
/// the next. No host object is given to the script; texts go in and texts come out.
/// </summary>
internal sealed partial class ScriptRunner(int heapMegabytes) : IDisposable
{
    private const int StackBytes = 512 * 1024;
    private const int InterruptAgainMilliseconds = 20;

    private static readonly string SurroundingsText = Read("surroundings.js");

    private V8ScriptEngine? _next;
    private ScriptObject? _nextSurroundings;

    /// <summary>Walks every path once while files can still be opened: afterwards no assembly could be loaded.</summary>
    public void WarmUp()
    {
        string[] bodies =
        [
            "console.log(1, {}); return [{ json: await Promise.resolve(1) }]", "return new Intl.DateTimeFormat('de', { timeZone: 'Europe/Berlin' }).format(new Date())",
            "throw new Error('x')", "null.x", "syntax error(", "for (;;) ;", "for (;;) await 0", "const a = []; for (;;) a.push(a.length + 0.5)", "return new Promise(() => 0)",
            "return 'x'.repeat(200)", "}); (function () {", "return 1n", "return /(a+)+$/.exec('aaaaaaaaaaaaab')", "return (function f() { return f() })()",
        ];
        foreach (var text in bodies)
        {
            PrepareNext();
            _next!.MaxRuntimeHeapSize = 12 * 1024 * 1024;
            Run(new([new(CodeForm.Body, text, """{"items":[{"a":1}]}""")], 40, 100, OnlyParse: false));
            PrepareNext();
            Run(new([new(CodeForm.Body, text, "{}")], 40, 100, OnlyParse: true));
        }

        PrepareNext();
        var made = Run(new([new(CodeForm.Convert, "input => input.value", """{"value":1}"""), new(CodeForm.Filter, "i => i > 1", "[1,2]")], 1000, 100, OnlyParse: false));
        if (made.Json != """[{"converted_data":1},[false,true]]""")
        {
            throw new InvalidOperationException($"The script engine gives {made.Outcome} {made.Json} {made.Message}.");
        }

        // What is only needed on a rare path has to be there all the same.
        foreach (var mine in new[] { typeof(ScriptRunner).Assembly, typeof(V8ScriptEngine).Assembly, typeof(ScriptEngine).Assembly })
        {
            foreach (var needed in mine.GetReferencedAssemblies())
            {
                System.Reflection.Assembly.Load(needed);
            }
        }

        CodeRequest.FromFrame(new CodeRequest([new(CodeForm.Body, "", "")], 1, 1, false).ToFrame()[4..]);
        made.ToFrame();
        GC.Collect();
    }

    /// <summary>Makes the next isolate, while nobody waits for it.</summary>
    public void PrepareNext()
    {
        if (_next is not null)
        {
            return;
        }

        _next = new V8ScriptEngine(
            "sandbox",
            new V8RuntimeConstraints
            {
                MaxOldSpaceSize = heapMegabytes * 3 / 2,
                MaxNewSpaceSize = 8,
                MaxArrayBufferAllocation = (ulong)heapMegabytes * 1024 * 1024,
            },
            V8ScriptEngineFlags.None)
        {
            AllowReflection = false,
            MaxRuntimeStackUsage = StackBytes,
            MaxRuntimeHeapSize = (nuint)heapMegabytes * 1024 * 1024,
            RuntimeHeapSizeSampleInterval = TimeSpan.FromMilliseconds(20),
        };
        _nextSurroundings = (ScriptObject)_next.Evaluate(new DocumentInfo("surroundings"), SurroundingsText);
    }

    public CodeReply Run(CodeRequest request)
    {
        PrepareNext();
        using var engine = _next!;
        using var surroundings = _nextSurroundings!;
        (_next, _nextSurroundings) = (null, null);

        var gate = new Lock();
        var (isOver, isDone) = (false, false);
        void Stop(object? nothing)
        {
            // Never beside the engine's end: what is interrupted there takes the process along.
            lock (gate)
            {
                if (!isDone)
                {
                    isOver = true;
                    engine.Interrupt();
                }
            }
        }

        // Again and again: an interruption that comes in the moment before the code begins is forgotten with its beginning.
        using var watch = new Timer(Stop, null, request.TimeoutMilliseconds, InterruptAgainMilliseconds);
        try
        {
            var reply = request.OnlyParse ? Guard(() => Parse(engine, surroundings, request)) : Guard(() => Run(engine, surroundings, request));
            if (reply.Outcome is CodeOutcome.OutOfMemory && isOver)
            {
                reply = CodeReply.Of(CodeOutcome.TimedOut, "");
            }

            if (reply.Outcome is CodeOutcome.TimedOut)
            {
                reply = reply with { Message = $"The code took longer than {request.TimeoutMilliseconds / 1000.0:0.###} s." };
            }

            watch.Change(200, InterruptAgainMilliseconds);
            return request.OnlyParse || reply.Outcome is CodeOutcome.OutOfMemory ? reply : reply with { Console = Spoken(surroundings) };
        }
        finally
        {
            lock (gate)
            {
                isDone = true;
            }
        }
    }

    public void Dispose()
    {
        _nextSurroundings?.Dispose();
        _next?.Dispose();
    }

    private static CodeReply Run(V8ScriptEngine engine, ScriptObject surroundings, CodeRequest request)
    {
        for (var piece = 0; piece < request.Pieces.Count; piece++)
        {
            var (form, code, arguments) = request.Pieces[piece];
            var (text, prefix) = Wrap(surroundings, form, code);
            if (text is null)
            {
                return Unparsable(engine, piece, code);
            }

            surroundings.InvokeMethod("begin", (int)form, engine.Evaluate(new DocumentInfo("code.js"), text), arguments, piece);
            var outcome = (string)surroundings.InvokeMethod("outcome");
            switch (outcome[0])
            {
                case '1':
                    var parts = outcome[1..].Split(',', 3);
                    var (line, column) = (Number(parts[0]), Number(parts[1]));
                    return CodeReply.Of(CodeOutcome.Threw, parts[2]) with { Piece = piece, Line = line, Column = line == 1 ? Math.Max(column - prefix, 1) : column };
                case '2':
                    return CodeReply.Of(CodeOutcome.Threw, "The code waits for a promise that nothing will settle.") with { Piece = piece };
            }
        }

        var json = (string)surroundings.InvokeMethod("results");
        return json.Length > request.MaxOutputCharacters
            ? CodeReply.Of(CodeOutcome.TooMuchOutput, $"The result has more than {request.MaxOutputCharacters} characters.")
            : CodeReply.Of(CodeOutcome.Completed, "") with { Json = json };
    }

    private static CodeReply Parse(V8ScriptEngine engine, ScriptObject surroundings, CodeRequest request)
    {
        for (var piece = 0; piece < request.Pieces.Count; piece++)
        {
            var (form, code, _) = request.Pieces[piece];
            if (Wrap(surroundings, form, code).Text is null)
            {
                return Unparsable(engine, piece, code);
            }
        }

        return CodeReply.Of(CodeOutcome.Completed, "");
    }

    /// <summary>The text as one expression that is a function without arguments; null when it does not parse, or closes what it stands in.</summary>
    private static (string? Text, int Prefix) Wrap(ScriptObject surroundings, CodeForm form, string code)
    {
        const string Start = "(async function () {";
        const string Return = "return (";
        var name = form == CodeForm.Filter ? "filter" : "convert";
        if (form != CodeForm.Body)
        {
            var expression = $"{Return}{code.TrimEnd(' ', '\t', '\r', '\n', ';')}\n)";
            if (Parses(surroundings, expression))
            {
                return ($"{Start}{expression}}})", Start.Length + Return.Length);
            }
        }

        if (!Parses(surroundings, code))
        {
            return (null, 0);
        }

        return (form == CodeForm.Body ? $"{Start}{code}\n}})" : $"{Start}{code}\n;return {name}}})", Start.Length);
    }

    private static bool Parses(ScriptObject surroundings, string code) => (bool)surroundings.InvokeMethod("parses", code);

    // Compiled as part of a wider text, so that the engine says where it stumbled.
    private static CodeReply Unparsable(V8ScriptEngine engine, int piece, string code)
    {
        const string Start = "(async function () {";
        try
        {
            engine.Compile(new DocumentInfo("code.js"), $"{Start}{code}\n}})").Dispose();
            return CodeReply.Of(CodeOutcome.Threw, "SyntaxError: The code closes the function it stands in.") with { Piece = piece };
        }
        catch (ScriptEngineException exception)
        {
            var place = Place().Match(exception.ErrorDetails ?? "");
            var (line, column) = (Number(place.Groups[1].Value), Number(place.Groups[2].Value));
            var inText = line == 1 ? Math.Max(column - Start.Length, 1) : column;
            return CodeReply.Of(CodeOutcome.Threw, exception.Message) with { Piece = piece, Line = line, Column = inText };
        }
    }

    private static string[] Spoken(ScriptObject surroundings)
    {
        try
        {
            return ((string)surroundings.InvokeMethod("spoken")).Split('\u001e', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception exception) when (exception is ScriptEngineException or ScriptInterruptedException or InvalidCastException)
        {
            return [];
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever the script makes of its engine is its own failure; the isolate is thrown away.")]
    private static CodeReply Guard(Func<CodeReply> run)
    {
        try
        {
            return run();
        }
        catch (ScriptInterruptedException)
        {
            return CodeReply.Of(CodeOutcome.TimedOut, "");
        }
        catch (ScriptEngineException exception) when (exception.IsFatal || exception.Message.Contains("memory limit", StringComparison.Ordinal))
        {
            return CodeReply.Of(CodeOutcome.OutOfMemory, "The code needs more memory than it may have.");
        }
        catch (ScriptEngineException exception)
        {
            return CodeReply.Of(CodeOutcome.Threw, exception.Message);
        }
        catch (Exception exception)
        {
            return CodeReply.Of(CodeOutcome.Threw, $"The result cannot be taken over: {exception.GetType().Name}.");
        }
    }

    private static int Number(string digits) => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string Read(string name)
    {
        using var stream = typeof(ScriptRunner).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"code(?: \[\d+\])?\.js(?: \[temp\])?:(\d+):(\d+)")]
    private static partial Regex Place();
}
