using System.Runtime.InteropServices;

namespace Speaker.Training.Exchange.Onnx;

/// <summary>A graph of ONNX operators, as much of the format as the encoders need.</summary>
internal sealed class OnnxGraph
{
    private const int IrVersion = 8;
    private const int OperatorSet = 17;
    private const int Float = 1;
    private const int Int64 = 7;
    private const int IntegerAttribute = 2;
    private const int IntegersAttribute = 7;

    private readonly ProtocolBuffer _graph = new();
    private int _names;

    /// <summary>Adds constant values.</summary>
    /// <returns>Their name.</returns>
    public string Constant(ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) =>
        Initializer(Float, MemoryMarshal.AsBytes(values), shape);

    /// <summary>Adds a list of constant whole numbers.</summary>
    /// <returns>Its name.</returns>
    public string Constant(params ReadOnlySpan<long> values) =>
        Initializer(Int64, MemoryMarshal.AsBytes(values), [values.Length]);

    /// <summary>Adds an operator with one result.</summary>
    /// <returns>The result's name.</returns>
    public string Node(string operation, string[] inputs, params (string Name, long[] Values)[] attributes)
    {
        var output = NewName();
        Add(operation, inputs, output, attributes);
        return output;
    }

    /// <summary>Gives a value a name of its own, such as that of the model's output.</summary>
    public void Name(string value, string name) => Add("Identity", [value], name, []);

    /// <summary>The model file.</summary>
    /// <param name="input">Name and shape; an extent below 0 is free.</param>
    /// <param name="output">Name and shape.</param>
    /// <param name="metadata">What readers of the file are told beside the graph.</param>
    public byte[] ToModel(
        (string Name, long[] Shape) input, (string Name, long[] Shape) output,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        _graph.Add(2, "encoder").Add(11, Value(input)).Add(12, Value(output));
        var model = new ProtocolBuffer()
            .Add(1, IrVersion)
            .Add(7, _graph)
            .Add(8, new ProtocolBuffer().Add(1, "").Add(2, OperatorSet));
        foreach (var (key, value) in metadata ?? new Dictionary<string, string>())
        {
            model.Add(14, new ProtocolBuffer().Add(1, key).Add(2, value));
        }

        return model.ToArray();
    }

    private void Add(
        string operation, string[] inputs, string output, ReadOnlySpan<(string Name, long[] Values)> attributes)
    {
        var node = new ProtocolBuffer();
        foreach (var input in inputs)
        {
            node.Add(1, input);
        }

        node.Add(2, output).Add(3, output).Add(4, operation);
        foreach (var (name, values) in attributes)
        {
            var attribute = new ProtocolBuffer().Add(1, name);
            // The attributes that are one number, not a list of them.
            if (name is "axis" or "keepdims" or "group" or "transB" or "to")
            {
                attribute.Add(3, values[0]).Add(20, IntegerAttribute);
            }
            else
            {
                foreach (var value in values)
                {
                    attribute.Add(8, value);
                }

                attribute.Add(20, IntegersAttribute);
            }

            node.Add(5, attribute);
        }

        _graph.Add(1, node);
    }

    private static ProtocolBuffer Value((string Name, long[] Shape) value)
    {
        var shape = new ProtocolBuffer();
        var axis = 0;
        foreach (var extent in value.Shape)
        {
            // A free extent has a name in place of a number.
            var dimension = new ProtocolBuffer();
            shape.Add(1, extent < 0 ? dimension.Add(2, $"{value.Name}_{axis}") : dimension.Add(1, extent));
            axis++;
        }

        var tensor = new ProtocolBuffer().Add(1, Float).Add(2, shape);
        return new ProtocolBuffer().Add(1, value.Name).Add(2, new ProtocolBuffer().Add(1, tensor));
    }

    private string Initializer(int type, ReadOnlySpan<byte> values, ReadOnlySpan<long> shape)
    {
        var tensor = new ProtocolBuffer();
        foreach (var extent in shape)
        {
            tensor.Add(1, extent);
        }

        var name = NewName();
        _graph.Add(5, tensor.Add(2, type).Add(8, name).Add(9, values));
        return name;
    }

    private string NewName() => $"v{_names++}";
}
