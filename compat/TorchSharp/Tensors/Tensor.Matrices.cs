using static TorchSharp.Interop.Native;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    /// <content>Products of matrices.</content>
    public partial class Tensor
    {
        public Tensor matmul(Tensor target) => Own(torch_matmul(Native, target.Native));

        public Tensor mm(Tensor target) => Own(torch_mm(Native, target.Native));

        public Tensor bmm(Tensor batch2) => Own(torch_bmm(Native, batch2.Native));

        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) =>
            Own(torch_addmm(Native, mat1.Native, mat2.Native, beta, alpha));
    }

    public static class linalg
    {
        /// <summary>The lower triangle L with L Lᵀ equal to a symmetric positive-definite matrix.</summary>
        public static Tensor cholesky(Tensor input) => Own(torch_linalg_cholesky(input.Native));

        public static Tensor inv(Tensor input) => Own(torch_linalg_inv(input.Native));

        /// <summary>X with A X = B.</summary>
        public static Tensor solve(Tensor A, Tensor B) => Own(torch_linalg_solve(A.Native, B.Native));

        /// <summary>The eigenvalues of a symmetric matrix, ascending, and its eigenvectors in columns.</summary>
        public static unsafe (Tensor, Tensor) eigh(Tensor input, char UPLO = 'L')
        {
            nint values, vectors;
            Check(torch_linalg_eigh(input.Native, UPLO is 'U' or 'u', &values, &vectors));
            return (Own(values), Own(vectors));
        }

        /// <summary>U, S and Vᵀ with A = U diag(S) Vᵀ.</summary>
        public static unsafe (Tensor, Tensor, Tensor) svd(Tensor input, bool fullMatrices = true)
        {
            nint left, values, right;
            Check(torch_linalg_svd(input.Native, fullMatrices, &left, &values, &right));
            return (Own(left), Own(values), Own(right));
        }
    }
}
