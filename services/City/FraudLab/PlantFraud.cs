using System.Globalization;
using PilotCity.Defaults;

namespace PilotCity.City.FraudLab;

/// <summary>Something planted: the check that should find it, and the enterprise, project, award, provider, account or fund that it is about.</summary>
internal sealed record Planted(string Check, string Subject);

/// <summary>An award outside the projects: of a diagnosis, or of a provider.</summary>
internal sealed record OtherAward(string Id, string Kind, string Of, int? LevelAfter, Money Amount);

/// <summary>What the lab holds beside its cases.</summary>
internal sealed class LabTown
{
    public required List<CasePlan> Cases { get; init; }

    public List<Planted> Truth { get; } = [];

    /// <summary>Outside data by kind.</summary>
    public Dictionary<string, List<Dictionary<string, string>>> Rows { get; } = new(StringComparer.Ordinal);

    public List<(string Kind, string[] Enterprises, string? Org)> Outliers { get; } = [];

    /// <summary>Attempts that a service refused on record: the project, and the event.</summary>
    public List<(CasePlan Case, string Type, object Payload)> Refusals { get; } = [];

    public List<OtherAward> OtherAwards { get; } = [];

    /// <summary>Days on which a provider was suspended, and for good.</summary>
    public Dictionary<string, DateOnly> SuspendedOn { get; } = new(StringComparer.Ordinal);

    public List<(string Fund, string Source, Money Received, DateOnly ReceivedOn, (string Use, Money Amount)[] Split, DateOnly? PayUntil)> Funds { get; } = [];

    /// <summary>Contracts of another year than the honest ones.</summary>
    public List<(string Project, string Enterprise, DateOnly SignedOn, string Provider, Money Amount)> OldContracts { get; } = [];

    public void Row(string kind, params (string Name, string Value)[] cells)
    {
        if (!Rows.TryGetValue(kind, out var rows))
        {
            Rows[kind] = rows = [];
        }

        rows.Add(cells.ToDictionary(c => c.Name, c => c.Value, StringComparer.Ordinal));
    }
}

/// <summary>
/// Plants cases of each kind into a city, each in an enterprise of its own. Written from the catalogue's words, not from the checks: days, sums and ways differ from case to case.
/// </summary>
internal sealed class PlantFraud(Random draw, DrawTown town, LabTown lab)
{
    /// <summary>What no city counts (programme.md F6), and what is called something else to be counted.</summary>
    private static readonly string[] NotCounted = ["office-pc", "construction", "weak-current", "it-operations", "embedded-software"];

    private static readonly string[] NotRenovation = ["办公电脑一批", "二手数控设备", "车间弱电工程", "厂房装修"];

    /// <summary>Rates of VAT that are no longer, or never were.</summary>
    private static readonly int[] OldVat = [10, 11, 16, 17];

    private Queue<CasePlan> free = new();

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private CasePlan Take(string check, Func<CasePlan, bool>? fits = null)
    {
        while (true)
        {
            var plan = free.Dequeue();
            if (plan is { NoProject: false, Planted: null } && fits?.Invoke(plan) != false)
            {
                plan.Planted = check;
                return plan;
            }

            free.Enqueue(plan);
        }
    }

    public void PlantAll(int each)
    {
        free = new(lab.Cases.Where(c => !c.NoProject && c.CreditListedOn is null).OrderBy(_ => draw.Next()));
        for (var i = 0; i < each; i++)
        {
            PlantParties(i);
            PlantSpend(i);
            PlantMoney(i);
            PlantAwards(i);
            PlantResults(i);
        }

        PlantFunds();
        PlantConcentration();
    }

    private void On(string check, Action<CasePlan> plant, Func<CasePlan, string>? subject = null, Func<CasePlan, bool>? fits = null)
    {
        var plan = Take(check, fits);
        plant(plan);
        lab.Truth.Add(new(check, (subject ?? (p => p.Project))(plan)));
    }

    private void PlantParties(int i)
    {
        On("AC01", p => p.RemovedOn = p.SignedOn.AddDays(-draw.Next(1, 3)));
        On("AC02", p => p.Size = "large", p => p.Enterprise);
        On("AC03", p => p.Exclusion = i % 2 == 0 ? "central-little-giant" : "pilot-2022");
        On("AC04", p => p.CreditListedOn = i % 2 == 0 ? p.AcceptedOn.AddDays(-draw.Next(0, 30)) : p.PaidOn.AddDays(-draw.Next(0, 5)), p => p.Enterprise);
        On("AC05", p => lab.Row("events", ("enterprise", p.Enterprise), ("what", "生产安全事故"), ("happenedOn", Day(p.ListedOn.AddDays(-draw.Next(30, 900))))), p => p.Enterprise);
        lab.Row("events", ("enterprise", Take("noise").Enterprise), ("what", "环保处罚"), ("happenedOn", "2019-05-01"));
        On("AC14", p =>
        {
            switch (i % 3)
            {
                case 0:
                    p.SharedPhoneWith = p.Provider;
                    break;
                case 1:
                    p.EnterpriseAccount = p.ProviderAccount;
                    break;
                default:
                    lab.Row("relations", ("a", p.Enterprise), ("b", p.Provider), ("shares", "shareholder"));
                    break;
            }
        }, p => p.Enterprise);
        On("AC43", p =>
        {
            if (i % 2 == 0)
            {
                p.FoundedOn = p.ListedOn.AddDays(-draw.Next(20, 180));
            }
            else
            {
                lab.Row("registration", ("enterprise", p.Enterprise), ("insuredStaff", "0"), ("taxPaid", "0.00"), ("powerKwh", "120"));
            }
        }, p => p.Enterprise);
        lab.Row("registration", ("enterprise", Take("noise").Enterprise), ("insuredStaff", "38"), ("taxPaid", "152000.00"), ("powerKwh", "91000"));
        if (i % 2 == 0)
        {
            var several = Enumerable.Range(0, draw.Next(4, 7)).Select(_ => Take("AC44")).ToList();
            several.ForEach(p => p.EnterpriseAccount = $"agent-{i}");
            lab.Truth.Add(new("AC44", $"agent-{i}"));
        }
        else
        {
            var several = Enumerable.Range(0, draw.Next(4, 7)).Select(_ => Take("AC44")).ToList();
            several.ForEach(p => lab.Row("sign-ins", ("enterprise", p.Enterprise), ("device", $"d-{i}")));
            lab.Truth.Add(new("AC44", several[0].Enterprise));
        }

        On("AC15", p =>
        {
            // A provider of its own, so that its honest customers are not drawn in.
            p.Provider = DrawTown.Code("P", 105_000 + i);
            lab.SuspendedOn[p.Provider] = p.SignedOn.AddDays(-draw.Next(1, 60));
            foreach (var line in p.Lines)
            {
                line.Payments[0] = line.Payments[0] with { Payee = p.Provider };
            }

            p.Contracts[0] = p.Contracts[0] with { Provider = p.Provider };
        });
        On("AC28", p =>
        {
            var other = Take("AC28");
            other.PhotoSha256 = p.PhotoSha256;
        });
    }

    private void PlantSpend(int i)
    {
        On("AC06", p => p.Lines[0].IssuedOn = new DateOnly(2028, 1, 1).AddDays(draw.Next(0, 90)));
        On("AC07", p =>
        {
            if (i % 2 == 0)
            {
                p.Lines[0].IssuedOn = p.SignedOn.AddDays(-draw.Next(1, 90));
            }
            else
            {
                p.MilestoneOn = p.SignedOn.AddDays(-draw.Next(1, 90));
            }
        });
        On("AC08", p =>
        {
            var other = Take("AC08");
            if (i % 2 == 0)
            {
                p.Lines[0].Number = other.Lines[0].Number;
            }
            else
            {
                lab.Refusals.Add((p, "DuplicateInvoiceRefused", new
                {
                    number = other.Lines[0].Number,
                    project = p.Project,
                    enterprise = p.Enterprise,
                    contract = "HT-1",
                    claimedByProject = other.Project,
                    claimedByEnterprise = other.Enterprise,
                    net = other.Lines[0].Net,
                    vat = other.Lines[0].Vat,
                }));
            }
        }, p => i % 2 == 0 ? p.Project : p.Enterprise);
        On("AC09", p => lab.Row("invoice-status", ("number", p.Lines[0].Number), ("status", i % 2 == 0 ? "void" : "reversed")));
        lab.Row("invoice-status", ("number", Take("noise").Lines[0].Number), ("status", "valid"));
        On("AC10", one =>
        {
            // The copy is as old as the later contract at least, so that nothing else is wrong with it.
            var two = Take("AC10");
            var (p, other) = one.SignedOn >= two.SignedOn ? (one, two) : (two, one);
            var (a, b) = (p.Lines[0], other.Lines[0]);
            (b.Seller, b.Net, b.Vat, b.IssuedOn) = (p.Provider, a.Net, a.Vat, a.IssuedOn.AddDays(draw.Next(0, 4)));
            b.Number = string.Concat(a.Number.AsSpan(0, 8), a.Number[8] == '7' ? "1" : "7", a.Number.AsSpan(9));
            (b.Category, b.Description) = (a.Category, a.Description);
            other.Provider = p.Provider;
            foreach (var line in other.Lines)
            {
                line.IssuedOn = line.IssuedOn < other.SignedOn ? other.SignedOn : line.IssuedOn;
                line.Payments[0] = new(line.IssuedOn, line.Gross, other.Enterprise, p.Provider);
            }

            town.Sums(other);
        });
        On("AC11", p => p.Lines[0].Payments[0] = i % 2 == 0 ? p.Lines[0].Payments[0] with { Payer = DrawTown.Code("E", 1_500_000 + i) } : p.Lines[0].Payments[0] with { Payee = DrawTown.Code("P", 109_000 + i) });
        On("AC12", p =>
        {
            if (i % 2 == 0)
            {
                p.Lines[0].Payments[0] = p.Lines[0].Payments[0] with { Amount = new(p.Lines[0].Gross.Fen * draw.Next(101, 140) / 100) };
            }
            else
            {
                p.Contracts[0] = p.Contracts[0] with { Amount = new(p.Eligible.Fen * draw.Next(60, 99) / 100) };
            }
        });
        On("AC13", p => lab.Row(
            "bank-flows", ("payer", i % 2 == 0 ? p.Provider : DrawTown.Code("E", 1_600_000 + i)), ("payee", p.Enterprise), ("amount", new Money(p.Lines.Sum(l => l.Gross.Fen) * draw.Next(15, 60) / 100).ToString()),
            ("paidOn", Day(p.Lines.Max(l => l.Payments[0].PaidOn).AddDays(draw.Next(1, 20)))), ("relatedTo", i % 2 == 0 ? "" : p.Provider)));
        var refund = Take("noise");
        lab.Row("bank-flows", ("payer", refund.Provider), ("payee", refund.Enterprise), ("amount", "500.00"), ("paidOn", Day(refund.Lines[0].Payments[0].PaidOn.AddDays(40))));
        On("AC16", p =>
        {
            p.Contracts.Clear();
            for (var n = 1; n <= 3; n++)
            {
                p.Contracts.Add(new($"HT-{n}", p.SignedOn.AddDays((n - 1) * draw.Next(1, 8)), Money.OfYuan(draw.Next(400, 900) * 1_000), Money.OfYuan(900_000), p.Provider));
            }
        }, p => p.Enterprise);
        On("AC18", p =>
        {
            if (i % 2 == 0)
            {
                p.Lines[^1].Category = NotCounted[i / 2 % NotCounted.Length];
            }
            else
            {
                p.Lines[^1].Description = NotRenovation[i / 2 % NotRenovation.Length];
            }
        });
        On("AC19", p =>
        {
            p.Lines.ForEach(l => (l.Category, l.Description) = ("terminal", $"专用设备 {l.Number}"));
        });
        On("AC20", p =>
        {
            var line = p.Lines.MinBy(l => l.Net)!;
            line.Net = new(line.Net.Fen * draw.Next(6, 12));
            line.Vat = Money.RoundHalfUp(line.Net.Yuan * 6 / 100);
            line.Payments[0] = line.Payments[0] with { Amount = line.Gross };
            town.Sums(p);
        });
        On("AC21", p =>
        {
            p.Lines[0].Vat = Money.RoundHalfUp(p.Lines[0].Net.Yuan * OldVat[i % OldVat.Length] / 100);
            p.Lines[0].Payments[0] = p.Lines[0].Payments[0] with { Amount = p.Lines[0].Gross };
            town.Sums(p);
        });
        On("AC30", p =>
        {
            if (i % 2 == 0)
            {
                p.Lines[0].ClaimedIn = "省级技改";
            }
            else
            {
                lab.Row("other-programmes", ("number", p.Lines[0].Number), ("programme", "工业互联网"));
            }
        });
        On("AC31", p => lab.Row("ledgers", ("enterprise", p.Enterprise), ("ledger", "固定资产投资统计"), ("invested", new Money(p.Lines.Sum(l => l.Gross.Fen) * draw.Next(30, 85) / 100).ToString())));
        var known = Take("noise");
        lab.Row("ledgers", ("enterprise", known.Enterprise), ("ledger", "固定资产投资统计"), ("invested", new Money(known.Lines.Sum(l => l.Gross.Fen) * draw.Next(97, 130) / 100).ToString()));
        On("AC41", p => p.Lines[0].Seller = DrawTown.Code("P", 107_000 + i));
        On("AC42", p =>
        {
            var fee = p.Lines.Single(l => l.Category == "implementation");
            fee.Net = new(p.Lines.Sum(l => l.Net.Fen));
            fee.Description = "系统集成服务";
            fee.Vat = Money.RoundHalfUp(fee.Net.Yuan * 6 / 100);
            fee.Payments[0] = fee.Payments[0] with { Amount = fee.Gross };
            town.Sums(p);
        });
    }

    private void PlantMoney(int i)
    {
        On("AC32", p =>
        {
            p.Rate = 0.85m + (draw.Next(0, 15) / 100m);
            town.Sums(p);
        });
        On("AC36", p =>
        {
            if (i % 2 == 0)
            {
                p.PaidTwice = true;
            }
            else
            {
                p.PayeeInstead = DrawTown.Code("E", 1_700_000 + i);
            }
        });
        On("AC39", p => (p.Fund, p.PaidOn) = ("municipal-2024", new DateOnly(2027, 1, 1).AddDays(draw.Next(0, 60))));
        if (i < 4)
        {
            var fund = $"idle-{i}";
            lab.Funds.Add((fund, "province", Money.OfYuan(5_000_000), new(2025, 1, 10), [], null));
            lab.Truth.Add(new("AC37", fund));
        }
    }

    private void PlantAwards(int i)
    {
        On("AC17", p =>
        {
            var second = town.Further(p, 1_800_000 + i);
            second.Planted = "AC17";
            lab.Cases.Add(second);
        }, p => p.Enterprise);
        On("AC22", p =>
        {
            if (i % 2 == 0)
            {
                p.Entitlement = p.Awarded = new(p.Entitlement.Fen * 112 / 100);
            }
            else
            {
                p.Awarded = new(p.Entitlement.Fen + draw.Next(1, 2_000_000));
            }
        });
        On("AC23", p => p.Audited = new(p.Eligible.Fen * draw.Next(60, 99) / 100));
        On("AC24", p =>
        {
            if (i % 2 == 0)
            {
                (p.AdvancePaid, p.AdvanceBeforeFiling) = (new(p.Entitlement.Fen / 4), true);
            }
            else
            {
                p.AdvancePaid = new(p.Entitlement.Fen * 3 / 2);
            }
        });
        On("AC33", p =>
        {
            switch (i % 3)
            {
                case 0:
                    p.Acceptor = p.Verifier;
                    break;
                case 1:
                    p.AwardApprover = p.AwardComputer;
                    break;
                default:
                    p.Verified = false;
                    break;
            }
        });
        On("AC34", p =>
        {
            switch (i % 3)
            {
                case 0:
                    p.Publicised = false;
                    break;
                case 1:
                    p.PublicityWorkingDays = draw.Next(1, 5);
                    break;
                default:
                    p.ApprovedDaysAfterPublicity = -draw.Next(0, 4);
                    break;
            }
        });
        On("AC35", p => (p.ObjectionOpen, p.ObjectionDecided) = (true, false));
        On("AC46", p =>
        {
            lab.OtherAwards.Add(new($"d-{i}", "diagnosis", p.Enterprise, i % 2 == 0 ? 1 : 2, Money.OfYuan(20_000)));
            if (i % 2 == 1)
            {
                lab.OtherAwards.Add(new($"d-{i}-b", "diagnosis", p.Enterprise, 2, Money.OfYuan(20_000)));
            }
        }, _ => $"d-{i}");
        lab.OtherAwards.Add(new($"d-honest-{i}", "diagnosis", Take("noise").Enterprise, 2, Money.OfYuan(20_000)));
        On("AC47", p =>
        {
            p.Terminated = true;
            p.Awards = false;
            p.Provider = DrawTown.Code("P", 106_000 + i);
            p.Contracts[0] = p.Contracts[0] with { Provider = p.Provider };
            p.Lines.ForEach(l => l.Payments[0] = l.Payments[0] with { Payee = p.Provider });
            lab.OtherAwards.Add(new($"s-{i}", "provider", p.Provider, null, Money.OfYuan(300_000)));
        }, _ => $"s-{i}");
        On("AC48", p => p.HasEvaluationReport = false);
    }

    private void PlantResults(int i)
    {
        On("AC25", p => lab.Outliers.Add((i % 2 == 0 ? "jump" : "same-evidence", i % 2 == 0 ? [p.Enterprise] : [p.Enterprise, Take("AC25").Enterprise], p.Evaluator)), p => p.Enterprise);
        On("AC26", p =>
        {
            if (i % 2 == 0)
            {
                p.Evaluator = p.Provider;
            }
            else
            {
                lab.Refusals.Add((p, "EvaluatorRefused", new { project = p.Project, step = "EvaluationRecorded", org = p.Provider }));
            }
        });
        On("AC27", p =>
        {
            if (i % 2 == 0)
            {
                p.AssessedOn = p.CompletedOn.AddDays(-draw.Next(1, 60));
            }
            else
            {
                p.BeforeOn = p.SignedOn.AddDays(draw.Next(1, 60));
            }
        });
        On("AC29", p => lab.Row("usage", ("project", p.Project), ("uses", "0")));
        lab.Row("usage", ("project", Take("noise").Project), ("uses", draw.Next(1, 900).ToString(CultureInfo.InvariantCulture)));
    }

    private void PlantFunds()
    {
        lab.Funds.Add(("split-1", "central", Money.OfYuan(10_000_000), new(2026, 6, 1), [("enterprise-renovation", Money.OfYuan(7_000_000)), ("platforms-and-providers", Money.OfYuan(3_000_000))], null));
        lab.Funds.Add(("split-2", "central", Money.OfYuan(10_000_000), new(2026, 6, 1), [("enterprise-renovation", Money.OfYuan(9_000_000)), ("office-running-costs", Money.OfYuan(1_000_000))], null));
        lab.Truth.Add(new("AC38", "split-1"));
        lab.Truth.Add(new("AC38", "split-2"));
    }

    /// <summary>In an earlier year one integrator had most of it, as reported of one city: by number, and in another year by value.</summary>
    private void PlantConcentration()
    {
        foreach (var (year, provider, byValue) in new[] { (2023, DrawTown.Code("P", 108_000), false), (2027, DrawTown.Code("P", 108_001), true) })
        {
            for (var n = 0; n < 40; n++)
            {
                var first = byValue ? n % 5 == 0 : n % 5 != 0;
                lab.OldContracts.Add(($"old-{year}-{n}", DrawTown.Code("E", 1_300_000 + (year * 100) + n), new DateOnly(year, 2, 1).AddDays(n * 4), first ? provider : DrawTown.Code("P", 108_100 + n), Money.OfYuan(byValue && first ? 900_000 : 100_000)));
            }

            lab.Truth.Add(new("AC40", provider));
        }
    }
}
