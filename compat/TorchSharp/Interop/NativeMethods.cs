using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>The functions of Native/. A null tensor or a false answer means that libtorch threw:
/// <see cref="Native.Failure"/> has the message.</summary>
internal static unsafe partial class NativeMethods
{
    private const string Library = "speakertorch";

    // Native/arithmetic.cpp

    [LibraryImport(Library)]
    internal static partial nint torch_relu(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_rsqrt(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_sigmoid(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_sqrt(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_tanh(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_add(NativeTensor a, NativeTensor b);

    [LibraryImport(Library)]
    internal static partial nint torch_eq(NativeTensor a, NativeTensor b);

    [LibraryImport(Library)]
    internal static partial nint torch_matmul(NativeTensor a, NativeTensor b);

    [LibraryImport(Library)]
    internal static partial nint torch_mul(NativeTensor a, NativeTensor b);

    [LibraryImport(Library)]
    internal static partial nint torch_ne(NativeTensor a, NativeTensor b);

    [LibraryImport(Library)]
    internal static partial nint torch_sub(NativeTensor a, NativeTensor b);

    [LibraryImport(Library)]
    internal static partial nint torch_add_n(NativeTensor a, Number b);

    [LibraryImport(Library)]
    internal static partial nint torch_div_n(NativeTensor a, Number b);

    [LibraryImport(Library)]
    internal static partial nint torch_eq_n(NativeTensor a, Number b);

    [LibraryImport(Library)]
    internal static partial nint torch_gt_n(NativeTensor a, Number b);

    [LibraryImport(Library)]
    internal static partial nint torch_le_n(NativeTensor a, Number b);

    [LibraryImport(Library)]
    internal static partial nint torch_mul_n(NativeTensor a, Number b);

    [LibraryImport(Library)]
    internal static partial nint torch_sub_n(NativeTensor a, Number b);

    [LibraryImport(Library)]
    internal static partial nint torch_rsub_n(NativeTensor tensor, Number a);

    [LibraryImport(Library)]
    internal static partial nint torch_clamp_min(NativeTensor tensor, Number low);

    [LibraryImport(Library)]
    internal static partial Flag torch_relu_(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial Flag torch_add_(NativeTensor a, NativeTensor b, Number alpha);

    [LibraryImport(Library)]
    internal static partial Flag torch_add_n_(NativeTensor a, Number b);

    [LibraryImport(Library)]
    internal static partial Flag torch_mul_n_(NativeTensor a, Number b);

    [LibraryImport(Library)]
    internal static partial nint torch_where(NativeTensor condition, NativeTensor yes, NativeTensor no);

    [LibraryImport(Library)]
    internal static partial nint torch_masked_fill(NativeTensor tensor, NativeTensor mask, Number value);

    // Native/autograd.cpp

    [LibraryImport(Library)]
    internal static partial Flag torch_set_requires_grad(NativeTensor tensor, Flag requiresGrad);

    [LibraryImport(Library)]
    internal static partial Flag torch_backward(NativeTensor tensor, NativeTensor gradient, Flag retainGraph);

    [LibraryImport(Library)]
    internal static partial nint torch_detach(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial Flag torch_gradients(
        nint* outputs, int outputCount, nint* inputs, int inputCount, nint* outputGradients, Flag retainGraph,
        Flag createGraph, Flag allowUnused, nint* gradients);

    // Native/factories.cpp

    [LibraryImport(Library)]
    internal static partial nint torch_from_memory(void* data, long* sizes, int count, int type);

    [LibraryImport(Library)]
    internal static partial nint torch_empty(long* sizes, int count, int type);

    [LibraryImport(Library)]
    internal static partial nint torch_full(long* sizes, int count, Number value, int type);

    [LibraryImport(Library)]
    internal static partial nint torch_rand(long* sizes, int count, int type);

    [LibraryImport(Library)]
    internal static partial nint torch_randn(long* sizes, int count, int type);

    [LibraryImport(Library)]
    internal static partial Flag torch_uniform_(NativeTensor tensor, double low, double high);

    // Native/neural.cpp

    [LibraryImport(Library)]
    internal static partial nint torch_linear(NativeTensor input, NativeTensor weight, NativeTensor bias);

    [LibraryImport(Library)]
    internal static partial nint torch_conv2d(
        NativeTensor input, NativeTensor weight, NativeTensor bias, long* stride, long* padding, long* dilation,
        long groups);

    [LibraryImport(Library)]
    internal static partial nint torch_batch_norm(
        NativeTensor input, NativeTensor weight, NativeTensor bias, NativeTensor mean, NativeTensor variance,
        Flag training, double momentum, double epsilon);

    [LibraryImport(Library)]
    internal static partial nint torch_softmax(NativeTensor input, long dim, int type);

    [LibraryImport(Library)]
    internal static partial nint torch_cross_entropy(
        NativeTensor input, NativeTensor target, NativeTensor weight, long ignoreIndex, long reduction,
        double labelSmoothing);

    // Native/optimisers.cpp

    [LibraryImport(Library)]
    internal static partial Flag torch_adamw_step(
        nint* parameters, nint* means, nint* squares, long* steps, int count, double rate, double beta1, double beta2,
        double epsilon, double decay);

    [LibraryImport(Library)]
    internal static partial Flag torch_clear_grads(nint* parameters, int count);

    [LibraryImport(Library)]
    internal static partial Flag torch_clip_grad_norm(
        nint* parameters, int count, double most, double order, double* before);

    // Native/reductions.cpp

    [LibraryImport(Library)]
    internal static partial nint torch_sum(NativeTensor tensor, int type);

    [LibraryImport(Library)]
    internal static partial nint torch_sum_dims(NativeTensor tensor, long* along, int count, Flag keep, int type);

    [LibraryImport(Library)]
    internal static partial nint torch_mean(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_mean_dims(NativeTensor tensor, long* along, int count, Flag keep, int type);

    [LibraryImport(Library)]
    internal static partial nint torch_argmax_dim(NativeTensor tensor, long dim, Flag keep);

    // Native/runtime.cpp

    [LibraryImport(Library)]
    internal static partial nint torch_last_error();

    [LibraryImport(Library)]
    internal static partial void torch_release(nint tensor);

    [LibraryImport(Library)]
    internal static partial long torch_live_tensors();

    [LibraryImport(Library)]
    internal static partial Flag torch_set_threads(int threads);

    [LibraryImport(Library)]
    internal static partial int torch_threads();

    [LibraryImport(Library)]
    internal static partial Flag torch_seed(long seed);

    [LibraryImport(Library)]
    internal static partial Flag torch_grad_enabled();

    [LibraryImport(Library)]
    internal static partial void torch_set_grad_enabled(Flag enabled);

    // Native/shapes.cpp

    [LibraryImport(Library)]
    internal static partial nint torch_unsqueeze(NativeTensor tensor, long dim);

    [LibraryImport(Library)]
    internal static partial nint torch_squeeze(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_squeeze_dim(NativeTensor tensor, long dim);

    [LibraryImport(Library)]
    internal static partial nint torch_transpose(NativeTensor tensor, long first, long second);

    [LibraryImport(Library)]
    internal static partial nint torch_narrow(NativeTensor tensor, long dim, long start, long length);

    [LibraryImport(Library)]
    internal static partial nint torch_cat(nint* tensors, int count, long dim);

    [LibraryImport(Library)]
    internal static partial nint torch_index_select(NativeTensor tensor, long dim, NativeTensor index);

    [LibraryImport(Library)]
    internal static partial nint torch_gather(NativeTensor tensor, long dim, NativeTensor index);

    [LibraryImport(Library)]
    internal static partial nint torch_scatter_add(
        NativeTensor tensor, long dim, NativeTensor index, NativeTensor source);

    // Native/tensors.cpp

    [LibraryImport(Library)]
    internal static partial int torch_dim(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial long torch_numel(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial long torch_element_size(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial int torch_dtype(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial Flag torch_is_floating_point(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial int torch_device(NativeTensor tensor, int* index);

    [LibraryImport(Library)]
    internal static partial void torch_shape(NativeTensor tensor, long* shape);

    [LibraryImport(Library)]
    internal static partial Flag torch_is_contiguous(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial void* torch_data(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial Flag torch_item(NativeTensor tensor, double* real, long* integer);

    [LibraryImport(Library)]
    internal static partial nint torch_to_type(NativeTensor tensor, int type, Flag copy);

    [LibraryImport(Library)]
    internal static partial nint torch_to_device(NativeTensor tensor, int type, int index);

    [LibraryImport(Library)]
    internal static partial Flag torch_set_data(NativeTensor tensor, NativeTensor source);

    [LibraryImport(Library)]
    internal static partial nint torch_clone(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_contiguous(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial Flag torch_copy_(NativeTensor tensor, NativeTensor source);

    [LibraryImport(Library)]
    internal static partial Flag torch_fill_(NativeTensor tensor, Number value);
}
