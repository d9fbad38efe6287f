using AiTeams.HumanInTheLoop.Scoring.Text;

namespace AiTeams.HumanInTheLoop.Scoring;

/// <summary>What a text says as the answer to a question, whoever wrote it and wherever.</summary>
internal static class ReadAnswer
{
    public static AnswerReading Of(Question question, string text)
    {
        var written = ReplyText.Of(text, question.AskedBy, question.AskedByName);
        return Of(question, written, Utterance.Of(written.Folded, new Topic(question)));
    }

    public static AnswerReading Of(Question question, ReplyText written, Utterance said)
    {
        if (said.Clauses.Count == 0)
        {
            return new AnswerReading(Outcome.None, "Nothing is left of it without what it quotes.");
        }

        if (said.Has(WordClass.Away))
        {
            return new AnswerReading(Outcome.None, "A machine wrote it in somebody's absence, or about a mail that did not arrive.");
        }

        if (said.Has(WordClass.Machine) || IsData(written.Own))
        {
            return new AnswerReading(Outcome.None, "It gives instructions to whoever reads it instead of an answer.");
        }

        if (written.IsForAnother)
        {
            return new AnswerReading(Outcome.None, "It is addressed to somebody else.");
        }

        return question.Type switch
        {
            QuestionType.Approval => ReadApproval(question, written, said),
            QuestionType.Input => ReadInput.Of(question, written, said),
            QuestionType.Selection => ReadSelection.Of(question, written, said),
            QuestionType.Review => ReadReview.Of(question, written, said),
        };
    }

    /// <summary>JSON or mark-up instead of words: forms and buttons have their own ways in.</summary>
    private static bool IsData(string own) => own.Length > 1 && (own[0] is '{' or '[' || own.StartsWith("json", StringComparison.Ordinal) || own.StartsWith("</", StringComparison.Ordinal));

    /// <summary>Yes or no; where the options are the question's own, also by their number.</summary>
    private static AnswerReading ReadApproval(Question question, ReplyText written, Utterance said)
    {
        var verdict = ReadVerdict.Of(written, said, question.Type);
        if (verdict.Outcome is Outcome.None && question.Options.Count > 0
            && ReadSelection.Of(question with { MultipleSelection = false }, written, said) is { Outcome: Outcome.Answered, Purity: 1 } picked)
        {
            var at = question.Options.ToList().FindIndex(option => option.Value == picked.Selected[0]);
            verdict = picked with { Outcome = Approves(question, at) ? Outcome.Confirmed : Outcome.Rejected, Selected = [] };
        }

        var meant = verdict.IsAnswer ? question.Options.Where((_, at) => Approves(question, at) == (verdict.Outcome is Outcome.Confirmed)).ToList() : [];
        return verdict with { Option = meant is [var only] ? only.Value : null };
    }

    private static bool Approves(Question question, int at) => question.Options[at].Approves ?? at == 0;
}
