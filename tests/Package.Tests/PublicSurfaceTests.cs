using PublicApiGenerator;
using Speaker.Audio;
using Speaker.Package.Tests.Support;
using Speaker.Postgres;
using Speaker.Training;

namespace Speaker.Package.Tests;

/// <summary>The public surface of each package, member for member. A change of it is a decision; the message says how to
/// make it.</summary>
public sealed class PublicSurfaceTests
{
    [Theory]
    [InlineData(typeof(AudioInput))]
    [InlineData(typeof(SpeakerRecognizer))]
    [InlineData(typeof(PostgresVoiceprints))]
    [InlineData(typeof(EncoderTrainer))]
    public void Surface_OfThePackage_IsTheApprovedOne(Type type)
    {
        var name = type.Assembly.GetName().Name!;
        var approved = Repository.File("tests", "Package.Tests", "Approved", name + ".txt");
        var options = new ApiGeneratorOptions
        {
            IncludeAssemblyAttributes = false,
            // They name what the compiler makes of an iterator, and validators that are not public.
            ExcludeAttributes =
            [
                "System.Runtime.CompilerServices.AsyncIteratorStateMachineAttribute",
                "Microsoft.Extensions.Options.ValidateObjectMembersAttribute",
            ],
        };
        var surface = type.Assembly.GeneratePublicApi(options).ReplaceLineEndings("\n").TrimEnd() + "\n";
        if (File.Exists(approved) && File.ReadAllText(approved).ReplaceLineEndings("\n") == surface)
        {
            return;
        }

        var received = Path.Combine(AppContext.BaseDirectory, name + ".received.txt");
        File.WriteAllText(received, surface);
        Assert.Fail(
            $"The public surface of {name} is not the approved one. If it is meant to change: cp {received} {approved}");
    }
}
