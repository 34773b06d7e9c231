using System.Text.Json;
using Speaker.Models;
using Speaker.Training.Network;
using TorchSharp;

namespace Speaker.Training.Runs;

/// <summary>
/// A run's whole state in one safetensors file, written whole or not at all: encoder, softmax, averaged and best
/// weights, and the optimiser's moments.
/// </summary>
internal static class Checkpoint
{
    private const string StateKey = "training";

    /// <exception cref="ModelException">The file cannot be written.</exception>
    public static void Write(
        string path,
        CheckpointState state,
        IReadOnlyDictionary<string, torch.Tensor> tensors)
    {
        var json = JsonSerializer.Serialize(state, TrainingJson.Default.CheckpointState);
        TensorFile.Write(path, tensors, new Dictionary<string, string> { [StateKey] = json });
    }

    /// <summary>Reads a checkpoint into the tensors of a run that was set up alike.</summary>
    /// <exception cref="ModelException">The file is damaged, is no checkpoint, or is of another run.</exception>
    public static CheckpointState Read(
        string path,
        string fingerprint,
        IReadOnlyDictionary<string, torch.Tensor> tensors)
    {
        if (!Safetensors.ReadMetadata(path).TryGetValue(StateKey, out var json))
        {
            throw new ModelException($"{path} is no checkpoint: it holds weights but not the state of a run.");
        }

        CheckpointState? state;
        try
        {
            state = JsonSerializer.Deserialize(json, TrainingJson.Default.CheckpointState);
        }
        catch (JsonException e)
        {
            throw new ModelException($"{path} is damaged: the state of the run cannot be read ({e.Message}).", e);
        }

        if (state is null || state.Fingerprint != fingerprint)
        {
            throw new ModelException(
                $"{path} is the checkpoint of a run with other options or recordings. Give the same options to "
                + "continue that run, or delete the file to start again.");
        }

        var stored = TensorFile.Read(path);
        try
        {
            ModuleState.Copy(stored, tensors);
        }
        finally
        {
            foreach (var tensor in stored.Values)
            {
                tensor.Dispose();
            }
        }

        return state;
    }
}
