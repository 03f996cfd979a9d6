using PilotCity.Defaults;

namespace PilotCity.Oversight.MoneyPaths;

/// <summary>Stations and movements of money in the words of people.</summary>
internal static class WordOfMoney
{
    private static readonly Dictionary<string, Text> Movements = new(StringComparer.Ordinal)
    {
        ["received"] = new("下达", "received"),
        ["split"] = new("分配", "split"),
        ["reserved"] = new("预留", "reserved"),
        ["approved"] = new("批准", "approved"),
        ["frozen"] = new("入批", "in a batch"),
        ["paid"] = new("拨付", "paid"),
        ["failed"] = new("支付失败", "failed"),
        ["released"] = new("移出批次", "released"),
        ["returned"] = new("银行退回", "returned by the bank"),
        ["withdrawn"] = new("撤回", "withdrawn"),
        ["expired"] = new("过期", "expired"),
        ["outcome-missed"] = new("成效未达", "outcome missed"),
        ["freed"] = new("释放", "freed"),
        ["due"] = new("应退", "due back"),
        ["clawed-back"] = new("追回", "clawed back"),
        ["recovered"] = new("已退回", "recovered"),
        ["written-off"] = new("核销", "written off"),
        ["returned-to-source"] = new("上缴", "to the source"),
    };

    private static readonly Dictionary<string, Text> Names = new(StringComparer.Ordinal)
    {
        ["central"] = new("中央", "central"),
        ["provincial"] = new("省级", "provincial"),
        ["municipal"] = new("市级", "municipal"),
        ["district"] = new("区县", "district"),
        ["renovation"] = new("企业改造", "renovation"),
        ["services"] = new("平台与服务", "services"),
    };

    public static Text Of(string movement) => Movements.TryGetValue(movement, out var text) ? text : new(movement, movement);

    public static Text OfName(string name) => Names.TryGetValue(name, out var text) ? text : new(name, name);

    public static Text Of(StationKind kind) => kind switch
    {
        StationKind.Source => new("资金来源", "Source"),
        StationKind.Fund => new("资金", "Fund"),
        StationKind.Pool => new("用途池", "Pool"),
        StationKind.Award => new("奖补", "Award"),
        StationKind.Payment => new("款项", "Payment"),
        StationKind.Line => new("批次内的一笔", "Line of a batch"),
        StationKind.Paid => new("已到账", "Paid to"),
        StationKind.Recovery => new("应退资金", "To be recovered"),
        StationKind.WrittenOff => new("已核销", "Written off"),
        StationKind.Vouchers => new("服务券", "Vouchers"),
        StationKind.Contracts => new("合同与订单", "Contracts"),
        StationKind.Others => new("其他奖补", "Other awards"),
    };
}
