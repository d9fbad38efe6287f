using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Expressions;

/// <summary>One evaluation under way: what it sees, and what it has left to spend.</summary>
internal sealed class Evaluation
{
    private readonly JsonData[] _locals;
    private readonly bool _isHeldByNode;
    private readonly long _granted;
    private long _left;

    public Evaluation(ExpressionScope scope, int locals = 0)
    {
        Scope = scope;
        Item = scope.Item;
        Index = scope.Index;
        _locals = locals == 0 ? [] : new JsonData[locals];
        _isHeldByNode = scope.Budget is { } budget && budget.Left < ExpressionLimits.MaxSteps;
        _left = _granted = _isHeldByNode ? scope.Budget!.Left : ExpressionLimits.MaxSteps;
    }

    public ExpressionScope Scope { get; }

    /// <summary>The element at hand: the scope's, or that of the innermost list function that was given a plain expression.</summary>
    public JsonData Item { get; set; }

    public int Index { get; set; }

    /// <summary>What the parameters of the functions under way, <c>x => …</c>, stand for.</summary>
    public ref JsonData Local(int slot) => ref _locals[slot];

    /// <summary>Steps taken so far.</summary>
    public long Spent => _granted - _left;

    public void Spend(int position, long steps = 1)
    {
        _left -= steps;
        if (_left < 0)
        {
            throw Exhausted(position);
        }
    }

    /// <summary>Charges the node for what was spent. To be called once, whatever the outcome.</summary>
    public void Settle() => Scope.Budget?.Take(Spent);

    /// <summary>The value as it reads in a sentence. A list or object becomes text only when it is not too long.</summary>
    public string Display(JsonData value, int position)
    {
        if (value.Text is { } text)
        {
            return text;
        }

        if (value.Weight > ExpressionLimits.MaxTextLength)
        {
            throw TooLong(position);
        }

        SpendText(value.Weight, position);
        return value.ToDisplayText();
    }

    public JsonData Text(string text, int position)
    {
        SpendText(text.Length, position);
        return text;
    }

    /// <summary>To be asked before a text of that length is made.</summary>
    public void SpendText(long length, int position)
    {
        if (length > ExpressionLimits.MaxTextLength)
        {
            throw TooLong(position);
        }

        Spend(position, length * sizeof(char) / ExpressionLimits.BytesPerStep);
    }

    /// <summary>To be asked before a list of that many items, or an object of that many fields, is made.</summary>
    public void SpendItems(long count, int position)
    {
        if (count > ExpressionLimits.MaxItems)
        {
            throw new ExpressionException($"The list grows beyond {ExpressionLimits.MaxItems} items.", position);
        }

        Spend(position, 1 + (count * 24 / ExpressionLimits.BytesPerStep));
    }

    /// <summary>To be asked before so many are added to what there is already.</summary>
    public void SpendMore(int present, int count, int position)
    {
        Spend(position, 1);
        SpendItems(count, position);
        if (present + count > ExpressionLimits.MaxItems)
        {
            throw new ExpressionException($"The list grows beyond {ExpressionLimits.MaxItems} items.", position);
        }
    }

    public JsonData List(JsonData[] items, int position)
    {
        SpendItems(items.Length, position);
        return Shallow(JsonData.Adopt(items), position);
    }

    public JsonData List(List<JsonData> items, int position) => List(items.ToArray(), position);

    public JsonData Object(JsonObjectBuilder builder, int position)
    {
        SpendItems(builder.Count, position);
        return Shallow(builder.Build(), position);
    }

    /// <summary>Charges for looking at all of a value, or as much of it as is like another.</summary>
    public void SpendWalk(JsonData value, int position) => Spend(position, 1 + (value.Weight / ExpressionLimits.BytesPerStep));

    /// <summary>Refuses what is nested too deep to be walked.</summary>
    public static JsonData Shallow(JsonData value, int position) => value.Depth <= ExpressionLimits.MaxDepth
        ? value
        : throw new ExpressionException($"The value has more than {ExpressionLimits.MaxDepth} levels of lists and objects.", position);

    private static ExpressionException TooLong(int position) =>
        new($"The text grows beyond {ExpressionLimits.MaxTextLength} characters.", position);

    private ExpressionException Exhausted(int position) => _isHeldByNode
        ? new BudgetException($"The node's expressions take more than {ExpressionLimits.MaxStepsPerNode} steps.", position)
        : new ExpressionException($"The expression takes more than {ExpressionLimits.MaxSteps} steps.", position);
}

/// <summary>Steps left to one node.</summary>
internal sealed class StepBudget(long steps)
{
    /// <summary>Never below 0.</summary>
    public long Left { get; private set; } = steps;

    public void Take(long count) => Left = Math.Max(0, Left - count);
}
