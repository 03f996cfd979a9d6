using System.Text;
using PilotCity.Defaults.Log;
using PilotCity.Registry.Enterprises;
using PilotCity.Registry.Parties;
using PilotCity.Registry.PilotLists;
using PilotCity.Testing;
using static PilotCity.Registry.Tests.Examples;

namespace PilotCity.Registry.Tests;

/// <summary>Event names and fields are forever: each event's payload is compared with a file, and read back from it.</summary>
public class GoldenTests
{
    private static readonly object[] Samples =
    [
        new PilotListImported(
            "第一批", Day(6, 30), new string('a', 64), 12_345, 25, 17, 1, 8, 1, true, new(0, 17, 0, 0), [new("试点企业名单", "C5", "uscc.bad_check_character")], 2024),
        Listed,
        new EnterpriseRelisted(Uscc, "l2", Day(6, 25), Facts, Contact, Phone),
        new EnterpriseRemoved(Uscc, Day(6, 30), "停产"),
        new EnterpriseExcluded(Uscc, ExclusionList.Pilot2022, "工信厅联企业〔2022〕22号 名单"),
        new ExclusionWithdrawn(Uscc, ExclusionList.CentralLittleGiant, "同名企业"),
        new CreditListed(Uscc, CreditList.SeriousDishonesty, Day(6, 1), "信用中国"),
        new CreditListingCleared(Uscc, CreditList.TaxViolation, Day(6, 2), "信用中国"),
        new PartyDeclared(Uscc, Contact, null, Phone, "国家企业信用信息公示系统"),
        new ContactRead(Uscc, "r1", "通知验收"),
        .. ErasureSamples.All,
    ];

    public static TheoryData<string> Events => [.. RegistryService.Shape.Nouns.SelectMany(noun => noun.Events).Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Events))]
    public void Every_event_is_written_and_read_as_its_golden(string name)
    {
        var sample = Samples.Single(sample => sample.GetType().Name == name);
        var golden = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Goldens", name + ".json")).TrimEnd();
        var noun = RegistryService.Shape.Nouns.Single(noun => noun.Events.Any(type => type.Name == name));

        Assert.Equal(golden, Encoding.UTF8.GetString(Noun.Write(sample)));
        Assert.Equal(golden, Encoding.UTF8.GetString(Noun.Write(noun.Read(name, Encoding.UTF8.GetBytes(golden)))));
    }
}
