using PilotCity.Defaults;
using PilotCity.Defaults.Log;

namespace PilotCity.Funding.Vouchers;

/// <summary>Refusals of the steps of a voucher.</summary>
internal static class VoucherFaults
{
    private const string Duties = "programme.md §3（AC33）";

    public static readonly Fault SamePerson = new(
        FaultKind.Refused, "voucher.same_person", new("同一张券的发放、核销确认、结算登记与结算入账须由不同人员办理。", "Issuing, confirming, preparing the settlement and booking it are steps of different persons."), Duties);

    public static readonly Fault Reason = new(
        FaultKind.Invalid, "voucher.reason", new("须说明理由（1 至 500 个字符）。", "A reason of 1 to 500 characters is asked for."));

    public static Fault OtherStatus(Voucher voucher) => new(
        FaultKind.Conflict, "voucher.status", new($"券 {voucher.Id} 当前状态为“{voucher.Status}”，不能办理该步骤。", $"The voucher {voucher.Id} is {voucher.Status}; this step is not open to it."));

    /// <summary>The refusal that stays on record, where one person would take two incompatible steps.</summary>
    public static Decision OnRecord(Voucher voucher, string step) =>
        Decision.RefuseOnRecord(SamePerson, new Change(Voucher.Noun.StreamOf(voucher.Id), new VoucherStepRefused(step, SamePerson.Code)));

    public static bool Wrong(string reason) => string.IsNullOrWhiteSpace(reason) || reason.Length > 500;
}
