using static TorchSharp.Interop.Native;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    /// <content>Views and rearrangements.</content>
    public partial class Tensor
    {
        public unsafe Tensor view(params long[] shape)
        {
            fixed (long* p = shape) return Own(torch_view(Native, p, shape.Length));
        }

        public unsafe Tensor reshape(params long[] shape)
        {
            fixed (long* p = shape) return Own(torch_reshape(Native, p, shape.Length));
        }

        public unsafe Tensor expand(params long[] sizes)
        {
            fixed (long* p = sizes) return Own(torch_expand(Native, p, sizes.Length));
        }

        public unsafe Tensor repeat(params long[] sizes)
        {
            fixed (long* p = sizes) return Own(torch_repeat(Native, p, sizes.Length));
        }

        public unsafe Tensor permute(params long[] permutation)
        {
            fixed (long* p = permutation) return Own(torch_permute(Native, p, permutation.Length));
        }

        public unsafe Tensor flip(params long[] dims)
        {
            fixed (long* p = dims) return Own(torch_flip(Native, p, dims.Length));
        }

        public Tensor roll(long shifts, long? dims = null) => 
            Own(torch_roll(Native, shifts, dims ?? 0, dims is null ? 0 : 1));

        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Own(torch_flatten(Native, start_dim, end_dim));

        public Tensor unsqueeze(long dim) => Own(torch_unsqueeze(Native, dim));

        public Tensor squeeze(long? dim = null) =>
            Own(dim is { } one ? torch_squeeze_dim(Native, one) : torch_squeeze(Native));

        public Tensor transpose(long dim0, long dim1) => Own(torch_transpose(Native, dim0, dim1));

        public Tensor t() => Own(torch_t(Native));

        public Tensor T => Own(torch_t(Native));

        public Tensor narrow(long dim, long start, long length) => Own(torch_narrow(Native, dim, start, length));

        public Tensor slice(long dim, long start, long finish, long step) => Own(torch_slice(Native, dim, start, finish, step));

        public Tensor select(long dim, long index) => narrow(dim, index, 1).squeeze(dim);

        public Tensor triu(long diagonal = 0) => Own(torch_triu(Native, diagonal));

        public Tensor tril(long diagonal = 0) => Own(torch_tril(Native, diagonal));

        public Tensor diagonal(long offset, long dim1, long dim2) => Own(torch_diagonal(Native, offset, dim1, dim2));

        public Tensor diag(long diagonal = 0) => Own(torch_diag(Native, diagonal));

        public Tensor unfold(long dimension, long size, long step) => Own(torch_unfold(Native, dimension, size, step));

        /// <summary>Parts of this size along a dimension; the last one may be smaller.</summary>
        public unsafe Tensor[] split(long size, int dim = 0)
        {
            var parts = new nint[size < 1 ? 1 : Math.Max(1, (this.size(dim) + size - 1) / size)];
            int count;
            fixed (nint* p = parts) Check(torch_split(Native, size, dim, p, parts.Length, &count));
            return Array.ConvertAll(parts[..count], Own);
        }

        /// <summary>At most this many parts along a dimension, of one size but for the last.</summary>
        public Tensor[] chunk(long chunks, long dim = 0) =>
            split(Math.Max(1, (size((int)dim) + chunks - 1) / chunks), (int)dim);

        public Tensor[] unbind(long dimension = 0)
        {
            var parts = new Tensor[size((int)dimension)];
            for (var i = 0; i < parts.Length; i++) parts[i] = select(dimension, i);
            return parts;
        }
    }
}
