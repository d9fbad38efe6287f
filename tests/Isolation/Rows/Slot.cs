namespace AiTeams.Isolation.Tests.Rows;

/// <summary>One decision about a row: the value of a column, or the row that a foreign key leads to. It can be taken back and taken otherwise.</summary>
internal sealed class Slot(IReadOnlyList<string> columns, IReadOnlyList<Func<Task<IReadOnlyDictionary<string, string?>>>> choices)
{
    private int _choice;

    public IReadOnlyList<string> Columns { get; } = columns;

    public Task<IReadOnlyDictionary<string, string?>> ValuesAsync() => choices[_choice]();

    /// <summary>Takes the next choice; at the end the first one again, and says so.</summary>
    public bool Advance()
    {
        _choice = (_choice + 1) % choices.Count;
        return _choice > 0;
    }

    public static Slot Of(string column, IEnumerable<string?> values) => new([column],
        [.. values.Select(value => (Func<Task<IReadOnlyDictionary<string, string?>>>)(() =>
            Task.FromResult<IReadOnlyDictionary<string, string?>>(new Dictionary<string, string?> { [column] = value })))]);
}
