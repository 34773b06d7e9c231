using System.Text.Json.Serialization;

namespace Speaker.Host.Jobs;

/// <summary>What is written into the queue, which other versions of the program read: fields are only ever
/// added.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EnrolmentJob))]
internal sealed partial class JobsJson : JsonSerializerContext;
