using Microsoft.Extensions.DependencyInjection.Extensions;
using PilotCity.Defaults;
using PilotCity.Defaults.Erasures;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Accounts;
using PilotCity.Funding.ApprovalLists;
using PilotCity.Funding.Awards;
using PilotCity.Funding.BankStatements;
using PilotCity.Funding.Claims;
using PilotCity.Funding.Funds;
using PilotCity.Funding.PaymentBatches;
using PilotCity.Funding.RuleSets;
using PilotCity.Funding.Simulations;
using PilotCity.Funding.Vouchers;

namespace PilotCity.Funding;

/// <summary>Funding: rule sets as versioned data, the ledger of a city's funds, awards from computation to closing, payment batches.</summary>
public static class FundingService
{
    internal static readonly CityService Shape = new("funding")
    {
        Nouns =
        [
            Fund.Noun, RuleBook.Noun, Award.Noun, EnterpriseAwards.Noun, Account.Noun, FundAccount.Noun, PaymentBatch.Noun, BankReference.Noun, BankStatement.Noun, Claim.Noun,
            ApprovalList.Noun, ApprovalPart.Noun, VoucherProgramme.Noun, Voucher.Noun, Erasure.Noun,
        ],
        ReadModels = [TrialBalance.Model, ListRuleSets.Model, ShowAward.Model, RegisterFundAccount.Model, ShowBatch.Model, ShowApprovalList.Model, ShowStatement.Model, ListClaims.Model, ShowVouchers.Programmes, ShowVouchers.Model, ErasePersonalData.Model],
        Routes = routes =>
        {
            OpenFund.Map(routes);
            ReceiveFunds.Map(routes);
            SplitFund.Map(routes);
            ReserveFunds.Map(routes);
            PostReservation.Map(routes);
            VoidReservation.Map(routes);
            ShowReservations.Map(routes);
            ExpireReservations.Map(routes);
            ReturnFunds.Map(routes);
            CarryOverFunds.Map(routes);
            TrialBalance.Map(routes);
            TraceMoney.Map(routes);
            MeasureExecution.Map(routes);

            DraftRuleSet.Map(routes);
            PublishRuleSet.Map(routes);
            ListRuleSets.Map(routes);

            ComputeAdvance.Map(routes);
            ApproveAdvance.Map(routes);
            WithdrawAdvance.Map(routes);
            ComputeAward.Map(routes);
            PubliciseAward.Map(routes);
            ObjectToAward.Map(routes);
            DecideObjection.Map(routes);
            DecideConcern.Map(routes);
            WaiveStop.Map(routes);
            ApproveAward.Map(routes);
            ConfirmCondition.Map(routes);
            MeasureOutcome.Map(routes);
            DecideOutcome.Map(routes);
            WithdrawPayment.Map(routes);
            ExtendPayment.Map(routes);
            ProposeClawback.Map(routes);
            DecideClawback.Map(routes);
            ReceiveRecovery.Map(routes);
            ProposeWriteOff.Map(routes);
            DecideWriteOff.Map(routes);
            CloseAward.Map(routes);
            ShowAward.Map(routes);
            MeasureWaiting.Map(routes);
            CountAwardsByRule.Map(routes);
            ShowExplanation.Map(routes);
            AskDecisions.Map(routes);
            ShowPortfolio.Map(routes);

            ExportHistory.Map(routes);
            AskSimulation.Map(routes);

            ListClaims.Map(routes);
            ReportClaims.Map(routes);

            PrepareApprovalList.Map(routes);
            SignApprovalList.Map(routes);
            ContinueApprovalList.Map(routes);
            ShowApprovalList.Map(routes);

            RegisterAccount.Map(routes);
            RegisterFundAccount.Map(routes);
            CreateBatch.Map(routes);
            ApproveBatch.Map(routes);
            CancelBatch.Map(routes);
            ExportBatch.Map(routes);
            ImportBankResult.Map(routes);
            ShowBatch.Map(routes);
            ReconcileBatch.Map(routes);
            ImportStatement.Map(routes);
            ShowStatement.Map(routes);

            OpenProgramme.Map(routes);
            IssueVouchers.Map(routes);
            SplitVoucher.Map(routes);
            ClaimVoucher.Map(routes);
            ConfirmClaim.Map(routes);
            SettleVoucher.Map(routes);
            RevokeVoucher.Map(routes);
            ExpireVouchers.Map(routes);
            ShowVouchers.Map(routes);
            ErasePersonalData.Map(routes);
        },
        Peers = ["registry", "assessment", "performance"],
        Register = (services, settings) =>
        {
            services.AddSingleton(Fingerprints.Of(settings));
            services.TryAddSingleton<AskParties>(provider => FindConcerns.Parties(provider.GetRequiredService<Peers>()));
            services.AddHostedService<ApprovalListWorker>();
            services.TryAddSingleton<AskProject>(provider => GatherFacts.Project(provider.GetRequiredService<Peers>()));
            services.TryAddSingleton<AskEnterprise>(provider => GatherFacts.Enterprise(provider.GetRequiredService<Peers>()));
            services.TryAddSingleton<AskProvider>(provider => RegisterAccount.Provider(provider.GetRequiredService<Peers>()));
            services.TryAddSingleton<AskResult>(provider => GatherFacts.Result(provider.GetRequiredService<Peers>()));
        },
        Map = app =>
        {
            app.MapGrpcService<FundingGrpc>().RequireAuthorization(ServiceToken.Policy);

            // People's programs post here: the rule of every route, that a person is signed in, holds as it is.
            app.MapGrpcService<LedgerGrpc>();
        },
    };

    public static WebApplication Build(Hosting hosting) => Shape.Build(hosting);
}
