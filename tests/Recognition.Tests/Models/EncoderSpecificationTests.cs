using Microsoft.Extensions.Options;
using Speaker.Models;

namespace Speaker.Tests.Models;

public class EncoderSpecificationTests
{
    [Fact]
    public void Validate_ValueOutsideItsRange_NamesIt()
    {
        foreach (var (wrong, name) in new (EncoderSpecification, string)[]
        {
            (new() { Coefficients = 0 }, "Coefficients"),
            (new() { Width = -1 }, "Width"),
            (new() { EntryKernel = 4 }, "EntryKernel"),
            (new() { EntryKernel = 33 }, "EntryKernel"),
            (new() { EntryStride = 0 }, "EntryStride"),
            (new() { Dilations = [] }, "Dilations"),
            (new() { Dilations = [1, 0] }, "Dilations = 0"),
            (new() { AggregateWidth = 100_000 }, "AggregateWidth"),
            (new() { AttentionWidth = 0 }, "AttentionWidth"),
            (new() { Dimension = 1 }, "Dimension"),
            (new() { Branches = 0 }, "Branches"),
            (new() { Branches = 5 }, "a multiple of its 5 branches"),
        })
        {
            Assert.Contains(name, Assert.Throws<OptionsValidationException>(wrong.Validate).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Equals_Specifications_CompareByValue()
    {
        Assert.Equal(new EncoderSpecification { Dilations = [1, 2] }, new EncoderSpecification { Dilations = [1, 2] });
        Assert.NotEqual(new EncoderSpecification { Dilations = [1, 2] }, new EncoderSpecification { Dilations = [2, 1] });
        Assert.NotEqual(new EncoderSpecification(), new EncoderSpecification { AttentionWidth = 65 });
        Assert.NotEqual(new EncoderSpecification(), new EncoderSpecification { Branches = 2 });
    }
}
