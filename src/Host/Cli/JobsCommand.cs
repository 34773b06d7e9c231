using System.Buffers;
using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Speaker.Audio.Validation;
using Speaker.CommandLine;
using Speaker.Host.Jobs;
using Speaker.Jobs;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>jobs list|show|retry|confirm|remove</c>.</summary>
internal static class JobsCommand
{
    private const int UsuallyListed = 100;

    private static readonly SearchValues<char> _ofEndings =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

    public static Command Create() => new(
        "jobs",
        "Look into the queue that belongs to the store: 'jobs list', 'jobs show ID', 'jobs retry ID' for jobs that were " +
        "set aside, 'jobs confirm ID' for enrolments that an agent asks for, 'jobs remove ID'. It needs no model.")
    {
        List(),
        Show(),
        Change(
            "retry",
            "Try jobs again that were set aside: from then on they wait, with all their attempts.",
            JobState.Failed,
            (queue, id, cancellation) => queue.RetryAsync(id, cancellation),
            id => new ChangedJobJson(id, true, false),
            "there is no job '{0}' that is set aside: 'speaker jobs list --state failed' shows those that are",
            "Waiting again"),
        Change(
            "confirm",
            "Confirm enrolments that an agent asks for ('speaker mcp'): from then on they wait, and a service or " +
            "'speaker worker' does them. 'jobs remove' refuses them.",
            JobState.Held,
            (queue, id, cancellation) => queue.ConfirmAsync(id, cancellation),
            id => new ChangedJobJson(id, false, false, true),
            "there is no job '{0}' that is held: 'speaker jobs list --state held' shows those that are",
            "Confirmed"),
        Change(
            "remove",
            "Remove jobs with their sound, whatever their state. Work that is under way is not undone.",
            JobState.Failed,
            (queue, id, cancellation) => queue.RemoveAsync(id, cancellation),
            id => new ChangedJobJson(id, false, true),
            "there is no job '{0}': 'speaker jobs list' shows those that there are",
            "Removed"),
    };

    private static Command List()
    {
        var state = new Option<string?>("--state")
        {
            Description = "Only jobs that are held (until a person confirms them), waiting, running, done or failed " +
                "(set aside). Default: all.",
            HelpName = "STATE",
        };
        state.AcceptOnlyFromAmong([.. Enum.GetValues<JobState>().Select(JobPresenter.Word)]);
        var limit = NumberOption.Whole(
            "--limit", "N", $"How many at most, the newest. Default: {UsuallyListed}.", 1, 1_000_000);
        var command = new Command(
            "list", "List the jobs in the order in which they came. With --json, one object a job.")
        {
            state,
            limit,
        };
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(parsed);
            var queue = host.Services.GetRequiredService<IJobQueue>();
            JobState? wanted = parsed.GetValue(state) is { } word
                ? Enum.Parse<JobState>(word, ignoreCase: true)
                : null;
            var jobs = await queue.ListAsync(wanted, parsed.GetValue(limit) ?? UsuallyListed, cancellation);
            Write(jobs, queue.Location, output);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Show()
    {
        var id = new Argument<string>("ID") { Description = "The job's id, as 'speaker jobs list' gives it." };
        var save = new Option<string?>("--save")
        {
            Description = "A folder to write the job's recordings to, as 1.wav and so on. Default: none.",
            HelpName = "DIR",
        };
        var command = new Command("show", "Show one job, and what came of it.") { id, save };
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(parsed);
            var queue = host.Services.GetRequiredService<IJobQueue>();
            var wanted = parsed.GetRequiredValue(id);
            var job = await queue.ReadAsync(wanted, cancellation) ?? throw new UsageException(
                $"there is no job '{wanted}' in {queue.Location}: 'speaker jobs list' shows those that there are");
            if (parsed.GetValue(save) is { } folder)
            {
                Save(await queue.ReadSoundsAsync(wanted, cancellation), folder);
            }

            if (output.Json)
            {
                VerbOutput.WriteJson(JobPresenter.Json(job), JsonContracts.Output.JobJson);
                return ExitCode.Done;
            }

            var table = FactTable.Create();
            foreach (var (name, value) in Facts(job))
            {
                table.AddRow(name, Markup.Escape(value));
            }

            output.Results.Write(table);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Writes recordings for their owner alone, and over nothing.</summary>
    /// <exception cref="UsageException">One cannot be written.</exception>
    private static void Save(IReadOnlyList<JobSound> sounds, string folder)
    {
        for (var i = 0; i < sounds.Count; i++)
        {
            // The rest of a name is a stranger's.
            var ending = Path.GetExtension(sounds[i].Name);
            var isPlain = ending.Length is > 1 and < 6 && !ending.AsSpan(1).ContainsAnyExcept(_ofEndings);
            var path = Path.Combine(folder, $"{i + 1}{(isPlain ? ending : "")}");
            try
            {
                Directory.CreateDirectory(folder);
                var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
                if (!OperatingSystem.IsWindows())
                {
                    options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                }

                using var file = new FileStream(path, options);
                file.Write(sounds[i].Content);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new UsageException(
                    $"--save: {path} cannot be written ({exception.Message}): give a folder without it", exception);
            }
        }
    }

    private static Command Change(
        string name,
        string description,
        JobState state,
        Func<IJobQueue, string, CancellationToken, Task<bool>> change,
        Func<string, ChangedJobJson> json,
        string unknown,
        string past)
    {
        var ids = new Argument<string[]>("ID")
        {
            Description = "Ids of jobs, as 'speaker jobs list' gives them.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var all = state == JobState.Held
            ? FlagOption.Create("--held", "All that are held.")
            : FlagOption.Create("--failed", "All that are set aside.");
        var command = new Command(name, description) { ids, all };
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            var given = parsed.GetValue(ids) ?? [];
            if (parsed.GetValue(all) == (given.Length > 0))
            {
                throw new UsageException($"give ids of jobs or {all.Name}: one of them");
            }

            using var host = VerbServices.CreateHost(parsed);
            var queue = host.Services.GetRequiredService<IJobQueue>();
            if (given.Length == 0)
            {
                given = [.. (await queue.ListAsync(state, int.MaxValue, cancellation)).Select(job => job.Id)];
            }

            foreach (var id in given)
            {
                if (!await change(queue, id, cancellation))
                {
                    throw new UsageException(string.Format(CultureInfo.InvariantCulture, unknown, id));
                }

                if (output.Json)
                {
                    VerbOutput.WriteJson(json(id), JsonContracts.Output.ChangedJobJson);
                }
            }

            if (!output.Json)
            {
                output.Results.WriteLine($"{past}: {Plural.Of(given.Length, "job")} of {queue.Location}.");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(IReadOnlyList<KeptJob> jobs, string location, VerbOutput output)
    {
        if (output.Json)
        {
            foreach (var job in jobs)
            {
                VerbOutput.WriteJson(JobPresenter.Json(job), JsonContracts.Output.JobJson);
            }

            return;
        }

        if (jobs.Count == 0)
        {
            output.Results.WriteLine($"No such job is in {location}.");
            return;
        }

        var table = new Table().Border(TableBorder.Rounded)
            .AddColumn(new TableColumn("id").NoWrap()).AddColumn("kind").AddColumn("state").AddColumn("speaker")
            .AddColumn(new TableColumn("attempts").RightAligned()).AddColumn("put").AddColumn("reason");
        foreach (var job in jobs)
        {
            table.AddRow(
                job.Id, job.Kind, JobPresenter.Word(job.State), Markup.Escape(job.Subject ?? "-"),
                Attempts(job), Time(job.PutAt), Markup.Escape(Reason(job)));
        }

        output.Results.Write(table);
    }

    private static IEnumerable<(string Name, string Value)> Facts(KeptJob job)
    {
        yield return ("id", job.Id);
        yield return ("kind", job.Kind);
        yield return ("state", JobPresenter.Word(job.State));
        yield return ("speaker", job.Subject ?? "-");
        if (job.Kind == EnrolmentJob.Kind)
        {
            var request = EnrolmentJob.Of(job);
            yield return ("recordings", string.Join(", ", request.Files));
            yield return ("consent", request.Consent ?? "-");
            yield return ("asked for by", request.Actor ?? "-");
        }

        yield return ("attempts", Attempts(job));
        yield return ("put", Time(job.PutAt));
        yield return ("ended", job.FinishedAt is { } end ? Time(end) : "-");
        yield return ("worker", job.Worker ?? "-");
        yield return ("sound", string.Create(CultureInfo.InvariantCulture, $"{job.Bytes / 1e6:0.0} MB"));
        yield return ("progress", job.Progress.Total > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{job.Progress.Done:#,0} of {job.Progress.Total:#,0}")
            : "-");
        yield return ("reason", Reason(job));
        yield return ("result", job.Result ?? "-");
    }

    private static string Attempts(KeptJob job) =>
        string.Create(CultureInfo.InvariantCulture, $"{job.Attempts} of {job.AttemptsAllowed}");

    private static string Reason(KeptJob job) => job.State == JobState.Done ? "-" : job.Problem ?? "-";

    private static string Time(DateTimeOffset time) =>
        time.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
