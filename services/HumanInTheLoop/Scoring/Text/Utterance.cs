namespace AiTeams.HumanInTheLoop.Scoring.Text;

/// <summary>A phrase where it was found, with all it does there.</summary>
internal readonly record struct Piece(string Text, WordClass Class, bool IsNumber)
{
    public bool Is(WordClass any) => (Class & any) != 0;

    /// <summary>An emoji or its name: nothing negates it.</summary>
    public bool IsSign => Text[0] == ':' || (!char.IsLetterOrDigit(Text[0]) && Text[0] is not ('+' or '-' or '/'));

    public bool IsUnknown => Class == WordClass.Unknown && !IsNumber;
}

/// <summary>What stands between two marks. <paramref name="IsAsked"/>: its sentence ends with a question mark; <paramref name="Sentence"/> counts from 0.</summary>
internal sealed record Clause(IReadOnlyList<Piece> Pieces, bool IsAsked, int Sentence)
{
    /// <summary>Nothing in it that no list knows.</summary>
    public bool IsPure { get; } = !Pieces.Any(piece => piece.IsUnknown);
}

/// <summary>A text as clauses of known and unknown phrases. <paramref name="Steps"/> is what it took: linear in the text's length.</summary>
internal sealed record Utterance(IReadOnlyList<Clause> Clauses, int Steps)
{
    /// <summary>A language that knows less than this share of what the best one knows is met by chance: "já" is no German yes.</summary>
    private const double Foreign = 0.4;

    private const WordClass Sides = WordClass.Yes | WordClass.No | WordClass.Pass | WordClass.Fail;

    private const string Signs = "signs";

    private const WordClass Answers = WordClass.Yes | WordClass.No | WordClass.Nay | WordClass.Not | WordClass.After | WordClass.Filler | WordClass.Problem
        | WordClass.Pass | WordClass.Fail | WordClass.Act | WordClass.Topic;

    public IEnumerable<Piece> Pieces => Clauses.SelectMany(clause => clause.Pieces);

    public bool Has(WordClass any) => Pieces.Any(piece => piece.Is(any));

    /// <summary>Reads folded text; the question's own words count as its topic, and its language decides where two languages tie.</summary>
    public static Utterance Of(string folded, Topic topic)
    {
        var tokens = Tokens.Of(folded);
        var phrases = Phrases.All;
        for (var at = 0; at < tokens.Count; at++)
        {
            tokens[at] = tokens[at].IsBreak ? tokens[at] : new Token(phrases.Spelt(tokens[at].Text));
        }

        var (languages, steps) = Languages(tokens, phrases);
        foreach (var (language, share) in topic.Languages)
        {
            languages[language] = languages.GetValueOrDefault(language) + (share * 0.9);
        }

        var clauses = new List<Clause>();
        var pieces = new List<Piece>();
        var (sentence, sentenceStart) = (0, 0);
        for (var at = 0; at < tokens.Count;)
        {
            if (tokens[at].IsBreak)
            {
                Close();
                if (tokens[at].EndsSentence)
                {
                    for (var clause = sentenceStart; tokens[at].Text == "?" && clause < clauses.Count; clause++)
                    {
                        clauses[clause] = clauses[clause] with { IsAsked = true };
                    }

                    (sentence, sentenceStart) = (sentence + 1, clauses.Count);
                }

                at++;
                continue;
            }

            var (piece, length, moves) = Longest(tokens, at, phrases, languages, topic);
            steps += moves;
            if (piece.Is(WordClass.Because))
            {
                Close();
            }

            pieces.Add(piece);
            at += length;
        }

        Close();
        return new Utterance(clauses, steps + tokens.Count);

        void Close()
        {
            if (pieces.Count > 0)
            {
                clauses.Add(new Clause(Settled(pieces), false, sentence));
                pieces.Clear();
            }
        }
    }

    /// <summary>How many tokens each language knows.</summary>
    public static (Dictionary<string, double> Known, int Steps) Languages(List<Token> tokens, Phrases phrases)
    {
        var known = new Dictionary<string, double>();
        var free = new Dictionary<string, int>();
        var steps = 0;
        for (var at = 0; at < tokens.Count; at++)
        {
            var node = phrases.Root;
            for (var length = 1; at + length <= tokens.Count && length <= Phrases.LongestPhrase; length++)
            {
                steps++;
                if (tokens[at + length - 1].IsBreak || !node.Next.TryGetValue(tokens[at + length - 1].Text, out node!))
                {
                    break;
                }

                foreach (var meaning in node.Meanings)
                {
                    var end = at + length;
                    var fresh = end - Math.Max(at, free.GetValueOrDefault(meaning.Language));
                    if (fresh > 0)
                    {
                        known[meaning.Language] = known.GetValueOrDefault(meaning.Language) + fresh;
                        free[meaning.Language] = end;
                    }
                }
            }
        }

        return (known, steps);
    }

    private static (Piece Piece, int Length, int Steps) Longest(List<Token> tokens, int start, Phrases phrases, Dictionary<string, double> languages, Topic topic)
    {
        var (node, found, length, steps) = (phrases.Root, (Phrases.Node?)null, 1, 0);
        for (var at = start; at < tokens.Count && !tokens[at].IsBreak && at - start < Phrases.LongestPhrase; at++)
        {
            steps++;
            if (!node.Next.TryGetValue(tokens[at].Text, out node!))
            {
                break;
            }

            // A phrase of several words that counts alone must not hide what its words mean in company ("no sé", "no se debe").
            if (node.Meanings.Count > 0 && (at == start || node.Meanings.Exists(meaning => !meaning.Alone) || IsClause(tokens, start, at + 1)))
            {
                (found, length) = (node, at - start + 1);
            }
        }

        var (option, optionLength) = topic.OptionAt(tokens, start);
        if (option != WordClass.Unknown && optionLength >= length)
        {
            return (new Piece(Text(tokens, start, optionLength), option, false), optionLength, steps + optionLength);
        }

        var text = Text(tokens, start, length);
        var kind = found is null ? WordClass.Unknown : Best(found.Meanings, languages);
        if ((kind & ~(WordClass.Filler | WordClass.Act)) == 0 && length == 1 && topic.Has(tokens[start].Text))
        {
            kind |= WordClass.Topic;
        }

        return (new Piece(text, kind, char.IsAsciiDigit(text[^1]) && kind == WordClass.Unknown), length, steps);
    }

    private static bool IsClause(List<Token> tokens, int start, int end) =>
        (start == 0 || tokens[start - 1].IsBreak) && (end == tokens.Count || tokens[end].IsBreak);

    private static string Text(List<Token> tokens, int start, int length) =>
        length == 1 ? tokens[start].Text : string.Join(' ', tokens.Skip(start).Take(length).Select(token => token.Text));

    /// <summary>What the language says that knows most of the text.</summary>
    private static WordClass Best(List<Meaning> meanings, Dictionary<string, double> languages)
    {
        var least = Foreign * languages.Values.Max();
        var known = meanings.Where(meaning => meaning.Language == Signs || languages.GetValueOrDefault(meaning.Language) >= least).ToList();
        if (known.Count == 0)
        {
            return WordClass.Unknown;
        }

        var language = known.MaxBy(meaning => languages.GetValueOrDefault(meaning.Language)).Language;
        return known.Where(meaning => meaning.Language == language)
            .Aggregate(WordClass.Unknown, (sum, meaning) => sum | meaning.Class | (meaning.Alone ? WordClass.Alone : 0));
    }

    /// <summary>Phrases that count only alone are little words in company.</summary>
    private static Piece[] Settled(List<Piece> pieces)
    {
        var alone = !pieces.Exists(piece => piece.Is(Sides) && !piece.Is(WordClass.Alone)) && pieces.All(piece => piece.Is(Answers | WordClass.Joke) || piece.Class == WordClass.Unknown && piece.IsNumber);
        return [.. pieces.Select(piece => (piece.Class & WordClass.Alone) == 0 ? piece
            : piece with { Class = alone ? piece.Class & ~WordClass.Alone : WordClass.Filler })];
    }
}
