namespace Speaker.Host.Live;

/// <summary>What to say for an enrolment: plain sentences of some six seconds.</summary>
internal static class EnrolmentPrompts
{
    private static readonly string[] _texts =
    [
        "Yesterday the weather changed at noon, so we took the slow train home and watched the rain over the fields.",
        "Please put five ripe oranges, a jar of honey and the blue cheese into the basket by the kitchen door.",
        "My neighbour keeps three young goats behind the house, and every morning they push the garden gate open.",
        "The library closes early on Thursday, but you can still return your books through the box in the wall.",
        "Should the bridge be icy, choose the longer way around the lake, and give us a call when you arrive.",
        "He measured the wooden shelf twice, drew a thin line with a pencil, and only then reached for the saw.",
    ];

    /// <summary>For the next part.</summary>
    /// <param name="accepted">How many parts were accepted before: who is refused reads the same again.</param>
    public static string For(int accepted) => _texts[accepted % _texts.Length];
}
