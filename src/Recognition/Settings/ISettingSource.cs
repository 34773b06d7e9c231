namespace Speaker.Settings;

/// <summary>Says where the value of a setting comes from, for messages.</summary>
internal interface ISettingSource
{
    /// <summary>What the user knows it by: "setting Speaker:Verification:TargetFar", or "--target-far".</summary>
    string NameOf(string key);

    /// <summary>": correct it in FILE", or nothing where the name says it.</summary>
    string AdviceOf(string key);
}
