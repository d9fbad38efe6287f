namespace AiTeams.HumanInTheLoop.Questions;

/// <summary>Why somebody may not answer: a code and a sentence.</summary>
internal sealed record Refusal(string Code, string Reason);

/// <summary>Who may answer a question. In doubt nobody: an identity that nothing vouches for is none.</summary>
internal static class AnswerRights
{
    /// <param name="question">What is asked.</param>
    /// <param name="responder">Who wants to answer.</param>
    /// <param name="isEscalated">Whether those of the escalation are asked by now.</param>
    /// <param name="assignedTo">To whom it was delegated.</param>
    /// <param name="claimedBy">Who works on it.</param>
    /// <returns>Null when the person may.</returns>
    public static Refusal? Check(Question question, Responder responder, bool isEscalated, Guid? assignedTo, Guid? claimedBy)
    {
        if (!question.RequesterMayAnswer)
        {
            if (responder.UserId is { } user && Guid.TryParse(question.Requester, out var requester) && user == requester)
            {
                return new("requester_may_not_answer", "Whoever started the run may not answer its question: somebody else has to.");
            }

            if (!responder.IsKnown)
            {
                return new("identity_unknown", "Somebody else than whoever started the run has to answer, and a link alone does not tell who you are. Sign in to answer.");
            }
        }

        if (claimedBy is { } claimant && responder.UserId != claimant)
        {
            return new("claimed", "Somebody else has claimed the question and works on it.");
        }

        var isAssigned = assignedTo is { } assigned && responder.UserId == assigned;
        if (isAssigned || question.Approvers.Count == 0)
        {
            return null;
        }

        return question.Approvers.Any(responder.Is) || (isEscalated && question.Escalation?.To.Any(responder.Is) == true)
            ? null
            : new("not_an_approver", responder.IsKnown
                ? "You are not among the people who may answer this question."
                : "Only named people may answer this question, and a link alone does not tell who you are. Sign in to answer.");
    }
}
