using System.Diagnostics;
using System.Globalization;
using Speaker.Audio.Utterances;
using Speaker.Enrolment;
using Speaker.Enrolment.Sqlite;

namespace Speaker.Host.Tests.Support;

/// <summary>
/// The second process that the store's tests need: one that dies in the middle of a transaction, one that writes while
/// another does. Started as <c>dotnet Host.Tests.dll hold|write|migrate STORE SPEAKER COUNT</c>.
/// </summary>
internal static class HelperProcess
{
    /// <summary>What "hold" prints when its transaction is open and part of it is on the disk.</summary>
    public const string Holding = "holding";

    public const string Model = "model-a";

    public static int Main(string[] arguments)
    {
        if (arguments is not [var mode, var path, var speaker, var number])
        {
            return 1;
        }

        var count = int.Parse(number, CultureInfo.InvariantCulture);
        using var store = VoiceprintDatabase.Open(path, TimeSpan.FromSeconds(60), TimeProvider.System);
        if (mode == "hold")
        {
            using var transaction = store.BeginEnrolment(speaker, Model);
            for (var i = 0; i < count; i++)
            {
                transaction.Add(Utterance(speaker, i), null);
            }

            Console.WriteLine(Holding);
            Thread.Sleep(Timeout.Infinite);
        }

        if (mode == "migrate")
        {
            var outdated = ModelMigration.Read(store, speaker);
            ModelMigration.Replace(store, outdated, ThenHold(outdated, count), speaker);
        }

        for (var i = 0; i < count; i++)
        {
            using var transaction = store.BeginEnrolment(speaker, Model);
            transaction.Add(Utterance(speaker, i), null);
            transaction.Commit();
        }

        return 0;
    }

    /// <summary>So many new voiceprints, and then none for ever: the transaction stays open.</summary>
    private static IEnumerable<RenewedUtterance> ThenHold(IReadOnlyList<OutdatedUtterance> outdated, int count)
    {
        foreach (var utterance in outdated.Take(count))
        {
            yield return new RenewedUtterance(utterance.Id, Vectors.Random((int)utterance.Id, 16), 1);
        }

        Console.WriteLine(Holding);
        Thread.Sleep(Timeout.Infinite);
    }

    /// <summary>Starts the helper with its output to be read.</summary>
    public static Process Start(string mode, string path, string speaker, int count) =>
        Process.Start(new ProcessStartInfo("dotnet",
            [typeof(HelperProcess).Assembly.Location, mode, path, speaker,
                count.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    /// <summary>An utterance whose vector is different for every speaker and number.</summary>
    public static StoredUtterance Utterance(string speaker, int number) =>
        new(Vectors.Random(Vectors.Seed($"{speaker}/{number}"), 192), 2.5, $"{speaker}-{number}.wav");
}
