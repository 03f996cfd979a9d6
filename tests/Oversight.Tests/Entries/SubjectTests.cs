using PilotCity.Oversight.Entries;

namespace PilotCity.Oversight.Tests.Entries;

public class SubjectTests
{
    [Fact]
    public void An_entry_is_about_its_stream_what_its_payload_names_at_any_depth_and_who_took_the_step() =>
        Assert.Equal(
            [
                new("actor", "u-9"), new("award", "A1"), new("award", "A2"), new("batch", "B1"), new("fund", "F1"), new("type", "X"),
            ],
            Of("payment-batch/B1", new { fund = "F1", lines = new[] { new { award = "A1" }, new { award = "A2" } } }, "finance-officer:u-9@350800"));

    [Theory]
    [InlineData("enterprise/91350800X", "enterprise", "91350800X")]
    [InlineData("provider/91350800X", "provider", "91350800X")]
    [InlineData("pool/91350800X", "provider", "91350800X")]
    [InlineData("enterprise-award/91350800X", "enterprise", "91350800X")]
    [InlineData("account/91350800X", "enterprise", "91350800X")]
    [InlineData("project/P1", "project", "P1")]
    [InlineData("award/P1", "award", "P1")]
    [InlineData("fund/F1", "fund", "F1")]
    [InlineData("rule-set/longyan", "rule-set", "longyan")]
    [InlineData("assessment/S1", "assessment", "S1")]
    public void A_stream_names_its_subject(string stream, string kind, string id) =>
        Assert.Equal([new("actor", "u-1"), .. new Subject[] { new(kind, id), new("type", "X") }.OrderBy(s => s.Kind, StringComparer.Ordinal)], Of(stream, new { }, "bureau-officer:u-1@350800"));

    [Fact]
    public void Every_field_that_names_a_subject_counts_and_other_fields_and_forms_do_not() =>
        Assert.Equal(
            [
                new("assessment", "S"), new("award", "A"), new("batch", "B"), new("enterprise", "E"), new("fund", "F"), new("payment", "B-1"), new("project", "P"),
                new("provider", "V"), new("reservation", "N"), new("rule-set", "R"),
                new("type", "X"),
            ],
            Of("x/1", new
            {
                enterprise = "E",
                provider = "V",
                project = "P",
                award = "A",
                fund = "F",
                batch = "B",
                ruleSet = "R",
                assessment = "S",
                line = "B-1",
                reservation = "N",
                other = "O",
                inner = new { project = 3, award = "" },
                longs = new { fund = new string('f', 129) },
            }, "nobody"));

    [Fact]
    public void A_batch_and_a_line_of_another_service_are_no_payments() =>
        Assert.Equal(
            [new("project", "P1"), new("type", "X")],
            Subject.Of(new Chronicle("performance").Add("project/P1", "X", new { batch = "2", line = "L1" }, "nobody").Entries[0]).OrderBy(s => s.Kind, StringComparer.Ordinal));

    [Theory]
    [InlineData("registry", "ContactRead", new[] { "any", "contact" })]
    [InlineData("funding", "PaymentFileOpened", new[] { "any", "payment-file" })]
    [InlineData("funding", "ContactRead", new string[0])]
    [InlineData("registry", "EnterpriseListed", new string[0])]
    public void A_step_that_lays_sensitive_data_open_is_a_look_at_it(string service, string type, string[] looks) =>
        Assert.Equal(looks, Subject.Of(new Chronicle(service).Add("enterprise/E", type, new { }).Entries[0]).Where(s => s.Kind == Subject.Look).Select(s => s.Id).Order(StringComparer.Ordinal));

    [Fact]
    public void Bytes_that_are_no_json_name_nobody()
    {
        var entry = new Chronicle("funding").Add("award/A1", "X", new { }).Entries[0] with { Payload = [0xFF] };

        Assert.Equal([new("actor", "u-1"), new("award", "A1"), new("type", "X")], Subject.Of(entry).OrderBy(s => s.Kind, StringComparer.Ordinal));
    }

    private static IEnumerable<Subject> Of(string stream, object payload, string actor) =>
        Subject.Of(new Chronicle("funding").Add(stream, "X", payload, actor).Entries[0]).OrderBy(s => s.Kind, StringComparer.Ordinal).ThenBy(s => s.Id, StringComparer.Ordinal);
}
