using AiTeams.Testing;

namespace AiTeams.Contracts.Tests;

public sealed class NodeMachineTests
{
    [Fact]
    public void Nothing_is_installed_where_Node_is() => Assert.Empty(new NodeMachine(HasNode: true, HasApt: true, IsRoot: true, HasSudo: true).InstallCommands());

    [Fact]
    public void Root_installs_through_apt()
        => Assert.Equal("env", new NodeMachine(HasNode: false, HasApt: true, IsRoot: true, HasSudo: false).InstallCommands()[0][0]);

    [Fact]
    public void Password_less_sudo_installs_through_apt()
        => Assert.Equal(["sudo", "-n"], new NodeMachine(HasNode: false, HasApt: true, IsRoot: false, HasSudo: true).InstallCommands()[1].Take(2));

    [Fact]
    public void Without_rights_the_failure_names_the_command()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => new NodeMachine(HasNode: false, HasApt: true, IsRoot: false, HasSudo: false).InstallCommands());

        Assert.Contains("sudo apt-get install -y --no-install-recommends nodejs npm", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_apt_the_failure_says_what_is_needed()
        => Assert.Contains("Node.js", Assert.Throws<InvalidOperationException>(() => new NodeMachine(false, HasApt: false, IsRoot: true, HasSudo: true).InstallCommands()).Message, StringComparison.Ordinal);
}
