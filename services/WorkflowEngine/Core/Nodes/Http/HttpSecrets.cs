using System.Text;
using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>What of a configuration is for the called server's eyes only, and how it is kept from everybody else's.</summary>
internal static class HttpSecrets
{
    private const string Mask = "***";
    private const int ShortestMasked = 4;                 // masking every "a" would hide the answer and not the secret

    private static readonly string[] Names = ["token", "password", "value", "key"];

    /// <summary>The secrets in an auth_config, in every form in which they are sent.</summary>
    public static string[] Of(JsonData authorization)
    {
        var secrets = new List<string>();
        foreach (var name in Names)
        {
            if (authorization[name].ToDisplayText() is { Length: > 0 } secret)
            {
                secrets.Add(secret);
            }
        }

        if (authorization["password"].ToDisplayText() is { Length: > 0 } password)
        {
            secrets.Add(Convert.ToBase64String(Encoding.UTF8.GetBytes($"{authorization["username"].ToDisplayText()}:{password}")));
        }

        return [.. secrets];
    }

    public static string? Masked(string? text, IReadOnlyList<string> secrets)
    {
        foreach (var secret in secrets)
        {
            if (secret.Length >= ShortestMasked)
            {
                text = text?.Replace(secret, Mask, StringComparison.Ordinal).Replace(Uri.EscapeDataString(secret), Mask, StringComparison.Ordinal);
            }
        }

        return text;
    }
}
