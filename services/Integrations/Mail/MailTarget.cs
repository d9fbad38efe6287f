using AiTeams.Contracts.Integrations.V1;
using MailKit.Security;

namespace AiTeams.Integrations.Mail;

/// <summary>A mail server that is to be talked to, and how.</summary>
/// <param name="IsOperators">Named in the configuration: it may be anywhere.</param>
internal sealed record MailTarget(
    string Protocol, string Host, int Port, string Username, string Password, SecureSocketOptions Security, bool IsOperators, string From, string CertificateAuthority)
{
    private const int Smtps = 465;
    private const int Imaps = 993;

    public string Endpoint => $"{Protocol}://{Host}:{Port}";

    /// <summary>What may not stand in a log or an error.</summary>
    public IReadOnlyList<string> Secrets => Password.Length > 0 ? [Password] : [];

    public static (MailTarget? Target, MailFailure? Failure) Smtp(MailServer? server, MailSettings settings) => Of("smtp", 587, server, settings.Smtp);

    public static (MailTarget? Target, MailFailure? Failure) Imap(MailServer? server, MailSettings settings) => Of("imap", Imaps, server, settings.Imap);

    private static (MailTarget? Target, MailFailure? Failure) Of(string protocol, int usualPort, MailServer? server, OperatorsServer own)
    {
        var isOperators = string.IsNullOrEmpty(server?.Host);
        if (isOperators && own.Host.Length == 0)
        {
            return (null, MailFailures.Of("not_configured", $"No mail server was named, and the platform has none of its own for {protocol}.", retryable: false));
        }

        var named = isOperators
            ? new MailServer { Host = own.Host, Port = own.Port, Username = own.Username, Password = own.Password, Security = own.Security }
            : server!;
        var port = named.Port == 0 ? usualPort : named.Port;
        SecureSocketOptions? security = named.Security switch
        {
            "" => port is Smtps or Imaps ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTls,
            "tls" => SecureSocketOptions.SslOnConnect,
            "starttls" => SecureSocketOptions.StartTls,
            "none" => SecureSocketOptions.None,
            _ => null,
        };
        if (port is < 1 or > 65535 || security is null)
        {
            return (null, MailFailures.Of("invalid_message", "The server's port is 1 to 65535 and its security tls, starttls or none.", retryable: false));
        }

        return (new MailTarget(
            protocol, named.Host.Trim(), port, named.Username, named.Password, security.Value, isOperators, isOperators || !named.Username.Contains('@', StringComparison.Ordinal) ? own.From : named.Username,
            isOperators ? own.CertificateAuthority : ""), null);
    }
}
