namespace AiTeams.Demo;

/// <summary>The outside world of the demo: a small shop whose orders the sample workflows fetch over HTTP.</summary>
internal static class Orders
{
    private static readonly Order[] Today =
    [
        new(1001, "Ada", 42.50m, "Kyiv"),
        new(1002, "Grace", 310.00m, "New York"),
        new(1003, "Linus", 18.90m, "Helsinki"),
        new(1004, "Margaret", 129.99m, "Boston"),
        new(1005, "Alan", 250.00m, "London"),
    ];

    public static void MapOrders(this IEndpointRouteBuilder app) => app.MapGet("/orders", () => new { orders = Today });

    private sealed record Order(int Id, string Customer, decimal Amount, string City);
}
