namespace AiTeams.ServiceDefaults.Paging;

public static class Page
{
    /// <summary>A page is read with one row more than it shows: the extra row says that there is another page, and goes.</summary>
    public static bool Trim<T>(List<T> rows, int limit)
    {
        if (rows.Count <= limit)
        {
            return false;
        }
        rows.RemoveRange(limit, rows.Count - limit);
        return true;
    }
}
