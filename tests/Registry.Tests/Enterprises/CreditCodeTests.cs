using FsCheck;
using FsCheck.Fluent;
using PilotCity.Defaults;
using PilotCity.Registry.Enterprises;

namespace PilotCity.Registry.Tests.Enterprises;

public class CreditCodeTests
{
    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    private static readonly Gen<string> Codes =
        from head in Gen.Elements("91", "92", "93", "11", "12", "51", "53")
        from division in Gen.Choose(0, 9).ArrayOf(6)
        from body in Gen.Elements(Alphabet.ToCharArray()).ArrayOf(9)
        let first17 = head + string.Concat(division) + string.Concat(body)
        select first17 + CreditCodes.CheckCharacter(first17);

    [Theory]
    [InlineData("91350825MAW5MTJ0XQ")]
    [InlineData("913508819095492496")]
    [InlineData("9135082496226180XF")]
    public void Codes_whose_check_character_holds_are_taken(string code) => Assert.Equal(code, CreditCode.Parse(code).Value.Value);

    [Theory]
    [InlineData(" 91350825 maw5mtj0xq ")]
    [InlineData("９１３５０８２５ＭＡＷ５ＭＴＪ０ＸＱ")]
    [InlineData("91350825\u00A0MAW5MTJ0XQ\n")]
    [InlineData("91350825\u3000ｍaw5mtj0xq\u200B")]
    public void Spaces_full_width_and_small_letters_are_put_right(string typed) => Assert.Equal("91350825MAW5MTJ0XQ", CreditCode.Parse(typed).Value.Value);

    [Theory]
    [InlineData(null, "uscc.missing")]
    [InlineData("  　", "uscc.missing")]
    [InlineData("91350881959542029", "uscc.wrong_length")]
    [InlineData("9135082496226180XFF", "uscc.wrong_length")]
    [InlineData("9135082496226I80XF", "uscc.bad_character")]
    [InlineData("9135082496226O80XF", "uscc.bad_character")]
    [InlineData("9135082496226-80XF", "uscc.bad_character")]
    [InlineData("91A508249622618081", "uscc.bad_division")]
    [InlineData("913508029036421435", "uscc.bad_check_character")]
    public void What_is_wrong_is_named(string? typed, string fault)
    {
        var refused = CreditCode.Parse(typed).Fault;
        Assert.Equal(fault, refused?.Code);
        Assert.NotEmpty(refused!.Message.Zh);
    }

    [Fact]
    public void The_check_character_that_should_be_there_is_said() => Assert.Contains("“B”", CreditCode.Parse("913508029036421435").Fault!.Message.En, StringComparison.Ordinal);

    [Fact]
    public void Every_code_made_by_the_rule_is_taken_and_stays_as_it_is() =>
        Prop.ForAll(Codes.ToArbitrary(), code => CreditCode.Parse(code).Value.Value == code).QuickCheckThrowOnFailure();

    [Fact]
    public void One_wrong_character_is_always_noticed()
    {
        var mistakes =
            from code in Codes
            from at in Gen.Choose(8, 17)
            from letter in Gen.Elements(Alphabet.ToCharArray())
            where letter != code[at]
            select code[..at] + letter + code[(at + 1)..];
        Prop.ForAll(mistakes.ToArbitrary(), mistyped => CreditCode.Parse(mistyped).Fault?.Code == "uscc.bad_check_character").QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Two_neighbours_swapped_are_always_noticed()
    {
        var mistakes =
            from code in Codes
            from at in Gen.Choose(8, 16)
            where code[at] != code[at + 1]
            select code[..at] + code[at + 1] + code[at] + code[(at + 2)..];
        Prop.ForAll(mistakes.ToArbitrary(), mistyped => !CreditCode.Parse(mistyped).Ok).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_text_is_answered_without_an_exception() =>
        Prop.ForAll<string>(typed => CreditCode.Parse(typed) is { Ok: true } or { Fault: not null }).QuickCheckThrowOnFailure();
}
