using Speaker.Models;

namespace Speaker.Inference;

/// <summary>
/// The TDNN. Each branch: entry convolution, residual blocks with squeeze and excitation, aggregation of all blocks,
/// attentive statistics pooling, projection. Batch normalisations are folded into the layers beside them.
/// </summary>
internal sealed unsafe class TdnnNetwork : IEmbeddingNetwork
{
    /// <summary>Passes that hold more than this, 32 MiB, are not kept: about five minutes of sound.</summary>
    private const long MostFloatsKept = 8 << 20;

    private readonly EncoderSpecification _specification;
    private readonly BranchWeights[] _branches;
    private readonly Pool<BranchPass> _passes;
    private readonly Pool<TileScratch> _scratch;

    /// <param name="specification">What the network is, checked.</param>
    /// <param name="reader">Of the weights.</param>
    /// <exception cref="ModelException">A tensor is missing, or has another shape or type.</exception>
    public TdnnNetwork(EncoderSpecification specification, WeightReader reader)
    {
        _specification = specification;
        _branches = new BranchWeights[specification.Branches];
        for (var i = 0; i < _branches.Length; i++)
        {
            _branches[i] = new BranchWeights(reader, i, specification);
        }

        var kept = Environment.ProcessorCount * _branches.Length;
        _passes = new Pool<BranchPass>(() => new BranchPass(specification, _branches[0]), kept);
        _scratch = new Pool<TileScratch>(() => new TileScratch(specification), kept);
    }

    /// <inheritdoc/>
    public void Embed(float* features, int frames, Span<float> embedding, int threads)
    {
        if (threads == 1)
        {
            EmbedAlone(features, frames, embedding);
        }
        else
        {
            EmbedTogether(features, frames, embedding, threads);
        }
    }

    /// <summary>Branch after branch, with the memory of one.</summary>
    private void EmbedAlone(float* features, int frames, Span<float> embedding)
    {
        var pass = _passes.Rent();
        var scratch = _scratch.Rent();
        for (var i = 0; i < _branches.Length; i++)
        {
            pass.Begin(_branches[i], features, frames);
            for (var tile = 0; tile < pass.Tiles; tile++)
            {
                pass.Enter(tile, scratch);
            }

            for (var block = 0; block < _specification.Dilations.Count; block++)
            {
                for (var tile = 0; tile < pass.Tiles; tile++)
                {
                    pass.Convolve(block, tile, scratch);
                }

                pass.Excite(block);
                for (var tile = 0; tile < pass.Tiles; tile++)
                {
                    pass.Aggregate(block, tile);
                }
            }

            pass.Summarise();
            for (var tile = 0; tile < pass.Tiles; tile++)
            {
                pass.Attend(tile, scratch);
            }

            Finish(pass, i, embedding);
        }

        _scratch.Return(scratch);
        Return(pass);
    }

    /// <summary>All branches at once, and the tiles of all of them shared out.</summary>
    private void EmbedTogether(float* features, int frames, Span<float> embedding, int threads)
    {
        var passes = new BranchPass[_branches.Length];
        for (var i = 0; i < passes.Length; i++)
        {
            passes[i] = _passes.Rent();
            passes[i].Begin(_branches[i], features, frames);
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = threads };
        ForEachTile((pass, tile, scratch) => pass.Enter(tile, scratch));
        for (var i = 0; i < _specification.Dilations.Count; i++)
        {
            var block = i;
            ForEachTile((pass, tile, scratch) => pass.Convolve(block, tile, scratch));
            foreach (var pass in passes)
            {
                pass.Excite(block);
            }

            ForEachTile((pass, tile, _) => pass.Aggregate(block, tile));
        }

        foreach (var pass in passes)
        {
            pass.Summarise();
        }

        ForEachTile((pass, tile, scratch) => pass.Attend(tile, scratch));
        for (var i = 0; i < passes.Length; i++)
        {
            Finish(passes[i], i, embedding);
            Return(passes[i]);
        }

        void ForEachTile(Action<BranchPass, int, TileScratch> step) =>
            Parallel.For(0, passes.Length * passes[0].Tiles, options, _scratch.Rent, (i, _, scratch) =>
            {
                step(passes[i / passes[0].Tiles], i % passes[0].Tiles, scratch);
                return scratch;
            }, _scratch.Return);
    }

    /// <summary>Parts of equal length, so that the cosine of the whole is the mean of the branches' cosines.</summary>
    private void Finish(BranchPass pass, int branch, Span<float> embedding)
    {
        var dimension = _specification.BranchDimension;
        pass.Finish(embedding.Slice(branch * dimension, dimension), 1 / Math.Sqrt(_branches.Length));
    }

    private void Return(BranchPass pass)
    {
        if (pass.Size <= MostFloatsKept)
        {
            _passes.Return(pass);
        }
    }
}
