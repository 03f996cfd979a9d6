using PilotCity.Defaults;

namespace PilotCity.City.Demonstration;

/// <summary>What is special about a project of the demonstration.</summary>
internal enum Twist
{
    None,

    /// <summary>One invoice was issued before the window: it does not count.</summary>
    InvoiceOutsideWindow,

    /// <summary>An invoice of another project is claimed once more: refused, on record.</summary>
    InvoiceTwice,

    /// <summary>Whoever computed the award tries to approve it: refused, on record.</summary>
    ApproverIsHandler,

    /// <summary>The special audit finds less than was claimed.</summary>
    AuditedLower,

    /// <summary>The bank returns the first transfer; it is repeated.</summary>
    TransferFails,
}

/// <summary>One renovation as the story tells it. Money is in yuan; the award is what 龙工信规〔2025〕2号 gives for it.</summary>
/// <param name="Spend">Gross spend, invoiced and paid.</param>
/// <param name="DownPayment">What the contract asks for at once; an advance stands on it.</param>
internal sealed record DemonstrationProject(
    int Enterprise, int Provider, long Spend, long DownPayment, bool Advance, int LevelAfter, long Award, Text Why, Twist Twist = Twist.None)
{
    internal static readonly IReadOnlyList<DemonstrationProject> All =
    [
        new(0, 0, 400_000, 120_000, false, 2, 200_000, new("二级，50%为20万元，低于上限25万元", "level 2: 50% is 200,000, below the cap of 250,000")),
        new(1, 0, 600_000, 180_000, true, 2, 250_000, new("二级，50%为30万元，按上限25万元", "level 2: 50% is 300,000, held to the cap of 250,000")),
        new(2, 1, 600_000, 200_000, true, 3, 300_000, new("三级，50%为30万元，低于上限35万元", "level 3: 50% is 300,000, below the cap of 350,000")),
        new(3, 1, 800_000, 240_000, false, 3, 350_000, new("三级，50%为40万元，按上限35万元", "level 3: 50% is 400,000, held to the cap of 350,000")),
        new(4, 2, 800_000, 500_000, true, 4, 400_000, new("四级，50%为40万元，低于上限45万元；预拨按上限15万元", "level 4: 50% is 400,000, below the cap of 450,000; the advance is held to 150,000")),
        new(5, 2, 1_000_000, 300_000, false, 4, 450_000, new("四级，50%为50万元，按上限45万元", "level 4: 50% is 500,000, held to the cap of 450,000")),
        new(6, 0, 600_000, 300_000, true, 1, 0, new("改造后仍为一级，不予奖补，已预拨的12万元全部追回", "level 1 afterwards: nothing, and the advance of 120,000 comes back")),
        new(7, 1, 500_000, 150_000, false, 2, 175_000, new("一张15万元的发票早于窗口期，不计入", "one invoice of 150,000 is older than the window and does not count"), Twist.InvoiceOutsideWindow),
        new(8, 2, 420_000, 120_000, false, 2, 210_000, new("曾重复申报他人发票，被拒并留痕；以本企业发票核定", "tried to claim another's invoice: refused and on record; the award stands on its own invoices"), Twist.InvoiceTwice),
        new(9, 0, 360_000, 100_000, false, 3, 180_000, new("审批人与经办人为同一人，被拒并留痕；换人审批", "its handler tried to approve it: refused and on record; another person approved"), Twist.ApproverIsHandler),
        new(10, 1, 600_000, 180_000, true, 2, 140_000, new("专项审计认定28万元，低于申报的60万元", "the special audit finds 280,000 of the 600,000 claimed"), Twist.AuditedLower),
        new(11, 2, 480_000, 150_000, false, 2, 240_000, new("首次转账被退回，改后重付", "the first transfer comes back and is repeated"), Twist.TransferFails),
    ];

    /// <summary>What the advance is: 40% of the down payment, at most 15万元.</summary>
    internal long AdvanceAmount => Advance ? Math.Min(DownPayment * 4 / 10, 150_000) : 0;

    internal long AuditedSpend => Twist == Twist.AuditedLower ? 280_000 : Twist == Twist.InvoiceOutsideWindow ? 350_000 : Spend;

    internal long PaidInTheEnd => Math.Max(Award, 0);

    internal long Recovery => Math.Max(0, AdvanceAmount - Award);
}
