using PilotCity.Registry.Parties;

namespace PilotCity.Registry.Tests.Parties;

/// <summary>Who shares a representative, a phone or an address with whom, however it is written.</summary>
public class ComparePartiesTests
{
    [Fact]
    public void Organisations_that_share_something_are_named_in_pairs()
    {
        var relations = CompareParties.Compare(
        [
            new("b", RelationKind.Phone, "13800001111"), new("a", RelationKind.Phone, "13800001111"), new("c", RelationKind.Phone, "13800001111"),
            new("a", RelationKind.Representative, "李明"), new("c", RelationKind.Representative, "李明"), new("b", RelationKind.Representative, "李明亮"),
        ]);

        Assert.Equal(
            [new(RelationKind.Representative, "a", "c"), new(RelationKind.Phone, "a", "b"), new(RelationKind.Phone, "a", "c"), new(RelationKind.Phone, "b", "c")],
            relations);
    }

    [Fact]
    public void An_organisation_with_two_phones_is_not_related_to_itself() =>
        Assert.Empty(CompareParties.Compare([new("a", RelationKind.Phone, "13800001111"), new("a", RelationKind.Phone, "+86 138 0000 1111")]));

    [Fact]
    public void A_person_named_like_a_phone_is_no_relation() =>
        Assert.Empty(CompareParties.Compare([new("a", RelationKind.Representative, "13800001111"), new("b", RelationKind.Phone, "13800001111")]));

    [Theory]
    [InlineData("13800001111", "+86 138-0000-1111")]
    [InlineData("13800001111", "１３８００００１１１１")]
    [InlineData("13800001111", "008613800001111")]
    [InlineData("0597-9000026", "+86 597 9000026")]
    [InlineData("（0597）9000026", "05979000026")]
    public void Phones_are_the_same_however_they_are_typed(string one, string other) =>
        Assert.Equal(CompareParties.Normal(RelationKind.Phone, one), CompareParties.Normal(RelationKind.Phone, other));

    [Theory]
    [InlineData("13800001111", "13800001112")]
    [InlineData("0597-9000026", "0592-9000026")]
    public void Other_phones_are_others(string one, string other) =>
        Assert.NotEqual(CompareParties.Normal(RelationKind.Phone, one), CompareParties.Normal(RelationKind.Phone, other));

    [Theory]
    [InlineData("龙岩市新罗区龙岩大道１号（A座）", "龙岩市 新罗区 龙岩大道1号 a座")]
    [InlineData("李 明", "李明")]
    public void Blanks_widths_and_signs_do_not_make_another_address_or_person(string one, string other) =>
        Assert.Equal(CompareParties.Normal(RelationKind.Address, one), CompareParties.Normal(RelationKind.Address, other));
}
