using System.Globalization;
using Speaker.Unicode;

namespace Speaker.Tests.Unicode;

public sealed class CanonicalFormTests
{
    /// <summary>From The Unicode Standard: UAX 15 (figures 3 to 6, table 1), section 3.12 for Hangul.</summary>
    [Theory]
    [InlineData("José", "Jose\u0301")]
    [InlineData("Å", "A\u030A")]
    [InlineData("\u00C5", "\u212B")] // ANGSTROM SIGN, a singleton
    [InlineData("K", "\u212A")] // KELVIN SIGN
    [InlineData("Ω", "\u2126")]
    [InlineData("ṩ", "s\u0323\u0307")]
    [InlineData("ṩ", "s\u0307\u0323")] // marks are ordered by their class
    [InlineData("\u1E0B\u0323", "d\u0307\u0323", true)]
    [InlineData("\uFB01", "\uFB01")] // the ligature is compatible, not canonical
    [InlineData("2\u2075", "2\u2075")]
    [InlineData("\u0915\u093C", "\u0958")] // excluded from composition
    [InlineData("각", "\u1100\u1161\u11A8")]
    [InlineData("가", "\u1100\u1161")]
    [InlineData("한글", "\u1112\u1161\u11AB\u1100\u1173\u11AF")]
    [InlineData("ǖ", "u\u0308\u0304")]
    [InlineData("\u0344\u0041", "\u0308\u0301A", true)]
    [InlineData("豈", "\uF900")]
    [InlineData("a\u0315\u0300\u05AE\u0062", "a\u0315\u0300\u05AE\u0062", true)]
    [InlineData("\U0001D15E", "\U0001D15E", true)]
    [InlineData("\U0001109A", "\U00011099\U000110BA")]
    public void Of_WrittenTwoWays_IsOne(string one, string other, bool notItself = false)
    {
        Assert.Equal(CanonicalForm.Of(one), CanonicalForm.Of(other));
        if (!notItself)
        {
            Assert.Equal(one, CanonicalForm.Of(other));
        }
    }

    [Theory]
    [InlineData("anna")]
    [InlineData("")]
    [InlineData("\uD800")]
    [InlineData("a\uDC00é")]
    [InlineData("Müller-Lüdenscheidt 王芳 Мария عائشة")]
    public void Of_WhatIsComposedOrNoUnicode_IsAsItWas(string text) => Assert.Equal(text, CanonicalForm.Of(text));

    /// <summary>Of every code point: doing it again changes nothing.</summary>
    [Fact]
    public void Of_EveryCodePoint_IsStable()
    {
        for (var point = 0; point <= 0x10FFFF; point++)
        {
            if (point is >= 0xD800 and <= 0xDFFF)
            {
                continue;
            }

            var text = char.ConvertFromUtf32(point);
            var once = CanonicalForm.Of(text);
            Assert.True(once == CanonicalForm.Of(once), point.ToString("X", CultureInfo.InvariantCulture));
        }
    }
}
