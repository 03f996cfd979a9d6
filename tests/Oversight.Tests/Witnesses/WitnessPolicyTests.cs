using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Witnesses;

namespace PilotCity.Oversight.Tests.Witnesses;

public class WitnessPolicyTests
{
    private static readonly SignerKey Log = SignerKey.Generate("pilot-city.example/350800", KeyAlgorithm.Ed25519);
    private static readonly SignerKey[] Keys = [.. "abcdef".Select(c => SignerKey.Generate($"audit.example/{c}", KeyAlgorithm.CosignatureV1))];

    private static string Witnesses => string.Concat(Keys[..5].Index().Select(k => $"witness w{k.Index} {k.Item.Verifier}{(k.Index == 0 ? " http://127.0.0.1:1" : "")}\n"));

    [Theory]
    [InlineData("quorum none", "", true)]
    [InlineData("quorum w1", "1", true)]
    [InlineData("quorum w1", "0", false)]
    [InlineData("quorum w1", "5", false)] // a witness that the policy does not name
    [InlineData("group g 2 w0 w1 w2\nquorum g", "02", true)]
    [InlineData("group g 2 w0 w1 w2\nquorum g", "0", false)]
    [InlineData("group g 2 w0 w1 w2\nquorum g", "00", false)] // one witness counts once
    [InlineData("group g any w0 w1\nquorum g", "1", true)]
    [InlineData("group g all w0 w1\nquorum g", "1", false)]
    [InlineData("group x 2 w0 w1 w2\ngroup y any w3 w4\ngroup z all x y\nquorum z", "013", true)]
    [InlineData("group x 2 w0 w1 w2\ngroup y any w3 w4\ngroup z all x y\nquorum z", "012", false)]
    public void A_quorum_is_so_many_of_so_many(string lines, string cosigned, bool enough)
    {
        var policy = WitnessPolicy.Parse($"# a comment\n\nlog {Log.Verifier}\n{Witnesses}\t{lines}\n").Value;

        Assert.Equal(enough, policy.Satisfied([.. cosigned.Select(c => Keys[c - '0'].Verifier)]));
        Assert.Equal((1, 5), (policy.Logs.Count, policy.Witnesses.Count));
        Assert.Equal("http://127.0.0.1:1/", policy.Witnesses[0].Address?.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("quorum g")]
    [InlineData("quorum none\nquorum none")]
    [InlineData("group g 2 w9 w1\nquorum g")]
    [InlineData("group g 0 w0 w1\nquorum g")]
    [InlineData("group g 3 w0 w1\nquorum g")]
    [InlineData("group g -1 w0 w1\nquorum g")]
    [InlineData("group g 1\nquorum none")]
    [InlineData("group g 2 w0 w0\nquorum g")]
    [InlineData("group g any w0\ngroup h any w0\nquorum h")]
    [InlineData("group none any w0\nquorum none")]
    [InlineData("group w0 any w1\nquorum none")]
    [InlineData("witness w0\nquorum none")]
    [InlineData("log nokey\nquorum none")]
    [InlineData("other\nquorum none")]
    [InlineData("quorum none\u0001")]
    public void A_policy_that_cannot_be_read_names_its_line(string lines)
    {
        var parsed = WitnessPolicy.Parse($"{Witnesses}{lines}");

        Assert.Equal("policy.malformed", parsed.Fault?.Code);
    }

    [Fact]
    public void Keys_have_their_algorithm_and_stand_there_once_and_addresses_are_http()
    {
        foreach (var line in new[]
        {
            $"log {Keys[5].Verifier}", $"witness x {Log.Verifier}", $"witness x {Keys[0].Verifier}", $"witness w0 {Keys[5].Verifier}", $"witness x {Keys[5].Verifier} ftp://x",
            $"log {Log.Verifier}\nlog {Log.Verifier}",
        })
        {
            Assert.Equal("policy.malformed", WitnessPolicy.Parse($"{Witnesses}{line}\nquorum none").Fault?.Code);
        }

        Assert.Equal("policy.malformed", WitnessPolicy.Parse(new string('\n', WitnessPolicy.LinesMax)).Fault?.Code);
    }
}
