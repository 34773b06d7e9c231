using System.Diagnostics;
using System.Globalization;
using Speaker.Audio.Utterances;
using Speaker.Enrolment;
using Speaker.Enrolment.Sqlite;
using Speaker.Host.Tests.Jobs;
using Speaker.Jobs;
using Speaker.Jobs.Sqlite;
using Speaker.Postgres;
using Speaker.Postgres.Jobs;

namespace Speaker.Host.Tests.Support;

/// <summary>
/// The second process that the store's tests need: one that dies in the middle of a transaction, one that writes while
/// another does. Started as
/// <c>dotnet Host.Tests.dll hold|choose|write|migrate|put|seal|remove|list STORE SPEAKER COUNT</c>; <c>seal</c> has a key file
/// in the place of the speaker, and <c>migrate</c> the new model.
/// </summary>
internal static class HelperProcess
{
    /// <summary>What "hold" prints when its transaction is open and part of it is on the disk, and "choose" when it has its
    /// locks.</summary>
    public const string Holding = "holding";

    public const string Model = "model-a";

    /// <summary>Sound that a job of "put" carries.</summary>
    public const long JobBytes = 30_000;

    public static int Main(string[] arguments)
    {
        if (arguments is not [var mode, var path, var speaker, var number])
        {
            return 1;
        }

        var count = int.Parse(number, CultureInfo.InvariantCulture);
        if (mode == "write")
        {
            Write(path, speaker, count).GetAwaiter().GetResult();
            return 0;
        }

        if (mode is "seal" or "remove" or "list")
        {
            Edit(mode, path, speaker).GetAwaiter().GetResult();
            return 0;
        }

        if (mode == "put")
        {
            Put(path, speaker, count).GetAwaiter().GetResult();
            return 0;
        }

        if (mode == "choose")
        {
            HoldWhileChoosing(path, speaker).GetAwaiter().GetResult();
        }

        if (mode == "migrate")
        {
            Migrate(path, speaker, count).GetAwaiter().GetResult();
        }

        using var store = VoiceprintDatabase.Open(path, TimeSpan.FromSeconds(60), TimeProvider.System);
        using var transaction = store.BeginEnrolment(speaker, Model);
        for (var i = 0; i < count; i++)
        {
            transaction.Add(Utterance(speaker, i), null);
        }

        Console.WriteLine(Holding);
        Thread.Sleep(Timeout.Infinite);
        return 0;
    }

    /// <summary>A store by its file or its address.</summary>
    public static IEditableStore OpenStore(
        string path,
        double busySeconds = 60,
        TimeProvider? time = null,
        ProtectionOptions? protection = null,
        bool keepsRecordings = false)
    {
        var options = new StoreOptions
        {
            Path = path, BusyTimeoutSeconds = busySeconds, KeepRecordings = keepsRecordings,
        };
        return StoreAddress.IsPostgres(path)
            ? new PostgresVoiceprintStore(options, time ?? TimeProvider.System, protection)
            : new SqliteVoiceprintStore(options, time ?? TimeProvider.System, protection);
    }

    private static async Task Edit(string mode, string path, string argument)
    {
        var store = OpenStore(path, protection: mode == "seal" ? new ProtectionOptions { KeyFile = argument } : null);
        using var disposed = store as IDisposable;
        Console.WriteLine(Holding);
        Task work = mode switch
        {
            "seal" => store.SealAsync(default),
            "remove" => store.RemoveAsync(argument, default),
            _ => store.ListAsync(default),
        };
        await work;
    }

    /// <summary>A queue by its file or its address.</summary>
    public static IJobQueue OpenQueue(string path, JobLimits limits) => StoreAddress.IsPostgres(path)
        ? new PostgresJobQueue(new StoreOptions { Path = path }, limits)
        : new SqliteJobQueue(path, limits);

    /// <summary>Prints the id of every job that is in the queue.</summary>
    private static async Task Put(string path, string speaker, int count)
    {
        var queue = OpenQueue(path, JobQueueConformance.Limits);
        using var disposed = queue as IDisposable;
        for (var i = 0; i < count; i++)
        {
            var put = await queue.PutAsync(
                JobQueueConformance.Job() with { Subject = speaker, Sounds = [new JobSound("a.wav", new byte[JobBytes])] },
                default);
            Console.WriteLine(put.Id);
        }
    }

    private static async Task Write(string path, string speaker, int count)
    {
        var store = OpenStore(path);
        using var disposed = store as IDisposable;
        for (var i = 0; i < count; i++)
        {
            var added = Utterance(speaker, i);
            await store.AddAsync(speaker, Model, null, _ => [added], default);
        }
    }

    /// <summary>An enrolment that has its locks and never ends.</summary>
    private static Task HoldWhileChoosing(string path, string speaker) =>
        OpenStore(path).AddAsync(
            speaker, Model, "never",
            _ =>
            {
                Console.WriteLine(Holding);
                Thread.Sleep(Timeout.Infinite);
                return [];
            },
            default);

    private static async Task Migrate(string path, string model, int count)
    {
        var store = OpenStore(path);
        var outdated = await store.ReadOutdatedAsync(model, default);
        await store.ReplaceOutdatedAsync(outdated, ThenHold(outdated, count), model, default);
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
