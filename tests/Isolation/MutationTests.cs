using AiTeams.Isolation.Tests.Matrix;
using AiTeams.Isolation.Tests.Mutation;
using Npgsql;
using Xunit.Abstractions;

namespace AiTeams.Isolation.Tests;

/// <summary>
/// Whether the matrix would notice: each policy is dropped and loosened, row-level security taken off, each right granted and revoked, one
/// at a time in a transaction that is undone. One change for each table; all of them with ISOLATION_MUTANTS=all.
/// </summary>
[Collection(nameof(World))]
public sealed class MutationTests(World world, ITestOutputHelper output)
{
    private static readonly bool IsWhole = Environment.GetEnvironmentVariable("ISOLATION_MUTANTS") == "all";

    [Fact]
    public async Task No_change_to_what_protects_a_table_goes_unnoticed()
    {
        await using var connection = await world.OpenAsync();
        var every = await Mutants.AllAsync(connection, world);
        var chosen = IsWhole ? every : [.. every.GroupBy(mutant => mutant.Table.Name).Select((group, i) => group.ElementAt(i % group.Count()))];

        var survivors = new List<Mutant>();
        foreach (var mutant in chosen)
        {
            if (!await IsNoticedAsync(connection, mutant))
            {
                survivors.Add(mutant);
            }
        }

        output.WriteLine($"{every.Count} mutants, {chosen.Count} tried, {survivors.Count} survived");
        foreach (var survivor in survivors)
        {
            output.WriteLine($"{(survivor.IsAboutWhose ? "survived" : "survived, compares no owner")}: {survivor}");
        }

        Assert.DoesNotContain(survivors, mutant => mutant.IsAboutWhose);
    }

    private async Task<bool> IsNoticedAsync(NpgsqlConnection connection, Mutant mutant)
    {
        await connection.ExecuteAsync("BEGIN");
        try
        {
            await connection.ExecuteAsync(mutant.Statement);
            var cells = new Cells(world, mutant.Table);
            foreach (var actors in world.Actors.ToLookup(actor => mutant.Roles.Contains(actor.Role)).OrderByDescending(group => group.Key))
            {
                if ((await connection.WrongAsync(actors.SelectMany(cells.Of))).Count > 0)
                {
                    return true;
                }
            }

            return false;
        }
        finally
        {
            await connection.ExecuteAsync("ROLLBACK");
        }
    }
}
