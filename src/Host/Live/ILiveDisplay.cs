namespace Speaker.Host.Live;

/// <summary>Who watches a live verification. Told from one thread at a time, but for <see cref="Notice"/>.</summary>
internal interface ILiveDisplay
{
    /// <summary>A block was heard.</summary>
    /// <param name="seconds">Heard altogether.</param>
    /// <param name="level">Of the block, dB of full scale; null: digital silence.</param>
    void Hear(double seconds, double? level);

    /// <summary>A look was taken.</summary>
    void Show(LiveLook look);

    /// <summary>Something happened to the device. May come from any thread.</summary>
    /// <param name="text">A sentence without a full stop.</param>
    void Notice(string text);
}
