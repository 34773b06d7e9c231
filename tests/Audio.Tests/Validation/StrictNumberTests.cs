using System.Globalization;
using Speaker.Audio.Validation;

namespace Speaker.Audio.Tests.Validation;

public class StrictNumberTests
{
    [Theory]
    [InlineData("0.1", 0.1)]
    [InlineData("-5", -5)]
    [InlineData("1e-3", 0.001)]
    [InlineData(".5", 0.5)]
    [InlineData("+2", 2)]
    [InlineData("86400", 86400)]
    public void Real_ANumber_IsReadInvariantly(string text, double value) => Assert.Equal(value, StrictNumber.Real(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("0,1")]
    [InlineData("1,000")]
    [InlineData("1 000")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1\0")]
    [InlineData("1\n")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-∞")]
    [InlineData("1e999")]
    [InlineData("0x10")]
    [InlineData("1.2.3")]
    [InlineData("1f")]
    [InlineData("(1)")]
    [InlineData("1%")]
    [InlineData("$1")]
    [InlineData("−1")]
    [InlineData("٣")]
    [InlineData("e")]
    [InlineData("--1")]
    public void Real_AnythingElse_IsNone(string? text)
    {
        Assert.Null(StrictNumber.Real(text));
        Assert.Null(StrictNumber.Whole(text));
        Assert.Null(StrictNumber.Truth(text));
    }

    [Theory]
    [InlineData("3", 3)]
    [InlineData("-2147483648", int.MinValue)]
    [InlineData("007", 7)]
    public void Whole_Digits_AreRead(string text, int value) => Assert.Equal(value, StrictNumber.Whole(text));

    [Theory]
    [InlineData("3.0")]
    [InlineData("3.5")]
    [InlineData("1e3")]
    [InlineData("2147483648")]
    public void Whole_ARealOrTooLarge_IsNone(string text) => Assert.Null(StrictNumber.Whole(text));

    [Theory]
    [InlineData("true", true)]
    [InlineData("False", false)]
    [InlineData("1", null)]
    [InlineData("yes", null)]
    public void Truth_TrueAndFalseOnly(string text, bool? value) => Assert.Equal(value, StrictNumber.Truth(text));

    [Fact]
    public void Real_UnderAnotherCulture_IsTheSame()
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            german.NumberFormat.NumberDecimalSeparator = ",";
            german.NumberFormat.NumberGroupSeparator = ".";
            CultureInfo.CurrentCulture = german;
            Assert.Equal(1.5, StrictNumber.Real("1.5"));
            Assert.Null(StrictNumber.Real("1,5"));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Theory]
    [InlineData("TargetFarr", "TargetFar")]
    [InlineData("targetfar", "TargetFar")]
    [InlineData("TragetFar", "TargetFar")]
    [InlineData("Treshold", "Threshold")]
    [InlineData("Volume", null)]
    public void Nearest_AMisspeltName_IsTheOneThatWasMeant(string word, string? meant) =>
        Assert.Equal(meant, Spelling.Nearest(word, ["TargetFar", "Threshold"]));
}
