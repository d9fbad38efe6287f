using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AiTeams.Testing;

/// <summary>
/// A real IMAP server (Debian's dovecot) and a real SMTP server (npm's smtp-server) over the same mailboxes: what is sent can be read. Everybody's
/// password is <see cref="Password"/>; smtp.mjs says which addresses and subjects are refused.
/// </summary>
public sealed class MailServers : IAsyncDisposable
{
    public const string Password = "secret";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly AptNeed Dovecot = new("Debian's dovecot", ["/usr/sbin/dovecot"], ["dovecot-imapd"]);

    private readonly string _folder;
    private readonly List<Process> _processes = [];
    private readonly ServiceOutput _output = new("mail servers");
    private int _delivered;

    private MailServers(string folder) => _folder = folder;

    /// <summary>Without TLS; it knows STARTTLS only with a certificate nobody trusts, see <see cref="Authority"/>.</summary>
    public int SmtpPort { get; } = FreePorts.Take();

    /// <summary>TLS from the first byte, and nobody sends without signing in.</summary>
    public int SmtpsPort { get; } = FreePorts.Take();

    /// <summary>Neither TLS nor STARTTLS.</summary>
    public int PlainSmtpPort { get; } = FreePorts.Take();

    /// <summary>No TLS, and nobody sends without signing in.</summary>
    public int AuthSmtpPort { get; } = FreePorts.Take();

    public int ImapPort { get; } = FreePorts.Take();

    public int ImapsPort { get; } = FreePorts.Take();

    /// <summary>A PEM file: the authority that signed the servers' certificate, which is for localhost.</summary>
    public string Authority => Path.Combine(_folder, "tls", "certificate.pem");

    public static async Task<MailServers> StartAsync()
    {
        var node = NodeTool.RestoreAsync("tests/Testing/Mail");
        await AptPackages.EnsureAsync(Dovecot);
        await node;
        var servers = new MailServers(Path.Combine(Path.GetTempPath(), $"aiteams-mail-{Guid.NewGuid():N}"));
        try
        {
            await servers.LaunchAsync();
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    /// <summary>Puts a message into somebody's inbox, as a server that received it would.</summary>
    public async Task DeliverAsync(string address, byte[] raw)
    {
        var maildir = Maildir(address);
        foreach (var part in new[] { "..", ".", "tmp", "new", "cur" })
        {
            CreateOpen(Path.GetFullPath(Path.Combine(maildir, part)));
        }

        var name = $"{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}.0_{Interlocked.Increment(ref _delivered):000000}.test";
        await File.WriteAllBytesAsync(Path.Combine(maildir, "tmp", name), raw);
        File.Move(Path.Combine(maildir, "tmp", name), Path.Combine(maildir, "new", name));
    }

    /// <summary>What has arrived for somebody, oldest first, as it was sent.</summary>
    public IReadOnlyList<byte[]> Arrived(string address)
    {
        string[] folders = [Path.Combine(Maildir(address), "new"), Path.Combine(Maildir(address), "cur")];
        return [.. folders.Where(Directory.Exists).SelectMany(folder => Directory.GetFiles(folder)).OrderBy(Path.GetFileName, StringComparer.Ordinal).Select(File.ReadAllBytes)];
    }

    /// <summary>Takes the mailbox away with everything the server knew of it: the next one has another UIDVALIDITY.</summary>
    public void Remake(string address) => Directory.Delete(Path.Combine(_folder, "mail", address), recursive: true);

    /// <summary>Whether nobody has marked or moved anything of what arrived.</summary>
    public bool IsUntouched(string address) =>
        !Directory.Exists(Path.Combine(Maildir(address), "cur")) || Directory.GetFiles(Path.Combine(Maildir(address), "cur")).All(file => file.EndsWith(":2,", StringComparison.Ordinal) || !file.Contains(":2,", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited)
            {
                Signals.Send(process.Id, Signal.Terminate);
                await process.WaitForExitAsync().WaitAsync(StartLimit);
            }

            process.Dispose();
        }

        _output.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // The IMAP server reads as a user of its own.
    private static void CreateOpen(string folder)
    {
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
        }
    }

    private string Maildir(string address) => Path.Combine(_folder, "mail", address, "Maildir");

    private async Task LaunchAsync()
    {
        foreach (var part in new[] { "", "mail", "tls", "run", "state" })
        {
            CreateOpen(Path.Combine(_folder, part));
        }

        var (key, certificate) = (Path.Combine(_folder, "tls", "key.pem"), Authority);
        WriteCertificate(key, certificate);
        await File.WriteAllTextAsync(Path.Combine(_folder, "dovecot.conf"), Configuration(key, certificate));
        var mail = Path.Combine(_folder, "mail");
        var scripts = Path.Combine(RepositoryFolder.Root, "tests", "Testing", "Mail");
        await StartAsync("/usr/sbin/dovecot", ["-F", "-c", Path.Combine(_folder, "dovecot.conf")], _folder);
        await StartAsync("node", ["smtp.mjs", $"{SmtpPort}", mail, key, certificate], scripts);
        await StartAsync("node", ["smtp.mjs", $"{SmtpsPort}", mail, key, certificate, "tls,auth"], scripts);
        await StartAsync("node", ["smtp.mjs", $"{PlainSmtpPort}", mail, "", "", "plain"], scripts);
        await StartAsync("node", ["smtp.mjs", $"{AuthSmtpPort}", mail, "", "", "plain,auth"], scripts);
        foreach (var port in new[] { AuthSmtpPort, SmtpPort, SmtpsPort, PlainSmtpPort, ImapPort, ImapsPort })
        {
            await Eventually.AssertAsync(() => AnswersAsync(port), StartLimit, $"a mail server answers on port {port}");
        }
    }

    private async Task StartAsync(string program, string[] arguments, string folder) =>
        _processes.Add(await ChildProcesses.StartAsync(program, arguments, folder, new Dictionary<string, string>(), _output.Write));

    private static async Task<bool> AnswersAsync(int port)
    {
        try
        {
            using var client = new System.Net.Sockets.TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    private static void WriteCertificate(string keyFile, string certificateFile)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
    }

    // As root its workers are Debian's own users, and nobody reads mail as root; as somebody else they are all that one.
    private string Configuration(string key, string certificate)
    {
        var me = Environment.IsPrivilegedProcess ? "mail" : Environment.UserName;
        var users = Environment.IsPrivilegedProcess ? "" : $"default_internal_user = {me}\ndefault_login_user = {me}\ndefault_internal_group = {me}\nservice anvil {{\n  chroot =\n}}\n";
        return $$"""
            base_dir = {{_folder}}/run
            state_dir = {{_folder}}/state
            log_path = /dev/stderr
            protocols = imap
            listen = 127.0.0.1
            mail_location = maildir:{{_folder}}/mail/%u/Maildir
            mail_uid = {{me}}
            mail_gid = {{me}}
            first_valid_uid = 0
            first_valid_gid = 0
            disable_plaintext_auth = no
            auth_mechanisms = plain login
            auth_failure_delay = 0
            mail_max_userip_connections = 100
            ssl = yes
            ssl_cert = <{{certificate}}
            ssl_key = <{{key}}
            passdb {
              driver = static
              args = password={{Password}}
            }
            userdb {
              driver = static
              args = uid={{me}} gid={{me}} home={{_folder}}/mail/%u
            }
            service imap-login {
              inet_listener imap {
                port = {{ImapPort}}
              }
              inet_listener imaps {
                port = {{ImapsPort}}
                ssl = yes
              }
              chroot =
            }
            {{users}}
            """;
    }
}
