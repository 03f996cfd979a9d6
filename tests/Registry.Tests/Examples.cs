using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Registry.Enterprises;
using PilotCity.Registry.PilotLists;

namespace PilotCity.Registry.Tests;

/// <summary>Enterprises in the states that tests begin from, made by folding events.</summary>
internal static class Examples
{
    public const string Uscc = "91350825MAW5MTJ0XQ";

    /// <summary>Noon of 30 June 2025 in Shanghai.</summary>
    public static readonly DateTimeOffset At = new(2025, 6, 30, 4, 0, 0, TimeSpan.Zero);

    public static readonly Actor Officer = new(Role.BureauOfficer, "bureau-officer-1", "350800-bureau");

    public static readonly PersonalRef Contact = new("c0", "aa");

    public static readonly PersonalRef Phone = new("d0", "bb");

    public static readonly EnterpriseFacts Facts = new(
        "龙岩湛嶂针织有限公司", "连城县", "350825", "化纤与针织", "1761", 52, Money.Parse("61818000.00"), Money.Parse("27199900.00"), true,
        new(2019, 12, 22), DayPrecision.Day, Tier.Innovative, Size.Small, "工信部联企业〔2011〕300号 第四条（二）工业", 2024);

    public static readonly EnterpriseListed Listed = new(Uscc, "l1", new(2025, 6, 1), Facts, Contact, Phone);

    public static Enterprise After(params object[] events)
    {
        var state = Enterprise.Noun.Initial;
        for (var at = 0; at < events.Length; at++)
        {
            state = Enterprise.Noun.Apply(state, events[at], new(Officer, At, at + 1, at + 1, $"enterprise/{Uscc}"));
        }

        return state;
    }

    public static DateOnly Day(int month, int day) => new(2025, month, day);
}
