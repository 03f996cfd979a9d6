using System.Text.RegularExpressions;

namespace PilotCity.Charts.Tests;

/// <summary>The chart names secrets and never holds one.</summary>
public sealed partial class SecretsTests
{
    [Theory]
    [InlineData("Host=db;Username=u;Password=x1", true)]
    [InlineData("amqp://user:word@rabbit/", true)]
    [InlineData("-----BEGIN EC PRIVATE KEY-----", true)]
    [InlineData("service-key: 9pYcW1u0k3mZbq7VtN4sXr8LhEaJd2Gf5oRQ", true)]
    [InlineData("key: service-key", false)]
    [InlineData("name: pilot-city-identity", false)]
    [InlineData("amqp://rabbit/", false)]
    [InlineData("kubectl create secret generic pilot-city-log --from-file=registry", false)]
    public void A_literal_secret_is_told_from_the_name_of_one(string text, bool isSecret) =>
        Assert.Equal(isSecret, LiteralSecret().IsMatch(text));

    [Fact]
    public void No_file_of_the_chart_or_its_surroundings_holds_a_literal_secret()
    {
        var files = Directory.GetFiles(Tree.Chart, "*", SearchOption.AllDirectories)
            .Append(Path.Combine(Tree.Root, "skaffold.yaml"))
            .Append(Path.Combine(Tree.Root, "services", "Dockerfile"));

        var found = files.SelectMany(file => File.ReadLines(file).Select((line, index) => (line, place: $"{Path.GetRelativePath(Tree.Root, file)}:{index + 1}")))
            .Where(read => LiteralSecret().IsMatch(read.line))
            .Select(read => read.place);

        Assert.Empty(found);
    }

    [Fact]
    public async Task The_chart_makes_no_secret_and_takes_every_credential_by_reference()
    {
        var documents = await Tree.Render();

        Assert.DoesNotContain(documents, document => document.Text("kind") is "Secret" or "ConfigMap");
        var credentials = documents.Where(document => document.Text("kind") == "Deployment")
            .SelectMany(document => document.List("spec", "template", "spec", "containers", 0, "env"))
            .Where(variable => CredentialName().IsMatch(variable.Text("name")!))
            .ToList();
        Assert.Equal(15, credentials.Count); // log, bus and service key of five services
        Assert.All(credentials, variable =>
        {
            Assert.Null(variable.Text("value"));
            Assert.NotNull(variable.Text("valueFrom", "secretKeyRef", "name"));
        });
    }

    /// <summary>A password or key with a value behind it, a URI with a password, a private key, or 32 and more characters of key material as a value.</summary>
    [GeneratedRegex("""(?i:password|pwd)\s*[=:]\s*[^\s"'<$;]+|://[^/\s:@]+:[^/\s@]+@|BEGIN [A-Z ]*PRIVATE KEY|(?i:key|secret|token)"?\s*[=:]\s*"?[A-Za-z0-9+/_-]{32,}""")]
    private static partial Regex LiteralSecret();

    [GeneratedRegex("^ConnectionStrings__|Key$|Password|Secret|Token")]
    private static partial Regex CredentialName();
}
