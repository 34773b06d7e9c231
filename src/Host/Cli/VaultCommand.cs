using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Speaker.CommandLine;
using Speaker.Enrolment;
using Speaker.Enrolment.Protection;
using Speaker.Host.Presentation;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>vault key|seal</c>.</summary>
internal static class VaultCommand
{
    public static Command Create() => new(
        "vault",
        "Seal voiceprints in the store with a key (AES-256-GCM): 'vault key FILE' makes one, and 'vault seal' seals what " +
        "is there. What is enrolled is sealed wherever a key is given: by the settings Speaker:Protection:KeyFile or " +
        "Speaker:Protection:KeyCommand, or by SPEAKER_STORE_KEYS. Without its key a voiceprint is lost: keep a copy of " +
        "the key elsewhere than the backups.")
    {
        Key(),
        Seal(),
    };

    private static Command Key()
    {
        var file = new Argument<string>("FILE")
        {
            Description = "The file of keys. Only you may read it. One that is there keeps its keys.",
        };
        var command = new Command(
            "key",
            "Make a key and write it into a file, before the keys that are there: from then on it seals, and the others " +
            "open what they sealed until 'vault seal' has sealed it anew. The key itself is not shown.")
        {
            file,
        };
        command.SetVerb((parsed, output, _) =>
        {
            var path = parsed.GetRequiredValue(file);
            var ids = TemplateKeyFile.AddKey(path);
            if (output.Json)
            {
                VerbOutput.WriteJson(
                    new NewTemplateKeyJson(path, ids[0], ids), CustodyJson.Output.NewTemplateKeyJson);
            }
            else
            {
                output.Results.WriteLine(ids.Count == 1
                    ? $"Made key {ids[0]} in {path}. Name the file by Speaker:Protection:KeyFile, keep a copy of it elsewhere " +
                        "than the backups of the store, and run 'speaker vault seal'."
                    : $"Made key {ids[0]} in {path}, before {string.Join(", ", ids.Skip(1))}. Run 'speaker vault seal', and " +
                        "remove the old keys from the file when 'speaker doctor' no longer names them and no backup needs " +
                        "them.");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Seal()
    {
        var command = new Command(
            "seal",
            "Seal with the current key every voiceprint that is not sealed with it: those that were enrolled without a " +
            "key, and those of older keys. Others use the store meanwhile. If it is stopped, what is sealed stays sealed, " +
            "and it goes on when it is run again.");
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(parsed);
            var store = host.Services.GetRequiredService<IEditableStore>();
            if (store.Vault.Source is null)
            {
                throw new UsageException(
                    "no key is given: make one with 'speaker vault key FILE', and name the file by " +
                    "Speaker:Protection:KeyFile");
            }

            var key = store.Vault.CurrentKey()!;
            var result = new SealJson(key, await store.SealAsync(cancellation));
            if (output.Json)
            {
                VerbOutput.WriteJson(result, CustodyJson.Output.SealJson);
            }
            else
            {
                output.Results.WriteLine(
                    $"Sealed with key {key} in {store.Location}: utterances {result.Utterances}. All others were sealed " +
                    "with it before.");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
