using System.Globalization;
using Speaker.Bench;
using Speaker.Training.Exchange;

// Called by bench/run as NAME --option value …, with what it also passes to the peer; --bfloat16 has no value.
var given = new Dictionary<string, string>(StringComparer.Ordinal);
for (var i = 1; i < args.Length; i++)
{
    var name = args[i];
    given[name] = name == "--bfloat16" ? "true" : args[++i];
}

int Integer(string name) => int.Parse(given[name], CultureInfo.InvariantCulture);
double Number(string name) => double.Parse(given[name], CultureInfo.InvariantCulture);

Console.WriteLine(args[0] switch
{
    "train" => TrainingStep.Run(new TrainingStep.Settings(
        Integer("--speakers"), Integer("--utterances"), Integer("--frames"), Integer("--classes"),
        Integer("--warm-up"), Integer("--steps"), Integer("--threads"), given.ContainsKey("--bfloat16"), given["--state"])),
    "mining" => MiningSpeed.Run(new MiningSpeed.Settings(
        [.. given["--batches"].Split(',').Select(rows => int.Parse(rows, CultureInfo.InvariantCulture))],
        Integer("--utterances"), Integer("--frames"), Integer("--largest-cube"), Integer("--rounds"))),
    "mfcc" => FeatureSpeed.Run(new FeatureSpeed.Settings(
        given["--sizes"].Split(','), Integer("--seconds"), Number("--warm-up"), Number("--timed"),
        given["--features"])),
    "augmentation" => AugmentationCost.Run(
        new AugmentationCost.Settings(given["--recordings"], Number("--timed"))),
    "replay" => ReplayDetection.Run(new ReplayDetection.Settings(
        given["--corpora"], Integer("--per-speaker"), Integer("--copies"))),
    "live" => LiveSpeed.Run(new LiveSpeed.Settings(
        given["--model"], given["--recordings"],
        [.. given["--streams"].Split(',').Select(streams => int.Parse(streams, CultureInfo.InvariantCulture))],
        Number("--seconds"))),
    "resnet" => ResNetSpeed.Run(new ResNetSpeed.Settings(
        given["--weights"], given["--graph"],
        [.. given["--frames"].Split(',').Select(frames => int.Parse(frames, CultureInfo.InvariantCulture))],
        Number("--seconds"))),
    "encoder" => EncoderSpeed.Run(new EncoderSpeed.Settings(
        given["--model"],
        [.. given["--frames"].Split(',').Select(frames => int.Parse(frames, CultureInfo.InvariantCulture))],
        Number("--seconds"))),
    "sealing" => SealingCost.Run(
        new SealingCost.Settings(Integer("--speakers"), Integer("--dimension"), Integer("--rounds"))),
    "search" => GallerySpeed.Run(
        new GallerySpeed.Settings(Integer("--speakers"), Integer("--queries"), given["--folder"])),
    "telephone" => TelephoneCalls.Run(new TelephoneCalls.Settings(
        given["--url"], Integer("--process"), Integer("--calls"), Number("--seconds"), given["--speakers"].Split(','),
        given["--recordings"])),
    "frame-loss" => FrameLoss.Run(new FrameLoss.Settings(given["--model"], given["--recordings"])),
    "export" => Export(given["--model"], given["--graph"]),
    var other => throw new ArgumentException($"No benchmark {other}."),
});

static string Export(string model, string graph)
{
    EncoderExport.Export(model, graph);
    return $"    the graph is {new FileInfo(graph).Length / 1e6:F1} MB";
}
