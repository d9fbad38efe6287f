using AiTeams.Architecture.Tests.Sources;

namespace AiTeams.Architecture.Tests.Code;

public sealed class CodeRuleTests
{
    private const string Core = "services/WorkflowEngine/Core/Graph.cs";

    [Fact]
    public void No_source_file_is_longer_than_400_lines() => Rule.Holds(FileLengthRule.Violations(SourceTree.Repository));

    [Fact]
    public void Product_code_is_finished() => Rule.Holds(BannedWordRule.InProduct(SourceTree.Repository));

    [Fact]
    public void No_file_marks_unfinished_work() => Rule.Holds(BannedWordRule.Markers(SourceTree.Repository));

    [Fact]
    public void The_engines_core_is_pure() => Rule.Holds(PureCoreRule.Violations(SourceTree.Repository));

    [Fact]
    public void Tests_neither_sleep_nor_skip() => Rule.Holds(TestMannersRule.Violations(SourceTree.Repository));

    [Fact]
    public void What_is_set_on_a_connection_ends_with_its_transaction() => Rule.Holds(SessionStateRule.Violations(SourceTree.Repository));

    [Theory]
    [InlineData("\"SET ROLE authenticated\"")]
    [InlineData("\"SET search_path = public\"")]
    [InlineData("\"SELECT set_config('role', 'authenticated', false)\"")]
    [InlineData("\"SELECT pg_advisory_lock(1)\"")]
    public void State_of_a_session_is_caught(string code) =>
        Rule.Catches(SessionStateRule.Violations(Tree("services/Memory/Search/Find.cs", code)), "changes the session");

    [Theory]
    [InlineData("\"SET LOCAL synchronous_commit = off\"")]
    [InlineData("\"SELECT set_config('role', 'none', true)\"")]
    [InlineData("\"UPDATE workflows SET name = $1\"")]
    public void State_of_a_transaction_passes(string code) => Rule.Holds(SessionStateRule.Violations(Tree("services/Memory/Search/Find.cs", code)));

    [Fact]
    public void Folders_are_features() => Rule.Holds(FolderNameRule.Violations(SourceTree.Repository));

    [Theory]
    [InlineData(400, 0)]
    [InlineData(401, 1)]
    public void Line_401_is_caught(int lines, int violations)
        => Assert.Equal(violations, FileLengthRule.Violations(Tree("services/Memory/Long.cs", string.Concat(Enumerable.Repeat("x\n", lines)))).Count());

    [Theory]
    [InlineData("var now = DateTime.UtcNow;")]
    [InlineData("var now = DateTimeOffset.Now;")]
    [InlineData("var id = Guid.NewGuid();")]
    [InlineData("Task Run();")]
    [InlineData("await x;")]
    [InlineData("new Random(1)")]
    [InlineData("File.ReadAllText(path)")]
    [InlineData("HttpClient client")]
    [InlineData("var s = \"a // b\"; Stopwatch.StartNew();")]
    public void Impure_code_in_the_core_is_caught(string code) => Rule.Catches(PureCoreRule.Violations(Tree(Core, code)), "Graph.cs:1");

    [Theory]
    [InlineData("// a Task is not used here")]
    [InlineData("/* DateTime.UtcNow\n await */ var x = 1;")]
    [InlineData("NodeStatus.Profile.Tasks")]
    public void Prose_about_it_is_not(string code) => Rule.Holds(PureCoreRule.Violations(Tree(Core, code)));

    [Fact]
    public void Impure_code_outside_the_core_is_fine() => Rule.Holds(PureCoreRule.Violations(Tree("services/WorkflowEngine/Service/Run.cs", "await Task.Yield();")));

    [Theory]
    [InlineData("throw new NotImplementedException();")]
    [InlineData("    #region Private")]
    [InlineData("Thread.Sleep(1);")]
    public void Banned_code_is_caught(string code) => Rule.Catches(BannedWordRule.InProduct(Tree("services/Memory/Search.cs", "\n" + code)), "Search.cs:2");

    [Theory]
    [InlineData("services/Memory/Search.cs", "// TODO: later")]
    [InlineData("services/Memory/migrations/1.sql", "-- FIXME")]
    [InlineData("tests/Memory/SearchTests.cs", "// HACK")]
    public void Markers_of_unfinished_work_are_caught(string path, string text) => Rule.Catches(BannedWordRule.Markers(Tree(path, text)), path);

    [Theory]
    [InlineData("[Fact(Skip = \"flaky\")]")]
    [InlineData("await Task.Delay(1001);")]
    [InlineData("await Task.Delay(5_000, token);")]
    [InlineData("await Task.Delay(TimeSpan.FromSeconds(2));")]
    [InlineData("Thread.Sleep(5);")]
    public void Bad_manners_in_a_test_are_caught(string code) => Rule.Catches(TestMannersRule.Violations(Tree("tests/Memory/SearchTests.cs", code)), "SearchTests.cs:1");

    [Theory]
    [InlineData("await Task.Delay(50, token);")]
    [InlineData("await Task.Delay(TimeSpan.FromMilliseconds(20));")]
    [InlineData("query.Skip(3)")]
    public void A_short_pause_in_a_polling_loop_passes(string code) => Rule.Holds(TestMannersRule.Violations(Tree("tests/Memory/SearchTests.cs", code)));

    [Theory]
    [InlineData("services/Memory/Services/Search.cs")]
    [InlineData("ServiceDefaults/Common/Text.cs")]
    [InlineData("tests/Helpers/Text.cs")]
    [InlineData("services/Memory/models/Fact.cs")]
    public void A_folder_named_after_a_kind_is_caught(string path) => Rule.Catches(FolderNameRule.Violations(Tree(path, "")), "is a kind");

    [Fact]
    public void The_services_folder_itself_passes() => Rule.Holds(FolderNameRule.Violations(Tree("services/Memory/Search/Find.cs", "")));

    private static SourceTree Tree(string path, string text) => new(new SourceFile(path, text));
}
