using AiTeams.ServiceDefaults.Paging;

namespace AiTeams.ServiceDefaults.Tests.Paging;

public sealed class CursorTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void What_was_written_is_read(long position)
    {
        var id = Guid.NewGuid();

        Assert.True(Cursor.TryRead(Cursor.Write("list", position, id), "list", out var first, out var second));
        Assert.Equal((position, id), (first, second));
        Assert.True(Cursor.TryRead(Cursor.Write("list", position), "list", out long single));
        Assert.Equal(position, single);
    }

    [Fact]
    public void A_cursor_opens_its_own_list_only()
    {
        Assert.False(Cursor.TryRead(Cursor.Write("one", 1), "other", out long _));
        Assert.False(Cursor.TryRead(Cursor.Write("one", 1, Guid.NewGuid()), "one", out long _));
        Assert.False(Cursor.TryRead(Cursor.Write("one", 1), "one", out _, out _));
    }

    [Fact]
    public void No_single_character_can_be_changed_dropped_or_added()
    {
        var cursor = Cursor.Write("list", 1234567890, Guid.NewGuid());
        for (var i = 0; i < cursor.Length; i++)
        {
            foreach (var c in "Aaz09-_")
            {
                var altered = $"{cursor[..i]}{c}{cursor[(i + 1)..]}";
                Assert.True(altered == cursor || !Cursor.TryRead(altered, "list", out _, out _), altered);
                Assert.False(Cursor.TryRead(cursor.Insert(i, $"{c}"), "list", out _, out _));
            }
            Assert.False(Cursor.TryRead(cursor.Remove(i, 1), "list", out _, out _));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("=")]
    [InlineData("ü")]
    [InlineData("AAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void Text_that_is_no_cursor_is_refused(string text)
    {
        Assert.False(Cursor.TryRead(text, "list", out long _));
        Assert.False(Cursor.TryRead(text, "list", out _, out _));
    }
}
