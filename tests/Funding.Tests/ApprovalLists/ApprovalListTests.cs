using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Funding.ApprovalLists;
using PilotCity.Funding.Awards;
using PilotCity.Funding.Funds;

namespace PilotCity.Funding.Tests.ApprovalLists;

public class ApprovalListTests
{
    private const int PartLines = ApprovalPart.LinesMax;

    /// <summary>Awards p-1 to p-n of enterprises of their own, on show until yesterday, each of 200,000.</summary>
    private static Town OnShow(int awards)
    {
        var town = Town.Founded();
        for (var i = 1; i <= awards; i++)
        {
            town.Project.Project = $"p-{i}";
            town.Project.EnterpriseUscc = town.Enterprise.Uscc = Uscc(i);
            town.Ok(Town.Officer, ComputeAward.Decide(town.Award($"p-{i}"), town.Rules, town.State(EnterpriseAwards.Noun, Uscc(i)), town.Facts(), town.At))
                .Ok(Town.Officer, PubliciseAward.Decide(town.Award($"p-{i}"), town.Rules, new("网站"), town.At));
        }

        town.At = ChinaTime.StartOf(town.Award().Publicity!.Until.AddDays(1));
        return town;
    }

    private static string Uscc(int i) => string.Create(CultureInfo.InvariantCulture, $"91350800MA{i:00000000}");

    private static ApprovalLine[] Lines(int awards) => [.. Enumerable.Range(1, awards).Select(i => new ApprovalLine($"p-{i}", Money.OfYuan(200_000), Town.FundId))];

    private static ApprovalList List(Town town) => town.State(ApprovalList.Noun, "l1");

    private static Town Prepared(Town town, params ApprovalLine[] lines) =>
        town.Ok(Town.Officer, PrepareApprovalList.Decide("l1", lines, f => town.FundOf(f).Id.Length > 0, "1号", null, null, town.At));

    private static Decision Sign(Town town, Actor? by = null) => SignApprovalList.Decide(List(town), new(List(town).Total.Count, List(town).Total.Sum, List(town).Sha256), by ?? Town.Approver);

    private static Decision Apply(Town town, int part, params string[] fresh) => ApplyApprovalList.Decide(
        List(town), town.State(ApprovalPart.Noun, ApprovalPart.IdOf("l1", part)),
        new(town.Award, town.FundOf, _ => town.Rules, uscc => town.State(EnterpriseAwards.Noun, uscc), fresh.ToHashSet(StringComparer.Ordinal)), town.At);

    private static Town Through(Town town)
    {
        while (List(town).Status == ApprovalListStatus.Signed) town.Ok(Town.Approver, Apply(town, List(town).PartsLeft.Min));
        return town;
    }

    [Fact]
    public void A_list_is_signed_by_its_control_totals_and_carried_out_in_the_signer_s_name()
    {
        var town = Prepared(OnShow(3), Lines(3));
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("p-1,200000.00,central-2025\np-2,200000.00,central-2025\np-3,200000.00,central-2025\n")));
        Assert.Equal((3, Money.OfYuan(600_000), sha256), (List(town).Total.Count, List(town).Total.Sum, List(town).Sha256));
        Assert.Equal("approval_list.totals_differ", SignApprovalList.Decide(List(town), new(2, Money.OfYuan(600_000), sha256), Town.Approver).Fault?.Code);
        Assert.Equal("approval_list.totals_differ", SignApprovalList.Decide(List(town), new(3, new(60_000_001), sha256), Town.Approver).Fault?.Code);
        Assert.Equal("approval_list.totals_differ", SignApprovalList.Decide(List(town), new(3, Money.OfYuan(600_000), sha256[1..]), Town.Approver).Fault?.Code);
        Assert.Equal("approval_list.same_person", Sign(town, Town.Officer with { Role = Role.BureauApprover }).Fault?.Code);
        Assert.IsType<ApprovalListSigningRefused>(Assert.Single(Sign(town, Town.Officer with { Role = Role.BureauApprover }).Changes).Event);

        Through(town.Ok(Town.Approver, Sign(town)));
        Assert.Equal("approval_list.not_prepared", Sign(town).Fault?.Code);
        Assert.Equal((ApprovalListStatus.Completed, new Tally(3, Money.OfYuan(600_000))), (List(town).Status, List(town).Approved));
        Assert.True(ShowApprovalList.View(List(town)).Reconciled);
        Assert.Equal(Money.OfYuan(600_000), town.Fund.Ledger[Fund.Reserved(FundPool.Renovation)]);
        Assert.All(Enumerable.Range(1, 3), i => Assert.Equal((AwardStatus.Approved, "bureau-2"), (town.Award($"p-{i}").Status, town.Award($"p-{i}").Tranches[0].ApprovedBy)));
        Assert.Null(RecomputeAward.Recompute(town.Entries)?.Message.En);
    }

    [Fact]
    public void A_line_that_no_longer_holds_is_refused_by_itself_and_stays_visible()
    {
        var town = OnShow(6);
        town.Ok(Town.Approver, ApproveAward.Decide(town.Award("p-2"), town.FundOf, town.Rules, town.State(EnterpriseAwards.Noun, Uscc(2)), new(Town.FundId, "0号"), Town.Approver, town.At));
        town.Ok(Town.Officer, Decision.Accept(Award.Noun.StreamOf("p-3"), new AwardObjected("o1", new("r", "h"))));
        Prepared(town, [.. Lines(6)[..4], Lines(6)[4] with { Amount = Money.Parse("200000.01") }, Lines(6)[5], new("nothing", Money.OfYuan(1), Town.FundId)]);
        town.Ok(Town.Approver, Sign(town)).Ok(Town.Approver, Apply(town, 1, "p-6"));

        var part = town.State(ApprovalPart.Noun, ApprovalPart.IdOf("l1", 1));
        Assert.Equal(
            [(1, "award.not_computed"), (2, "award.objection_open"), (4, "award.above_entitlement"), (5, "award.concern_new"), (6, "award.unknown")],
            part.Refused.Select(r => (r.Key, r.Value)));
        Assert.Equal((ApprovalListStatus.Completed, 2, 5), (List(town).Status, List(town).Approved.Count, List(town).Refused.Count));
        Assert.Equal(List(town).Total, List(town).Approved + List(town).Refused);
    }

    [Fact]
    public void A_line_that_the_signer_handled_is_refused_on_record()
    {
        var town = Prepared(OnShow(1), Lines(1));
        Actor signer = new(Role.BureauApprover, "district-1", Town.City);
        town.Ok(signer, Sign(town, signer)).Ok(signer, Apply(town, 1));

        Assert.Equal("award.same_person", Assert.Single(town.State(ApprovalPart.Noun, "l1-0001").Refused).Value);
        Assert.Contains(town.Entries, e => e.Type == nameof(ApprovalRefused) && e.Stream == "award/p-1");
    }

    [Fact]
    public void Where_the_money_ends_the_rest_waits_in_its_order_and_goes_on_when_there_is_more()
    {
        // 80,000,000 are there; 400 awards of 200,000 are exactly that, and five more are too many.
        const int There = 400;
        var town = Prepared(OnShow(There + 5), Lines(There + 5));
        Assert.Equal(2, List(town).Parts);
        Through(town.Ok(Town.Approver, Sign(town)));

        Assert.Equal((ApprovalListStatus.Waiting, There, 5), (List(town).Status, List(town).Approved.Count, List(town).Waiting.Count));
        Assert.Equal(Money.Zero, town.Fund.Ledger[Fund.Available(FundPool.Renovation)]);
        Assert.Equal(AwardStatus.Publicised, town.Award($"p-{There + 1}").Status);
        Assert.Equal([.. Enumerable.Range(There - PartLines, 5)], town.State(ApprovalPart.Noun, "l1-0002").Waiting.ToArray());

        town.Ok(Town.Approver, WithdrawPayment.Decide(town.Award(), "final", new("企业放弃")));
        Through(town.Ok(Town.Officer, ContinueApprovalList.Decide(List(town))));
        Assert.Equal((ApprovalListStatus.Waiting, There + 1, 4), (List(town).Status, List(town).Approved.Count, List(town).Waiting.Count));
        Assert.Equal("approval_list.reason", ContinueApprovalList.Close(List(town), new("")).Fault?.Code);
        town.Ok(Town.Approver, ContinueApprovalList.Close(List(town), new("资金不再安排")));
        Assert.Equal((ApprovalListStatus.Completed, 4), (List(town).Status, List(town).Refused.Count));
        Assert.True(ShowApprovalList.View(List(town)).Reconciled);
        Assert.Equal("approval_list.nothing_waits", ContinueApprovalList.Decide(List(town)).Fault?.Code);
        Assert.Equal("approval_list.nothing_waits", ContinueApprovalList.Close(List(town), new("x")).Fault?.Code);
    }

    [Fact]
    public void A_part_is_carried_out_once_whoever_tries_again()
    {
        var town = Prepared(OnShow(2), Lines(2));
        town.Ok(Town.Approver, Sign(town));
        var (before, part) = (List(town), town.State(ApprovalPart.Noun, "l1-0001"));
        town.Ok(Town.Approver, Apply(town, 1));

        Assert.Empty(Apply(town, 1).Changes);
        Assert.Equal(ApplyApprovalList.CommandId(Town.City, "l1", 1, 1), ApplyApprovalList.CommandId(Town.City, "l1", 1, 1));
        Assert.NotEqual(ApplyApprovalList.CommandId(Town.City, "l1", 1, 1), ApplyApprovalList.CommandId(Town.City, "l1", 2, 1));
        Assert.Equal((1, 2), (before.PartsLeft.Count, part.Lines.Length));
    }

    [Fact]
    public void What_is_prepared_is_complete()
    {
        var town = OnShow(1);
        string? Code(IReadOnlyList<ApprovalLine> lines, string plan = "1号", DateOnly? until = null, string? reason = null) =>
            PrepareApprovalList.Decide("l1", lines, f => town.FundOf(f).Id.Length > 0, plan, until, reason, town.At).Fault?.Code;

        Assert.Equal("approval_list.empty", Code([]));
        Assert.Equal("award.plan_number", Code(Lines(1), plan: ""));
        Assert.Equal("award.expiry_past", Code(Lines(1), until: ChinaTime.DayOf(town.At).AddDays(-1)));
        Assert.Null(Code(Lines(1), until: ChinaTime.DayOf(town.At)));
        Assert.Equal("approval_list.reason", Code(Lines(1), reason: ""));
        Assert.Equal("fund.unknown", Code([Lines(1)[0] with { Fund = "nothing" }]));
        Assert.Equal("approval_list.too_long", Code(Enumerable.Repeat(Lines(1)[0], ApprovalList.LinesMax + 1).ToArray()));
        Assert.Equal("approval_list.part", ShowApprovalList.PartWrong(1).Code);
        Prepared(town, Lines(1)).Ok(Town.Officer, ContinueApprovalList.Withdraw(List(town), new("重编")));
        Assert.Equal("approval_list.not_prepared", ContinueApprovalList.Withdraw(List(town), new("重编")).Fault?.Code);
        Assert.Equal("approval_list.not_prepared", Sign(town).Fault?.Code);
    }

    [Theory]
    [InlineData("award,amount\r\np-1,200000.00\r\np-2,0.01\r\n", 2)]
    [InlineData("\uFEFFaward,amount\np-1,200000", 1)]
    public void A_csv_is_read(string text, int count) =>
        Assert.Equal(count, PrepareApprovalList.ReadLines(Encoding.UTF8.GetBytes(text), "f").Value.Count);

    [Theory]
    [InlineData("", 1)]
    [InlineData("award;amount\np-1;1.00\n", 1)]
    [InlineData("award,amount,fund\np-1,1.00,f\n", 1)]
    [InlineData("award,amount\np-1,1.00\np-1,2.00\n", 3)]
    [InlineData("award,amount\np-1,0.00\n", 2)]
    [InlineData("award,amount\np-1,-1.00\n", 2)]
    [InlineData("award,amount\np-1,1.001\n", 2)]
    [InlineData("award,amount\np-1,1e3\n", 2)]
    [InlineData("award,amount\n,1.00\n", 2)]
    [InlineData("award,amount\np-1,1.00,f\n", 2)]
    [InlineData("award,amount\n\"p-1\",1.00\n", 2)]
    [InlineData("award,amount\n\np-1,1.00\n", 2)]
    [InlineData("award,amount\np-\0,1.00\n", 2)]
    public void A_wrong_csv_names_its_rows(string text, int row)
    {
        var read = PrepareApprovalList.ReadLines(Encoding.UTF8.GetBytes(text), "f");

        Assert.Equal("approval_list.csv", read.Fault?.Code);
        Assert.Equal(($"row {row}", "approval_list.row"), (read.Fault!.Details[0].Path, read.Fault.Details[0].Code));
    }

    [Fact]
    public void The_longest_lines_and_a_part_that_refuses_all_of_them_fit_into_entries()
    {
        var lines = Enumerable.Range(0, PartLines).Select(i => new ApprovalLine($"{new string('p', 60)}{i:0000}", new(Money.FenMax), new string('f', 40))).ToArray();

        Assert.True(Noun.Write(ApprovalPart.Of("0123456789ab", lines)[0]).Length <= CanonicalEntry.PayloadBytesMax, $"{Noun.Write(ApprovalPart.Of("0123456789ab", lines)[0]).Length}");
        Assert.True(Noun.Write(new ApprovalLinesApplied(1, [.. lines.Select((_, i) => new RefusedLine(i, "recompute.the_longest_code_of_all"))], [])).Length <= CanonicalEntry.PayloadBytesMax);
    }
}
