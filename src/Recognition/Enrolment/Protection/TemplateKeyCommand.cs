using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;

namespace Speaker.Enrolment.Protection;

/// <summary>Keys that a command prints, of a key management service for example. Its errors go where this program's
/// go.</summary>
/// <param name="command">Of the system's shell.</param>
/// <param name="patience">After this it is ended; null: 30 s.</param>
internal sealed class TemplateKeyCommand(string command, TimeSpan? patience = null) : TemplateKeySource
{
    private readonly TimeSpan _patience = patience ?? TimeSpan.FromSeconds(30);

    /// <summary>Without the command, which may have a secret in it.</summary>
    public override string Description => "the key command (Speaker:Protection:KeyCommand)";

    public override byte[] Read()
    {
        var (shell, option) = OperatingSystem.IsWindows() ? ("cmd.exe", "/c") : ("/bin/sh", "-c");
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(shell, [option, command]) { RedirectStandardOutput = true })!;
            return ReadOutput(process);
        }
        catch (Win32Exception exception)
        {
            throw Fault(exception.Message, exception);
        }
    }

    private byte[] ReadOutput(Process process)
    {
        var buffer = new byte[TemplateKeyText.MaximumLength + 1];
        using var limit = new CancellationTokenSource(_patience);
        try
        {
            var read = process.StandardOutput.BaseStream
                .ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, limit.Token).AsTask()
                .GetAwaiter().GetResult();
            if (read == buffer.Length)
            {
                throw Fault($"it prints more than {TemplateKeyText.MaximumLength} bytes");
            }

            process.WaitForExitAsync(limit.Token).GetAwaiter().GetResult();
            return process.ExitCode == 0
                ? buffer.AsSpan(0, read).ToArray()
                : throw Fault($"its exit code is {process.ExitCode}");
        }
        catch (OperationCanceledException exception)
        {
            throw Fault($"it has not ended after {_patience.TotalSeconds:0.#} s", exception);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
