using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Speaker.Host.Tests.House;

/// <summary>An MQTT broker (mosquitto) with a user and a password: one port without TLS, one with a certificate of an
/// authority of its own.</summary>
internal sealed class MosquittoBroker : IDisposable
{
    public const string User = "speaker";
    public const string Password = "s3cret-word";

    private static readonly string? Program = Find("mosquitto");
    private static readonly string? PasswordProgram = Find("mosquitto_passwd");

    private readonly TemporaryFolder _folder = new();
    private readonly string _configuration;
    private Process? _process;

    public MosquittoBroker()
    {
        (Port, TlsPort) = (FreePort(), FreePort());
        WriteCertificates();
        var passwords = _folder.File("passwords");
        using (var tool = Process.Start(PasswordProgram!, ["-b", "-c", passwords, User, Password]))
        {
            tool.WaitForExit();
            Assert.Equal(0, tool.ExitCode);
        }

        _configuration = _folder.File("mosquitto.conf");
        // As root it would go on as a user who may not read this folder.
        File.WriteAllText(
            _configuration,
            $"""
            user root
            persistence false
            allow_anonymous false
            password_file {passwords}
            listener {Port} 127.0.0.1
            listener {TlsPort} 127.0.0.1
            certfile {_folder.File("server.pem")}
            keyfile {_folder.File("server.key")}

            """);
        Start();
    }

    /// <summary>Why there is none; null where there is.</summary>
    public static string? Unavailable { get; } = Program is null || PasswordProgram is null
        ? "mosquitto is not installed here: apt-get install mosquitto"
        : null;

    public int Port { get; }

    public int TlsPort { get; }

    /// <summary>PEM of who signed the broker's certificate.</summary>
    public string Authority => _folder.File("authority.pem");

    /// <summary>Begins, and waits until it takes connections.</summary>
    public void Start()
    {
        _process = Process.Start(new ProcessStartInfo(Program!, ["-c", _configuration])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var connection = new TcpClient();
                connection.Connect(IPAddress.Loopback, TlsPort);
                return;
            }
            catch (SocketException)
            {
                Assert.False(_process.HasExited, "mosquitto ended");
                Assert.True(waited.Elapsed < TimeSpan.FromMinutes(1), "mosquitto does not listen");
                Thread.Sleep(20);
            }
        }
    }

    /// <summary>Ends it as a failing machine would.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>Lets it take connections and answer nothing, as one that is slow.</summary>
    public void Pause() => Signal("-STOP");

    public void Resume() => Signal("-CONT");

    public void Dispose()
    {
        Kill();
        _folder.Dispose();
    }

    private void Signal(string name)
    {
        using var tool = Process.Start("kill", [name, $"{_process!.Id}"]);
        tool.WaitForExit();
        Assert.Equal(0, tool.ExitCode);
    }

    private void WriteCertificates()
    {
        var now = DateTimeOffset.UtcNow;
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test authority", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        File.WriteAllText(Authority, authority.ExportCertificatePem());
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, now.AddDays(-1), now.AddDays(1), [1]);
        File.WriteAllText(_folder.File("server.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(_folder.File("server.key"), key.ExportPkcs8PrivateKeyPem());
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string? Find(string program) => $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin".Split(':')
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}

/// <summary>A test that needs a broker; skipped with the reason where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrokerFactAttribute : FactAttribute
{
    public BrokerFactAttribute() => Skip = MosquittoBroker.Unavailable;
}
