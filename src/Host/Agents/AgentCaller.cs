using Speaker.Audio;
using Speaker.CommandLine.Options;
using Speaker.Enrolment;
using Speaker.Host.Keys;
using Speaker.Jobs;

namespace Speaker.Host.Agents;

/// <summary>Whom an agent works for, and what it may do: the user of a terminal, or a key of the HTTP service.</summary>
internal abstract class AgentCaller
{
    public required SpeakerRecognizer Recognizer { get; init; }

    public required IEditableStore Store { get; init; }

    public required IJobQueue Queue { get; init; }

    public required SpeakerOptions Recognition { get; init; }

    public required JobsOptions Jobs { get; init; }

    /// <summary>Tools that need another scope are not offered.</summary>
    public required KeyScopes Scopes { get; init; }

    /// <summary>Empty: the store that the settings name.</summary>
    public required string Tenant { get; init; }

    /// <summary>Whether a recording may be named by its path on this machine.</summary>
    public abstract bool ReadsFiles { get; }

    /// <summary>Longest recording, in seconds; null: what the settings of the library say.</summary>
    public abstract double? MaximumSeconds { get; }

    /// <summary>With which a person confirms an enrolment of this caller's queue.</summary>
    /// <param name="id">Of the job.</param>
    public abstract string ConfirmCommand(string id);

    /// <summary>Decides on a claimed speaker.</summary>
    /// <param name="speaker">The normalised name.</param>
    /// <param name="recording">The voice.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public abstract Task<Decision> VerifyAsync(
        string speaker, AudioInput recording, CancellationToken cancellationToken);

    /// <summary>Finds out who it is.</summary>
    /// <param name="recording">The voice.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public abstract Task<Decision> IdentifyAsync(AudioInput recording, CancellationToken cancellationToken);

    /// <summary>What the agent is told of something that went wrong and is to be expected; null for a fault of this
    /// program.</summary>
    public abstract AgentProblem? Explain(Exception exception);
}

/// <summary>Why a tool did not answer.</summary>
/// <param name="Code">For programs; stable, camel case.</param>
/// <param name="Message">What was wrong, and what to do.</param>
internal sealed record AgentProblem(string Code, string Message);
