using Speaker.Training.Network;
using TorchSharp;

namespace Speaker.Training.Tests.Network;

public class BatchNormalisationTests
{
    [Fact]
    public void Forward_Training_NormalisesByTheBatchAndMovesTheRunningFigures()
    {
        using var scope = torch.NewDisposeScope();
        using var layer = new BatchNormalisation(2);
        // [3, 2]: the channels are the columns.
        var batch = torch.tensor(new float[] { 1, 10, 2, 20, 6, 60 }, [3, 2]);
        var normalised = layer.call(batch).data<float>().ToArray();
        var state = layer.state_dict();
        // Mean 3 and variance 14/3 of the batch, 7 of what it is a sample of.
        Assert.Equal((1 - 3) / Math.Sqrt((14.0 / 3) + 1e-5), normalised[0], 1e-6);
        Assert.Equal((20 - 30) / Math.Sqrt((1400.0 / 3) + 1e-5), normalised[3], 1e-6);
        Assert.Equal([0.3f, 3], state["running_mean"].data<float>().ToArray());
        Assert.Equal([1.6f, 70.9f], state["running_var"].data<float>().ToArray());
        Assert.Equal(1, state["num_batches_tracked"].item<long>());
    }

    [Fact]
    public void Forward_Evaluation_NormalisesByTheRunningFiguresAndLeavesThem()
    {
        using var scope = torch.NewDisposeScope();
        using var layer = new BatchNormalisation(1);
        layer.eval();
        var picture = torch.tensor(new float[] { 1, 3 }, [1, 1, 1, 2]);
        Assert.Equal(3 / Math.Sqrt(1 + 1e-5), layer.call(picture).contiguous().data<float>()[1], 1e-6);
        Assert.Equal(0, layer.state_dict()["running_mean"].item<float>());
        Assert.Equal(0, layer.state_dict()["num_batches_tracked"].item<long>());
    }

    [Fact]
    public void State_NamesAndTypes_AreThoseOfTheModelsThatShip()
    {
        using var layer = new BatchNormalisation(4);
        Assert.Equal(
            [
                ("bias", torch.ScalarType.Float32, 4), ("num_batches_tracked", torch.ScalarType.Int64, 1),
                ("running_mean", torch.ScalarType.Float32, 4), ("running_var", torch.ScalarType.Float32, 4),
                ("weight", torch.ScalarType.Float32, 4),
            ],
            layer.state_dict().OrderBy(item => item.Key, StringComparer.Ordinal)
                .Select(item => (item.Key, item.Value.dtype, item.Value.numel())));
    }
}
