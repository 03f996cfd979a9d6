using PilotCity.Defaults.Workbooks;

namespace PilotCity.Defaults.Tests.Workbooks;

/// <summary>Alone: one of these measures the memory of the process, and other tests take some.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MemoryGroup
{
    public const string Name = "memory";
}

[Collection(MemoryGroup.Name)]
public class WorkbookWriterTests
{
    private static async Task<WorkbookReader> Written(string name, int rowsMax, params string?[][] rows)
    {
        using var file = new MemoryStream();
        await using (var workbook = new WorkbookWriter(file, name, ["id", "名称"], rowsMax))
        {
            foreach (var row in rows)
            {
                await workbook.Row(row);
            }
        }

        var read = WorkbookReader.Open(file.ToArray());
        Assert.True(read.Ok, read.Fault?.Message.En);
        return read.Value;
    }

    private static string[][] Texts(WorkbookReader workbook, Sheet sheet)
    {
        var rows = new List<string[]>();
        Assert.Null(workbook.ReadRows(sheet, row =>
        {
            rows.Add([.. row.Cells.Select(c => c.Text)]);
            return true;
        }));
        return [.. rows];
    }

    [Fact]
    public async Task What_is_written_is_read_again_as_text()
    {
        using var workbook = await Written("awards", 100, ["p-1", "=1+1 <&> \"甲\""], ["p-2", "a\u0001b\tc"], ["p-3", "_x0041_ _x_"]);

        var sheet = Assert.Single(workbook.Sheets);
        Assert.Equal("awards", sheet.Name);
        Assert.Equal([["id", "名称"], ["p-1", "=1+1 <&> \"甲\""], ["p-2", "ab\tc"], ["p-3", "_x0041_ _x_"]], Texts(workbook, sheet).Select(r => r.Where(c => c.Length > 0).ToArray()));
    }

    [Fact]
    public async Task A_full_sheet_is_followed_by_another_under_the_same_headings()
    {
        using var workbook = await Written("n", 3, ["1", "a"], ["2", "b"], ["3", "c"], ["4", "d"], ["5", "e"]);

        Assert.Equal(["n", "n 2", "n 3"], workbook.Sheets.Select(s => s.Name));
        Assert.Equal([["id", "名称"], ["5", "e"]], Texts(workbook, workbook.Sheets[2]));
    }

    [Fact]
    public async Task No_rows_are_a_sheet_of_headings_and_a_cell_holds_as_much_as_one_may()
    {
        using (var empty = await Written("n", 3))
        {
            Assert.Equal([["id", "名称"]], Texts(empty, empty.Sheets[0]));
        }

        using var full = await Written("n", 3, [new string('字', WorkbookWriter.CellCharsMax + 1), "x"]);
        Assert.Equal(WorkbookWriter.CellCharsMax, Texts(full, full.Sheets[0])[1][0].Length);
    }

    [Fact]
    public async Task More_rows_than_a_sheet_holds_are_written_in_memory_that_does_not_grow()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        long peak = 0;
        await using (var workbook = new WorkbookWriter(Stream.Null, "rows", ["id", "enterprise", "amount"]))
        {
            for (var i = 0; i <= WorkbookWriter.RowsMax; i++)
            {
                await workbook.Row([$"p-{i}", "91350800MA2XNF1A0X", "200000.00"]);
                if (i % 100_000 == 0)
                {
                    peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true) - before);
                }
            }
        }

        Assert.InRange(peak, 0, 16 << 20);
    }
}
