using System.Globalization;
using PilotCity.Defaults;

namespace PilotCity.Registry.Enterprises;

/// <summary>The four size classes of enterprises (微型, 小型, 中型, 大型).</summary>
internal enum Size
{
    Micro,
    Small,
    Medium,
    Large,
}

/// <summary>
/// Size class by 工信部联企业〔2011〕300号, article 4, with the industries by their codes of GB/T 4754-2017
/// (as in the statistical rule of 2017): an enterprise is in a class if it reaches every lower limit of it that
/// its industry has, otherwise it falls to the next lower class.
/// </summary>
internal static class SizeClass
{
    private const string Document = "工信部联企业〔2011〕300号";

    /// <summary>Lower limits of small, medium and large.</summary>
    private sealed record Limits(long Small, long Medium, long Large);

    /// <summary>One industry of article 4: first and last class code it covers; staff in persons, revenue and assets in 万元.</summary>
    private sealed record Industry(string Paragraph, string Name, (int First, int Last)[] Codes, Limits? Staff = null, Limits? Revenue10K = null, Limits? Assets10K = null);

    private static readonly Industry[] Industries =
    [
        new("（一）", "农、林、牧、渔业", [(0100, 0599)], Revenue10K: new(50, 500, 20_000)),
        new("（二）", "工业", [(0600, 4699)], Staff: new(20, 300, 1_000), Revenue10K: new(300, 2_000, 40_000)),
        new("（三）", "建筑业", [(4700, 5099)], Revenue10K: new(300, 6_000, 80_000), Assets10K: new(300, 5_000, 80_000)),
        new("（四）", "批发业", [(5100, 5199)], Staff: new(5, 20, 200), Revenue10K: new(1_000, 5_000, 40_000)),
        new("（五）", "零售业", [(5200, 5299)], Staff: new(10, 50, 300), Revenue10K: new(100, 500, 20_000)),
        // Without railways (53); loading and unloading (591) belongs here, the rest of 59 to warehousing.
        new("（六）", "交通运输业", [(5400, 5899), (5910, 5919)], Staff: new(20, 300, 1_000), Revenue10K: new(200, 3_000, 30_000)),
        new("（七）", "仓储业", [(5920, 5999)], Staff: new(20, 100, 200), Revenue10K: new(100, 1_000, 30_000)),
        new("（八）", "邮政业", [(6000, 6099)], Staff: new(20, 300, 1_000), Revenue10K: new(100, 2_000, 30_000)),
        new("（九）", "住宿业", [(6100, 6199)], Staff: new(10, 100, 300), Revenue10K: new(100, 2_000, 10_000)),
        new("（十）", "餐饮业", [(6200, 6299)], Staff: new(10, 100, 300), Revenue10K: new(100, 2_000, 10_000)),
        new("（十一）", "信息传输业", [(6300, 6499)], Staff: new(10, 100, 2_000), Revenue10K: new(100, 1_000, 100_000)),
        new("（十二）", "软件和信息技术服务业", [(6500, 6599)], Staff: new(10, 100, 300), Revenue10K: new(50, 1_000, 10_000)),
        new("（十三）", "房地产开发经营", [(7010, 7019)], Revenue10K: new(100, 1_000, 200_000), Assets10K: new(2_000, 5_000, 10_000)),
        new("（十四）", "物业管理", [(7020, 7029)], Staff: new(100, 300, 1_000), Revenue10K: new(500, 1_000, 5_000)),
        new("（十五）", "租赁和商务服务业", [(7100, 7299)], Staff: new(10, 100, 300), Assets10K: new(100, 8_000, 120_000)),
        // Research, public facilities, resident services, social work, culture; agents and others of real estate, but not letting one's own (704).
        new("（十六）", "其他未列明行业", [(7030, 7039), (7090, 7099), (7300, 8299), (8500, 9099)], Staff: new(10, 100, 300)),
    ];

    /// <summary>The class, and the paragraph it comes from; nothing for industries that the document leaves out (finance, railways, education, health, public bodies).</summary>
    public static (Size Size, string Clause)? Of(string industryCode, int staff, Money revenue, Money assets)
    {
        var code = int.Parse(industryCode, NumberStyles.None, CultureInfo.InvariantCulture);
        foreach (var industry in Industries)
        {
            if (industry.Codes.Any(range => code >= range.First && code <= range.Last))
            {
                var size = Lowest(
                    Reached(staff, industry.Staff, unit: 1),
                    Reached(revenue.Fen, industry.Revenue10K, unit: 1_000_000),
                    Reached(assets.Fen, industry.Assets10K, unit: 1_000_000));
                return (size, $"{Document} 第四条{industry.Paragraph}{industry.Name}");
            }
        }

        return null;
    }

    /// <summary>The highest class whose limit this figure reaches; a figure that the industry does not ask for holds nothing down.</summary>
    private static Size Reached(long figure, Limits? limits, long unit) =>
        limits is null || figure >= limits.Large * unit ? Size.Large
        : figure >= limits.Medium * unit ? Size.Medium
        : figure >= limits.Small * unit ? Size.Small
        : Size.Micro;

    private static Size Lowest(Size a, Size b, Size c) => (Size)Math.Min((int)a, Math.Min((int)b, (int)c));
}
