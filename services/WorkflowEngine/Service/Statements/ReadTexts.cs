using Npgsql;

namespace AiTeams.WorkflowEngine.Statements;

/// <summary>The first column of what a command returns, as a list.</summary>
internal static class ReadTexts
{
    public static async Task<List<string>> ReadTextsAsync(this NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var texts = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            texts.Add(reader.GetString(0));
        }

        return texts;
    }
}
