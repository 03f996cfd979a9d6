using System.Text;
using PilotCity.Funding.PaymentBatches;

namespace PilotCity.Funding.Tests.PaymentBatches;

public class BankResultFileTests
{
    private const string Paid = "b-001,paid,10.00,R1,2026-07-14T01:00:00+08:00,";

    private static string? Code(byte[] file) => BankResultFile.Read(file).Fault?.Details[0].Code;

    [Fact]
    public void A_result_is_read_with_and_without_a_byte_order_mark_and_with_either_line_end()
    {
        var file = Encoding.UTF8.GetString(Town.Csv("b", Paid, "b-002,failed,0.01,,,\"户名,\"\"不符\"\"\""));
        foreach (var variant in new[] { file, "\uFEFF" + file, file.Replace("\r\n", "\n", StringComparison.Ordinal), file.TrimEnd() })
        {
            var read = BankResultFile.Read(Encoding.UTF8.GetBytes(variant));
            Assert.True(read.Ok, read.Fault?.Message.En);
            Assert.Equal(("b", 2, "户名,\"不符\""), (read.Value.Batch, read.Value.Lines.Count, read.Value.Lines[1].Reason));
            Assert.Equal(("row 3", "row 4"), (read.Value.Lines[0].Place, read.Value.Lines[1].Place));
        }
    }

    [Theory]
    [InlineData("b-001,PAID,10.00,R1,2026-07-14T01:00:00+08:00,", "bank_result.status")]
    [InlineData("b-001,paid,10.001,R1,2026-07-14T01:00:00+08:00,", "bank_result.amount")]
    [InlineData("b-001,paid,0.00,R1,2026-07-14T01:00:00+08:00,", "bank_result.amount")]
    [InlineData("b-001,paid,1e3,R1,2026-07-14T01:00:00+08:00,", "bank_result.amount")]
    [InlineData("b-001,paid,10.00,,2026-07-14T01:00:00+08:00,", "bank_result.reference")]
    [InlineData("b-001,paid,10.00,R1,2026-07-14,", "bank_result.paid_at")]
    [InlineData("b-001,paid,10.00,R1,2026-07-14T01:00:00+08:00,x", "bank_result.reason")]
    [InlineData("b-001,failed,10.00,,,", "bank_result.reason")]
    [InlineData("b-001,failed,10.00,R1,,x", "bank_result.reference")]
    [InlineData("b-001,paid,10.00", "bank_result.columns")]
    [InlineData("b-001,paid,10.00,\"R1,2026-07-14T01:00:00+08:00,", "bank_result.quotes")]
    [InlineData("b-001,paid,10.00,R\"1,2026-07-14T01:00:00+08:00,", "bank_result.quotes")]
    public void A_wrong_row_is_named_with_its_reason(string row, string code)
    {
        var read = BankResultFile.Read(Town.Csv("b", row));

        Assert.Equal("bank_result.has_errors", read.Fault?.Code);
        Assert.Equal((code, "row 3"), (read.Fault!.Details[0].Code, read.Fault.Details[0].Path));
    }

    [Fact]
    public void Control_totals_must_hold()
    {
        Assert.Equal("bank_result.totals", Code(Town.Csv("b", "10.01", [Paid])));
        Assert.Equal("bank_result.totals", Code(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Town.Csv("b", Paid)).Replace("T,1,", "T,2,", StringComparison.Ordinal))));
        Assert.Null(Code(Town.Csv("b", Paid)));
    }

    [Fact]
    public void A_line_and_a_reference_stand_once()
    {
        Assert.Equal("bank_result.line_repeated", Code(Town.Csv("b", Paid, Paid.Replace("R1", "R2", StringComparison.Ordinal))));
        Assert.Equal("bank_result.reference_repeated", Code(Town.Csv("b", Paid, Paid.Replace("b-001", "b-002", StringComparison.Ordinal))));
    }

    [Fact]
    public void What_is_no_result_file_is_refused_as_one()
    {
        Assert.Equal("bank_result.shape", Code([]));
        Assert.Equal("bank_result.shape", Code("PK\u0003\u0004 not a csv"u8.ToArray()));
        Assert.Equal("bank_result.shape", Code(Town.Csv("b")));
        Assert.Equal("bank_result.encoding", Code([0xC6, 0xDA, 0xB8, 0xB6]));
        string[] rows = [.. Enumerable.Range(1, PaymentBatch.LinesMax + 1).Select(i => $"b-{i},failed,1.00,,,x")];
        Assert.Equal("bank_result.too_long", Code(Town.Csv("b", rows)));
        Assert.Null(Code(Town.Csv("b", rows[1..])));
    }
}
