using AiTeams.HumanInTheLoop.Scoring.Text;

namespace AiTeams.HumanInTheLoop.Scoring;

/// <summary>Reads a text as yes or no. What is both, hesitates, depends, jokes, tells of others or asks is neither.</summary>
internal static class ReadVerdict
{
    /// <summary>A negation reaches this many phrases.</summary>
    private const int Reach = 6;

    /// <summary>In a sentence with this share of unknown words and more an answer word is chance.</summary>
    private const double Buried = 0.5;

    private static readonly HashSet<string> By = ["by", "von", "par", "por", "da", "door", "przez"];

    private const WordClass Positive = WordClass.Yes | WordClass.Pass;
    private const WordClass Negative = WordClass.No | WordClass.Fail;
    private const WordClass AnyEvent = Positive | Negative | WordClass.Problem;

    /// <summary>One place where the text takes a side. Pure: its clause says nothing else.</summary>
    private readonly record struct Side(bool Agrees, int Clause, int Piece, bool IsPure);

    private enum Doubt
    {
        None,
        Announced,
        Told,
        Asked,
    }

    public static AnswerReading Of(ReplyText text, Utterance said, QuestionType type)
    {
        var sides = new List<Side>();
        var doubt = Doubt.None;
        for (var at = 0; at < said.Clauses.Count; at++)
        {
            var found = SidesOf(said.Clauses[at], at, type);
            var reason = found.Count == 0 ? Doubt.None : DoubtOf(said, at, found[0]);
            doubt = reason == Doubt.None ? doubt : reason;
            sides.AddRange(reason == Doubt.None ? found : []);
        }

        var about = AboutIt(said);
        var pieces = said.Pieces.ToList();
        var purity = said.Clauses.All(clause => clause.IsPure) ? 1 : sides.Exists(side => side.IsPure) ? 0.9 : 0.8;
        AnswerReading Neither(Outcome outcome, string why) => new(outcome, why) { AboutIt = about, HasKeyword = sides.Count > 0 || doubt != Doubt.None, Purity = purity };

        if (sides.Count == 0)
        {
            return doubt switch
            {
                Doubt.Announced => Neither(Outcome.Unclear, "It announces an answer and gives none."),
                Doubt.Told => Neither(Outcome.Unclear, "It tells what somebody decided or what was before."),
                Doubt.Asked => Neither(Outcome.Unclear, "It asks."),
                Doubt.None => said.Has(WordClass.Maybe | WordClass.If) ? Neither(Outcome.Unclear, "It hesitates.") : Neither(Outcome.None, "It says neither yes nor no."),
            };
        }

        if (sides.Exists(side => side.Agrees) && sides.Exists(side => !side.Agrees))
        {
            return Neither(Outcome.Unclear, "It says yes and no.");
        }

        if (sides[0].Agrees && type is QuestionType.Approval && TakesBack(said, sides[0]))
        {
            return Neither(Outcome.Unclear, "It says yes to a part of it.");
        }

        if (DoubtIn(said, sides, type) is { } why)
        {
            return Neither(Outcome.Unclear, why);
        }

        if (!sides.Exists(side => side.IsPure) && pieces.Count(piece => piece.IsUnknown) is >= 3 and var unknown && unknown >= Buried * pieces.Count)
        {
            return Neither(Outcome.Unclear, "An answer word stands in a sentence about something else.");
        }

        return new AnswerReading(sides[0].Agrees ? Outcome.Confirmed : Outcome.Rejected, sides[0].Agrees ? "It says yes." : "It says no.")
        {
            AboutIt = about,
            Purity = purity,
            HasKeyword = true,
            Reason = SaysNoMore(said) ? null : ReasonOf(text.Own, sides.Exists(side => side.IsPure && side.Clause == 0)),
        };
    }

    /// <summary>"Yes for the goods, not for the shipping"; "I can approve 120": a later clause begins with a negation, or the yes names a number that was not asked about.</summary>
    private static bool TakesBack(Utterance said, Side yes) =>
        said.Clauses.Skip(yes.Clause + 1).Any(clause => clause.Pieces[0].Is(WordClass.Not) && !clause.Pieces[0].Is(WordClass.Problem | WordClass.Filler) && SidesOf(clause, 0, QuestionType.Approval).Count == 0)
        || said.Clauses[yes.Clause].Pieces.Any(piece => piece.IsNumber && piece.Text is not "100" && !piece.Is(WordClass.Topic))
        || said.Clauses.Skip(yes.Clause + 1).Any(clause => clause.Pieces.Any(piece => piece.IsNumber) && clause.Pieces.All(piece => piece.IsNumber || piece.Class is WordClass.Filler));

    /// <summary>What keeps a yes or a no from counting, wherever it stands in the text.</summary>
    private static string? DoubtIn(Utterance said, List<Side> sides, QuestionType type)
    {
        var first = sides[0];
        if (said.Has(WordClass.Joke))
        {
            return "It does not sound meant.";
        }

        var binding = first.Agrees ? WordClass.But | WordClass.When : WordClass.But;
        var bounded = said.Clauses.Skip(first.Clause).SelectMany((clause, at) => at == 0 ? clause.Pieces.Skip(first.Piece + 1) : clause.Pieces).Any(piece => piece.Is(binding));
        if (said.Clauses.Any(clause => clause.Pieces.Any(piece => piece.Is(WordClass.If))) || (bounded && type is not QuestionType.Review))
        {
            return "It is tied to a condition.";
        }

        return said.Has(WordClass.Maybe) ? "It hesitates."
            : said.Clauses.Any(clause => clause.Pieces.Any(piece => piece.Is(WordClass.Other)) && sides.TrueForAll(side => !side.IsPure || said.Clauses[side.Clause].Sentence == clause.Sentence))
                ? "It speaks of something else."
            : null;
    }

    private static List<Side> SidesOf(Clause clause, int at, QuestionType type)
    {
        var sides = new List<Side>();
        var (negations, lastNegation) = (0, 0);
        var pieces = clause.Pieces;
        var wanted = type is QuestionType.Review ? AnyEvent : AnyEvent & ~(WordClass.Pass | WordClass.Fail);
        for (var index = 0; index < pieces.Count; index++)
        {
            var piece = pieces[index];
            negations = index - lastNegation > Reach ? 0 : negations;
            if (piece.Is(wanted))
            {
                var agrees = piece.Is(Positive) ^ (negations % 2 == 1 && !piece.IsSign);
                if (!piece.Is(WordClass.Problem) || negations > 0)
                {
                    sides.Add(new Side(piece.Is(WordClass.Problem) || agrees, at, index, clause.IsPure));
                }

                negations = 0;
            }
            else if (piece.Is(WordClass.After) && sides.Count > 0 && !Follows(pieces, index, wanted))
            {
                sides[^1] = sides[^1] with { Agrees = !sides[^1].Agrees, Piece = index };
            }
            else if (piece.Is(WordClass.Nay) && !Follows(pieces, index, wanted))
            {
                sides.Add(new Side(false, at, index, clause.IsPure));
            }
            else if (piece.Text == "no" && piece.Is(WordClass.Nay) && pieces[index + 1].Is(Negative))
            {
                // English agrees with itself here ("no reject it"), Spanish does not ("no rechazo"): both, so that it is asked back.
                sides.Add(new Side(true, at, index, clause.IsPure));
            }
            else if (piece.Is(WordClass.Not | WordClass.Nay | WordClass.After))
            {
                (negations, lastNegation) = (negations + 1, index);
            }
        }

        // "Don't pay this": a negation of nothing but the matter itself.
        if (negations % 2 == 1 && sides.Count == 0 && clause.IsPure && !pieces.Any(piece => piece.Is(WordClass.Maybe | WordClass.Told)))
        {
            sides.Add(new Side(false, at, lastNegation, true));
        }

        return sides;
    }

    /// <summary>Whether an answer word follows closely: then a "no" in front of it negates.</summary>
    private static bool Follows(IReadOnlyList<Piece> pieces, int index, WordClass wanted)
    {
        for (var next = index + 1; next < pieces.Count && next - index <= Reach; next++)
        {
            if (pieces[next].Is(wanted) && !pieces[next].IsSign)
            {
                return true;
            }
        }

        return false;
    }

    private static Doubt DoubtOf(Utterance said, int at, Side first)
    {
        var clause = said.Clauses[at];
        if (IsAsked(said, at))
        {
            return Doubt.Asked;
        }

        var before = clause.Pieces.Take(first.Piece).ToList();
        if (before.Exists(piece => piece.Is(WordClass.Will)) && !before.Exists(piece => piece.Is(WordClass.Not)))
        {
            return Doubt.Announced;
        }

        if (clause.Pieces.Any(piece => piece.Is(WordClass.Told)))
        {
            return Doubt.Told;
        }

        // "approved by Bob"
        var rest = clause.Pieces.Skip(first.Piece + 1).ToList();
        if (rest.Count > 1 && By.Contains(rest[0].Text) && rest[1].IsUnknown)
        {
            return Doubt.Told;
        }

        // "Bob approved": a word of nobody's list directly before the verb is who did it.
        var subject = before.FindLastIndex(piece => piece.Class != WordClass.Filler);
        return subject >= 0 && before[subject].IsUnknown && !before[subject].Text.EndsWith("ly", StringComparison.Ordinal) && before.Count - subject <= 2 ? Doubt.Told : Doubt.None;
    }

    /// <summary>A question keeps its leading answer ("Yes please, and could you send the receipt?").</summary>
    private static bool IsAsked(Utterance said, int at)
    {
        var clause = said.Clauses[at];
        if (clause.Pieces[0].Is(WordClass.Ask) || (clause.Pieces[^1].Is(WordClass.Ask) && !clause.Pieces[^1].Is(WordClass.Filler)))
        {
            return true;
        }

        return clause.IsAsked && !(clause.IsPure && at + 1 < said.Clauses.Count && said.Clauses[at + 1].Sentence == clause.Sentence
            && (at == 0 || said.Clauses[at - 1].Sentence != clause.Sentence) && !said.Clauses[at + 1].Pieces.Any(piece => piece.Is(AnyEvent | WordClass.Nay)));
    }

    /// <summary>The share of words that answer or speak of the question, little words left out.</summary>
    private static double AboutIt(Utterance said)
    {
        var telling = said.Pieces.Where(piece => piece.Class != WordClass.Filler).ToList();
        var about = telling.Count(piece => piece.Is(AnyEvent | WordClass.Nay | WordClass.Not | WordClass.After | WordClass.Topic | WordClass.Act) || piece.IsNumber);
        return telling.Count == 0 ? 0 : (double)about / telling.Count;
    }

    private static bool SaysNoMore(Utterance said) =>
        said.Clauses.All(clause => clause.Pieces.All(piece => piece.Is(AnyEvent | WordClass.Nay | WordClass.Not | WordClass.After) || piece.Class is WordClass.Filler));

    /// <summary>What stands behind a leading answer, or all of it.</summary>
    private static string? ReasonOf(string own, bool answerLeads)
    {
        var mark = answerLeads ? own.AsSpan().IndexOfAny(",.;:!\n".AsSpan()) : -1;
        var dash = answerLeads ? own.IndexOf(" - ", StringComparison.Ordinal) : -1;
        var start = mark < 0 ? dash : dash < 0 ? mark : Math.Min(mark, dash);
        var reason = own[(start + 1)..].Trim(' ', '-', ',', '.', '!', '\n');
        return reason.Length > 0 ? reason : null;
    }
}
