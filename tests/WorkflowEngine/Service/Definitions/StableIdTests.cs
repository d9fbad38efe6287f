using AiTeams.WorkflowEngine.Definitions;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Definitions;

public sealed class StableIdTests
{
    // RFC 9562, appendix A.4: the DNS namespace and www.example.com.
    [Fact]
    public void It_is_the_version_5_uuid_of_the_standard() => Assert.Equal(
        Guid.Parse("2ed6657d-e927-568b-95e1-2665a8aea6a2"),
        StableId.Of(Guid.Parse("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), "www.example.com"));
}
