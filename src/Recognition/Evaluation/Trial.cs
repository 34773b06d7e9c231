namespace Speaker.Evaluation;

/// <summary>One question put to the system: do these two recordings hold the same voice?</summary>
/// <param name="IsTarget">The answer: true for the same speaker (label 1), false for an impostor (label 0).</param>
/// <param name="Enrol">The recording that stands for the claimed speaker.</param>
/// <param name="Test">The recording that is put to the test.</param>
internal sealed record Trial(bool IsTarget, string Enrol, string Test);
