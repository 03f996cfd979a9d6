using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;
using PilotCity.Defaults.Slices;
using PilotCity.Defaults.Workbooks;

namespace PilotCity.Assessment.AnswerWorkbooks;

/// <summary>
/// Makes the workbook in which the answers of many enterprises are filled in: a guide, a sheet per instrument asked for (the path's and those of
/// <c>and</c>), a row per enterprise, and hidden what it was made for. Faults: <c>instrument.unknown</c>, <c>instrument.incomplete</c>, <c>answer_workbook.too_wide</c>, request.query.
/// </summary>
internal static class MakeWorkbook
{
    /// <summary>Instruments of one workbook: nobody fills more questionnaires at once, and each brings a sheet.</summary>
    public const int SheetsMax = 5;

    internal static void Map(Routes routes) => routes.Get("/instruments/{id}/workbook", BeginAssessment.Fillers, async (request, ct) =>
    {
        var sheets = await SheetsOf([request.Route("id"), .. request.Query("and")?.Split(',') ?? []], reference => FindInstrument.Of(request.Log, request.City, reference, ct));
        if (!sheets.Ok)
            return sheets.Fault;

        var form = ComposeWorkbook.Form(request.City, [.. sheets.Value.Select(s => new FilledSheet(s, []))], [], request.Language);
        object file = Results.Bytes(FormWriter.Write(form), FormWriter.MediaType, $"{string.Join('-', sheets.Value.Select(s => s.Name))}-{request.City}.xlsx");
        Result<object> answer = file;
        return answer;
    });

    internal static async Task<Result<IReadOnlyList<AnswerSheet>>> SheetsOf(IReadOnlyList<string> references, Func<string, Task<Result<Instrument>>> find)
    {
        if (references.Count > SheetsMax)
            return SliceFaults.QueryMalformed("and", new($"一个工作簿最多 {SheetsMax} 个评测工具。", $"a workbook holds at most {SheetsMax} instruments."));

        var sheets = new List<AnswerSheet>();
        foreach (var reference in references)
        {
            var found = await find(reference);
            if (!found.Ok)
                return found.Fault;
            if (found.Value.Status == InstrumentStatus.Incomplete)
                return InstrumentFaults.Incomplete(found.Value);

            var sheet = new AnswerSheet(found.Value);
            if (sheet.Columns.Count > AnswerSheet.ColumnsMax)
                return AnswerWorkbookFaults.TooWide(found.Value.Reference);
            if (sheets.Exists(s => s.Name.Equals(sheet.Name, StringComparison.OrdinalIgnoreCase)))
                return SliceFaults.QueryMalformed("and", new($"评测工具 {found.Value.Id} 重复。", $"the instrument {found.Value.Id} is asked for twice."));
            sheets.Add(sheet);
        }

        return sheets;
    }
}
