namespace Speaker.Training.Tests.Exchange;

/// <summary>A test on the public ResNet34, which the repository does not hold: a folder shared/teacher beside the
/// checkout or above it. Without it the test is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TeacherFactAttribute : FactAttribute
{
    public TeacherFactAttribute()
    {
        if (Folder is null)
        {
            Skip = "there is no folder shared/teacher";
        }
    }

    public static string? Folder { get; } = Find();

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "teacher");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
