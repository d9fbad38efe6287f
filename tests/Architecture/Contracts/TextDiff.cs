using System.Text;

namespace AiTeams.Architecture.Tests.Contracts;

/// <summary>A line diff short enough to read in a test's message: removed with -, added with +, two lines around each.</summary>
internal static class TextDiff
{
    private const int Around = 2;

    public static string Between(string before, string after)
    {
        var (left, right) = (before.Split('\n'), after.Split('\n'));
        var edits = Edits(left, right);
        var text = new StringBuilder();
        var lastShown = -1;
        for (var i = 0; i < edits.Count; i++)
        {
            var (from, to) = (Math.Max(0, i - Around), Math.Min(edits.Count, i + Around + 1));
            var isNear = edits[from..to].Any(edit => edit.Mark != ' ');
            if (isNear)
            {
                if (lastShown != i - 1)
                {
                    text.AppendLine("...");
                }

                text.Append(edits[i].Mark).Append(' ').AppendLine(edits[i].Line);
                lastShown = i;
            }
        }

        return text.ToString();
    }

    private static List<(char Mark, string Line)> Edits(string[] left, string[] right)
    {
        // Longest common subsequence by dynamic programming: a few hundred lines each.
        var common = new int[left.Length + 1, right.Length + 1];
        for (var i = left.Length - 1; i >= 0; i--)
        {
            for (var j = right.Length - 1; j >= 0; j--)
            {
                common[i, j] = left[i] == right[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        var edits = new List<(char, string)>();
        for (int i = 0, j = 0; i < left.Length || j < right.Length;)
        {
            if (i < left.Length && j < right.Length && left[i] == right[j])
            {
                edits.Add((' ', left[i++]));
                j++;
            }
            else if (j == right.Length || (i < left.Length && common[i + 1, j] >= common[i, j + 1]))
            {
                edits.Add(('-', left[i++]));
            }
            else
            {
                edits.Add(('+', right[j++]));
            }
        }

        return edits;
    }
}
