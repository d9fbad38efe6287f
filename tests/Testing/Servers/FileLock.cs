using System.Diagnostics;

namespace AiTeams.Testing;

/// <summary>One process at a time, whichever way it ends: the system gives the lock back. The same kind as flock(1) takes.</summary>
internal static class FileLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    public static async Task<FileStream> TakeAsync(string file, TimeSpan patience)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(started) < patience)
            {
                await Task.Delay(Pause);
            }
        }
    }
}
