using System.Security.Cryptography;
using System.Text;

namespace AiTeams.Migrator.Tests;

/// <summary>Against the exchange that RFC 7677, section 3, prints.</summary>
public sealed class ScramVerifierTests
{
    private const string Salt = "W22ZaJ0SNY7soEsUEjb6gQ==";
    private const string ClientProof = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    private const string ServerSignature = "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    private static readonly byte[] AuthMessage = Encoding.UTF8.GetBytes(
        "n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
        + "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");

    [Fact]
    public void It_accepts_the_clients_proof_and_signs_as_the_server()
    {
        var keys = ScramVerifier.Of("pencil", Convert.FromBase64String(Salt)).Split('$')[2].Split(':').Select(Convert.FromBase64String).ToArray();
        var (storedKey, serverKey) = (keys[0], keys[1]);

        var clientKey = Convert.FromBase64String(ClientProof).Zip(HMACSHA256.HashData(storedKey, AuthMessage), (a, b) => (byte)(a ^ b)).ToArray();

        Assert.Equal(storedKey, SHA256.HashData(clientKey));
        Assert.Equal(ServerSignature, Convert.ToBase64String(HMACSHA256.HashData(serverKey, AuthMessage)));
    }

    [Fact]
    public void It_is_salted() => Assert.NotEqual(ScramVerifier.Of("pencil"), ScramVerifier.Of("pencil"));
}
