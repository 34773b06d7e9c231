namespace Speaker.Models;

/// <summary>A tensor as a weights file holds it.</summary>
/// <param name="Type">What its values are stored as.</param>
/// <param name="Shape">Extent of each dimension.</param>
/// <param name="Bytes">The values, little-endian and row-major.</param>
internal sealed record StoredTensor(TensorType Type, long[] Shape, ReadOnlyMemory<byte> Bytes);
