using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Speaker.Audio;
using Speaker.CommandLine.Options;
using Speaker.Jobs;

namespace Speaker.Host.Http;

/// <summary>
/// The recordings of a request with what is said beside them: a form (multipart/form-data) with any number of files, or
/// one recording as the body, in one piece or chunked. Nothing of it stays in memory.
/// </summary>
internal sealed class UploadForm : IDisposable
{
    private const int MostFields = 32;
    private const int LongestField = 4096;

    /// <summary>ENOSPC.</summary>
    private const int NoSpace = 28;

    private readonly List<Upload> _uploads = [];
    private readonly Dictionary<string, string> _fields = new(StringComparer.OrdinalIgnoreCase);

    private UploadForm()
    {
    }

    public IReadOnlyList<Upload> Uploads => _uploads;

    /// <summary>A text that was given as a field of the form; null where there is none.</summary>
    public string? Field(string name) => _fields.GetValueOrDefault(name);

    /// <exception cref="ProblemException">There is no recording, or what there is cannot be one; or a text that nobody
    /// would look at.</exception>
    /// <exception cref="BadHttpRequestException">The body is larger than it may be, or not as HTTP has it.</exception>
    public static async Task<UploadForm> ReadAsync(HttpRequest request, HttpOptions options)
    {
        var form = new UploadForm();
        try
        {
            await form.FillAsync(request, options);
            if (form._uploads.Count == 0)
            {
                throw new ProblemException(
                    400, "missingRecording",
                    "there is no recording: send one as the body, or as a file of a multipart/form-data form");
            }

            request.HttpContext.GetEndpoint()?.Metadata.GetMetadata<Operation>()?.RequireKnown(form._fields.Keys);
            return form;
        }
        catch (AudioException exception)
        {
            form.Dispose();
            throw Unread(exception);
        }
        catch
        {
            form.Dispose();
            throw;
        }
    }

    /// <summary>The only recording.</summary>
    /// <exception cref="ProblemException">There are several.</exception>
    public Upload Single() => _uploads is [var only]
        ? only
        : throw new ProblemException(
            400, "invalidArgument", $"there are {_uploads.Count} recordings, and this takes one: send each by itself");

    /// <summary>Runs what listens to the recordings: what is wrong with one is said with the name that the caller gave
    /// it.</summary>
    public async Task<T> ListenAsync<T>(Func<Task<T>> listen)
    {
        try
        {
            return await listen();
        }
        catch (AudioException exception)
        {
            throw _uploads.Aggregate(exception, (renamed, upload) => upload.Renamed(renamed));
        }
    }

    /// <summary>The recordings as sound files in memory, for the queue.</summary>
    public async Task<IReadOnlyList<JobSound>> ToSoundsAsync(CancellationToken cancellationToken)
    {
        var sounds = new List<JobSound>();
        foreach (var upload in _uploads)
        {
            sounds.Add(new JobSound(upload.Name, await upload.ToFileAsync(cancellationToken)));
        }

        return sounds;
    }

    public void Dispose()
    {
        foreach (var upload in _uploads)
        {
            upload.Dispose();
        }
    }

    private async Task FillAsync(HttpRequest request, HttpOptions options)
    {
        var cancellation = request.HttpContext.RequestAborted;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
        {
            throw Unsupported(request.ContentType);
        }

        if (!type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            _uploads.Add(IsSound(type)
                ? await Upload.ReadAsync(
                    request.Body, type, request, "", request.Query[Upload.NameName], options.MaximumSeconds,
                    cancellation)
                : throw Unsupported(request.ContentType));
            return;
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > 200)
        {
            throw new ProblemException(400, "invalidForm", "the content type of the form has no usable boundary");
        }

        try
        {
            var reader = new MultipartReader(boundary, request.Body);
            while (await reader.ReadNextSectionAsync(cancellation) is { } section)
            {
                await AddAsync(section, request, options, cancellation);
            }
        }
        catch (Exception exception) when (exception is InvalidDataException
            || exception is IOException and not BadHttpRequestException)
        {
            throw new ProblemException(400, "invalidForm", $"the form cannot be read: {exception.Message}");
        }
    }

    private async Task AddAsync(
        MultipartSection section, HttpRequest request, HttpOptions options, CancellationToken cancellation)
    {
        if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
            || HeaderUtilities.RemoveQuotes(disposition.Name).ToString() is not { Length: > 0 } field)
        {
            throw new ProblemException(400, "invalidForm", "a part of the form has no name");
        }

        var fileName = HeaderUtilities.RemoveQuotes(
            disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).ToString();
        var hasType = MediaTypeHeaderValue.TryParse(section.ContentType, out var type);
        if (fileName.Length == 0 && !(hasType && IsSound(type!)))
        {
            await AddFieldAsync(field, section, cancellation);
            return;
        }

        if (_uploads.Count == options.MaximumRecordings)
        {
            throw new ProblemException(
                413, "tooManyRecordings", $"there are more than {options.MaximumRecordings} recordings in one request");
        }

        _uploads.Add(await Upload.ReadAsync(
            section.Body, hasType ? type! : new MediaTypeHeaderValue("audio/wav"), request, field, fileName,
            options.MaximumSeconds, cancellation));
    }

    private async Task AddFieldAsync(string field, MultipartSection section, CancellationToken cancellation)
    {
        var text = new char[LongestField + 1];
        using var reader = new StreamReader(section.Body);
        var read = await reader.ReadBlockAsync(text, cancellation);
        if (read > LongestField || _fields.Count == MostFields)
        {
            throw new ProblemException(
                400, "invalidForm",
                $"the form may have {MostFields} fields of up to {LongestField:#,0} characters, and has more");
        }

        _fields[field] = new string(text, 0, read);
    }

    /// <summary>A body that could not be brought onto the disk, told apart by what stopped it.</summary>
    private static Exception Unread(AudioException exception) => exception.InnerException switch
    {
        BadHttpRequestException refused => refused,
        IOException { HResult: NoSpace } => new ProblemException(507, "storageFull", exception.Message),
        _ => new ProblemException(400, "incompleteBody", exception.Message),
    };

    /// <summary>What it is the head of the file says; the content type only has to leave that open.</summary>
    private static bool IsSound(MediaTypeHeaderValue type) =>
        type.Type.Equals("audio", StringComparison.OrdinalIgnoreCase)
        || type.MediaType.Equals("application/ogg", StringComparison.OrdinalIgnoreCase)
        || type.MediaType.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase)
        || type.Type.Equals("video", StringComparison.OrdinalIgnoreCase);

    private static ProblemException Unsupported(string? type) => new(
        415, "unsupportedMediaType",
        $"the content type is '{type}': send audio/wav, audio/flac, audio/ogg, audio/mpeg, audio/pcm;rate=16000, " +
        "application/octet-stream, or multipart/form-data with such files");
}
