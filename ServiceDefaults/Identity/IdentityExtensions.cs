using System.Security.Claims;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace AiTeams.ServiceDefaults.Identity;

/// <summary>Two kinds of token, each with its scheme and its policy: a user's from the gateway (or Supabase), a service's from its peer.</summary>
internal static class IdentityExtensions
{
    public const string User = "user";
    public const string Service = "service";

    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(5);

    public static void AddIdentity(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<IdentitySettings>().BindConfiguration(IdentitySettings.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<IdentitySettings>, CheckIdentitySettings>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ServiceTokens>();
        // By the machine's clock, as the check of a token itself is.
        services.AddSingleton(_ => new ValidatedTokens(TimeProvider.System));

        // AddAuthentication would add data protection, which keeps keys on disk that nothing here uses.
        services.AddAuthenticationCore();
        services.AddWebEncoders();
        services.TryAddSingleton<IAuthenticationConfigurationProvider, AuthenticationSection>();
        new AuthenticationBuilder(services).AddJwtBearer(User).AddJwtBearer(Service);
        services.AddOptions<JwtBearerOptions>(User).Configure<IOptions<IdentitySettings>, ValidatedTokens>(
            (options, settings, tokens) => AcceptUsers(options, settings.Value, tokens));
        services.AddOptions<JwtBearerOptions>(Service).Configure<IOptions<IdentitySettings>, ValidatedTokens>(
            (options, settings, tokens) => AcceptServices(options, settings.Value, tokens));

        services.AddAuthorizationBuilder()
            .AddPolicy(User, policy => policy.AddAuthenticationSchemes(User).RequireAuthenticatedUser().RequireClaim("role", "authenticated"))
            .AddPolicy(Service, policy => policy.AddAuthenticationSchemes(Service).RequireAuthenticatedUser().RequireClaim("role", ServiceTokens.Role))
            // What says nothing about authorization: gRPC is for services, the rest is open.
            .SetFallbackPolicy(new AuthorizationPolicyBuilder(Service).RequireAssertion(context =>
                context.Resource is not HttpContext http
                || http.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is null
                || context.User.HasClaim("role", ServiceTokens.Role)).Build());
    }

    private static void AcceptUsers(JwtBearerOptions options, IdentitySettings settings, ValidatedTokens tokens)
    {
        options.MapInboundClaims = false;
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = settings.Issuer,
            ValidAudience = settings.Audience,
            ClockSkew = ClockSkew,
            NameClaimType = "sub",
            RoleClaimType = "role",
        };
        if (settings.JwksUri is { Length: > 0 } uri)
        {
            options.TokenValidationParameters.ValidAlgorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256];
            options.ConfigurationManager = new ConfigurationManager<OpenIdConnectConfiguration>(
                uri, new Jwks(), new HttpDocumentRetriever { RequireHttps = !new Uri(uri).IsLoopback });
        }
        else
        {
            options.TokenValidationParameters.ValidAlgorithms = [SecurityAlgorithms.HmacSha256];
            options.TokenValidationParameters.IssuerSigningKey = settings.SecretKey;
        }

        options.Events = Remembering(tokens, static principal =>
            Guid.TryParse(principal.FindFirst("sub")?.Value, out _) ? null : "The subject is not a user id.");
    }

    private static void AcceptServices(JwtBearerOptions options, IdentitySettings settings, ValidatedTokens tokens)
    {
        options.MapInboundClaims = false;
        options.TokenValidationParameters = new TokenValidationParameters
        {
            // The secret is the proof; the issuer names the deployment's user accounts and may be an outside one.
            ValidateIssuer = false,
            ValidAudience = ServiceTokens.Audience,
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            IssuerSigningKey = settings.SecretKey,
            ClockSkew = ClockSkew,
            NameClaimType = "sub",
            RoleClaimType = "role",
        };
        options.Events = Remembering(tokens, static _ => null);
    }

    /// <param name="refuse">Why a token with a good signature is not accepted; null when it is.</param>
    private static JwtBearerEvents Remembering(ValidatedTokens tokens, Func<ClaimsPrincipal, string?> refuse) => new()
    {
        OnMessageReceived = context =>
        {
            if (tokens.Find(context.Scheme.Name, context.Request.Headers.Authorization.ToString()) is { } principal)
            {
                context.Principal = principal;
                context.Success();
            }

            return Task.CompletedTask;
        },
        OnTokenValidated = context =>
        {
            if (refuse(context.Principal!) is { } reason)
            {
                context.Fail(reason);
            }
            else
            {
                tokens.Keep(
                    context.Scheme.Name, context.Request.Headers.Authorization.ToString(), context.Principal!,
                    new DateTimeOffset(context.SecurityToken.ValidTo, TimeSpan.Zero));
            }

            return Task.CompletedTask;
        },
    };

    private sealed class AuthenticationSection(IConfiguration configuration) : IAuthenticationConfigurationProvider
    {
        public IConfiguration AuthenticationConfiguration => configuration.GetSection("Authentication");
    }
}
