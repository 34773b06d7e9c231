using System.CommandLine;
using Speaker.Audio.Validation;
using Speaker.CommandLine;
using TorchSharp;

namespace Speaker.Train;

/// <summary><c>check</c>, which <c>speaker doctor</c> asks: loads libtorch, computes with it, says what it is.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var command = new Command("check", "Check that libtorch loads and computes.") { Hidden = true };
        command.SetVerb((_, _, _) =>
        {
            using var scope = torch.NewDisposeScope();
            var sum = torch.arange(4).sum().item<long>();
            if (sum != 6)
            {
                throw new InvalidOperationException($"libtorch adds 0, 1, 2 and 3 to {sum}");
            }

            Console.Out.WriteLine(
                $"libtorch {torch.__version__} loads and computes, {Plural.Of(torch.get_num_threads(), "thread")}" +
                (torch.cuda.is_available() ? ", CUDA" : ""));
            return ExitCode.Done;
        });
        return command;
    }
}
