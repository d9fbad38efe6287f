namespace AiTeams.Integrations.Mail;

/// <summary>The operator's own mail servers, for messages that name none; section Integrations:Mail. Without a host there is none.</summary>
internal sealed class MailSettings
{
    public const string Section = "Integrations:Mail";

    public OperatorsServer Smtp { get; set; } = new();

    public OperatorsServer Imap { get; set; } = new();
}

/// <summary>One of them. It may be on a private address: whoever runs the platform has named it.</summary>
internal sealed class OperatorsServer
{
    public string Host { get; set; } = "";

    /// <summary>0: the usual one.</summary>
    public int Port { get; set; }

    public string Username { get; set; } = "";

    public string Password { get; set; } = "";

    /// <summary>tls, starttls or none; empty: what belongs to the port.</summary>
    public string Security { get; set; } = "";

    /// <summary>The address messages come from when they name none.</summary>
    public string From { get; set; } = "";

    /// <summary>A PEM file with the authority that signed the server's certificate, where the machine does not trust it anyway.</summary>
    public string CertificateAuthority { get; set; } = "";
}
