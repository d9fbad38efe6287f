namespace AiTeams.Gateway.Limits;

/// <summary>The part of the API an endpoint belongs to; as endpoint metadata it decides what the endpoint is limited to.</summary>
internal enum Layer
{
    /// <summary>No identity: tokens in the address, OAuth callbacks. Counted per address.</summary>
    Public,

    /// <summary>What calls webhooks and delivers events. Counted per address, and more of it is taken: a provider delivers for everybody from a few.</summary>
    Webhook,

    /// <summary>A signed-in user. Counted per user, and per address while there is no valid token.</summary>
    App,

    /// <summary>Sign-up, sign-in and their like. Counted per address, in memory if it must be.</summary>
    Auth,

    /// <summary>The Model Context Protocol. Counted per key.</summary>
    Mcp,
}

/// <summary>Section "Limits". Every figure can be set by configuration: Limits__App__Requests=0 lifts that limit.</summary>
internal sealed class LimitSettings
{
    public const string Section = "Limits";

    private const int Kilobyte = 1024;

    public LayerSettings Public { get; set; } = new() { Requests = 1_000, MaxBody = 1024 * Kilobyte };

    public LayerSettings Webhook { get; set; } = new() { Requests = 100_000, MaxBody = 1024 * Kilobyte };

    public LayerSettings App { get; set; } = new() { Requests = 10_000, MaxBody = 10 * 1024 * Kilobyte };

    public LayerSettings Auth { get; set; } = new() { Requests = 200, MaxBody = 64 * Kilobyte };

    public LayerSettings Mcp { get; set; } = new() { Requests = 50_000, MaxBody = 10 * 1024 * Kilobyte };

    /// <summary>Passwords tried on one e-mail address; a right one starts the count again.</summary>
    public LayerSettings SignIn { get; set; } = new() { Requests = 10, Window = TimeSpan.FromMinutes(15) };

    public LayerSettings For(Layer layer) => layer switch
    {
        Layer.Public => Public,
        Layer.Webhook => Webhook,
        Layer.App => App,
        Layer.Auth => Auth,
        Layer.Mcp => Mcp,
    };
}

internal sealed class LayerSettings
{
    public int Requests { get; set; }

    public TimeSpan Window { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Bytes a request's body may have.</summary>
    public long MaxBody { get; set; }
}
