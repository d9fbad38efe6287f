namespace AiTeams.WorkflowEngine.Core.Expressions;

internal enum TokenKind
{
    End,
    Number,
    Text,
    Name,

    /// <summary>A name with a leading dollar sign; the text is without it.</summary>
    Root,
    Symbol,
}

internal readonly record struct Token(TokenKind Kind, string Text, int Position)
{
    public bool Is(string symbol) => Kind == TokenKind.Symbol && string.Equals(Text, symbol, StringComparison.Ordinal);
}
