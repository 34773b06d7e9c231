using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

// Layers as functions: the C# side of Native/neural.cpp.
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial nint torch_linear(NativeTensor input, NativeTensor weight, NativeTensor bias);

    [LibraryImport(Library)]
    internal static partial nint torch_conv1d(
        NativeTensor input, NativeTensor weight, NativeTensor bias, long stride, long padding, long dilation,
        long groups);

    [LibraryImport(Library)]
    internal static partial nint torch_conv2d(
        NativeTensor input, NativeTensor weight, NativeTensor bias, long* stride, long* padding, long* dilation,
        long groups);

    [LibraryImport(Library)]
    internal static partial nint torch_batch_norm(
        NativeTensor input, NativeTensor weight, NativeTensor bias, NativeTensor mean, NativeTensor variance,
        Flag training, double momentum, double epsilon);

    [LibraryImport(Library)]
    internal static partial nint torch_instance_norm(
        NativeTensor input, NativeTensor weight, NativeTensor bias, double epsilon);

    [LibraryImport(Library)]
    internal static partial nint torch_layer_norm(
        NativeTensor input, long* shape, int count, NativeTensor weight, NativeTensor bias, double epsilon);

    [LibraryImport(Library)]
    internal static partial nint torch_dropout(NativeTensor input, double probability, Flag training);

    [LibraryImport(Library)]
    internal static partial Flag torch_dropout_(NativeTensor input, double probability, Flag training);

    [LibraryImport(Library)]
    internal static partial nint torch_embedding(NativeTensor weight, NativeTensor indices);

    [LibraryImport(Library)]
    internal static partial nint torch_relu(NativeTensor input);

    [LibraryImport(Library)]
    internal static partial Flag torch_relu_(NativeTensor input);

    [LibraryImport(Library)]
    internal static partial nint torch_sigmoid(NativeTensor input);

    [LibraryImport(Library)]
    internal static partial Flag torch_sigmoid_(NativeTensor input);

    [LibraryImport(Library)]
    internal static partial nint torch_tanh(NativeTensor input);

    [LibraryImport(Library)]
    internal static partial Flag torch_tanh_(NativeTensor input);

    [LibraryImport(Library)]
    internal static partial nint torch_silu(NativeTensor input);

    [LibraryImport(Library)]
    internal static partial nint torch_gelu(NativeTensor input);

    [LibraryImport(Library)]
    internal static partial nint torch_leaky_relu(NativeTensor input, double slope);

    [LibraryImport(Library)]
    internal static partial nint torch_elu(NativeTensor input, double alpha);

    [LibraryImport(Library)]
    internal static partial nint torch_hardtanh(NativeTensor input, double low, double high);

    [LibraryImport(Library)]
    internal static partial nint torch_log_sigmoid(NativeTensor input);

    [LibraryImport(Library)]
    internal static partial nint torch_prelu(NativeTensor input, NativeTensor weight);

    [LibraryImport(Library)]
    internal static partial nint torch_glu(NativeTensor input, long dim);

    [LibraryImport(Library)]
    internal static partial nint torch_softplus(NativeTensor input, double beta, double threshold);

    [LibraryImport(Library)]
    internal static partial nint torch_softmax(NativeTensor input, long dim, int type);

    [LibraryImport(Library)]
    internal static partial nint torch_log_softmax(NativeTensor input, long dim, int type);

    [LibraryImport(Library)]
    internal static partial nint torch_avg_pool1d(
        NativeTensor input, long kernel, long stride, long padding, Flag ceilMode, Flag countPadding);

    [LibraryImport(Library)]
    internal static partial nint torch_avg_pool2d(
        NativeTensor input, long* kernel, long* stride, long* padding, Flag ceilMode, Flag countPadding);

    [LibraryImport(Library)]
    internal static partial nint torch_max_pool1d(
        NativeTensor input, long kernel, long stride, long padding, long dilation, Flag ceilMode);

    [LibraryImport(Library)]
    internal static partial nint torch_max_pool2d(
        NativeTensor input, long* kernel, long* stride, long* padding, long* dilation, Flag ceilMode);

    [LibraryImport(Library)]
    internal static partial nint torch_adaptive_avg_pool1d(NativeTensor input, long size);

    [LibraryImport(Library)]
    internal static partial nint torch_adaptive_avg_pool2d(NativeTensor input, long* size);

    [LibraryImport(Library)]
    internal static partial nint torch_adaptive_max_pool1d(NativeTensor input, long size);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint torch_pad(NativeTensor input, long* widths, int count, string mode, double value);

    [LibraryImport(Library)]
    internal static partial nint torch_cosine_similarity(NativeTensor a, NativeTensor b, long dim, double epsilon);

    [LibraryImport(Library)]
    internal static partial nint torch_pairwise_distance(
        NativeTensor a, NativeTensor b, double order, double epsilon, Flag keep);

    [LibraryImport(Library)]
    internal static partial nint torch_cross_entropy(
        NativeTensor input, NativeTensor target, NativeTensor weight, long ignoreIndex, long reduction,
        double labelSmoothing);

    [LibraryImport(Library)]
    internal static partial nint torch_nll_loss(
        NativeTensor input, NativeTensor target, NativeTensor weight, long ignoreIndex, long reduction);

    [LibraryImport(Library)]
    internal static partial nint torch_mse_loss(NativeTensor input, NativeTensor target, long reduction);

    [LibraryImport(Library)]
    internal static partial nint torch_triplet_margin_loss(
        NativeTensor anchor, NativeTensor positive, NativeTensor negative, double margin, double order, double epsilon,
        Flag swap, long reduction);
}
