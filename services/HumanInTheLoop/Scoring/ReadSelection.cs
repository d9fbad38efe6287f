using AiTeams.HumanInTheLoop.Scoring.Text;

namespace AiTeams.HumanInTheLoop.Scoring;

/// <summary>Reads which options a text names: by label or value, by number ("2", "the second one", "the last two"), by letter ("A and C"), by all and all but.</summary>
internal static class ReadSelection
{
    private const WordClass Ordinals = WordClass.First | WordClass.Second | WordClass.Third | WordClass.Fourth | WordClass.Fifth | WordClass.Last;
    private const WordClass Negations = WordClass.Not | WordClass.Nay | WordClass.Except;
    private const int MisspeltLength = 5;

    /// <summary>A condition of a yes, and none of a choice: "only cheese".</summary>
    private static readonly HashSet<string> Only = ["only", "nur", "seulement", "solo", "so", "alleen", "tylko", "только", "だけ", "sadece", "apenas", "soltanto"];

    private static readonly HashSet<string> Pairs = ["two", "2", "zwei", "deux", "dos", "due", "dois", "twee"];

    public static AnswerReading Of(Question question, ReplyText text, Utterance said)
    {
        var (about, purity) = (Share(question.Options, text.Folded, said), said.Clauses.All(clause => clause.IsPure) ? 1 : 0.9);
        var named = Named(question.Options, text.Folded);
        AnswerReading Neither(Outcome outcome, string why) => new(outcome, why) { AboutIt = about, Purity = purity, HasKeyword = named.Count > 0 };

        if (named.Count == 0)
        {
            return Neither(said.Has(WordClass.Maybe | WordClass.If) ? Outcome.Unclear : Outcome.None, "It names none of the options.");
        }

        if (Doubt(said) is { } why)
        {
            return Neither(Outcome.Unclear, why);
        }

        var (fewest, most) = question.MultipleSelection ? (question.MinSelections ?? 1, question.MaxSelections ?? int.MaxValue) : (1, 1);
        if (named.Count < fewest || named.Count > most)
        {
            return Neither(Outcome.Unclear, $"It names {named.Count} options; {(most == 1 ? "one is" : $"{fewest} or more are")} asked for.");
        }

        return new AnswerReading(Outcome.Answered, "It names what was offered.")
        {
            AboutIt = about,
            Purity = purity,
            HasKeyword = true,
            Selected = [.. named.Select(at => question.Options[at].Value)],
            Reason = said.Clauses.All(clause => clause.IsPure) ? null : text.Own,
        };
    }

    /// <summary>Indexes of the options a folded text names and does not deny, ascending.</summary>
    public static IReadOnlyList<int> Named(IReadOnlyList<Choice> options, string folded)
    {
        var tokens = Tokens.Of(folded);
        var named = new SortedSet<int>();
        var denied = new SortedSet<int>();
        var every = false;
        var (negated, sinceNegation, anyUnknown) = (false, 0, false);
        var labels = options.Select((option, at) => (At: at, Words: (IReadOnlyList<string[]>)[Words(option.Label), Words(option.Value)])).ToList();
        for (var at = 0; at < tokens.Count;)
        {
            if (tokens[at].IsBreak)
            {
                (negated, at) = (false, at + 1);
                continue;
            }

            if (Option(labels, tokens, at) is { } found)
            {
                (negated ? denied : named).Add(found.At);
                at += found.Length;
                continue;
            }

            var (kind, length) = Known(tokens, at);
            negated = (kind & Negations) != 0 || (negated && ++sinceNegation <= 4);
            sinceNegation = (kind & Negations) != 0 ? 0 : sinceNegation;
            every |= (kind & (WordClass.Every | WordClass.Except)) != 0;
            foreach (var position in Positions(kind, length, tokens, at, options.Count))
            {
                named.Add(position);
            }

            anyUnknown |= kind == WordClass.Unknown && tokens[at].Text.Length > 1;
            at += length;
        }

        if (named.Count == 0 && denied.Count == 0 && !anyUnknown)
        {
            named.UnionWith(Marks(tokens, options.Count));
        }

        if (named.Count == 0 && denied.Count == 0 && !every)
        {
            named.UnionWith(Misspelt(labels, tokens));
        }

        return every && named.Count == 0 ? [.. Enumerable.Range(0, options.Count).Except(denied)] : [.. named.Except(denied)];
    }

    private static string? Doubt(Utterance said) =>
        said.Clauses.Any(clause => clause.IsAsked || clause.Pieces[0].Is(WordClass.Ask)) ? "It asks."
        : said.Has(WordClass.Joke) ? "It does not sound meant."
        : said.Has(WordClass.Maybe) ? "It hesitates."
        : said.Pieces.Any(piece => piece.Is(WordClass.If) && !Only.Contains(piece.Text)) && !said.Has(WordClass.Except) ? "It is tied to a condition."
        : said.Has(WordClass.But | WordClass.When) && !said.Has(WordClass.Except | Ordinals) ? "It is tied to a condition."
        : said.Has(WordClass.Told) && !said.Has(Ordinals) ? "It tells what was before."
        : said.Has(WordClass.Other) ? "It speaks of something else."
        : null;

    private static (int At, int Length)? Option(List<(int At, IReadOnlyList<string[]> Words)> labels, List<Token> tokens, int start)
    {
        (int At, int Length)? best = null;
        foreach (var (at, spellings) in labels)
        {
            foreach (var words in spellings)
            {
                if (words.Length > (best?.Length ?? 0) && start + words.Length <= tokens.Count && Enumerable.Range(0, words.Length).All(next => tokens[start + next].Text == words[next]))
                {
                    best = (at, words.Length);
                }
            }
        }

        return best;
    }

    private static (WordClass Kind, int Length) Known(List<Token> tokens, int start)
    {
        var (node, kind, length) = (Phrases.All.Root, WordClass.Unknown, 1);
        for (var at = start; at < tokens.Count && at - start < Phrases.LongestPhrase && !tokens[at].IsBreak && node.Next.TryGetValue(tokens[at].Text, out node!); at++)
        {
            if (node.Meanings.Count > 0)
            {
                (kind, length) = (node.Meanings.Aggregate(WordClass.Unknown, (sum, meaning) => sum | meaning.Class), at - start + 1);
            }
        }

        return (kind, length);
    }

    private static IEnumerable<int> Positions(WordClass kind, int length, List<Token> tokens, int at, int count)
    {
        var pair = at + length < tokens.Count && Pairs.Contains(tokens[at + length].Text);
        int[] positions = (kind & Ordinals) switch
        {
            WordClass.First => pair ? [0, 1] : [0],
            WordClass.Second => [1],
            WordClass.Third => [2],
            WordClass.Fourth => [3],
            WordClass.Fifth => [4],
            WordClass.Last => pair ? [count - 2, count - 1] : [count - 1],
            _ => [],
        };
        return positions.Where(position => position >= 0 && position < count);
    }

    /// <summary>Numbers and letters of options, where the text says nothing else: "2", "#1", "option 3", "A and C", "第2个".</summary>
    private static List<int> Marks(List<Token> tokens, int count)
    {
        var found = new List<int>();
        var isSentence = tokens.Count(other => !other.IsBreak && other.Text.Length > 3) > 1;
        foreach (var token in tokens.Where(token => !token.IsBreak))
        {
            var digits = token.Text.Split('.', ',');
            if (digits.All(digit => digit.Length is 1 or 2 && digit.All(char.IsAsciiDigit)))
            {
                found.AddRange(digits.Select(digit => int.Parse(digit, System.Globalization.CultureInfo.InvariantCulture) - 1));
            }
            else if (token.Text.Length == 1 && token.Text[0] is >= 'a' and <= 'z' && !(token.Text[0] == 'a' && isSentence))
            {
                found.Add(token.Text[0] - 'a');
            }
        }

        return found.TrueForAll(position => position >= 0 && position < count) ? found : [];
    }

    /// <summary>An option with two neighbouring letters swapped, one too many, one missing or one wrong.</summary>
    private static IEnumerable<int> Misspelt(List<(int At, IReadOnlyList<string[]> Words)> labels, List<Token> tokens)
    {
        var written = tokens.Where(token => token.Text.Length is >= MisspeltLength and <= 30).Take(20).ToList();
        return labels.Where(label => label.Words.Any(words => words is [{ Length: >= MisspeltLength } word] && written.Exists(token => IsNear(word, token.Text)))).Select(label => label.At);
    }

    private static bool IsNear(string word, string written)
    {
        var start = 0;
        while (start < word.Length && start < written.Length && word[start] == written[start])
        {
            start++;
        }

        var (left, right) = (word[start..], written[start..]);
        return (left.Length > 1 && right.Length > 1 && left[0] == right[1] && left[1] == right[0] && left[2..] == right[2..])
            || (left.Length > 0 && left[1..] == right) || (right.Length > 0 && right[1..] == left)
            || (left.Length > 0 && right.Length > 0 && left[1..] == right[1..]);
    }

    private static double Share(IReadOnlyList<Choice> options, string folded, Utterance said)
    {
        HashSet<string> words = [.. options.SelectMany(option => Words(option.Label).Concat(Words(option.Value)))];
        var telling = said.Pieces.Where(piece => piece.Class != WordClass.Filler || words.Contains(piece.Text)).ToList();
        var about = telling.Count(piece => words.Contains(piece.Text) || piece.IsNumber || piece.Is(Ordinals | WordClass.Every | WordClass.Topic | Negations) || piece.Text.Length == 1);
        return telling.Count == 0 ? (folded.Length > 0 ? 1 : 0) : (double)about / telling.Count;
    }

    private static string[] Words(string text) => [.. Tokens.Of(Folding.Fold(text)).Where(token => !token.IsBreak).Select(token => token.Text)];
}
