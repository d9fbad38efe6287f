namespace AiTeams.WorkflowEngine.Core.Tests;

/// <summary>Chance that repeats: the same seed throws the same.</summary>
internal sealed class Dice(int seed)
{
    private uint _state = ((uint)seed * 2654435761u) + 1;

    /// <summary>From 0 to sides - 1.</summary>
    public int Next(int sides)
    {
        _state ^= _state << 13;
        _state ^= _state >> 17;
        _state ^= _state << 5;
        return (int)(_state % (uint)sides);
    }

    public bool OneIn(int sides) => Next(sides) == 0;

    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[Next(choices.Length)];

    /// <summary>Another dice, whose throws do not depend on how often this one is thrown later.</summary>
    public Dice Fork() => new((Next(int.MaxValue) * 31) + 7);
}
