namespace Speaker.Host.House.Mdns;

/// <summary>What is answered to a question (RFC 6762, section 6; RFC 6763, section 12).</summary>
internal static class MdnsAnswers
{
    /// <summary>Most that who asks from another port than 5353 remembers (RFC 6762, section 6.7).</summary>
    private const uint LegacySeconds = 10;

    /// <summary>The answer about one service; null where nothing is asked of it, or what is asked is known.</summary>
    /// <param name="asked">The questions, with what is known already.</param>
    /// <param name="service">The service.</param>
    /// <param name="at">The interface that they came by.</param>
    /// <param name="isLegacy">Whether they came from another port than 5353.</param>
    public static DnsMessage? Of(DnsMessage asked, AnnouncedService service, LocalInterface at, bool isLegacy)
    {
        var details = service.Details(at.Address);
        var answers = new List<DnsRecord>();
        foreach (var question in asked.Questions)
        {
            var isPointer = question.Type is DnsType.Pointer or DnsType.Any;
            if (isPointer && question.Name.Equals(AnnouncedService.Type))
            {
                answers.Add(service.Pointer());
            }
            else if (isPointer && question.Name.Equals(AnnouncedService.Types))
            {
                answers.Add(DnsRecord.Pointer(AnnouncedService.Types, AnnouncedService.Type));
            }
            else
            {
                answers.AddRange(details.Where(record => record.Name.Equals(question.Name)
                    && (question.Type == record.Type || question.Type == DnsType.Any)));
            }
        }

        answers = [.. answers.Distinct().Where(answer => !IsKnown(asked, answer))];
        if (answers.Count == 0)
        {
            return null;
        }

        var additional = details.Except(answers);
        return isLegacy
            ? new DnsMessage(
                asked.Id, true, asked.Questions, [.. answers.Select(Legacy)], [.. additional.Select(Legacy)])
            : new DnsMessage(0, true, [], answers, [.. additional]);
    }

    /// <summary>That a service is there, or is no longer (RFC 6762, sections 8.3 and 10.1).</summary>
    public static DnsMessage Announcement(AnnouncedService service, LocalInterface at, bool isLeaving)
    {
        IEnumerable<DnsRecord> records = [service.Pointer(), .. service.Details(at.Address)];
        return new DnsMessage(
            0, true, [], [.. records.Select(record => isLeaving ? record with { Seconds = 0 } : record)], []);
    }

    /// <summary>Whether it is remembered for at least half of its time (RFC 6762, section 7.1).</summary>
    private static bool IsKnown(DnsMessage asked, DnsRecord answer) => asked.Answers.Any(
        known => known.Type == answer.Type && known.Name.Equals(answer.Name)
            && known.Data.AsSpan().SequenceEqual(answer.Data) && known.Seconds >= answer.Seconds / 2);

    private static DnsRecord Legacy(DnsRecord record) =>
        record with { IsUnique = false, Seconds = Math.Min(record.Seconds, LegacySeconds) };
}
