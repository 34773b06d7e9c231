using Speaker.Models;

namespace Speaker.Inference;

/// <summary>
/// The encoder in use: normalised features in, unit-length embedding out. Each branch: entry convolution, residual
/// blocks with squeeze and excitation, aggregation of all blocks, attentive statistics pooling, projection. Batch
/// normalisations are folded into the layers beside them.
/// </summary>
/// <remarks>
/// Immutable; any number of threads may embed at once. The same features give the same embedding, bit for bit, on every
/// processor and with any number of threads. Work is done in tiles of frames, so the cost of a frame does not grow with
/// the length. Memory is kept and used again: once as many calls have run side by side as will, and as long, nothing is
/// allocated but the result, and with more than one thread what the runtime takes to start them.
/// </remarks>
internal sealed unsafe class EncoderNetwork
{
    /// <summary>Passes that hold more than this, 32 MiB, are not kept: about five minutes of sound.</summary>
    private const long MostFloatsKept = 8 << 20;

    private readonly EncoderSpecification _specification;
    private readonly BranchWeights[] _branches;
    private readonly Pool<BranchPass> _passes;
    private readonly Pool<TileScratch> _scratch;
    private readonly string _path;

    /// <param name="specification">What the network is.</param>
    /// <param name="weights">By the names that the trained network gives them; exactly those.</param>
    /// <param name="path">Where they are from, for messages.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The specification is not
    /// valid.</exception>
    /// <exception cref="ModelException">A tensor is missing, has another shape or type, or is one too many.</exception>
    public EncoderNetwork(
        EncoderSpecification specification, IReadOnlyDictionary<string, StoredTensor> weights, string path)
    {
        ArgumentNullException.ThrowIfNull(specification);
        ArgumentNullException.ThrowIfNull(weights);
        specification.Validate();
        _specification = specification;
        _path = path;
        var reader = new WeightReader(weights, path);
        _branches = new BranchWeights[specification.Branches];
        for (var i = 0; i < _branches.Length; i++)
        {
            _branches[i] = new BranchWeights(reader, i, specification);
        }

        reader.RequireAllRead();
        var kept = Environment.ProcessorCount * _branches.Length;
        _passes = new Pool<BranchPass>(() => new BranchPass(specification, _branches[0]), kept);
        _scratch = new Pool<TileScratch>(() => new TileScratch(specification), kept);
    }

    /// <summary>The embedding of an utterance.</summary>
    /// <param name="features">[frames, coefficients], normalised as the front end says.</param>
    /// <param name="frames">At least one.</param>
    /// <param name="threads">That share the work; 1 is the caller's alone. The result is the same.</param>
    /// <returns>[dimension], unit length.</returns>
    /// <exception cref="ModelException">
    /// There is no frame, features are too few or many for the frames, or the embedding holds what is not a number.
    /// </exception>
    public float[] Embed(ReadOnlySpan<float> features, int frames, int threads = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        if (frames < 1 || features.Length != (long)frames * _specification.Coefficients)
        {
            throw new ModelException(
                $"the encoder reads one frame or more of {_specification.Coefficients} features, got {frames} frames " +
                $"and {features.Length} features; use the front end of the model's card");
        }

        var embedding = new float[_specification.Dimension];
        fixed (float* start = features)
        {
            if (threads == 1)
            {
                EmbedAlone(start, frames, embedding);
            }
            else
            {
                EmbedTogether(start, frames, embedding, threads);
            }
        }

        // The weights are read through pointers.
        GC.KeepAlive(this);
        RequireFinite(embedding, features);
        return embedding;
    }

    /// <summary>Branch after branch, with the memory of one.</summary>
    private void EmbedAlone(float* features, int frames, float[] embedding)
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
    private void EmbedTogether(float* features, int frames, float[] embedding, int threads)
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
    private void Finish(BranchPass pass, int branch, float[] embedding)
    {
        var dimension = _specification.BranchDimension;
        pass.Finish(embedding.AsSpan(branch * dimension, dimension), 1 / Math.Sqrt(_branches.Length));
    }

    private void Return(BranchPass pass)
    {
        if (pass.Size <= MostFloatsKept)
        {
            _passes.Return(pass);
        }
    }

    private void RequireFinite(float[] embedding, ReadOnlySpan<float> features)
    {
        foreach (var value in embedding)
        {
            if (!float.IsFinite(value))
            {
                throw new ModelException(FirstNotFinite(features) is { } feature
                    ? $"the encoder was given a feature that is {feature}; every feature must be finite"
                    : $"the weights of {_path} give an embedding with {value} in it: they are damaged; copy them anew");
            }
        }
    }

    private static float? FirstNotFinite(ReadOnlySpan<float> features)
    {
        foreach (var feature in features)
        {
            if (!float.IsFinite(feature))
            {
                return feature;
            }
        }

        return null;
    }
}
