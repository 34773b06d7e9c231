using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Enrolment;
using Speaker.Host.Presentation;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>expire</c>.</summary>
internal static class ExpireCommand
{
    public static Command Create()
    {
        var days = NumberOption.Real(
            "--days", "DAYS", "Remove utterances that were enrolled longer ago. Default: Speaker:Retention:Days.", 0.001,
            100_000);
        var command = new Command("expire",
            "Remove the utterances that have been kept for longer than so many days, and with their last one speakers, all " +
            "in one transaction. A service does it by itself where Speaker:Retention:Days is set.")
        {
            days,
        };
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(parsed);
            var most = parsed.GetValue(days)
                ?? host.Services.GetRequiredService<IOptions<RetentionOptions>>().Value.Days
                ?? throw new UsageException(
                    "no age is given: name one with --days, or by the setting Speaker:Retention:Days; nothing was removed");
            var store = host.Services.GetRequiredService<IEditableStore>();
            var before = host.Services.GetRequiredService<TimeProvider>().GetUtcNow() - TimeSpan.FromDays(most);
            var expired = await store.ExpireAsync(before, cancellation);
            if (output.Json)
            {
                VerbOutput.WriteJson(
                    new ExpireJson(most, before, expired.Utterances, expired.Speakers), CustodyJson.Output.ExpireJson);
            }
            else
            {
                output.Results.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Removed from {store.Location} what was enrolled before {before:yyyy-MM-dd HH:mm'Z'}: utterances " +
                    $"{expired.Utterances}, speakers who have no other {expired.Speakers}."));
            }

            return ExitCode.Done;
        });
        return command;
    }
}
