using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;

namespace Speaker.Host.House.Mqtt;

/// <summary>How the broker is connected to, from the settings.</summary>
internal static class MqttConnectionOptions
{
    private const int LongestPassword = 4096;

    /// <param name="options">With a server.</param>
    /// <param name="availability">The topic of the last will.</param>
    /// <exception cref="UsageException">A file of the settings cannot be used.</exception>
    public static MqttClientOptions Of(MqttOptions options, string availability)
    {
        var server = options.ServerAddress();
        var builder = new MqttClientOptionsBuilder()
            .WithTcpServer(server.Host, server.Port)
            // The broker ends the connection of who has the same.
            .WithClientId($"speaker-{Guid.NewGuid():N}")
            .WithTimeout(TimeSpan.FromSeconds(options.TimeoutSeconds))
            .WithWillTopic(availability)
            .WithWillPayload(Topics.Offline)
            .WithWillRetain();
        if (options.User is { } user)
        {
            builder.WithCredentials(user, PasswordOf(options));
        }

        if (options.Tls)
        {
            var authorities = options.Authority is { } file ? AuthoritiesOf(file) : null;
            builder.WithTlsOptions(tls =>
            {
                tls.UseTls().WithTargetHost(server.Host);
                if (authorities is not null)
                {
                    // Of an authority of one's own there seldom is a list of revoked certificates.
                    tls.WithTrustChain(authorities).WithRevocationMode(X509RevocationMode.NoCheck);
                }
            });
        }

        return builder.Build();
    }

    private static string? PasswordOf(MqttOptions options)
    {
        if (options.PasswordFile is not { } file)
        {
            return options.Password;
        }

        return Read(file, nameof(MqttOptions.PasswordFile), () =>
        {
            PrivateFile.Require(file);
            var length = new FileInfo(file).Length;
            return length <= LongestPassword
                ? File.ReadAllText(file).TrimEnd('\r', '\n')
                : throw new UsageException($"{file} has {length} bytes, a password has at most {LongestPassword}");
        });
    }

    private static X509Certificate2Collection AuthoritiesOf(string file) =>
        Read(file, nameof(MqttOptions.Authority), () =>
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(file);
            return authorities.Count > 0
                ? authorities
                : throw new UsageException($"{file} has no certificate in PEM");
        });

    private static T Read<T>(string file, string option, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new UsageException(
                $"{file} cannot be read: {exception.Message}: correct {SettingKeys.Mqtt}:{option}", exception);
        }
    }
}
