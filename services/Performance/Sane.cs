using PilotCity.Defaults;

namespace PilotCity.Performance;

/// <summary>What any step may be refused for, whatever it is about: a day that cannot be, an amount that is none, a list without end.</summary>
internal static class Sane
{
    /// <summary>Nothing in the programme, founded in 2023, is older; an earlier day is a slip of the pen.</summary>
    internal static readonly DateOnly FirstDay = new(2000, 1, 1);

    /// <summary>The day has come (read in Shanghai), and is not older than anything can be.</summary>
    internal static Fault? Day(DateOnly day, DateTimeOffset at, string path) =>
        day > ChinaTime.DayOf(at) ? InFuture(day, path)
        : day < FirstDay ? TooEarly(day, path)
        : null;

    /// <summary>The instant has come.</summary>
    internal static Fault? Moment(DateTimeOffset moment, DateTimeOffset at, string path) =>
        moment > at ? InFuture(ChinaTime.DayOf(moment), path)
        : ChinaTime.DayOf(moment) < FirstDay ? TooEarly(ChinaTime.DayOf(moment), path)
        : null;

    /// <summary>The first day is not after the second.</summary>
    internal static Fault? Order(DateOnly first, Text firstName, DateOnly second, Text secondName, string path) => first <= second ? null : new(
        FaultKind.Refused, "date.out_of_order",
        new Text($"{secondName.Zh}（{second:yyyy-MM-dd}）早于{firstName.Zh}（{first:yyyy-MM-dd}），请核对。", $"{secondName.En} ({second:yyyy-MM-dd}) is before {firstName.En} ({first:yyyy-MM-dd}); check both."))
    {
        Details = [new(path, "date.out_of_order", new Text("日期先后有误。", "The order of the days is wrong."))],
    };

    internal static Fault? Positive(Money amount, string path) => amount > Money.Zero ? null : Place(
        FaultKind.Invalid, "amount.not_positive", path, new Text("金额必须大于 0。", "The amount must be above 0."));

    internal static Fault? Count(int count, int min, int max, string path) => count >= min && count <= max ? null : Place(
        FaultKind.Invalid, "list.size", path, new Text($"此处应有 {min} 到 {max} 项，实际 {count} 项。", $"{min} to {max} items are asked for here, not {count}."));

    internal static Fault? Level(int level, string path) => level is >= 0 and <= 4 ? null : Place(
        FaultKind.Invalid, "level.out_of_range", path, new Text("数字化水平应为 0（无）到 4 级。", "The digital level is 0 (none) to 4."));

    private static Fault InFuture(DateOnly day, string path) => Place(
        FaultKind.Refused, "date.in_future", path, new Text($"日期 {day:yyyy-MM-dd} 尚未到来。", $"The day {day:yyyy-MM-dd} has not come yet."));

    private static Fault TooEarly(DateOnly day, string path) => Place(
        FaultKind.Refused, "date.too_early", path, new Text($"日期 {day:yyyy-MM-dd} 早于 {FirstDay:yyyy-MM-dd}，请核对。", $"The day {day:yyyy-MM-dd} is before {FirstDay:yyyy-MM-dd}; check it."));

    private static Fault Place(FaultKind kind, string code, string path, Text message) => new(kind, code, message) { Details = [new(path, code, message)] };
}

/// <summary>Days by the name under which a person knows them.</summary>
internal static class DayNames
{
    internal static readonly Text Signing = new("合同签订日", "the day of signing");
    internal static readonly Text DownPayment = new("首付款支付日", "the day of the down payment");
    internal static readonly Text Filing = new("备案日", "the day of filing");
    internal static readonly Text Completion = new("完工日", "the day of completion");
    internal static readonly Text Application = new("申请验收日", "the day of the application for acceptance");
    internal static readonly Text Visit = new("现场核查日", "the day of the visit");
    internal static readonly Text Evaluation = new("评测完成日", "the day of the evaluation");
    internal static readonly Text Audit = new("专项审计完成日", "the day of the audit");
    internal static readonly Text Acceptance = new("通过验收日", "the day of acceptance");
    internal static readonly Text PublicityBegin = new("公示开始日", "the first day of publicity");
    internal static readonly Text PublicityEnd = new("公示结束日", "the last day of publicity");
    internal static readonly Text PoolEntry = new("入池日", "the day of admission");
    internal static readonly Text PoolBreak = new("暂停日", "the day of suspension");
    internal static readonly Text PoolReturn = new("恢复日", "the day of reinstatement");
    internal static readonly Text PoolExit = new("退出日", "the day of exit");
}
