using Speaker.CommandLine.Options;

namespace Speaker.Host.Http;

/// <summary>
/// Limits how often one speaker may be claimed: so many verifications a minute, and so many rejections without an
/// acceptance between them. Who tries voices one after the other on a name is stopped, from whatever address.
/// </summary>
/// <remarks>Thread safe; the counts are this process's own and begin anew with it.</remarks>
internal sealed class ClaimGuard(HttpOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly TokenBuckets _rate = new(options.AttemptsPerMinute, time);
    private readonly Dictionary<string, Claims> _claims = new(StringComparer.Ordinal);

    /// <summary>Before a verification; <see cref="End"/> follows.</summary>
    /// <param name="tenant">Whose speaker it is: the same name elsewhere is somebody else.</param>
    /// <param name="speaker">The normalised name.</param>
    /// <exception cref="ProblemException">The speaker is locked out, or was claimed too often.</exception>
    public void Begin(string tenant, string speaker)
    {
        var claim = ClaimOf(tenant, speaker);
        lock (_lock)
        {
            var claims = _claims.GetValueOrDefault(claim) ?? new Claims();
            if (claims.LockedAt is { } at)
            {
                var left = TimeSpan.FromSeconds(options.LockOutSeconds) - time.GetElapsedTime(at);
                if (left > TimeSpan.Zero)
                {
                    throw Locked(left);
                }

                claims = new Claims { Pending = claims.Pending };
            }

            // Those that are under way may all be rejected: together with them the bound holds to the last one.
            if (claims.Rejections + claims.Pending >= options.RejectionsBeforeLockOut)
            {
                throw new ProblemException(
                    429, "rateLimited",
                    $"this speaker is claimed by {claims.Pending} requests at this moment, as many as may be before " +
                    "their decisions are known: try again when they are answered")
                {
                    RetryAfter = TimeSpan.FromSeconds(1),
                };
            }

            if (_rate.Take(claim) is { } wait)
            {
                throw new ProblemException(
                    429, "rateLimited",
                    $"this speaker was claimed more than {options.AttemptsPerMinute} times a minute: wait " +
                    $"{Math.Ceiling(wait.TotalSeconds):0} s")
                {
                    RetryAfter = wait,
                };
            }

            claims.Pending++;
            _claims[claim] = claims;
        }
    }

    /// <summary>After it, whatever became of it.</summary>
    /// <param name="tenant">The same tenant.</param>
    /// <param name="speaker">The same name.</param>
    /// <param name="outcome">Null where there was no decision.</param>
    /// <returns>Whether the speaker is locked out from now on.</returns>
    public bool End(string tenant, string speaker, Outcome? outcome)
    {
        var claim = ClaimOf(tenant, speaker);
        lock (_lock)
        {
            var claims = _claims[claim];
            claims.Pending--;
            claims.Rejections = outcome switch
            {
                Outcome.Accepted => 0,
                Outcome.Rejected => claims.Rejections + 1,
                _ => claims.Rejections,
            };
            var locks = claims.LockedAt is null && claims.Rejections >= options.RejectionsBeforeLockOut;
            if (locks)
            {
                claims.LockedAt = time.GetTimestamp();
            }

            if (claims is { Pending: 0, Rejections: 0, LockedAt: null })
            {
                _claims.Remove(claim);
            }

            return locks;
        }
    }

    /// <summary>Neither name has a slash in it.</summary>
    private static string ClaimOf(string tenant, string speaker) => $"{tenant}/{speaker}";

    private static ProblemException Locked(TimeSpan left) => new(
        429, "lockedOut",
        $"too many voices in a row were rejected for this speaker: wait {Math.Ceiling(left.TotalSeconds):0} s")
    {
        RetryAfter = left,
    };

    private sealed class Claims
    {
        public int Pending { get; set; }

        public int Rejections { get; set; }

        public long? LockedAt { get; set; }
    }
}
