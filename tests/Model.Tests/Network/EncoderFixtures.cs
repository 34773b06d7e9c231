using Speaker.Audio.Features;
using Speaker.Models;
using Speaker.Training.Network;
using Speaker.Training.Tensors;
using TorchSharp;

namespace Speaker.Training.Tests.Network;

internal static class EncoderFixtures
{
    /// <summary>An encoder whose normalisations have seen data, in evaluation mode.</summary>
    public static Encoder Create(EncoderSpecification specification, long seed = 1)
    {
        torch.manual_seed(seed);
        var encoder = new Encoder(specification);
        using var scope = torch.NewDisposeScope();
        using (torch.no_grad())
        {
            // Off their starting values of 0 and 1, so that leaving one out shows.
            foreach (var (name, parameter) in encoder.named_parameters())
            {
                if (name.Contains("Norm", StringComparison.Ordinal) || name.EndsWith("bias", StringComparison.Ordinal))
                {
                    parameter.AddInPlace(torch.rand(parameter.shape).Minus(0.5));
                }
            }

            encoder.train();
            for (var i = 0; i < 4; i++)
            {
                encoder.call(
                    torch.randn([8, 30, specification.Coefficients]).Times(2).Plus(0.5),
                    torch.tensor(Enumerable.Repeat(30L, 8).ToArray()));
            }
        }

        encoder.eval();
        return encoder;
    }

    /// <summary>[1, T, C].</summary>
    public static torch.Tensor ToTensor(FeatureMatrix features) => torch
        .tensor(features.Values, new long[] { 1, features.Frames, features.Coefficients });
}
