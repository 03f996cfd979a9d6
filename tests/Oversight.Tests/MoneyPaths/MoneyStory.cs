namespace PilotCity.Oversight.Tests.MoneyPaths;

/// <summary>
/// Money of one fund on every way that it can take, as Funding's log tells it: an award of two payments (a line that failed, one that was paid, came
/// back and was paid again; an outcome that was missed), one that was withdrawn and one that expired, a clawback that came back in part and was
/// written off for the rest; another award beside it, vouchers, a contract, and what was returned to the source.
/// </summary>
internal static class MoneyStory
{
    public const string Fund = "central-2025", Award = "P1", Enterprise = "91350825MAW5MTJ0XQ";

    public static Chronicle Tell()
    {
        var (log, command) = (new Chronicle("funding"), 100);
        void Do(params (string Stream, string Type, object Payload)[] events)
        {
            command++;
            foreach (var (stream, type, payload) in events)
            {
                log.Add(stream, type, payload, "finance-officer:f-1@350800-finance", command);
            }
        }

        var (fund, award) = ($"fund/{Fund}", $"award/{Award}");
        Do((fund, "FundOpened", new { name = "中央资金", source = "central", planned = "1000000.00" }));
        Do((fund, "FundReceived", new { document = "财建1号", amount = "600000.00" }));
        Do((fund, "FundReceived", new { document = "财建2号", amount = "400000.00" }));
        Do((fund, "FundSplit", new { allocations = new[] { new { use = "enterprise-renovation", amount = "720000.00" }, new { use = "public-services", amount = "180000.00" } } }));
        Do((award, "AdvanceComputed", new { enterprise = Enterprise, project = Award, ruleSet = "longyan" }));
        Do((award, "AdvanceApproved", new { enterprise = Enterprise, fund = Fund, amount = "30000.00", planNumber = "计1" }), (fund, "FundsReserved", new { award = Award, enterprise = Enterprise, amount = "30000.00", pool = "renovation" }));
        Do((award, "AdvanceWithdrawn", new { fund = Fund, amount = "30000.00", reason = "重算" }), (fund, "ReservationVoided", new { award = Award, amount = "30000.00", pool = "renovation" }));
        Do((award, "AdvanceApproved", new { enterprise = Enterprise, fund = Fund, amount = "20000.00", planNumber = "计2" }), (fund, "FundsReserved", new { award = Award, enterprise = Enterprise, amount = "20000.00", pool = "renovation" }));
        Freeze("b0", "advance", "20000.00", null);
        Pay("b0", "advance", "20000.00", null);
        Do(
            (award, "AwardApproved", new
            {
                enterprise = Enterprise,
                fund = Fund,
                amount = "100000.00",
                awarded = "120000.00",
                planNumber = "计3",
                tranches = new object[]
                {
                    new { id = "final", fund = Fund, amount = "50000.00" }, new { id = "final-2", fund = Fund, amount = "40000.00", payee = "91350100MA31B2C3D6" },
                    new { id = "final-3", fund = Fund, amount = "7000.00" }, new { id = "final-4", fund = Fund, amount = "3000.00" },
                },
            }),
            (fund, "FundsReserved", new { award = Award, enterprise = Enterprise, amount = "100000.00", pool = "renovation" }));
        Freeze("b1", "final", "50000.00", "final");
        Do(
            ("payment-batch/b1", "BankResultImported", new { fileSha256 = "aa", count = 1, paidTotal = "0.00", failedTotal = "50000.00", results = new[] { new { line = "b1-001", award = Award, paid = false, amount = "50000.00", reason = "户名不符" } } }),
            (award, "TrancheReleased", new { tranche = "final", batch = "b1", line = "b1-001", code = "bank.failed", reason = "户名不符", payment = "final" }));
        Freeze("b2", "final", "50000.00", "final");
        Pay("b2", "final", "50000.00", "final");
        Do(
            (award, "TrancheReturned", new { tranche = "final", batch = "b2", line = "b2-001", amount = "50000.00", reference = "R-1", returnedAt = "2026-01-05T00:00:00Z", reason = "销户", payment = "final" }),
            (fund, "PaymentReturned", new { award = Award, batch = "b2", line = "b2-001", amount = "50000.00", pool = "renovation" }),
            ("payment-batch/b2", "BatchBooked", new
            {
                statement = "s1",
                lines = new[] { new { line = "b2-001", returned = true, amount = "50000.00", reference = "R-1" } },
                unexpected = new[] { new { statement = "s1", line = "b2-001", code = "booked-twice", amount = "50000.00", credit = false, reference = "R-2" }, new { statement = "s1", line = "b2-007", code = "line-unknown", amount = "1.00", credit = true, reference = "R-3" } },
            }));
        Freeze("b3", "final", "50000.00", "final");
        Pay("b3", "final", "50000.00", "final");
        Do((award, "OutcomeDecided", new { payment = "final-2", fund = Fund, paid = "25000.00", freed = "15000.00", reason = "六成" }), (fund, "ReservationVoided", new { award = Award, amount = "15000.00", pool = "renovation" }));
        Freeze("b4", "final", "25000.00", "final-2");
        Do((award, "TrancheWithdrawn", new { payment = "final-3", fund = Fund, amount = "7000.00", reason = "放弃" }), (fund, "ReservationVoided", new { award = Award, amount = "7000.00", pool = "renovation" }));
        Do((award, "TrancheExpired", new { payment = "final-4", fund = Fund, amount = "3000.00", lastDay = "2026-12-31" }), (fund, "ReservationVoided", new { award = Award, amount = "3000.00", pool = "renovation" }));
        Do(
            (award, "ClawbackDecided", new { clawback = "c1", upheld = true, document = "监1", reason = "虚报", parts = new[] { new { fund = Fund, amount = "10000.00" } }, reduced = "10000.00" }),
            (fund, "RecoveryDue", new { award = Award, enterprise = Enterprise, amount = "10000.00", pool = "renovation" }));
        Do((award, "RecoveryRepaid", new { document = "票1", amount = "6000.00" }), (fund, "RecoveryReceived", new { award = Award, document = "票1", amount = "6000.00", pool = "renovation" }));
        Do(
            (award, "WriteOffDecided", new { writeOff = "w1", granted = true, document = "销1", reason = "注销", parts = new[] { new { fund = Fund, amount = "3000.00" } } }),
            (fund, "RecoveryWrittenOff", new { award = Award, writeOff = "w1", amount = "3000.00", pool = "renovation" }));
        Do(("award/P9", "AwardApproved", new { enterprise = "OTHER", fund = Fund, amount = "50000.00", awarded = "50000.00", planNumber = "计4" }), (fund, "FundsReserved", new { award = "P9", enterprise = "OTHER", amount = "50000.00", pool = "renovation" }));
        Do(("award/P9", "TrancheFrozen", new { tranche = "final", batch = "b9", line = "b9-001", amount = "50000.00" }));
        Do((fund, "VoucherReserved", new { voucher = "v1", programme = "compute", enterprise = "OTHER", use = "public-services", amount = "5000.00" }));
        Do((fund, "VoucherPaid", new { root = "v1", voucher = "v1.1", provider = "V1", document = "支1", amount = "2000.00" }));
        Do((fund, "VoucherFreed", new { root = "v1", voucher = "v1.2", amount = "1000.00" }));
        Do((fund, "EncumbranceReserved", new { reservation = "r1", use = "public-services", amount = "9000.00", reference = "合同1" }));
        Do((fund, "EncumbrancePosted", new { reservation = "r1", document = "支2", amount = "4000.00" }));
        Do((fund, "EncumbranceVoided", new { reservation = "r1", amount = "5000.00", reason = "终止" }));
        Do((fund, "FundReturned", new { document = "缴1", amount = "100000.00" }));
        Do((fund, "FundReturned", new { document = "缴2", amount = "11000.00", pool = "services" }));
        return log;

        void Freeze(string batch, string kind, string amount, string? payment) => Do(
            ($"payment-batch/{batch}", "PaymentBatchCreated", new { batch, purpose = "一月", count = 1, total = amount, lines = new[] { new { line = $"{batch}-001", award = Award, tranche = kind, enterprise = Enterprise, fund = Fund, amount } } }),
            (award, "TrancheFrozen", new { tranche = kind, batch, line = $"{batch}-001", amount, payment }));

        void Pay(string batch, string kind, string amount, string? payment) => Do(
            ($"payment-batch/{batch}", "BankResultImported", new { fileSha256 = batch, count = 1, paidTotal = amount, failedTotal = "0.00", results = new[] { new { line = $"{batch}-001", award = Award, paid = true, amount, reference = $"B-{batch}" } } }),
            (award, "TranchePaid", new { tranche = kind, batch, line = $"{batch}-001", amount, reference = $"B-{batch}", paidAt = "2026-01-04T00:00:00Z", payment }),
            (fund, "ReservationPosted", new { award = Award, batch, line = $"{batch}-001", amount, pool = "renovation" }));
    }
}
