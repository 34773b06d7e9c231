using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Speaker.CommandLine;
using Speaker.Enrolment;
using Speaker.Enrolment.Audit;
using Speaker.Host.Presentation;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>audit list|verify</c>.</summary>
internal static class AuditCommand
{
    /// <summary>Entries that are read at a time.</summary>
    private const int Page = 10_000;

    public static Command Create() => new(
        "audit",
        "Show and check the audit log of the store: every change of it is there, in the transaction that made it, and " +
        "with Speaker:Audit:Decisions every answer of verify and identify.")
    {
        List(),
        Verify(),
    };

    private static Command List()
    {
        var after = NumberOption.Whole("--after", "N", "Begin after this entry. Default: 0.", 0);
        var last = NumberOption.Whole("--last", "N", "Show only the last entries. Default: all.", 1);
        var command = new Command(
            "list",
            "List the entries: who did what when, and to whom. A speaker is a random number, which has a name as long as " +
            "the speaker is enrolled. With --json, one object an entry.")
        {
            after,
            last,
        };
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(parsed);
            var store = host.Services.GetRequiredService<IEditableStore>();
            var entries = new List<AuditEntry>();
            await foreach (var page in PagesAsync(store, parsed.GetValue(after) ?? 0, cancellation))
            {
                entries.AddRange(page);
                if (parsed.GetValue(last) is { } most && entries.Count > most)
                {
                    entries.RemoveRange(0, entries.Count - most);
                }
            }

            Show(entries, output);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Verify()
    {
        var head = new Option<string?>("--head")
        {
            Description = "The hash of an entry that was noted before, which has to be in the log: that finds entries that " +
                "were cut off its end. Default: none.",
            HelpName = "HASH",
        };
        var command = new Command(
            "verify",
            "Check the chain of the audit log: each entry holds the hash of the one before, so one that was changed, " +
            "removed or moved is found. The exit code is 1 if the chain is broken. Note the hash of the last entry, which " +
            "this prints, elsewhere than the store, and give it as --head the next time.")
        {
            head,
        };
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            var given = parsed.GetValue(head)?.Trim();
            if (given is not null && (given.Length != 64 || !given.All(char.IsAsciiHexDigit)))
            {
                throw new UsageException("--head is no hash: 64 hexadecimal digits are needed, as 'audit verify' prints them");
            }

            using var host = VerbServices.CreateHost(parsed);
            var store = host.Services.GetRequiredService<IEditableStore>();
            var check = new AuditCheck(given);
            await foreach (var page in PagesAsync(store, 0, cancellation))
            {
                if (!check.Add(page))
                {
                    break;
                }
            }

            Show(check, store.Location, output);
            return check.Problem is null ? ExitCode.Done : ExitCode.Rejected;
        });
        return command;
    }

    private static async IAsyncEnumerable<IReadOnlyList<AuditEntry>> PagesAsync(
        IEditableStore store,
        long after,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await store.ReadAuditAsync(after, Page, cancellationToken) is { Count: > 0 } page)
        {
            yield return page;
            after = page[^1].Sequence;
        }
    }

    private static void Show(List<AuditEntry> entries, VerbOutput output)
    {
        if (output.Json)
        {
            foreach (var entry in entries)
            {
                VerbOutput.WriteJson(
                    new AuditEntryJson(
                        entry.Sequence, entry.At, entry.Actor, entry.Action, entry.Subject, entry.Speaker, entry.Detail,
                        Convert.ToHexStringLower(entry.Hash)),
                    CustodyJson.Output.AuditEntryJson);
            }

            return;
        }

        var table = new Table().Border(TableBorder.Rounded)
            .AddColumn(new TableColumn("entry").RightAligned()).AddColumn("at").AddColumn("actor").AddColumn("action")
            .AddColumn("speaker").AddColumn("detail");
        foreach (var entry in entries)
        {
            table.AddRow(
                entry.Sequence.ToString(CultureInfo.InvariantCulture),
                entry.At.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture), Markup.Escape(entry.Actor),
                entry.Action, Markup.Escape(entry.Speaker ?? entry.Subject ?? ""), Markup.Escape(entry.Detail));
        }

        output.Results.Write(table);
    }

    private static void Show(AuditCheck check, string store, VerbOutput output)
    {
        var head = check.Head is { } last ? Convert.ToHexStringLower(last.Hash) : null;
        if (output.Json)
        {
            VerbOutput.WriteJson(
                new AuditVerificationJson(check.Problem is null, check.Entries, head, check.Problem),
                CustodyJson.Output.AuditVerificationJson);
            return;
        }

        output.Results.WriteLine(check.Problem is { } problem
            ? $"The audit log of {store} is broken: {problem}. Entries in order before that: {check.Entries}."
            : $"The audit log of {store} is intact. Entries: {check.Entries}." + (head is null ? "" : $" Head: {head}"));
    }
}
