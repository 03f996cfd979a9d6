using PilotCity.Defaults.Identity;
using PilotCity.Registry.Enterprises;
using static PilotCity.Registry.Tests.Examples;

namespace PilotCity.Registry.Tests.Enterprises;

public class ReadContactTests
{
    [Fact]
    public void A_reading_is_an_entry_that_says_what_for_and_answers_where_the_values_are()
    {
        var decision = ReadContact.Decide(After(Listed), "r1", new(new("通知验收")));

        Assert.Equal(new ContactRead(Uscc, "r1", "通知验收"), Assert.Single(decision.Changes).Event);
        Assert.Equal($"/enterprises/{Uscc}/contact-readings/r1", decision.Location);
        Assert.Null(decision.Body);
    }

    [Fact]
    public void Where_nothing_is_on_record_there_is_nothing_to_read() =>
        Assert.Equal("enterprise.no_contact", ReadContact.Decide(After(Listed with { Contact = null, Phone = null }), "r1", new(new("通知验收"))).Fault?.Code);

    [Fact]
    public void The_values_are_open_to_the_same_account_for_ten_minutes()
    {
        var enterprise = After(Listed, new ContactRead(Uscc, "r1", "通知验收"));

        Assert.True(ReadContact.IsOpen(enterprise, "r1", Officer, At + ReadContact.Open));
        Assert.False(ReadContact.IsOpen(enterprise, "r1", Officer, At + ReadContact.Open + TimeSpan.FromTicks(1)));
        Assert.False(ReadContact.IsOpen(enterprise, "r1", new(Role.BureauOfficer, "bureau-officer-2", "350800-bureau"), At));
        Assert.False(ReadContact.IsOpen(enterprise, "r2", Officer, At));
    }
}
