using System.Text.Json;
using Speaker.Enrolment;

namespace Speaker.Host.Http.Facades.Azure;

/// <summary>The profiles of one kind in one tenant.</summary>
/// <param name="documents">Keep them.</param>
/// <param name="kind">"verification" or "identification": the product keeps the two apart.</param>
internal sealed class AzureProfiles(IDocumentStore documents, string kind)
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
        if (await documents.CountAsync(Root, cancellationToken) >= Most)
        {
            throw new ProblemException(403, "Forbidden", "Maximum allowed number of profiles is 10,000.");
        }

        var (id, profile) = (Guid.NewGuid(), new AzureProfile(locale, now));
        await documents.ChangeAsync(KeyOf(id), _ => Text(profile), cancellationToken);
        return (id, profile);
    }

    /// <exception cref="ProblemException">There is none.</exception>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public async Task<AzureProfile> FindAsync(Guid id, CancellationToken cancellationToken) =>
        await documents.ReadAsync(KeyOf(id), cancellationToken) is { } text ? Parse(text) : throw AzureContract.NoProfile();

    /// <summary>A page of them, by id.</summary>
    /// <param name="after">The one after which it begins; null: with the first.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="StoreException">They cannot be read.</exception>
    public async Task<IReadOnlyList<(Guid Id, AzureProfile Profile)>> ListAsync(
        Guid? after, int most, CancellationToken cancellationToken)
    {
        var found = await documents.ListAsync(
            Prefix, after is { } id ? KeyOf(id) : "", most, cancellationToken);
        return [.. found.Select(each => (Guid.Parse(each.Key[Prefix.Length..]), Parse(each.Value)))];
    }

    /// <exception cref="ProblemException">There is none, or no longer.</exception>
    /// <exception cref="StoreException">It cannot be changed.</exception>
    public async Task<AzureProfile> ChangeAsync(
        Guid id, Func<AzureProfile, AzureProfile> change, CancellationToken cancellationToken)
    {
        var text = await documents.ChangeAsync(
            KeyOf(id), old => old is null ? null : Text(change(Parse(old))), cancellationToken);
        return text is null ? throw AzureContract.NoProfile() : Parse(text);
    }

    /// <exception cref="StoreException">It cannot be removed.</exception>
    public Task RemoveAsync(Guid id, CancellationToken cancellationToken) =>
        documents.ChangeAsync(KeyOf(id), _ => null, cancellationToken);

    private static AzureProfile Parse(string text) =>
        JsonSerializer.Deserialize(text, AzureProfileContext.Default.AzureProfile)!;

    private static string Text(AzureProfile profile) =>
        JsonSerializer.Serialize(profile, AzureProfileContext.Default.AzureProfile);

    private string KeyOf(Guid id) => Prefix + id.ToString("D");
}
