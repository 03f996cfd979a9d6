using PilotCity.Defaults;

namespace PilotCity.Performance.Projects;

/// <summary>
/// What holds of payments (付款) on a line, reported with it or later: not above the line (AC12), from the enterprise to the provider of the
/// contract where the receipt names them (AC11).
/// </summary>
internal static class Payments
{
    internal static Fault? Unsound(
        Project project, Contract contract, Money gross, IReadOnlyList<Payment> before, IReadOnlyList<Payment> payments, DateTimeOffset at, string path)
    {
        if (Sane.Count(before.Count + payments.Count, 0, SpendLine.PaymentsMax, path) is { } endless)
        {
            return endless;
        }

        var paid = before.Aggregate(Money.Zero, (sum, p) => sum + p.Amount);
        for (var i = 0; i < payments.Count; i++)
        {
            var payment = payments[i];
            if ((Sane.Day(payment.PaidOn, at, $"{path}/{i}/paidOn")
                ?? Sane.Positive(payment.Amount, $"{path}/{i}/amount")
                ?? (payment.Payer is { } payer && payer.Value != project.Enterprise ? Project.PayerOther($"{path}/{i}/payer") : null)
                ?? (payment.Payee is { } payee && payee != contract.Provider ? Project.PayeeOther($"{path}/{i}/payee") : null)) is { } fault)
            {
                return fault;
            }

            paid += payment.Amount;
            if (paid > gross)
            {
                return Project.AboveInvoice($"{path}/{i}/amount", paid, gross);
            }
        }

        return null;
    }
}
