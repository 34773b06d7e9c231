using System.Text.Json;
using Speaker.Audio;
using Speaker.CommandLine;
using Speaker.Enrolment.Audit;
using Speaker.Host.Presentation;
using Speaker.Jobs;

namespace Speaker.Host.Jobs;

/// <summary>Enrols the recordings of a job. A recording that is enrolled already is not added again, so a job that is
/// done twice adds nothing.</summary>
internal sealed class EnrolmentHandler(SpeakerRecognizer recognizer, IServiceProvider services) : IJobHandler
{
    public string Kind => EnrolmentJob.Kind;

    public string Lane => EnrolmentJob.Lane;

    public async Task<JobOutcome> RunAsync(
        ClaimedJob job, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        var request = EnrolmentJob.Of(job.Job);
        if (job.Sounds.Count == 0)
        {
            return new JobOutcome.Refused("its recordings could not be read as sound and are gone: send others");
        }

        var recordings = job.Sounds.Select(sound => AudioInput.FromStream(new MemoryStream(sound.Content)) with
        {
            Name = sound.Name,
            MaximumSeconds = request.MaximumSeconds ?? double.PositiveInfinity,
        });
        AuditActor.Current = request.Actor ?? "queue";
        var store = request.Tenant.Length == 0 ? null : VerbServices.OpenStoreOf(services, request.Tenant);
        using var opened = store as IDisposable;
        return await EnrolAsync(
            store is null ? recognizer : recognizer.With(store), request, [.. recordings], cancellationToken);
    }

    /// <summary>Enrols what a job is for, from wherever its sound comes.</summary>
    /// <exception cref="AudioException">A file could not be read for a reason that may pass.</exception>
    public static async Task<JobOutcome> EnrolAsync(
        ISpeakerRecognizer recognizer,
        EnrolmentJob request,
        IReadOnlyList<AudioInput> recordings,
        CancellationToken cancellationToken)
    {
        try
        {
            var result = await recognizer.EnrollAsync(
                request.Speaker, recordings,
                new EnrolmentRequest
                {
                    Consent = request.Consent, ForceNote = request.Note, AllowDuplicate = request.AllowDuplicate,
                },
                cancellationToken);
            return new JobOutcome.Done(JsonSerializer.Serialize(
                EnrolmentPresenter.Json(result, request.Files, request.Consent, request.Note),
                JsonContracts.Output.EnrollJson));
        }
        catch (AudioException exception) when (exception.InnerException is not IOException)
        {
            return new JobOutcome.Refused(exception.Message);
        }
        catch (StoreException exception)
        {
            return new JobOutcome.Later(exception.Message);
        }
    }
}
