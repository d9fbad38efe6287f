namespace AiTeams.HumanInTheLoop.Scoring.Text;

/// <summary>The words of a question: what an answer speaks of when it speaks of it.</summary>
internal sealed class Topic
{
    private const int LongEnough = 4;
    private const int StemLength = 5;
    private readonly HashSet<string> _words = [];
    private readonly HashSet<string> _stems = [];
    private readonly Dictionary<string, List<(string[] Tokens, WordClass Class)>> _options = [];

    public Topic(Question question)
    {
        var phrases = Phrases.All;
        var tokens = Tokens.Of(Folding.Fold($"{question.Title}\n{question.Message}\n{string.Join('\n', question.Fields.Select(field => field.Label))}"));
        foreach (var token in tokens.Where(token => !token.IsBreak && (token.Text.Length >= LongEnough || token.Text[0] > 0x3000 || char.IsAsciiDigit(token.Text[0]))))
        {
            if (!phrases.Root.Next.TryGetValue(token.Text, out var node) || node.Meanings.TrueForAll(meaning => meaning.Class is WordClass.Act))
            {
                _words.Add(token.Text);
                _stems.Add(token.Text[..Math.Min(StemLength, token.Text.Length)]);
            }
        }

        var known = Utterance.Languages(tokens, phrases).Known;
        var most = Math.Max(1, known.Values.DefaultIfEmpty().Max());
        Languages = known.ToDictionary(one => one.Key, one => one.Value / most);
        if (question.Type is QuestionType.Approval)
        {
            for (var at = 0; at < question.Options.Count; at++)
            {
                var kind = question.Options[at].Approves ?? at == 0 ? WordClass.Yes : WordClass.No;
                AddOption(question.Options[at].Label, kind);
                AddOption(question.Options[at].Value, kind | WordClass.Alone);
            }
        }
    }

    /// <summary>How well each language knows the question, 0..1.</summary>
    public IReadOnlyDictionary<string, double> Languages { get; }

    public bool Has(string word) => _words.Contains(word) || (word.Length >= StemLength && _stems.Contains(word[..StemLength]));

    /// <summary>The approval's option that is named there, as yes or no.</summary>
    public (WordClass Class, int Length) OptionAt(List<Token> tokens, int start)
    {
        if (_options.TryGetValue(tokens[start].Text, out var candidates))
        {
            foreach (var (words, kind) in candidates)
            {
                if (start + words.Length <= tokens.Count && Enumerable.Range(0, words.Length).All(at => tokens[start + at].Text == words[at]))
                {
                    return (kind, words.Length);
                }
            }
        }

        return (WordClass.Unknown, 0);
    }

    private void AddOption(string text, WordClass kind)
    {
        string[] words = [.. Tokens.Of(Folding.Fold(text)).Where(token => !token.IsBreak).Select(token => token.Text)];
        if (words.Length > 0)
        {
            var list = _options.TryGetValue(words[0], out var known) ? known : _options[words[0]] = [];
            list.Add((words, kind));
            list.Sort((one, other) => other.Tokens.Length.CompareTo(one.Tokens.Length));
        }
    }
}
