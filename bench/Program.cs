using System.Globalization;
using Speaker.Bench;

// Called by bench/run, which passes what it also passes to the peer: --name value, and --bfloat16.
var given = new Dictionary<string, string>(StringComparer.Ordinal);
for (var i = 0; i < args.Length; i++)
{
    var name = args[i];
    given[name] = name == "--bfloat16" ? "true" : args[++i];
}

int Number(string name) => int.Parse(given[name], CultureInfo.InvariantCulture);

Console.WriteLine(TrainingStep.Run(new TrainingStep.Settings(
    Number("--speakers"), Number("--utterances"), Number("--frames"), Number("--classes"), Number("--warm-up"),
    Number("--steps"), Number("--threads"), given.ContainsKey("--bfloat16"), given["--state"])));
