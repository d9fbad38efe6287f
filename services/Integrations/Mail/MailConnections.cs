using System.Collections.Frozen;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using AiTeams.Integrations.Outside;
using MailKit;

namespace AiTeams.Integrations.Mail;

/// <summary>Opens connections to mail servers through the same guard as every other way out.</summary>
internal sealed class MailConnections(GuardedConnections connections)
{
    // A way to speak to mail servers is not to become one to speak to anything else on the internet.
    private static readonly FrozenSet<int> Ports = new[] { 25, 465, 587, 2525, 143, 993 }.ToFrozenSet();

    /// <summary>Connected, secured as the target wants it, and signed in when there is somebody to sign in as.</summary>
    /// <param name="client">Not connected yet.</param>
    /// <param name="target">Whereto.</param>
    public async Task ConnectAsync(MailService client, MailTarget target, CancellationToken cancellationToken)
    {
        client.CheckCertificateRevocation = false;        // most servers' lists cannot be reached from behind a firewall
        if (target.CertificateAuthority.Length > 0)
        {
            client.ServerCertificateValidationCallback = Trusting(target.CertificateAuthority);
        }

        var stream = await OpenAsync(target, cancellationToken);
        try
        {
            await client.ConnectAsync(stream, target.Host, target.Port, target.Security, cancellationToken);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }

        if (target.Username.Length > 0)
        {
            await client.AuthenticateAsync(target.Username, target.Password, cancellationToken);
        }
    }

    private async Task<Stream> OpenAsync(MailTarget target, CancellationToken cancellationToken)
    {
        if (target.IsOperators)
        {
            return await connections.ConnectToOperatorsAsync(target.Host, target.Port, cancellationToken);
        }

        var addresses = await connections.AddressesAsync(target.Host, target.Port, cancellationToken);
        return Ports.Contains(target.Port) || !addresses.Any(AddressRanges.IsPublic)
            ? await connections.ConnectAsync(target.Host, target.Port, cancellationToken)
            : throw new RefusedTargetException($"The port {target.Port} is none of a mail server: {string.Join(", ", Ports.Order())} are called.");
    }

    private static RemoteCertificateValidationCallback Trusting(string file) => (_, certificate, _, errors) =>
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(file);
        return chain.Build(X509CertificateLoader.LoadCertificate(certificate.GetRawCertData()));
    };
}
