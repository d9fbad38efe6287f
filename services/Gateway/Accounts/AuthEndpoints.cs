using System.Text.Json.Nodes;
using AiTeams.Gateway.Limits;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using Microsoft.Extensions.Options;

namespace AiTeams.Gateway.Accounts;

/// <summary>/auth/v1: the part of Supabase Auth's API that its client library needs for e-mail and password.</summary>
internal static class AuthEndpoints
{
    public static WebApplicationBuilder AddAccounts(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<AccountSettings>().BindConfiguration(AccountSettings.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AccountSettings>, CheckAccountSettings>();
        services.AddSingleton<AccountStore>().AddSingleton<SessionStore>().AddSingleton<AccessTokens>().AddSingleton<Passwords>();
        services.AddSingleton<ForgetSessions>().AddHostedService(provider => provider.GetRequiredService<ForgetSessions>());
        services.AddSingleton<Sessions>().AddSingleton<SignedIn>();
        services.AddSingleton<SignUp>().AddSingleton<SignIn>().AddSingleton<RefreshSession>().AddSingleton<UpdateUser>();
        return builder;
    }

    public static void MapAccounts(this IEndpointRouteBuilder app)
    {
        if (app.ServiceProvider.GetRequiredService<IOptions<IdentitySettings>>().Value.JwksUri is { Length: > 0 })
        {
            // Somebody else keeps the accounts; what was signed here would be accepted nowhere.
            return;
        }

        var auth = app.MapGroup("/auth/v1").InLayer(Layer.Auth).AllowAnonymous().AddEndpointFilter<AuthProblemFilter>().WithTags("Identity");

        auth.MapPost("/signup", async (HttpContext context, SignUp signUp) => Results.Json(await signUp.HandleAsync(context)))
            .WithName("signUp").WithSummary("Open an account and a session").TakesCredentials().AnswersSession();

        auth.MapPost("/token", async (string? grant_type, HttpContext context, SignIn signIn, RefreshSession refresh) =>
        {
            var given = await Credentials.ReadAsync(context);
            return Results.Json(grant_type switch
            {
                "password" => await signIn.HandleAsync(given, context),
                "refresh_token" => await refresh.HandleAsync(given, context),
                _ => throw new ProblemException(400, "unsupported_grant_type", "unsupported_grant_type"),
            });
        }).WithName("signIn").WithSummary("A session for a password or for a refresh token").TakesCredentials().AnswersSession();

        auth.MapGet("/user", async (HttpContext context, SignedIn signedIn) =>
                Results.Json((await signedIn.RequireAsync(context)).Account.ToUser()))
            .WithName("readUser").WithSummary("The signed-in user").Produces<JsonObject>();

        auth.MapPut("/user", async (HttpContext context, UpdateUser update) => Results.Json(await update.HandleAsync(context)))
            .WithName("updateUser").WithSummary("Change the address, the password or the metadata").TakesCredentials().Produces<JsonObject>();

        auth.MapPost("/logout", async (string? scope, HttpContext context, SignedIn signedIn, SessionStore sessions) =>
        {
            var (account, sessionId) = await signedIn.RequireAsync(context);
            await sessions.EndAsync(account.Id, sessionId, ToScope(scope), context.RequestAborted);
            return Results.NoContent();
        }).WithName("signOut").WithSummary("End this session (local), all (global) or all others").Produces(StatusCodes.Status204NoContent);

        DescribeAuth.Map(auth);
        auth.MapFallback("{**rest}", (HttpContext _) => throw new ProblemException(404, "not_found", "Not found")).ExcludeFromDescription();
    }

    private static SignOutScope ToScope(string? scope) => scope switch
    {
        null or "" or "global" => SignOutScope.Global,
        "local" => SignOutScope.Local,
        "others" => SignOutScope.Others,
        _ => throw AuthProblems.Invalid("scope must be global, local or others"),
    };

    private static RouteHandlerBuilder TakesCredentials(this RouteHandlerBuilder endpoint) =>
        endpoint.Accepts<CredentialsBody>("application/json");

    private static RouteHandlerBuilder AnswersSession(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces<SessionBody>().ProducesProblem(400).ProducesProblem(422).ProducesProblem(429);
}

/// <summary>The body for the API document; it is read by hand, to answer mistakes in the client's words.</summary>
internal sealed record CredentialsBody(string? Email, string? Password, string? RefreshToken, JsonObject? Data);

/// <summary>The answer for the API document.</summary>
internal sealed record SessionBody(
    string AccessToken, string TokenType, int ExpiresIn, long ExpiresAt, string RefreshToken, JsonObject User);
