using System.Threading.Channels;
using AiTeams.WorkflowEngine.Sandbox;
using AiTeams.WorkflowEngine.Sandbox.Wire;
using Microsoft.Win32.SafeHandles;

// Requests come in on standard input and replies go out on standard output; when the input ends, so does this process, at once and
// whatever it is doing: that is how it learns that the engine is gone.
using var input = new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);
using var output = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
var requests = Channel.CreateUnbounded<CodeRequest>();

var heapMegabytes = args.Length > 0 && int.TryParse(args[0], out var megabytes) ? Math.Clamp(megabytes, 8, 1024) : 64;
requests.Writer.TryWrite(new CodeRequest([], 1000, 1000, OnlyParse: true));
new Thread(ReadRequests) { IsBackground = true, Name = "requests" }.Start();       // first of all: an engine may be gone before the child is ready
using var scripts = new ScriptRunner(heapMegabytes);
scripts.WarmUp();
scripts.Run(await requests.Reader.ReadAsync());
var confined = Confinement.Enter(dataMegabytes: 1280 + (heapMegabytes * 4));
output.Write([1, 0, 0, 0, confined ? Frame.Confined : Frame.Unconfined]);
output.Flush();

while (true)
{
    scripts.PrepareNext();
    var request = await requests.Reader.ReadAsync();
    output.Write(scripts.Run(request).ToFrame());
    output.Flush();
}

void ReadRequests()
{
    try
    {
        while (Frame.Read(input) is { } frame)
        {
            requests.Writer.TryWrite(CodeRequest.FromFrame(frame));
        }
    }
    catch (IOException)
    {
        // A broken pipe and a broken frame mean the same: there is nobody to work for.
    }

    Confinement.End();
}
