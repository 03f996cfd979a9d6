using PilotCity.Defaults.Log;
using PilotCity.Performance.Evidence;
using PilotCity.Performance.Projects;
using PilotCity.Performance.Proofs;
using static PilotCity.Performance.Tests.Examples;

namespace PilotCity.Performance.Tests.Proofs;

/// <summary>A contract, a file, a transfer carries one project of the city (AC08).</summary>
public class UsedProofTests
{
    private static readonly Proof Contract = Proof.Of(EnterpriseCode, new(ProviderCode), ContractNo, new(2025, 3, 1), Yuan("400000.00"));
    private static readonly Decision Step = Decision.Accept("project/p1", new ClaimSubmitted(ProjectId)).Answering("/projects/p1", "told");

    [Fact]
    public void A_proof_that_nobody_used_is_taken_with_the_step_and_the_answer_stays()
    {
        var decision = UsedProof.Claim(ProjectId, EnterpriseCode, [Contract], Streams.Of(), Step);

        Assert.Equal(["project/p1", Contract.Stream], decision.Changes.Select(c => c.Stream));
        Assert.Equal(new ProofUsed(ProofKind.Contract, ProjectId, EnterpriseCode), decision.Changes[1].Event);
        Assert.Equal(("/projects/p1", (object)"told"), (decision.Location!, decision.Body!));
    }

    [Fact]
    public void The_same_project_may_hand_it_in_again() =>
        Assert.Single(UsedProof.Claim(ProjectId, EnterpriseCode, [Contract], Used(Contract, ProjectId), Step).Changes);

    [Fact]
    public void Another_projects_proof_refuses_the_step_on_record_without_telling_whose_it_is()
    {
        var decision = UsedProof.Claim(ProjectId, EnterpriseCode, [Contract], Used(Contract, "p0"), Step);

        Assert.Equal(("proof.already_used", "AC08"), (decision.Fault?.Code, decision.Fault?.Clause));
        Assert.DoesNotContain("p0", decision.Fault!.Message.Zh + decision.Fault.Message.En, StringComparison.Ordinal);
        var change = Assert.Single(decision.Changes);
        Assert.Equal((Contract.Stream, new DuplicateProofRefused(ProofKind.Contract, ProjectId, EnterpriseCode, "p0", OtherCode)), (change.Stream, change.Event));
    }

    [Fact]
    public void A_step_that_is_refused_anyway_takes_no_proof() =>
        Assert.Empty(UsedProof.Claim(ProjectId, EnterpriseCode, [Contract], Used(Contract, "p0"), Project.NoContract).Changes);

    [Fact]
    public void Each_part_of_a_contract_makes_it_another_one()
    {
        Proof[] others =
        [
            Proof.Of(OtherCode, new(ProviderCode), ContractNo, new(2025, 3, 1), Yuan("400000.00")),
            Proof.Of(EnterpriseCode, new(OtherCode), ContractNo, new(2025, 3, 1), Yuan("400000.00")), Proof.Of(EnterpriseCode, new(ProviderCode), new("HT-2"), new(2025, 3, 1), Yuan("400000.00")),
            Proof.Of(EnterpriseCode, new(ProviderCode), ContractNo, new(2025, 3, 2), Yuan("400000.00")), Proof.Of(EnterpriseCode, new(ProviderCode), ContractNo, new(2025, 3, 1), Yuan("400000.01")),
        ];
        Assert.Equal(6, others.Append(Contract).Distinct().Count());
    }

    [Fact]
    public void Files_of_contracts_and_payments_prove_spend_and_a_promise_does_not()
    {
        Assert.Single(Proof.Of(Docs(DocumentCode.Contract, DocumentCode.PromiseLetter, DocumentCode.InvoicesAndPayments)));
        Assert.Empty(Proof.Of(Docs(DocumentCode.PromiseLetter, DocumentCode.NeedList)));
        Assert.Empty(Proof.Of((IReadOnlyList<Document>?)null));
    }

    [Theory]
    [InlineData("2026-0401 0000 12ab", "20260401000012AB")]
    [InlineData("12345", null)]
    [InlineData("123456", "123456")]
    [InlineData("流水号123456", null)]
    public void A_banks_reference_is_read_the_same_however_it_is_typed(string text, string? read) => Assert.Equal(read, BankReference.Read(text)?.Value);

    [Fact]
    public void One_transfer_that_pays_several_lines_is_one_proof()
    {
        var payment = new Payment(new(2026, 4, 1), Yuan("1.00"), Reference: new("20260401000012"));
        Assert.Single(Proof.Of([payment, payment with { Amount = Yuan("2.00") }, payment with { Reference = null }]));
    }

    private static Streams Used(Proof proof, string project) => Streams.Of((proof.Stream, new UsedProof(project, OtherCode, 0), 1));
}
