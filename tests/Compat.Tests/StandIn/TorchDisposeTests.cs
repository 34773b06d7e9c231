using System.Diagnostics;
using TorchSharp;
using TorchSharp.Modules;

namespace Speaker.Compat.Tests;

/// <summary>Who disposes what, and that nothing is left.</summary>
[Collection(TorchTests.Name)]
public class TorchDisposeTests
{
    [Fact]
    public void Scope_AtItsEnd_DisposesWhatWasMadeInIt()
    {
        var before = Alive();
        torch.Tensor inside;
        using (torch.NewDisposeScope())
        {
            inside = torch.ones(3);
            _ = (inside * 2) + 1;
            Assert.Equal(before + 3, torch.Tensor.TotalCount);
        }

        Assert.Equal(before, torch.Tensor.TotalCount);
        Assert.ThrowsAny<InvalidOperationException>(() => inside.sum());
    }

    [Fact]
    public void MoveToOuter_GivesATensorToTheScopeAround()
    {
        var before = Alive();
        using (torch.NewDisposeScope())
        {
            torch.Tensor moved;
            using (torch.NewDisposeScope()) moved = torch.ones(3).MoveToOuterDisposeScope();
            Assert.Equal(3, moved.sum().item<float>());
        }

        Assert.Equal(before, torch.Tensor.TotalCount);
    }

    [Fact]
    public void MoveToOuter_FromTheOutermost_GivesATensorToTheCaller()
    {
        torch.Tensor moved;
        using (torch.NewDisposeScope()) moved = torch.ones(3).MoveToOuterDisposeScope();

        using (moved) Assert.Equal([1f, 1, 1], moved.data<float>().ToArray());
    }

    [Fact]
    public void Detach_TakesATensorOutOfEveryScope()
    {
        torch.Tensor kept;
        using (torch.NewDisposeScope())
        using (torch.NewDisposeScope())
        {
            kept = torch.ones(3).DetachFromDisposeScope();
        }

        using (kept) Assert.Equal([1f, 1, 1], kept.data<float>().ToArray());
    }

    [Fact]
    public void Dispose_BeforeTheScopeEnds_IsOnce()
    {
        var before = Alive();
        using (torch.NewDisposeScope())
        {
            var tensors = Enumerable.Range(0, 5).Select(_ => torch.ones(3)).ToList();
            tensors[1].Dispose();
            tensors[1].Dispose();
            tensors[4].Dispose();
            Assert.Equal(before + 3, torch.Tensor.TotalCount);
            Assert.Equal(3, tensors[3].sum().item<float>());
        }

        Assert.Equal(before, torch.Tensor.TotalCount);
    }

    [Fact]
    public void Scope_OfOneThread_LeavesTheTensorsOfAnother()
    {
        torch.Tensor? elsewhere = null;
        using (torch.NewDisposeScope())
        {
            var thread = new Thread(() => elsewhere = torch.ones(3));
            thread.Start();
            thread.Join();
        }

        using (elsewhere!) Assert.Equal([1f, 1, 1], elsewhere!.data<float>().ToArray());
    }

    [Fact]
    public void Module_Disposed_LeavesNothing()
    {
        var before = Alive();
        using (torch.NewDisposeScope())
        {
            using var norm = torch.nn.BatchNorm1d(4);
            using var layers = torch.nn.ModuleList(torch.nn.Linear(3, 4), torch.nn.Linear(4, 2));
        }

        Assert.Equal(before, torch.Tensor.TotalCount);
    }

    [Fact]
    public void Parameters_MadeInAScope_OutliveIt()
    {
        Linear linear;
        using (torch.NewDisposeScope()) linear = torch.nn.Linear(3, 2);

        using (linear)
        using (torch.NewDisposeScope())
        {
            Assert.Equal([5, 2], linear.call(torch.ones([5, 3])).shape);
        }
    }

    [Fact]
    public void AbandonedTensor_IsFreedByTheCollector()
    {
        var before = Alive();
        Abandon();

        Assert.Equal(before, Alive());

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Abandon()
        {
            for (var i = 0; i < 10; i++) _ = torch.ones(100);
        }
    }

    [Fact]
    public void FailedOperations_LeaveNothing()
    {
        var before = Alive();
        using (torch.NewDisposeScope())
        {
            var tensor = torch.zeros([2, 3]);
            for (var i = 0; i < 100; i++)
            {
                Assert.ThrowsAny<System.Runtime.InteropServices.ExternalException>(() => tensor.matmul(tensor));
            }

            Assert.Equal(before + 1, torch.Tensor.TotalCount);
        }
    }

    [Fact]
    public void TenThousandTrainingSteps_LeaveNeitherTensorsNorMemory()
    {
        var before = Alive();
        using (var first = torch.nn.Linear(16, 32))
        using (var norm = torch.nn.BatchNorm1d(32))
        using (var second = torch.nn.Linear(32, 8))
        {
            var parameters = first.parameters().Concat(norm.parameters()).Concat(second.parameters()).ToList();
            using var optimiser = torch.optim.AdamW([new AdamW.ParamGroup(parameters, 1e-3)]);
            var values = new float[64 * 16];
            for (var i = 0; i < values.Length; i++) values[i] = MathF.Sin(i);
            var labels = Enumerable.Range(0, 64).Select(i => (long)i % 8).ToArray();
            var (held, resident) = (0L, 0L);
            var losses = new float[10_000];
            for (var step = 0; step < losses.Length; step++)
            {
                using (torch.NewDisposeScope())
                {
                    var x = torch.tensor(values, [64, 16]);
                    var logits = second.call(norm.call(first.call(x)).relu());
                    var loss = torch.nn.functional.cross_entropy(logits, torch.tensor(labels));
                    optimiser.zero_grad();
                    loss.backward();
                    torch.nn.utils.clip_grad_norm_(parameters, 5);
                    optimiser.step();
                    losses[step] = loss.item<float>();
                }

                if (step == 1_000) (held, resident) = (torch.Tensor.TotalCount, Resident());
            }

            Assert.True(losses[^1] < losses[0] / 2, $"learns: {losses[0]} to {losses[^1]}");
            Assert.Equal(held, torch.Tensor.TotalCount);

            // A leak of one gradient of this net a step would be 7 KB times 9,000: 63 MB.
            Assert.InRange(Resident() - resident, long.MinValue, 24L << 20);
        }

        Assert.Equal(before, torch.Tensor.TotalCount);
    }

    private static long Alive()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return torch.Tensor.TotalCount;
    }

    private static long Resident()
    {
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
