using Speaker.Inference;
using Speaker.Training.Exchange.Onnx;

namespace Speaker.Training.Exchange;

/// <summary>Operators that the graphs of all encoders have.</summary>
internal static class EncoderNodes
{
    public static string Scalar(this OnnxGraph graph, float value) => graph.Constant([value], []);

    public static string Relu(this OnnxGraph graph, string x) => graph.Node("Relu", [x]);

    /// <summary>A linear layer, NAME.weight and NAME.bias.</summary>
    /// <param name="graph">That it is added to.</param>
    /// <param name="weights">That have it.</param>
    /// <param name="name">Of the layer.</param>
    /// <param name="x">[B, inputs].</param>
    /// <param name="inputs">Of the layer.</param>
    /// <param name="outputs">Of the layer.</param>
    /// <returns>[B, outputs].</returns>
    public static string Linear(
        this OnnxGraph graph, WeightReader weights, string name, string x, int inputs, int outputs) => graph.Node(
        "Gemm",
        [
            x,
            graph.Constant(weights.Read($"{name}.weight", outputs, inputs), outputs, inputs),
            graph.Constant(weights.Read($"{name}.bias", outputs), outputs),
        ],
        ("transB", [1]));

    /// <summary>[B, D], each row brought to unit length.</summary>
    public static string ToUnitLength(this OnnxGraph graph, string x) =>
        graph.Node("Div", [x, graph.Node("ReduceL2", [x], ("axes", [1]), ("keepdims", [1]))]);

    /// <summary>The embeddings of an encoder's branches as one of unit length, parts of equal length.</summary>
    public static string JoinBranches(this OnnxGraph graph, IEnumerable<string> embeddings)
    {
        string[] parts = [.. embeddings];
        return parts.Length == 1
            ? parts[0]
            : graph.Node(
                "Mul", [graph.Node("Concat", parts, ("axis", [1])), graph.Scalar(1 / MathF.Sqrt(parts.Length))]);
    }
}
