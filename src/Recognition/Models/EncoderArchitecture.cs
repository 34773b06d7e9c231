using System.Text.Json.Serialization;

namespace Speaker.Models;

/// <summary>What kind of network an encoder is; its name is the card's.</summary>
internal enum EncoderArchitecture
{
    /// <summary>Convolutions over time, dilated (Waibel et al., 1989; Desplanques et al., 2020).</summary>
    [JsonStringEnumMemberName("tdnn")]
    Tdnn,

    /// <summary>Convolutions over frequency and time with residual connections (He et al., 2016).</summary>
    [JsonStringEnumMemberName("resnet34")]
    ResNet34,

    /// <summary>Encoders of the other kinds that read the same features, their embeddings brought together by a linear
    /// layer.</summary>
    [JsonStringEnumMemberName("joined")]
    Joined,
}
