using System.Xml.Linq;
using PilotCity.Defaults.Printing;

namespace PilotCity.Defaults.Tests.Printing;

public sealed class PrintPageTests
{
    private const string Hostile = "<script>alert('x')</script> & \"q\" \u202e";

    [Fact]
    public void Whatever_a_text_holds_is_shown_and_not_obeyed()
    {
        var drawing = new Drawing(Hostile, 10, 10, [new Label(1, 1, Hostile, 8), Outline.Rectangle(0, 0, 5, 5, "#ffffff", null)]);
        var page = PrintPage.Html(new("zh", Hostile, Hostile, [new(Hostile, [new(Hostile, Hostile)], [drawing], [Hostile], new([new(Hostile, 1)], [[Hostile]]), Hostile)], Hostile, Hostile));

        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202e', page);
        Assert.Equal(14, page.Split("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;q&quot; \\u202e").Length - 1);
        Assert.DoesNotContain(" style=", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_drawing_is_well_formed_and_says_in_words_what_it_shows()
    {
        var page = PrintPage.Html(new("en", "T", "S", [new("H", Drawings: [new("what it shows", 20.5, 10, [Outline.Line(0, 0, 1.25, 3, "#000000", dashed: true), new Label(1, 2, "a < b", 7.5, Anchor.End, Bold: true)])])]));

        var svg = XElement.Parse(page[page.IndexOf("<svg", StringComparison.Ordinal)..(page.IndexOf("</svg>", StringComparison.Ordinal) + 6)]);
        Assert.Equal(["title", "polygon", "text"], svg.Elements().Select(e => e.Name.LocalName));
        Assert.Equal(("what it shows", "0 0 20.5 10", "a < b"), (svg.Elements().First().Value, svg.Attribute("viewBox")?.Value, svg.Elements().Last().Value));
        Assert.StartsWith("<!DOCTYPE html>\n<html lang=\"en\">", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData("text/html,application/xhtml+xml;q=0.9", "text/html")]
    [InlineData("application/pdf;q=1, text/html", "application/pdf")]
    [InlineData("image/png, Application/PDF", "application/pdf")]
    public void The_first_form_that_is_named_is_given(string accept, string form) => Assert.Equal(form, Printed.Preferred(accept));
}
