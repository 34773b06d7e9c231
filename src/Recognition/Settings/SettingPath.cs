namespace Speaker.Settings;

/// <summary>A setting named by its key alone, where nobody knows the sources.</summary>
internal sealed class SettingPath : ISettingSource
{
    public string NameOf(string key) => $"setting {key}";

    public string AdviceOf(string key) => "";
}
