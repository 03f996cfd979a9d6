using PilotCity.Funding.Accounts;

namespace PilotCity.Funding.Tests.Accounts;

public class RegisterAccountTests
{
    [Theory]
    [InlineData("甲公司", "12345678", "工行", null)]
    [InlineData(" 甲公司 ", "12345678", "工行", null)]
    [InlineData("乙公司", "12345678", "工行", "account.other_name")]
    [InlineData("甲公司", "1234567", "工行", "account.number")]
    [InlineData("甲公司", "12345678901234567890123456789012", "工行", null)]
    [InlineData("甲公司", "123456789012345678901234567890123", "工行", "account.number")]
    [InlineData("甲公司", "１２３４５６７８", "工行", "account.number")]
    [InlineData("甲公司", "1234-5678", "工行", "account.number")]
    [InlineData("甲公司", "12345678", "", "account.bank")]
    [InlineData("甲公司", "12345678", "工\n行", "account.bank")]
    public void An_account_is_the_enterprises_own(string name, string number, string bank, string? code) =>
        Assert.Equal(code, RegisterAccount.Check(new(name, number, bank), "甲公司")?.Code);
}
