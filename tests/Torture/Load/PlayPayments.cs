using System.Globalization;
using System.Text;

namespace PilotCity.Torture.Load;

/// <summary>
/// The finance bureau pays what is due in batches: made, sometimes given up, signed by a second person, fetched for the bank, and answered by
/// the bank, which returns some of the transfers; those go into a later batch.
/// </summary>
internal sealed class PlayPayments(Client client, Stage stage)
{
    private const int LinesMax = 8;

    internal async Task Play(CancellationToken ct)
    {
        while (await stage.Due.Reader.WaitToReadAsync(ct))
        {
            // Whoever comes at the same moment goes into the same batch.
            await Task.Delay(client.Random.Next(50, 400), ct);
            var due = new List<Due>();
            while (due.Count < LinesMax && stage.Due.Reader.TryRead(out var one))
            {
                due.Add(one);
            }

            await Pay(due, ct);
        }
    }

    private async Task Pay(List<Due> due, CancellationToken ct)
    {
        var made = await client.Must(client.Post("batch", "finance-officer-1", $"{Stage.Funding}/payment-batches", new { awards = due.Select(d => d.Award) }), ct);
        var (id, total) = (made.Text("id"), made.Text("total"));
        if (client.Random.Next(8) == 0)
        {
            await client.Must(client.Post("batch-cancel", "finance-officer-1", $"{Stage.Funding}/payment-batches/{id}/cancellation", new { reason = "制单有误" }), ct);
            Again(due);
            return;
        }

        await client.Must(client.Post("batch-approval", "finance-approver-1", $"{Stage.Funding}/payment-batches/{id}/approval", new { count = due.Count, total }), ct);
        await client.Must(client.Post("batch-file", "finance-officer-1", $"{Stage.Funding}/payment-batches/{id}/file", new { purpose = "提交银行批量代付" }), ct);
        var lines = made.Json!.Value.GetProperty("lines").EnumerateArray()
            .Select(l => (Line: l.GetProperty("line").GetString()!, Award: l.GetProperty("award").GetString()!, Amount: l.GetProperty("amount").GetString()!)).ToArray();
        var returned = lines.Where(_ => client.Random.Next(8) == 0).Select(l => l.Award).ToHashSet(StringComparer.Ordinal);
        var at = client.Calendar.Now.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
        var result = new StringBuilder($"H,{id},{lines.Length},{total}\r\nline,status,amount,reference,paidAt,reason\r\n");
        foreach (var (line, award, amount) in lines)
        {
            result.Append(returned.Contains(award) ? $"{line},failed,{amount},,,账户状态异常\r\n" : $"{line},paid,{amount},REF{line},{at},\r\n");
        }

        result.Append(CultureInfo.InvariantCulture, $"T,{lines.Length},{total}\r\n");
        var bytes = Encoding.UTF8.GetBytes(result.ToString());
        await client.Must(client.File("batch-result", "finance-officer-1", HttpMethod.Post, $"{Stage.Funding}/payment-batches/{id}/result", bytes, "text/csv"), ct);
        if (client.Random.Next(5) == 0)
        {
            // The bank sends its file a second time, as a new message: nothing is paid twice.
            await client.Must(client.File("batch-result-again", "finance-officer-2", HttpMethod.Post, $"{Stage.Funding}/payment-batches/{id}/result", bytes, "text/csv"), ct);
        }

        Again(due.Where(d => returned.Contains(d.Award)));
        foreach (var paid in due.Where(d => !returned.Contains(d.Award)))
        {
            paid.Paid.TrySetResult();
        }
    }

    private void Again(IEnumerable<Due> due)
    {
        foreach (var one in due)
        {
            stage.Due.Writer.TryWrite(one);
        }
    }
}
