using PilotCity.Defaults.Identity;
using PilotCity.Registry.Parties;
using static PilotCity.Registry.Tests.Examples;

namespace PilotCity.Registry.Tests.Parties;

/// <summary>Who stands behind an organisation: who may say so, and what is a value.</summary>
public class DeclarePartyTests
{
    private static readonly DeclareParty.Body Given = new(new("公示系统"), "李明", "0597-9000026", "龙岩大道1号");

    [Theory]
    [InlineData("91350825MAW5MTJ0XQ", null)]
    [InlineData("350800-evaluator", null)]
    [InlineData("", "party.org")]
    [InlineData("a b", "party.org")]
    [InlineData("../x", "party.org")]
    public void An_organisation_is_named_as_in_a_token(string org, string? code) => Assert.Equal(code, DeclareParty.Check(org, Given)?.Code);

    [Fact]
    public void An_organisations_name_has_a_bound()
    {
        Assert.Null(DeclareParty.Check(new string('a', 64), Given));
        Assert.Equal("party.org", DeclareParty.Check(new string('a', 65), Given)?.Code);
    }

    [Fact]
    public void Something_is_declared_and_each_value_is_one_line_in_bounds()
    {
        Assert.Equal("party.empty", Code(new(new("公示系统"))));
        Assert.Null(Code(new(new("公示系统"), Representative: new string('李', 200))));
        Assert.Equal("party.value", Code(new(new("公示系统"), Representative: new string('李', 201))));
        Assert.Equal("party.value", Code(new(new("公示系统"), Address: "一\n二")));
        Assert.Equal("party.value", Code(new(new("公示系统"), Address: " ")));
        Assert.Equal("party.value", Code(new(new("公示系统"), Phone: "1234")));
        Assert.Null(Code(new(new("公示系统"), Phone: "95588")));

        static string? Code(DeclareParty.Body body) => DeclareParty.Check(Uscc, body)?.Code;
    }

    [Fact]
    public void An_organisation_does_not_change_what_the_bureau_entered_and_the_bureau_changes_both()
    {
        var own = new Actor(Role.Enterprise, "ent-1", Uscc);
        var bureau = new Actor(Role.BureauOfficer, "bur-1", "350800-bureau");
        var entered = Party.Noun.Initial with { Org = Uscc, ByBureau = true };
        var declared = entered with { ByBureau = false };

        Assert.Equal("party.on_record", DeclareParty.Decide(entered, Uscc, Given, Contact, null, null, own).Fault?.Code);
        Assert.Null(DeclareParty.Decide(entered, Uscc, Given, Contact, null, null, bureau).Fault);
        Assert.Null(DeclareParty.Decide(declared, Uscc, Given, Contact, null, null, own).Fault);
        Assert.Equal(
            new PartyDeclared(Uscc, Contact, null, Phone, "公示系统"),
            Assert.Single(DeclareParty.Decide(declared, Uscc, Given, Contact, null, Phone, bureau).Changes).Event);
    }

    [Fact]
    public void Organisations_see_their_own_only()
    {
        Assert.True(DeclareParty.IsSeenBy(new(Role.Provider, "p", Uscc), Uscc));
        Assert.False(DeclareParty.IsSeenBy(new(Role.Provider, "p", "other"), Uscc));
        Assert.True(DeclareParty.IsSeenBy(new(Role.Auditor, "a", "audit"), Uscc));
    }
}
