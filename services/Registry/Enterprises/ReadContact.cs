using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Registry.Enterprises;

/// <summary>
/// Contact and phone of an enterprise, for an officer or an auditor who says what for: the reading is an entry first
/// (design §9, sensitive data), then its values can be fetched by the same account for ten minutes. The values never
/// pass through a stored answer, so erasing the subject's key erases them everywhere.
/// Faults: enterprise.no_contact, enterprise.reading_over.
/// </summary>
internal static class ReadContact
{
    /// <summary>Long enough to repeat a request that was lost, too short to be a second reading without a purpose.</summary>
    public static readonly TimeSpan Open = TimeSpan.FromMinutes(10);

    private static readonly Role[] Readers = [Role.Auditor, Role.BureauOfficer];

    public sealed record Body(Remark Purpose);

    public sealed record Contact(string? Name, string? Phone);

    internal static Decision Decide(Enterprise enterprise, string reading, Body body) =>
        enterprise.Contact is null && enterprise.Phone is null
            ? Enterprise.NoContact
            : Decision.Accept(Enterprise.Noun.StreamOf(enterprise.Uscc), new ContactRead(enterprise.Uscc, reading, body.Purpose.Value))
                .Answering($"/enterprises/{enterprise.Uscc}/contact-readings/{reading}");

    internal static bool IsOpen(Enterprise enterprise, string reading, Actor actor, DateTimeOffset now) =>
        enterprise.Readings.TryGetValue(actor.Sub, out var last) && last.Id == reading && now - last.At <= Open;

    internal static void Map(Routes routes)
    {
        routes.Command<Body>(
            "POST", "/enterprises/{uscc}/contact-readings", Readers,
            request => request.On(Enterprise.Noun, request.Route("uscc"), (enterprise, _) => Decide(enterprise, request.CommandId.ToString("N"), request.Body)));

        routes.Get("/enterprises/{uscc}/contact-readings/{reading}", Readers, async (request, ct) =>
        {
            var found = await request.Load(Enterprise.Noun, request.Route("uscc"));
            if (!found.Ok)
                return found.Fault;
            if (!IsOpen(found.Value, request.Route("reading"), request.Actor, request.Service<TimeProvider>().GetUtcNow()))
                return Enterprise.ReadingOver;

            var name = found.Value.Contact is { } contact ? await request.Log.Personal.Open(request.City, contact, ct) : null;
            var phone = found.Value.Phone is { } number ? await request.Log.Personal.Open(request.City, number, ct) : null;
            return name is null && phone is null ? Enterprise.NoContact : (Result<object>)new Contact(name, phone);
        });
    }
}
