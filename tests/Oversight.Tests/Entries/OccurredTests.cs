using PilotCity.Defaults.Log;
using PilotCity.Oversight.Entries;

namespace PilotCity.Oversight.Tests.Entries;

public class OccurredTests
{
    [Theory]
    [InlineData("ContractRegistered", """{"signedOn":"2025-03-01"}""", "2025-02-28T16:00:00Z")]
    [InlineData("TranchePaid", """{"paidAt":"2026-07-14T10:00:00+08:00"}""", "2026-07-14T02:00:00Z")]
    [InlineData("ContractRegistered", """{"signedOn":"2025-02-30"}""", null)]
    [InlineData("ContractRegistered", """{"signedOn":20250301}""", null)]
    [InlineData("ContractRegistered", """{"paidOn":"2025-03-01"}""", null)]
    [InlineData("ContractRegistered", """["2025-03-01"]""", null)]
    [InlineData("ContractRegistered", "no json", null)]
    [InlineData("AwardComputed", """{"signedOn":"2025-03-01"}""", null)]
    public void An_entry_was_true_when_it_says_so_itself(string type, string payload, string? at)
    {
        var entry = new Chronicle("performance").Add("project/P", type, new { }).Entries[0] with { Payload = System.Text.Encoding.UTF8.GetBytes(payload) };

        Assert.Equal(at is null ? null : Instant.Micros(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture)), Occurred.Micros(entry));
    }
}
