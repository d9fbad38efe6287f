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

        // AddAuthentication would add data protection, which keeps keys on disk that nothing here uses.
        services.AddAuthenticationCore();
        services.AddWebEncoders();
        services.TryAddSingleton<IAuthenticationConfigurationProvider, AuthenticationSection>();
        new AuthenticationBuilder(services).AddJwtBearer(User).AddJwtBearer(Service);
        services.AddOptions<JwtBearerOptions>(User).Configure<IOptions<IdentitySettings>>((options, settings) => AcceptUsers(options, settings.Value));
        services.AddOptions<JwtBearerOptions>(Service).Configure<IOptions<IdentitySettings>>((options, settings) => AcceptServices(options, settings.Value));

        services.AddAuthorizationBuilder()
            .AddPolicy(User, policy => policy.AddAuthenticationSchemes(User).RequireAuthenticatedUser().RequireClaim("role", "authenticated"))
            .AddPolicy(Service, policy => policy.AddAuthenticationSchemes(Service).RequireAuthenticatedUser().RequireClaim("role", ServiceTokens.Role))
            // What says nothing about authorization: gRPC is for services, the rest is open.
            .SetFallbackPolicy(new AuthorizationPolicyBuilder(Service).RequireAssertion(context =>
                context.Resource is not HttpContext http
                || http.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is null
                || context.User.HasClaim("role", ServiceTokens.Role)).Build());
    }

    private static void AcceptUsers(JwtBearerOptions options, IdentitySettings settings)
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

        options.Events = new JwtBearerEvents
        {
            OnTokenValidated = context =>
            {
                if (!Guid.TryParse(context.Principal?.FindFirst("sub")?.Value, out _))
                {
                    context.Fail("The subject is not a user id.");
                }

                return Task.CompletedTask;
            },
        };
    }

    private static void AcceptServices(JwtBearerOptions options, IdentitySettings settings)
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
    }

    private sealed class AuthenticationSection(IConfiguration configuration) : IAuthenticationConfigurationProvider
    {
        public IConfiguration AuthenticationConfiguration => configuration.GetSection("Authentication");
    }
}
