namespace AiTeams.Testing.Tests;

public sealed class AptPackagesTests
{
    private static readonly AptNeed Node = new("Node.js", ["node"], ["nodejs", "npm"]);

    [Fact]
    public void Root_installs_through_apt() => Assert.Equal("env", new AptMachine(HasApt: true, IsRoot: true, HasSudo: false).CommandsFor(Node)[0][0]);

    [Fact]
    public void Password_less_sudo_installs_through_apt()
        => Assert.Equal(["sudo", "-n"], new AptMachine(HasApt: true, IsRoot: false, HasSudo: true).CommandsFor(Node)[1].Take(2));

    [Fact]
    public void Without_rights_the_failure_names_the_command()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => new AptMachine(HasApt: true, IsRoot: false, HasSudo: false).CommandsFor(Node));

        Assert.Contains("sudo apt-get install -y --no-install-recommends nodejs npm", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_apt_the_failure_says_what_is_needed()
        => Assert.Contains("Node.js", Assert.Throws<InvalidOperationException>(() => new AptMachine(HasApt: false, IsRoot: true, HasSudo: true).CommandsFor(Node)).Message, StringComparison.Ordinal);

    [Fact]
    public Task What_is_there_is_not_installed_again() => AptPackages.EnsureAsync(new AptNeed("a shell", ["sh"], ["no-such-package"]));
}
