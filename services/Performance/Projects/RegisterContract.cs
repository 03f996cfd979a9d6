using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Performance.Evidence;
using PilotCity.Performance.Proofs;
using PilotCity.Performance.Providers;

namespace PilotCity.Performance.Projects;

/// <summary>
/// The enterprise or its provider registers a contract (签约, programme.md S3); supplementary contracts until completion. The provider was in the
/// city's pool on the day of signing (AC15). Whether that day is inside the city's window is for Funding's rule set.
/// Faults: contract.exists, contract.too_many, contract.provider_other, contract.provider_not_in_pool, contract.down_payment_above,
/// contract.list_price_below, proof.already_used (on record), evidence.needed and what any step may be refused for.
/// </summary>
internal static class RegisterContract
{
    public sealed record Body(
        ContractId Id, Uscc Provider, DateOnly SignedOn, Money Amount, IReadOnlyList<Document> Documents, Money? DownPayment = null, Money? ListPrice = null);

    internal static Decision Decide(Project project, Pool pool, Body body, StoredFiles stored, Actor actor, DateTimeOffset at) =>
        (project.OpenToContract(actor, body.Provider)
            ?? (project.ContractOf(body.Id) is not null ? Project.ContractExists(body.Id) : null)
            ?? (project.Contracts.Count >= Project.ContractsMax ? Project.ContractsFull : null)
            ?? Sane.Day(body.SignedOn, at, "/signedOn")
            ?? Sane.Positive(body.Amount, "/amount")
            ?? (body.DownPayment is { } down ? Sane.Positive(down, "/downPayment") ?? (down > body.Amount ? Project.DownPaymentAbove : null) : null)
            ?? (body.ListPrice < body.Amount ? Project.ListPriceBelow : null)
            ?? (pool.Holds(body.SignedOn) ? null : Project.ProviderNotInPool(body.Provider, body.SignedOn))
            ?? stored.Hold(body.Documents)
            ?? project.Lacks(body.Documents, DocumentCode.Contract, DocumentCode.NeedList, DocumentCode.PromiseLetter)) is { } fault
            ? fault
            : Decision.Accept(
                project.Stream,
                new ContractRegistered(project.Id, body.Id, body.SignedOn, body.Amount, body.DownPayment, body.ListPrice, body.Provider, body.Documents));

    /// <summary>A provider may bring its own first contract: until then only the diagnosis may have made the project its business.</summary>
    private static Fault? OpenToContract(this Project project, Actor actor, Uscc provider) =>
        actor.Role == Role.Provider && actor.Org != provider.Value
            ? project.IsOf(actor) ? Project.ProviderOther : SliceFaults.Unknown(Project.Noun.Category, project.Id)
            : project.Open(actor, ProjectState.Diagnosed, ProjectState.Contracted, ProjectState.Filed, ProjectState.Implementing);

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/projects/{id}/contracts", [Role.Enterprise, Role.Provider], async (request, _) =>
        {
            // The enterprise of a project never changes; it is one of the contract's parties.
            var known = await request.Load(Project.Noun, request.Route("id"));
            if (!known.Ok)
            {
                return known.Fault;
            }

            var (provider, stored) = (request.Body.Provider.Value, request.Stored(request.Body.Documents));
            var contract = Proof.Of(known.Value.Enterprise, request.Body.Provider, request.Body.Id, request.Body.SignedOn, request.Body.Amount);
            return request.OnProject(
                Proof.Of(request.Body.Documents).Prepend(contract), [Pool.Noun.StreamOf(provider)],
                (project, streams, at) => Decide(project, streams.Get(Pool.Noun, provider), request.Body, stored, request.Actor, at));
        });
}
