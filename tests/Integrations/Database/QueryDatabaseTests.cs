using AiTeams.Contracts.Integrations.V1;
using AiTeams.Testing;
using Grpc.Core;
using Grpc.Net.Client;
using Npgsql;
using V1 = AiTeams.Contracts.Integrations.V1;

namespace AiTeams.Integrations.Tests.Database;

/// <summary>A user's own database, asked over gRPC as the engine asks it.</summary>
public sealed class QueryDatabaseTests(TestEnvironment environment) : IClassFixture<TestEnvironment>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("SELECT $1 + 1 AS n", "[41]", """[{"n":42}]""")]
    [InlineData("SELECT $1::numeric AS n", "[12345678901234567890.123456789012345678901234567890]", """[{"n":12345678901234567890.123456789012345678901234567890}]""")]
    [InlineData("SELECT 1::bigint << 62 AS n, 0.1::float8 AS f, 'NaN'::numeric AS nan", "[]", """[{"n":4611686018427387904,"f":0.1,"nan":"NaN"}]""")]
    [InlineData("SELECT $1 AS yes, $2::text AS nothing", "[true,null]", """[{"yes":true,"nothing":null}]""")]
    [InlineData("SELECT $1::date AS d, timestamptz '2026-01-02 03:04:05.5+00' AT TIME ZONE 'UTC' AS t", "[\"2026-01-02\"]", """[{"d":"2026-01-02","t":"2026-01-02T03:04:05.5"}]""")]
    [InlineData("SELECT $1 AS j, $1->'a'->>0 AS a", """[{"a":["x",{"b":null}]}]""", """[{"j":{"a":["x",{"b":null}]},"a":"x"}]""")]
    [InlineData("SELECT 2 = ANY ($1) AS two, 'b' = ANY ($2) AS b, cardinality($3::int[]) AS none", """[[1,2],["a","b"],[]]""", """[{"two":true,"b":true,"none":0}]""")]
    [InlineData("SELECT $1 AS text", """["'; DROP TABLE x; --"]""", """[{"text":"'; DROP TABLE x; --"}]""")]
    [InlineData("SELECT 1 AS n WHERE false", "[]", "[]")]
    public async Task Values_keep_their_types_and_digits_on_the_way_in_and_out(string sql, string parameters, string rows)
    {
        var answer = await QueryAsync(sql, parameters);

        Assert.Null(answer.Failure);
        Assert.Equal(rows, answer.RowsJson.ToStringUtf8().Replace(": ", ":", StringComparison.Ordinal).Replace(", ", ",", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("CREATE TABLE forbidden (a int)")]
    [InlineData("INSERT INTO auth.users (id, email, encrypted_password) VALUES (gen_random_uuid(), 'x', '-')")]
    [InlineData("SELECT set_config('transaction_read_only', 'off', true)")]
    [InlineData("SET TRANSACTION READ WRITE")]
    public async Task Without_leave_nothing_is_written(string sql)
    {
        var answer = await QueryAsync(sql);

        Assert.NotNull(answer.Failure);
        Assert.Contains(answer.Failure.SqlState, (string[])["25006", "25001"]);
        Assert.False(answer.Failure.Retryable);
    }

    [Fact]
    public async Task With_leave_it_is_and_says_how_much()
    {
        await QueryAsync("CREATE TABLE wrote (a int)", allowWrites: true);

        var inserted = await QueryAsync("INSERT INTO wrote SELECT generate_series(1, 5) RETURNING a", allowWrites: true, maxRows: 2);

        Assert.Equal((5L, 2L, true), (inserted.AffectedRows, inserted.RowCount, inserted.Truncated));
        Assert.Equal("""[{"n":5}]""", (await QueryAsync("SELECT count(*) AS n FROM wrote")).RowsJson.ToStringUtf8());
    }

    [Theory]
    [InlineData("SELECT 1; DROP TABLE x", "[]", "invalid_query")]
    [InlineData("SELECT 1", "[1]", "invalid_query")]
    [InlineData("SELECT $2", "[1]", "invalid_query")]
    [InlineData("  -- nothing", "[]", "invalid_query")]
    [InlineData("SELECT 1", "{}", "invalid_query")]
    [InlineData("COPY (SELECT 1) TO STDOUT", "[]", "*")]
    [InlineData("SELEC 1", "[]", "query_failed")]
    public async Task What_is_no_single_statement_with_its_values_is_refused(string sql, string parameters, string code)
    {
        var answer = await QueryAsync(sql, parameters);

        Assert.NotNull(answer.Failure);
        Assert.False(answer.Failure.Retryable);
        Assert.True(code == "*" || code == answer.Failure.Code, answer.Failure.ToString());
    }

    [Fact]
    public async Task Time_rows_and_bytes_are_limited_and_the_connection_is_good_afterwards()
    {
        Assert.Equal("query_timeout", (await QueryAsync("SELECT pg_sleep(60)", timeoutMs: 200)).Failure.Code);
        var many = await QueryAsync("SELECT n FROM generate_series(1, 10000000) n", maxRows: 3);
        Assert.Equal((3L, true), (many.RowCount, many.Truncated));
        Assert.Equal("result_too_large", (await QueryAsync("SELECT repeat('x', 50000000) AS x", maxBytes: 1000)).Failure.Code);
        Assert.Equal("""[{"n":1}]""", (await QueryAsync("SELECT 1 AS n")).RowsJson.ToStringUtf8());
    }

    [Fact]
    public async Task A_host_of_ours_is_refused_and_a_wrong_password_is_not_repeated()
    {
        var host = await environment.HostAsync<IntegrationsCalls>();
        var request = await RequestAsync("SELECT 1");
        request.Connection.Host = "169.254.169.254";
        Assert.Equal("address_refused", (await Client(host).QueryDatabaseAsync(request, AsService)).Failure.Code);

        request = await RequestAsync("SELECT 1");
        request.Connection.Password = "s3cr3t-wrong";
        var refused = (await Client(host).QueryDatabaseAsync(request, AsService)).Failure;
        Assert.DoesNotContain("s3cr3t", refused.Message, StringComparison.Ordinal);
        Assert.False(refused.Retryable);
    }

    [Fact]
    public async Task The_call_is_logged_with_its_statement_and_without_its_values()
    {
        var user = await NewUserAsync();
        await QueryAsync("SELECT $1::text AS logged", """["s3cr3t-value"]""", user: user);

        await Eventually.AssertAsync(async () => (await LogAsync(user)).Contains("logged", StringComparison.Ordinal), Patience, "the call is in the log");
        Assert.DoesNotContain("s3cr3t", await LogAsync(user), StringComparison.Ordinal);
    }

    private static Metadata AsService => new() { { "authorization", "Bearer " + TestIdentity.ServiceToken("workflow-engine") } };

    private static V1.Integrations.IntegrationsClient Client(ServiceHost<IntegrationsCalls> host) => new(GrpcChannel.ForAddress(host.GrpcAddress));

    private async Task<QueryDatabaseResponse> QueryAsync(
        string sql, string parameters = "[]", bool allowWrites = false, int maxRows = 1000, int maxBytes = 1_000_000, int timeoutMs = 30_000, Guid? user = null)
    {
        var request = await RequestAsync(sql);
        request.ParametersJson = parameters;
        (request.AllowWrites, request.MaxRows, request.MaxBytes, request.TimeoutMs) = (allowWrites, maxRows, maxBytes, timeoutMs);
        request.Context.UserId = (user ?? Guid.NewGuid()).ToString();
        return await Client(await environment.HostAsync<IntegrationsCalls>()).QueryDatabaseAsync(request, AsService);
    }

    private async Task<QueryDatabaseRequest> RequestAsync(string sql)
    {
        var admin = new NpgsqlConnectionStringBuilder((await environment.DatabaseAsync()).AdminConnectionString);
        return new QueryDatabaseRequest
        {
            Context = new CallContext { UserId = Guid.NewGuid().ToString() },
            Connection = new DatabaseConnection
            {
                Host = admin.Host,
                Port = admin.Port,
                Database = admin.Database,
                Username = admin.Username,
                Password = admin.Password ?? "",
                SslMode = "disable",
            },
            Sql = sql,
            TimeoutMs = 30_000,
            MaxRows = 1000,
            MaxBytes = 1_000_000,
        };
    }

    private async Task<Guid> NewUserAsync()
    {
        var user = Guid.NewGuid();
        await using var command = (await environment.DatabaseAsync()).Admin.CreateCommand(
            $"INSERT INTO auth.users (id, email, encrypted_password) VALUES ('{user}', '{user:N}@example.com', '-')");
        await command.ExecuteNonQueryAsync();
        return user;
    }

    private async Task<string> LogAsync(Guid user)
    {
        await using var command = (await environment.DatabaseAsync()).Admin.CreateCommand(
            $"SELECT coalesce(jsonb_agg(l), '[]')::text FROM external_api_call_logs l WHERE user_id = '{user}'");
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
