using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AiTeams.Gateway.Documents;

internal static class DocumentExtensions
{
    private const string Bearer = "bearer";

    public static WebApplicationBuilder AddApiDocument(this WebApplicationBuilder builder)
    {
        builder.Services.AddHttpClient();
        builder.Services.AddOpenApi(ApiDocument.Name, options => options.AddDocumentTransformer(Introduce));
        builder.Services.AddSingleton<ApiDocument>();
        return builder;
    }

    public static void MapApiDocument(this IEndpointRouteBuilder app) =>
        app.MapGet($"/openapi/{ApiDocument.Name}.json", async (HttpContext context, ApiDocument document) =>
        {
            context.Response.Headers.CacheControl = "no-cache";
            return Results.Bytes(await document.ReadAsync(context.RequestAborted), "application/json");
        }).AllowAnonymous().ExcludeFromDescription();

    private static Task Introduce(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "AI Teams",
            Version = Product.Version,
            Description = "Workflows that run around the clock. Sign in under /auth/v1 and send the access token as a Bearer token to /api/v1/app.",
        };
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.AddComponent(Bearer, new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = Bearer, BearerFormat = "JWT" });
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];
        return Task.CompletedTask;
    }
}
