namespace AiTeams.HumanInTheLoop.Scoring.Text;

/// <summary>What a phrase means in one language. With <paramref name="Alone"/> only where its clause says nothing else.</summary>
internal readonly record struct Meaning(string Language, WordClass Class, bool Alone);

/// <summary>The word lists of Words/*.txt as one tree over tokens, so that the longest phrase is found in as many steps as it has tokens.</summary>
internal sealed class Phrases
{
    /// <summary>No phrase is longer, in tokens (Japanese counts by characters).</summary>
    public const int LongestPhrase = 14;

    private static readonly Lazy<Phrases> Whole = new(() => Load());
    private readonly Node _root = new();
    private readonly Dictionary<string, string> _misspelt = [];
    private readonly HashSet<string> _ofAnswers = [];
    private readonly HashSet<string> _words = [];

    public static Phrases All => Whole.Value;

    /// <summary>Every phrase as it stands in the lists.</summary>
    public IReadOnlyCollection<string> Listed => _listed;

    private readonly List<string> _listed = [];

    public Node Root => _root;

    /// <summary>A word of the lists for one that is none: letters said twice ("yess", "aproved"), two swapped ("yse"), one forgotten ("genemigt").</summary>
    public string Spelt(string word)
    {
        if (word.Length is < 2 or > 20 || _words.Contains(word))
        {
            return word;
        }

        if (_misspelt.TryGetValue(Collapsed(word), out var meant) || _misspelt.TryGetValue(word, out meant))
        {
            return meant;
        }

        var letters = word.ToCharArray();
        for (var at = 0; word.Length > 2 && at + 1 < letters.Length; at++)
        {
            (letters[at], letters[at + 1]) = (letters[at + 1], letters[at]);
            var swapped = new string(letters);
            if (_ofAnswers.Contains(swapped))
            {
                return swapped;
            }

            (letters[at], letters[at + 1]) = (letters[at + 1], letters[at]);
        }

        return word;
    }

    private static string Collapsed(string word) => string.Concat(word.Where((letter, at) => at == 0 || word[at - 1] != letter));

    private static Phrases Load()
    {
        var phrases = new Phrases();
        var assembly = typeof(Phrases).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith("words/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            phrases.Read(name["words/".Length..^".txt".Length], reader);
        }

        return phrases;
    }

    private void Read(string language, StreamReader lines)
    {
        while (lines.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var kind = Enum.Parse<WordClass>(line[..colon], ignoreCase: true);
            foreach (var phrase in line[(colon + 1)..].Split(", ", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                Add(language, kind, phrase);
            }
        }
    }

    private void Add(string language, WordClass kind, string phrase)
    {
        var alone = phrase.EndsWith('!');
        var tokens = Tokens.Of(Folding.Fold(phrase.TrimEnd('!')));
        var node = _root;
        foreach (var token in tokens)
        {
            _words.Add(token.Text);
            node = node.Next.TryGetValue(token.Text, out var next) ? next : node.Next[token.Text] = new Node();
        }

        node.Meanings.Add(new Meaning(language, kind, alone));
        _listed.Add(phrase.TrimEnd('!'));
        if (kind is WordClass.Yes or WordClass.No or WordClass.Nay)
        {
            _ofAnswers.UnionWith(tokens.Select(token => token.Text));
        }

        if (kind is WordClass.Yes or WordClass.No or WordClass.Nay && tokens is [{ Text: { Length: >= 2 } word }])
        {
            _misspelt.TryAdd(Collapsed(word), word);
            for (var at = 1; word.Length >= 7 && at < word.Length; at++)
            {
                _misspelt.TryAdd(word.Remove(at, 1), word);
            }
        }
    }

    internal sealed class Node
    {
        public Dictionary<string, Node> Next { get; } = [];

        public List<Meaning> Meanings { get; } = [];
    }
}
