using System.Globalization;
using System.Security.Cryptography;
using AiTeams.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace AiTeams.Gateway.Accounts;

/// <summary>
/// Hashes and checks passwords: PBKDF2 with HMAC-SHA-512. The stored text carries its own parameters, so they can be raised and
/// old hashes still checked, then renewed at the next sign-in. The work is done on threads of its own, few at a time: a flood of
/// sign-ins queues here and leaves the request threads to everybody else.
/// </summary>
internal sealed class Passwords(IOptions<AccountSettings> settings) : IDisposable
{
    private const string Scheme = "pbkdf2-sha512";
    private const int SaltBytes = 16;
    private const int HashBytes = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _room = new(Environment.ProcessorCount);

    /// <summary>Checked against when there is no such account: the answer takes as long as for a wrong password.</summary>
    private readonly string _nobody = Compute(RandomNumberGenerator.GetHexString(32), settings.Value.PasswordIterations);

    public Task<string> HashAsync(string password, CancellationToken cancellationToken) =>
        WorkAsync(() => Compute(password, settings.Value.PasswordIterations), cancellationToken);

    /// <param name="stored">Null when there is no such account: the same work, and never a match.</param>
    public Task<bool> VerifyAsync(string password, string? stored, CancellationToken cancellationToken) =>
        WorkAsync(() => Matches(password, stored ?? _nobody) && stored is not null, cancellationToken);

    /// <summary>Whether a hash that still matches was made with weaker parameters than today's.</summary>
    public bool IsOutdated(string stored) => !TryRead(stored, out var iterations, out _, out _) || iterations < settings.Value.PasswordIterations;

    public void Dispose() => _room.Dispose();

    private async Task<T> WorkAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        if (!await _room.WaitAsync(Patience, cancellationToken))
        {
            throw Problems.ServiceUnavailable("Too many people are signing in at once.");
        }

        try
        {
            return await Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            _room.Release();
        }
    }

    private static string Compute(string password, int iterations)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var hash = Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA512, HashBytes);
        return string.Create(CultureInfo.InvariantCulture, $"${Scheme}$i={iterations}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}");
    }

    private static bool Matches(string password, string stored) =>
        TryRead(stored, out var iterations, out var salt, out var hash)
        && CryptographicOperations.FixedTimeEquals(
            Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA512, hash.Length), hash);

    // $pbkdf2-sha512$i=210000$<salt>$<hash>
    private static bool TryRead(string stored, out int iterations, out byte[] salt, out byte[] hash)
    {
        (iterations, salt, hash) = (0, [], []);
        var parts = stored.Split('$');
        if (parts is not ["", Scheme, ['i', '=', .. var count], var saltText, var hashText]
            || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out iterations) || iterations < 1)
        {
            return false;
        }

        try
        {
            (salt, hash) = (Convert.FromBase64String(saltText), Convert.FromBase64String(hashText));
            return hash.Length > 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
