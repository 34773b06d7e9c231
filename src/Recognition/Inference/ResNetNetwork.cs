using Speaker.Models;

namespace Speaker.Inference;

/// <summary>
/// The ResNet: log mel bands from the cepstra, stem, residual blocks over frequency and time, mean and deviation over
/// time, projection.
/// </summary>
internal sealed unsafe class ResNetNetwork : IEmbeddingNetwork
{
    /// <summary>Passes that hold more than this, 64 MiB, are not kept: about half a minute of sound.</summary>
    private const long MostFloatsKept = 16 << 20;

    private readonly EncoderSpecification _specification;
    private readonly ResNetWeights[] _branches;
    private readonly Pool<ResNetPass> _passes;
    private readonly Pool<WinogradScratch> _scratch;

    /// <param name="specification">What the network is, checked.</param>
    /// <param name="reader">Of the weights.</param>
    /// <exception cref="ModelException">A tensor is missing, or has another shape or type.</exception>
    public ResNetNetwork(EncoderSpecification specification, WeightReader reader)
    {
        _specification = specification;
        _branches = new ResNetWeights[specification.Branches];
        for (var i = 0; i < _branches.Length; i++)
        {
            _branches[i] = new ResNetWeights(reader, i, specification);
        }

        _passes = new Pool<ResNetPass>(() => new ResNetPass(specification, _branches[0]), Environment.ProcessorCount);
        _scratch = new Pool<WinogradScratch>(() => new WinogradScratch(), Environment.ProcessorCount);
    }

    /// <inheritdoc/>
    public void Embed(float* features, int frames, Span<float> embedding, int threads)
    {
        var pass = _passes.Rent();
        for (var i = 0; i < _branches.Length; i++)
        {
            pass.Begin(_branches[i], features, frames);
            if (threads == 1)
            {
                RunAlone(pass, _branches[i]);
            }
            else
            {
                RunTogether(pass, _branches[i], threads);
            }

            var dimension = _specification.BranchDimension;
            // Parts of equal length, so that the cosine of the whole is the mean of the branches' cosines.
            pass.Finish(embedding.Slice(i * dimension, dimension), 1 / Math.Sqrt(_branches.Length));
        }

        if (pass.Size <= MostFloatsKept)
        {
            _passes.Return(pass);
        }
    }

    private void RunAlone(ResNetPass pass, ResNetWeights weights)
    {
        var scratch = _scratch.Rent();
        for (var band = 0; band < _specification.Coefficients; band++)
        {
            pass.Stem(band);
        }

        for (var block = 0; block < weights.Blocks.Length; block++)
        {
            var parts = pass.BeginFirst(block);
            for (var part = 0; part < parts; part++)
            {
                pass.First(block, part, scratch);
            }

            parts = pass.BeginSecond(block);
            for (var part = 0; part < parts; part++)
            {
                pass.Second(block, part, scratch);
            }
        }

        _scratch.Return(scratch);
    }

    private void RunTogether(ResNetPass pass, ResNetWeights weights, int threads)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads };
        Parallel.For(0, _specification.Coefficients, options, pass.Stem);
        for (var i = 0; i < weights.Blocks.Length; i++)
        {
            var block = i;
            ForEachPart(pass.BeginFirst(block), (part, scratch) => pass.First(block, part, scratch));
            ForEachPart(pass.BeginSecond(block), (part, scratch) => pass.Second(block, part, scratch));
        }

        void ForEachPart(int parts, Action<int, WinogradScratch> step) =>
            Parallel.For(0, parts, options, _scratch.Rent, (part, _, scratch) =>
            {
                step(part, scratch);
                return scratch;
            }, _scratch.Return);
    }
}
