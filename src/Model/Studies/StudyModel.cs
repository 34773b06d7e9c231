using Speaker.Models;

namespace Speaker.Training.Studies;

/// <summary>A model that claims are about.</summary>
/// <param name="Path">Of the weights file.</param>
/// <param name="Card">Beside it.</param>
internal sealed record StudyModel(string Path, ModelCard Card)
{
    /// <summary>The model that a user means, as <see cref="ModelFiles.Resolve"/> finds it.</summary>
    /// <exception cref="ModelException">There is none, or its card is damaged.</exception>
    public static StudyModel Find(string given)
    {
        var path = ModelFiles.Resolve(given);
        return new StudyModel(path, ModelFiles.ReadCard(path));
    }
}
