using System.Globalization;
using System.IO.Compression;
using System.Text;
using PilotCity.Defaults;

namespace PilotCity.Torture.Load;

/// <summary>An enterprise that the run made up.</summary>
internal sealed record Enterprise(string Uscc, string Name, string District)
{
    internal string Account => $"enterprise:{Uscc}";

    internal string DistrictOfficer => $"district-officer-{District}-1";
}

/// <summary>Makes up enterprises and writes them into pilot lists, as a bureau's workbook has them.</summary>
internal static class PilotLists
{
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Package = "http://schemas.openxmlformats.org/package/2006/relationships";

    private static readonly (string Code, string Name)[] Districts =
        [("350802", "新罗区"), ("350803", "永定区"), ("350821", "长汀县"), ("350823", "上杭县"), ("350824", "武平县"), ("350825", "连城县"), ("350881", "漳平市")];

    private static readonly string[] Headings =
        ["序号", "企业名称", "统一社会信用代码", "所属区县", "细分行业", "国民经济行业代码", "从业人员(人)", "营业收入(万元)", "资产总额(万元)", "是否规上", "优质企业梯度", "成立日期", "联系人", "联系电话"];

    internal static Enterprise MakeUp(Random random)
    {
        var district = Districts[random.Next(Districts.Length)];
        var first17 = $"91{district.Code}" + new string([.. Enumerable.Range(0, 9).Select(_ => CreditCodes.Alphabet[random.Next(CreditCodes.Alphabet.Length)])]);
        var uscc = first17 + CreditCodes.CheckCharacter(first17);
        return new(uscc, $"龙岩{uscc[^8..]}电子有限公司", district.Code);
    }

    internal static byte[] Write(IEnumerable<Enterprise> enterprises, Random random)
    {
        var rows = new StringBuilder();
        Row(1, Headings);
        foreach (var (e, i) in enterprises.Select((e, i) => (e, i)))
        {
            var district = Districts.First(d => d.Code == e.District).Name;
            Row(
                i + 2,
                $"{i + 1}", e.Name, e.Uscc, district, "电子元器件及材料", "3841",
                random.Next(30, 280).ToString(CultureInfo.InvariantCulture), random.Next(2_100, 30_000).ToString(CultureInfo.InvariantCulture), random.Next(500, 30_000).ToString(CultureInfo.InvariantCulture),
                "是", "创新型", "2012-03-20", "邱珩安", $"0597-9{random.Next(1_000_000):000000}");
        }

        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Part("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>");
            Part("_rels/.rels", $"<Relationships xmlns=\"{Package}\"><Relationship Id=\"rId1\" Type=\"{Office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
            Part("xl/workbook.xml", $"<workbook xmlns=\"{Main}\" xmlns:r=\"{Office}\"><sheets><sheet name=\"名单\" sheetId=\"1\" r:id=\"s0\"/></sheets></workbook>");
            Part("xl/_rels/workbook.xml.rels", $"<Relationships xmlns=\"{Package}\"><Relationship Id=\"s0\" Type=\"{Office}/worksheet\" Target=\"worksheets/sheet0.xml\"/></Relationships>");
            Part("xl/worksheets/sheet0.xml", $"<worksheet xmlns=\"{Main}\"><sheetData>{rows}</sheetData></worksheet>");

            void Part(string name, string xml)
            {
                using var writer = new StreamWriter(zip.CreateEntry(name).Open(), new UTF8Encoding(false));
                writer.Write(xml);
            }
        }

        return file.ToArray();

        void Row(int number, params string[] cells)
        {
            rows.Append(CultureInfo.InvariantCulture, $"<row r=\"{number}\">");
            for (var i = 0; i < cells.Length; i++)
            {
                rows.Append(CultureInfo.InvariantCulture, $"<c r=\"{(char)('A' + i)}{number}\" t=\"inlineStr\"><is><t>{cells[i]}</t></is></c>");
            }

            rows.Append("</row>");
        }
    }
}
