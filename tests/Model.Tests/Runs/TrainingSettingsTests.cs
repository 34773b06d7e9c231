using Microsoft.Extensions.Options;
using Speaker.Training.Runs;

namespace Speaker.Training.Tests.Runs;

/// <summary>What a person types behind <c>--set</c> or writes into <c>--options</c>, and what they are told.</summary>
public sealed class TrainingSettingsTests
{
    [Theory]
    [InlineData(
        "sampling.speeker=3",
        "--set sampling.speeker=3: there is no training option sampling.speeker (did you mean sampling.speakers?)")]
    [InlineData(
        "Steps=3", "--set Steps=3: there is no training option Steps (did you mean steps?)")]
    [InlineData(
        "speakers=3", "--set speakers=3: there is no training option speakers (did you mean sampling.speakers?)")]
    [InlineData(
        "crops.xyzzy=3", "--set crops.xyzzy=3: there is no training option crops.xyzzy; there are crops.")]
    [InlineData("steps=many", "--set steps=many: training option steps = \"many\", must be a whole number")]
    [InlineData("steps=3.5", "--set steps=3.5: training option steps = 3.5, must be a whole number")]
    [InlineData("tripletMargin=0,3", "--set tripletMargin=0,3: training option tripletMargin = \"0,3\", must be a number")]
    [InlineData("softmaxWithinCorpus=yes", "must be true or false")]
    [InlineData("storage=halve", "must be one of single, half, eightBit")]
    [InlineData("mining=3", "training option mining = 3, must be a text")]
    [InlineData("sampling=3", "training option sampling = 3, must be a group of options")]
    [InlineData("steps=null", "training option steps = null, must be a whole number")]
    public void ToOptions_WhatIsNoOption_IsNamedWithItsSourceAndWhatWasMeant(string assignment, string message)
    {
        var settings = TrainingSettings.Read(null);
        settings.Set(assignment);
        var exception = Assert.Throws<ArgumentException>(() => settings.ToOptions("features"));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToOptions_WrongNameInAFile_BlamesTheFile()
    {
        var settings = TrainingSettings.Parse("""{"sampling": {"speekers": 3}}""", "own.json");
        var exception = Assert.Throws<ArgumentException>(() => settings.ToOptions("features"));
        Assert.StartsWith(
            "own.json: there is no training option sampling.speekers (did you mean sampling.speakers?)",
            exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_OutOfBounds_SaysWhatEachWasGivenBy()
    {
        var settings = TrainingSettings.Parse("""{"tripletMargin": 9}""", "own.json");
        settings.Set("sampling.speakers=0");
        settings.Set("steps", -1, "--steps");
        var exception = Assert.Throws<OptionsValidationException>(() => settings.ToOptions("features").Validate());
        var explained = settings.Explain(exception);
        foreach (var expected in (string[])
                 [
                     "own.json: training option tripletMargin = 9, must be from",
                     "--set sampling.speakers=0: training option sampling.speakers = 0, must be",
                     "--steps: training option steps = -1, must be from 0 to 10,000,000",
                 ])
        {
            Assert.Contains(expected, explained, StringComparison.Ordinal);
        }
    }

    /// <summary>Files of the time when there was one teacher go on working.</summary>
    [Theory]
    [InlineData("""{"teacher": "x"}""", "x")]
    [InlineData("""{"teacher": ["x", "y"], "teacherWeights": [1, 0.5]}""", "x y")]
    [InlineData("""{"teacher": null}""", "")]
    public void ToOptions_Teacher_IsOneTextOrAList(string json, string expected)
    {
        var options = TrainingSettings.Parse(json, "own.json").ToOptions("features");
        Assert.Equal(expected, string.Join(' ', options.Teachers));
        options.Validate();
    }

    [Fact]
    public void ToOptions_WeightsOfMoreTeachersThanThereAre_AreRefused()
    {
        var settings = TrainingSettings.Parse("""{"teacher": "x", "teacherWeights": [1, 0.5]}""", "own.json");
        var exception = Assert.Throws<OptionsValidationException>(() => settings.ToOptions("features").Validate());
        Assert.Equal(
            "own.json: training option teacherWeights = 2 weights, must be one for each of the 1 teachers, or none",
            settings.Explain(exception));
    }

    [Fact]
    public void ToOptions_EveryKindOfValue_IsTaken()
    {
        var settings = TrainingSettings.Read(null);
        foreach (var assignment in (string[])
                 [
                     "steps=7", "tripletMargin=0.5", "storage=half", "softmaxWithinCorpus=true", "asNorm=null", "bFloat16=false",
                     "mining=batch-hard", "sampling.speakers=8", "encoder.architecture=resnet34", "encoder.dilations=[1,2]",
                     "teacher=null", """sampling={"speakers":9}""",
                 ])
        {
            settings.Set(assignment);
        }

        var options = settings.ToOptions("features");
        Assert.Equal((7, 0.5, true, null, false), (
            options.Steps, options.TripletMargin, options.SoftmaxWithinCorpus, options.AsNorm, options.BFloat16));
        Assert.Equal(("batch-hard", 9), (options.Mining, options.Sampling.Speakers));
        Assert.Equal([1, 2], options.Encoder.Dilations);
        Assert.Equal(WeightStorage.Half, options.Storage);
    }

    [Fact]
    public void ToOptions_ResNetAndTooFewCepstra_SaysBeforeARunHowManyItTakes()
    {
        var settings = TrainingSettings.Read(null);
        settings.Set("encoder.architecture=resnet34");

        var message = settings.Explain(Assert.Throws<OptionsValidationException>(settings.ToOptions("features").Validate));

        Assert.Contains("frontEnd.cepstra = 60", message, StringComparison.Ordinal);
        Assert.Contains("all 80 of its mel bands", message, StringComparison.Ordinal);
        settings.Set("frontEnd.cepstra=80");
        settings.Set("encoder.coefficients=80");
        settings.ToOptions("features").Validate();
    }

    [Fact]
    public void ToOptions_WeightsOfLongCropsForOneTeacherOfTwo_SaysHowManyItTakes()
    {
        var settings = TrainingSettings.Read(null);
        settings.Set("""teacher=["a","b"]""");
        settings.Set("teacherLongWeights=[1]");

        var message = settings.Explain(Assert.Throws<OptionsValidationException>(settings.ToOptions("features").Validate));

        Assert.Contains("teacherLongWeights = 1 weight", message, StringComparison.Ordinal);
        Assert.Contains("one for each of the 2 teachers", message, StringComparison.Ordinal);
    }
}
