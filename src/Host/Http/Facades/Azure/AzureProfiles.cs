using System.Text.Json;
using Speaker.Host.Tenants;

namespace Speaker.Host.Http.Facades.Azure;

/// <summary>The profiles of one kind in one tenant.</summary>
/// <param name="tenant">Keeps them, and the voiceprints.</param>
/// <param name="kind">"verification" or "identification": the product keeps the two apart.</param>
internal sealed class AzureProfiles(Tenant tenant, string kind)
{
    private const string Root = "azure/";

    /// <summary>Most profiles of both kinds, as the product allows a subscription.</summary>
    private const int Most = 10_000;

    private string Prefix => $"{Root}{kind}/";

    /// <exception cref="ProblemException">There are as many as may be.</exception>
    /// <exception cref="StoreException">They cannot be kept.</exception>
    public async Task<(Guid Id, AzureProfile Profile)> AddAsync(
        string locale, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await tenant.Documents.CountAsync(Root, cancellationToken) >= Most)
        {
            throw new ProblemException(403, "Forbidden", "Maximum allowed number of profiles is 10,000.");
        }

        var (id, profile) = (Guid.NewGuid(), new AzureProfile(locale, now));
        await tenant.Documents.ChangeAsync(KeyOf(id), _ => Text(profile), cancellationToken);
        return (id, profile);
    }

    /// <summary>One, as it was noted by the last request that changed it.</summary>
    /// <exception cref="ProblemException">There is none.</exception>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public async Task<AzureProfile> ReadAsync(Guid id, CancellationToken cancellationToken) =>
        await tenant.Documents.ReadAsync(KeyOf(id), cancellationToken) is { } text
            ? Parse(text)
            : throw AzureContract.NoProfile();

    /// <summary>One, with no more than the store has of its speaker.</summary>
    /// <exception cref="ProblemException">There is none.</exception>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public async Task<AzureProfile> FindAsync(Guid id, CancellationToken cancellationToken) =>
        await AsKeptAsync(id, await ReadAsync(id, cancellationToken), cancellationToken);

    /// <summary>What was noted, with no more than the store has of the speaker.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public async Task<AzureProfile> AsKeptAsync(Guid id, AzureProfile noted, CancellationToken cancellationToken)
    {
        var kept = await tenant.Store.GetUtterancesAsync(
            id.ToString("D"), tenant.Recognizer.ModelHash, cancellationToken);
        return noted.AsKept(kept.Count, kept.Sum(utterance => utterance.SpeechSeconds));
    }

    /// <summary>A page of them, by id, as <see cref="FindAsync"/> gives one.</summary>
    /// <param name="after">The one after which it begins; null: with the first.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="StoreException">They cannot be read.</exception>
    public async Task<IReadOnlyList<(Guid Id, AzureProfile Profile)>> ListAsync(
        Guid? after, int most, CancellationToken cancellationToken)
    {
        var found = await tenant.Documents.ListAsync(
            Prefix, after is { } last ? KeyOf(last) : "", most, cancellationToken);
        // A name may be there in two forms of Unicode, but none that is an id.
        var kept = (await tenant.Store.ListAsync(cancellationToken)).DistinctBy(speaker => speaker.Name)
            .ToDictionary(speaker => speaker.Name, StringComparer.Ordinal);
        return
        [
            .. found.Select(each => (Id: Guid.Parse(each.Key[Prefix.Length..]), Profile: Parse(each.Value))).Select(
                each => (each.Id, kept.TryGetValue(each.Id.ToString("D"), out var speaker)
                    ? each.Profile.AsKept(speaker.Utterances, speaker.SpeechSeconds)
                    : each.Profile.AsKept(0, 0))),
        ];
    }

    /// <exception cref="ProblemException">There is none, or no longer.</exception>
    /// <exception cref="StoreException">It cannot be changed.</exception>
    public async Task<AzureProfile> ChangeAsync(
        Guid id, Func<AzureProfile, AzureProfile> change, CancellationToken cancellationToken)
    {
        var text = await tenant.Documents.ChangeAsync(
            KeyOf(id), old => old is null ? null : Text(change(Parse(old))), cancellationToken);
        return text is null ? throw AzureContract.NoProfile() : Parse(text);
    }

    /// <exception cref="StoreException">It cannot be removed.</exception>
    public Task RemoveAsync(Guid id, CancellationToken cancellationToken) =>
        tenant.Documents.ChangeAsync(KeyOf(id), _ => null, cancellationToken);

    private static AzureProfile Parse(string text) =>
        JsonSerializer.Deserialize(text, AzureProfileContext.Default.AzureProfile)!;

    private static string Text(AzureProfile profile) =>
        JsonSerializer.Serialize(profile, AzureProfileContext.Default.AzureProfile);

    private string KeyOf(Guid id) => Prefix + id.ToString("D");
}
