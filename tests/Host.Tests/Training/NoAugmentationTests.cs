using System.Reflection;
using System.Runtime.CompilerServices;
using Speaker.Augmentation;
using Speaker.Train;
using Speaker.Training.Runs;

namespace Speaker.Host.Tests.Training;

/// <summary>docs/no-augmentation.json is what measuring one augmentation starts from.</summary>
public class NoAugmentationTests
{
    [Fact]
    public void NoAugmentationFile_SwitchesEveryAugmentationOff()
    {
        var options = TrainingSettings.Read(File()).ToOptions("features");
        foreach (var (owner, type) in ((object, Type)[])
                 [(options.Bank.Augmentation, typeof(AugmentationOptions)), (options.Crops, typeof(CropOptions))])
        {
            var probabilities = type.GetProperties()
                .Where(p => p.Name.EndsWith("Probability", StringComparison.Ordinal)).ToArray();
            Assert.True(probabilities.Length >= 5);
            Assert.All(probabilities, (PropertyInfo p) => Assert.Equal(0.0, p.GetValue(owner)));
        }

        Assert.Equal([1.0], options.Bank.Speeds);
    }

    [Fact]
    public void NoAugmentationFile_WithOneSet_SwitchesThatOneOnAlone()
    {
        var settings = TrainingSettings.Read(File());
        settings.Set("bank.augmentation.roomProbability=0.5");
        var options = settings.ToOptions("features");
        var off = TrainingSettings.Read(File()).ToOptions("features").Bank.Augmentation;
        Assert.Equal(off with { RoomProbability = 0.5 }, options.Bank.Augmentation);
    }

    private static string File([CallerFilePath] string path = "") =>
        Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "..", "docs", "no-augmentation.json");
}
