using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Definitions.Comparison;

/// <summary>A node or connection that only one of the two documents has, and its place in that document's list.</summary>
public sealed record PlacedElement(int Index, JsonData Element)
{
    public string Id => ElementList.IdOf(Element);
}

/// <summary>A node or connection that both documents have.</summary>
/// <param name="OldId">Differs from <paramref name="NewId"/> when only the id was replaced and everything else, save its place on the canvas, stayed.</param>
/// <param name="Fields">What it does; pointers start at the element.</param>
/// <param name="Layout">Where it is drawn.</param>
public sealed record ElementChange(
    string OldId, string NewId, IReadOnlyList<FieldChange> Fields, IReadOnlyList<FieldChange> Layout)
{
    /// <summary>The old and the new name, when that is among the changes.</summary>
    public (string? From, string? To)? Renamed =>
        Fields.FirstOrDefault(change => change.Pointer == "/name") is { } name ? (name.Old.Text, name.New.Text) : null;

    public ElementChange Reverse() =>
        new(NewId, OldId, [.. Fields.Select(change => change.Reverse())], [.. Layout.Select(change => change.Reverse())]);
}

/// <summary>The elements both documents have, by id, as each orders them. There is one only where the order differs.</summary>
public sealed record OrderChange(IReadOnlyList<string> From, IReadOnlyList<string> To);

/// <summary>What happened to the nodes, or to the connections, between two documents.</summary>
public sealed record ElementChanges(
    IReadOnlyList<PlacedElement> Added, IReadOnlyList<PlacedElement> Removed, IReadOnlyList<ElementChange> Changed, OrderChange? Order)
{
    public static ElementChanges None { get; } = new([], [], [], null);

    public bool IsEmpty => Added.Count == 0 && Removed.Count == 0 && Changed.Count == 0 && Order is null;

    public ElementChanges Reverse() => new(
        Removed, Added, [.. Changed.Select(change => change.Reverse())], Order is null ? null : new(Order.To, Order.From));

    /// <summary>The new list, made from the old one.</summary>
    public JsonData Apply(JsonData old)
    {
        var removed = Removed.Select(element => element.Id).ToHashSet(StringComparer.Ordinal);
        var changed = Changed.ToDictionary(change => change.OldId, StringComparer.Ordinal);
        var elements = new List<JsonData>(old.Count + Added.Count);
        foreach (var element in old.Items)
        {
            var id = ElementList.IdOf(element);
            if (!removed.Contains(id))
            {
                elements.Add(changed.TryGetValue(id, out var change)
                    ? FieldChanges.Apply(element, [.. change.Fields, .. change.Layout])
                    : element);
            }
        }

        if (Order is { To: var order })
        {
            var places = order.Select((id, index) => (id, index)).ToDictionary(place => place.id, place => place.index, StringComparer.Ordinal);
            elements.Sort((left, right) => places[ElementList.IdOf(left)].CompareTo(places[ElementList.IdOf(right)]));
        }

        foreach (var element in Added)
        {
            elements.Insert(element.Index, element.Element);
        }

        return JsonData.Array(elements);
    }
}
