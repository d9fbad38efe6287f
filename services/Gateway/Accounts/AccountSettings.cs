using Microsoft.Extensions.Options;

namespace AiTeams.Gateway.Accounts;

/// <summary>Section "Accounts".</summary>
internal sealed class AccountSettings
{
    public const string Section = "Accounts";
    public const int MinPasswordLength = 8;
    public const int MaxPasswordLength = 1024;

    /// <summary>Rounds of PBKDF2 for a new hash. Raising it renews each account's hash at its next sign-in.</summary>
    public int PasswordIterations { get; set; } = 210_000;

    public TimeSpan AccessTokenLife { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a session can be refreshed for; null for as long as it is used.</summary>
    public TimeSpan? SessionLife { get; set; }

    /// <summary>False closes the door to new accounts.</summary>
    public bool SignUp { get; set; } = true;
}

internal sealed class CheckAccountSettings : IValidateOptions<AccountSettings>
{
    private const int MinIterations = 100_000;

    public ValidateOptionsResult Validate(string? name, AccountSettings options) =>
        options.PasswordIterations < MinIterations
            ? ValidateOptionsResult.Fail($"Accounts:PasswordIterations must be at least {MinIterations}.")
        : options.AccessTokenLife < TimeSpan.FromMinutes(1)
            ? ValidateOptionsResult.Fail("Accounts:AccessTokenLife must be at least a minute.")
        : ValidateOptionsResult.Success;
}
