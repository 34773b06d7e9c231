using Microsoft.Extensions.Configuration;

namespace Speaker.CommandLine;

/// <summary>A setting that is given otherwise than by its key.</summary>
/// <param name="Key">Its full key.</param>
/// <param name="Value">Null: it is not given.</param>
/// <param name="Name">What the user gave it by: "--top", "environment variable SPEAKER_STORE". Null: by its
/// key.</param>
internal sealed record GivenSetting(string Key, string? Value, string? Name = null) : IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new Provider(this);

    internal sealed class Provider : ConfigurationProvider
    {
        public Provider(GivenSetting setting)
        {
            Setting = setting;
            Set(setting.Key, setting.Value);
        }

        public GivenSetting Setting { get; }
    }
}
