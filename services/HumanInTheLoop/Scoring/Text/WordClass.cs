namespace AiTeams.HumanInTheLoop.Scoring.Text;

/// <summary>What a phrase does in an answer. The names are the classes of Words/*.txt.</summary>
[Flags]
internal enum WordClass : long
{
    Unknown = 0,

    /// <summary>Agrees.</summary>
    Yes = 1,

    /// <summary>Refuses.</summary>
    No = 1L << 1,

    /// <summary>Refuses alone, negates what follows ("no objection").</summary>
    Nay = 1L << 2,

    /// <summary>Turns the next answer around.</summary>
    Not = 1L << 3,

    /// <summary>Turns the answer before it around, as German and Japanese do.</summary>
    After = 1L << 4,

    /// <summary>Agrees when negated, says nothing otherwise.</summary>
    Problem = 1L << 5,

    /// <summary>Hesitates.</summary>
    Maybe = 1L << 6,

    /// <summary>Makes an answer depend on something.</summary>
    If = 1L << 7,

    /// <summary>The same, but only behind an answer.</summary>
    But = 1L << 8,

    /// <summary>Begins a question.</summary>
    Ask = 1L << 9,

    /// <summary>Tells what others said, or what was.</summary>
    Told = 1L << 10,

    /// <summary>Announces.</summary>
    Will = 1L << 11,

    /// <summary>Is not meant.</summary>
    Joke = 1L << 12,

    /// <summary>Written by a machine in somebody's absence, or about a mail that did not arrive.</summary>
    Away = 1L << 13,

    /// <summary>Speaks of something else.</summary>
    Other = 1L << 14,

    /// <summary>Talks to a machine that is not there.</summary>
    Machine = 1L << 15,

    /// <summary>Begins a reason.</summary>
    Because = 1L << 16,

    /// <summary>Courtesies and little words.</summary>
    Filler = 1L << 17,

    /// <summary>What approvals are usually about.</summary>
    Act = 1L << 18,

    First = 1L << 19,
    Second = 1L << 20,
    Third = 1L << 21,
    Fourth = 1L << 22,
    Fifth = 1L << 23,
    Last = 1L << 24,
    Every = 1L << 25,
    Except = 1L << 26,
    Nothing = 1L << 27,

    /// <summary>A review's yes and no.</summary>
    Pass = 1L << 28,
    Fail = 1L << 29,

    /// <summary>A word of the question.</summary>
    Topic = 1L << 30,

    /// <summary>Puts a yes off; a no stays one ("no, not until the goods are back").</summary>
    When = 1L << 31,

    /// <summary>Counts only where its clause says nothing else.</summary>
    Alone = 1L << 32,
}
