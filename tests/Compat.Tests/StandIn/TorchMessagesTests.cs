using System.Runtime.InteropServices;
using TorchSharp;

namespace Speaker.Compat.Tests.StandIn;

/// <summary>What the stand-in says of shapes that do not fit; TorchSharp 0.99.6 ends the process there.</summary>
[Collection(TorchTests.Name)]
public class TorchMessagesTests
{
    [Fact]
    public void Matmul_OfShapesThatDoNotFit_ThrowsLibtorchsMessageWithoutItsBacktrace()
    {
        using var scope = torch.NewDisposeScope();
        var tensor = torch.zeros([2, 3]);

        var exception = Assert.ThrowsAny<ExternalException>(() => tensor.matmul(tensor));

        Assert.Contains(
            "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("frame #", exception.Message, StringComparison.Ordinal);
    }
}
