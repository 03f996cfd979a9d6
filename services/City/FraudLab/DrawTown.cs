using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PilotCity.Defaults;

namespace PilotCity.City.FraudLab;

/// <summary>
/// Draws an honest city of the given size: 40 providers, one project for nearly every enterprise, with the odd but honest things of life among them: contracts without rests, standard
/// prices with neighbouring invoice numbers, young enterprises, dear variants, little own money, an agent for two.
/// </summary>
internal sealed class DrawTown(Random draw)
{
    private const int ProvidersCount = 40;

    /// <summary>Products with their usual net price in yuan.</summary>
    private static readonly (string Category, string Description, int NetYuan)[] Products =
    [
        ("software-licence", "制造执行系统", 180_000), ("software-licence", "企业资源计划系统", 150_000), ("software-licence", "仓储管理系统", 90_000), ("software-development", "接口开发", 60_000),
        ("cloud", "云主机年费", 40_000), ("cloud", "工业云平台年费", 50_000), ("gateway", "边缘网关", 30_000), ("terminal", "车间终端", 25_000), ("data-storage", "数据服务器", 45_000),
    ];

    public IReadOnlyList<string> Providers { get; } = [.. Enumerable.Range(0, ProvidersCount).Select(n => Code("P", n))];

    private readonly Dictionary<string, long> numbers = new(StringComparer.Ordinal);

    /// <summary>A credit code with its check character; the same number gives the same code.</summary>
    public static string Code(string kind, int number)
    {
        var first = $"91350800M{(kind == "P" ? 'P' : 'E')}{number.ToString("0000000", CultureInfo.InvariantCulture)}";
        return first + CreditCodes.CheckCharacter(first);
    }

    public static string Sha256Of(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public List<CasePlan> Draw(int enterprises)
    {
        var cases = Enumerable.Range(0, enterprises).Select(Honest).ToList();
        OddButHonest(cases);
        return cases;
    }

    public CasePlan Further(CasePlan of, int number) => Filled(Base(of.Enterprise, number, of.ListedOn, of.FoundedOn, Other(of.Provider)), further: true);

    public string Other(string provider)
    {
        string other;
        do
        {
            other = Providers[draw.Next(Providers.Count)];
        }
        while (other == provider);

        return other;
    }

    /// <summary>Numbers of a seller go up; those of different sellers have nothing in common.</summary>
    public string Number(string seller)
    {
        var last = numbers.TryGetValue(seller, out var known) ? known : draw.NextInt64(10_000_000_000, 90_000_000_000);
        numbers[seller] = last + draw.Next(150, 900_000);
        return $"26{seller[9..15]}{numbers[seller].ToString(CultureInfo.InvariantCulture)}";
    }

    public DateOnly After(DateOnly day, int least, int most) => day.AddDays(draw.Next(least, most + 1));

    private CasePlan Honest(int number)
    {
        var listed = new DateOnly(2024, 9, 1).AddDays(draw.Next(0, 120));
        var plan = Base(Code("E", number), number, listed, listed.AddDays(-draw.Next(800, 7_000)), Providers[draw.Next(Providers.Count)]);
        if (draw.Next(100) < 4)
        {
            plan.NoProject = true;
            return plan;
        }

        return Filled(plan, further: false);
    }

    private CasePlan Base(string enterprise, int number, DateOnly listed, DateOnly founded, string provider)
    {
        var before = After(listed, 5, 40);
        var signed = After(before, 3, 150);
        var completed = After(signed, 120, 300);
        var assessed = After(completed, 0, 40);
        return new()
        {
            Enterprise = enterprise,
            Project = $"p{number.ToString("0000", CultureInfo.InvariantCulture)}",
            Provider = provider,
            ListedOn = listed,
            FoundedOn = founded,
            Size = draw.Next(3) switch { 0 => "micro", 1 => "small", _ => "medium" },
            BeforeOn = before,
            SignedOn = signed,
            MilestoneOn = After(signed, 10, 90),
            FiledOn = After(signed, 1, 20),
            CompletedOn = completed,
            AssessedOn = assessed,
            AcceptedOn = After(assessed, 5, 30),
            EnterpriseAccount = $"e-{number}",
            ProviderAccount = $"v-{provider[10..17]}",
            PhotoSha256 = Sha256Of($"photo {number}"),
            Verifier = $"district-{number % 7}",
        };
    }

    private CasePlan Filled(CasePlan plan, bool further)
    {
        plan.FurtherProject = further;
        foreach (var (category, description, usual) in Products.OrderBy(_ => draw.Next()).Take(draw.Next(2, 5)).Append(("implementation", "实施服务", 20_000)))
        {
            var net = new Money((long)(usual * 100 * (0.6 + (draw.NextDouble() * 1.0))));
            var percent = category is "gateway" or "terminal" or "data-storage" or "software-licence" ? 13 : 6;
            plan.Lines.Add(new()
            {
                Category = category,
                Description = description,
                Number = Number(plan.Provider),
                IssuedOn = After(plan.SignedOn, draw.Next(10) == 0 ? 0 : 5, 100),
                Net = net,
                Vat = Money.RoundHalfUp(net.Yuan * percent / 100),
            });
        }

        foreach (var line in plan.Lines)
        {
            line.Payments.Add(new(After(line.IssuedOn, 0, 19), line.Gross, plan.Enterprise, plan.Provider));
        }

        Sums(plan);
        return plan;
    }

    /// <summary>Contract and award as the lines ask for them.</summary>
    public void Sums(CasePlan plan)
    {
        var spend = new Money(plan.Lines.Sum(l => l.Gross.Fen));
        var amount = draw.Next(2) == 0 ? spend : new Money(spend.Fen * 105 / 100);
        plan.Contracts.Clear();
        plan.Contracts.Add(new("HT-1", plan.SignedOn, amount, new(amount.Fen * draw.Next(100, 121) / 100), plan.Provider));
        plan.Eligible = spend;
        plan.Audited = draw.Next(3) == 0 ? null : spend;
        plan.Entitlement = plan.Awarded = Money.RoundHalfUp(spend.Yuan * plan.Rate);
        plan.PaidOn = After(plan.AcceptedOn, 60, 120);
        if (draw.Next(6) == 0)
        {
            plan.ObjectionDecided = true;
        }
    }

    /// <summary>What looks a little like something and is nothing.</summary>
    private void OddButHonest(List<CasePlan> cases)
    {
        var with = cases.Where(c => !c.NoProject).OrderBy(_ => draw.Next()).ToList();
        for (var i = 0; i < 10; i += 2)
        {
            // A standard price, invoiced on the same day to two customers, with numbers near each other.
            var (a, b) = (with[i].Lines[0], with[i + 1].Lines[0]);
            (with[i + 1].Provider, b.Net, b.Vat, b.IssuedOn, b.Category, b.Description) = (with[i].Provider, a.Net, a.Vat, a.IssuedOn > with[i + 1].SignedOn ? a.IssuedOn : with[i + 1].SignedOn, a.Category, a.Description);
            b.Number = i < 4 ? string.Concat(a.Number.AsSpan(0, a.Number.Length - 1), a.Number[^1] == '9' ? "8" : "9") : Number(with[i].Provider);
            foreach (var line in with[i + 1].Lines)
            {
                line.Payments.Clear();
                line.Payments.Add(new(After(line.IssuedOn, 0, 19), line.Gross, with[i + 1].Enterprise, with[i].Provider));
            }

            Sums(with[i + 1]);
        }

        foreach (var young in with[10..13])
        {
            young.FoundedOn = young.ListedOn.AddDays(-draw.Next(200, 360));
        }

        foreach (var dear in with[13..16])
        {
            dear.Lines[0].Net = new(dear.Lines[0].Net.Fen * 3);
            dear.Lines[0].Vat = Money.RoundHalfUp(dear.Lines[0].Net.Yuan * 13 / 100);
            dear.Lines[0].Payments[0] = dear.Lines[0].Payments[0] with { Amount = dear.Lines[0].Gross };
            Sums(dear);
        }

        foreach (var poor in with[16..19])
        {
            // A rule that pays much leaves little to pay oneself.
            poor.Rate = 0.82m;
            Sums(poor);
        }

        with[20].EnterpriseAccount = with[19].EnterpriseAccount;
        foreach (var cleared in with[21..27])
        {
            (cleared.CreditListedOn, cleared.CreditClearedOn) = (cleared.ListedOn.AddDays(10), cleared.ListedOn.AddDays(20));
        }

        foreach (var worded in with[27..29])
        {
            worded.Lines[0].Description = "设备运维服务平台";
        }
    }
}
