using System.Globalization;
using Npgsql;

namespace Speaker.Postgres;

/// <summary>
/// An address as PostgreSQL's own programs read it (libpq, "Connection URIs"):
/// <c>postgresql://[USER[:PASSWORD]@][HOST][:PORT][/DATABASE][?NAME=VALUE&amp;…]</c>, parts percent-encoded. A host that is
/// a folder is that of a Unix socket.
/// </summary>
internal sealed class PostgresAddress
{
    private const string DebianSockets = "/var/run/postgresql";

    private static readonly string[] Names =
    [
        "host", "port", "user", "password", "dbname", "passfile", "sslmode", "sslrootcert", "sslcert", "sslkey",
        "connect_timeout", "application_name",
    ];

    private PostgresAddress(NpgsqlConnectionStringBuilder connection, string location, bool hasPassword)
    {
        Connection = connection;
        Location = location;
        HasPassword = hasPassword;
    }

    /// <summary>The address without its password, for people.</summary>
    public string Location { get; }

    /// <summary>Whether the password is in the address, and not in PGPASSWORD or a password file.</summary>
    public bool HasPassword { get; }

    /// <summary>Whether the server is this machine, and what is sent stays on it.</summary>
    public bool IsLocal => Connection.Host is "localhost" or "127.0.0.1" or "::1" || Connection.Host!.StartsWith('/');

    /// <summary>What Npgsql connects by.</summary>
    internal NpgsqlConnectionStringBuilder Connection { get; }

    /// <exception cref="FormatException">It is none; the message says why, without the address: a password may be in
    /// it.</exception>
    public static PostgresAddress Parse(string address)
    {
        var rest = address[(address.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var (main, query) = Cut(rest, '?');
        var (authority, database) = Cut(main, '/');
        var at = authority.LastIndexOf('@');
        if (at < 0 && authority.Contains(':', StringComparison.Ordinal) && rest.Contains('@', StringComparison.Ordinal))
        {
            // Most likely a password that has a '/' or '?': taken as the rest of the address, it would be shown.
            throw new FormatException(
                "it has an '@' after its first '/' or '?': write '/' as %2F, '?' as %3F and '@' as %40 in a user, a " +
                "password, a database or a parameter");
        }

        var (user, password) = at < 0 ? ("", null) : Cut(authority[..at], ':');
        var (host, port) = HostAndPort(authority[(at + 1)..]);
        var connection = new NpgsqlConnectionStringBuilder { ApplicationName = "speaker" };
        Set(connection, "user", user);
        Set(connection, "password", password);
        Set(connection, "host", host);
        Set(connection, "port", port);
        Set(connection, "dbname", database);
        foreach (var pair in (query ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = Cut(pair, '=');
            if (!Names.Contains(name, StringComparer.Ordinal))
            {
                throw new FormatException(
                    $"its parameter '{Decoded(name)}' is none of {string.Join(", ", Names)}");
            }

            Set(connection, name, value);
        }

        if (string.IsNullOrEmpty(connection.Host))
        {
            connection.Host = Directory.Exists(DebianSockets) ? DebianSockets : "localhost";
        }

        return new PostgresAddress(connection, Show(connection), !string.IsNullOrEmpty(connection.Password));
    }

    private static (string Host, string? Port) HostAndPort(string text)
    {
        if (text.Contains(',', StringComparison.Ordinal))
        {
            throw new FormatException("it has several hosts, and one is allowed");
        }

        if (!text.StartsWith('['))
        {
            return Cut(text, ':');
        }

        // An address of IPv6 has colons of its own.
        var end = text.IndexOf(']', StringComparison.Ordinal);
        return end < 0 || (end + 1 < text.Length && text[end + 1] != ':')
            ? throw new FormatException("its host begins with '[' and has no ']' at its end")
            : (text[1..end], end + 1 == text.Length ? null : text[(end + 2)..]);
    }

    private static void Set(NpgsqlConnectionStringBuilder connection, string name, string? encoded)
    {
        if (string.IsNullOrEmpty(encoded))
        {
            return;
        }

        var value = Decoded(encoded);
        switch (name)
        {
            case "host":
                connection.Host = value.Contains(',', StringComparison.Ordinal)
                    ? throw new FormatException("it has several hosts, and one is allowed")
                    : value;
                break;
            case "port":
                connection.Port = Number(name, value, 65535);
                break;
            case "user":
                connection.Username = value;
                break;
            case "password":
                connection.Password = value;
                break;
            case "dbname":
                connection.Database = value;
                break;
            case "passfile":
                connection.Passfile = value;
                break;
            case "sslmode":
                connection.SslMode = Mode(value);
                break;
            case "sslrootcert":
                connection.RootCertificate = value;
                break;
            case "sslcert":
                connection.SslCertificate = value;
                break;
            case "sslkey":
                connection.SslKey = value;
                break;
            case "connect_timeout":
                connection.Timeout = Number(name, value, 1024);
                break;
            default:
                connection.ApplicationName = value;
                break;
        }
    }

    private static SslMode Mode(string value) => value switch
    {
        "disable" => SslMode.Disable,
        "allow" => SslMode.Allow,
        "prefer" => SslMode.Prefer,
        "require" => SslMode.Require,
        "verify-ca" => SslMode.VerifyCA,
        "verify-full" => SslMode.VerifyFull,
        _ => throw new FormatException(
            "its sslmode is none of disable, allow, prefer, require, verify-ca, verify-full"),
    };

    private static int Number(string name, string value, int highest) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1
            && number <= highest
            ? number
            : throw new FormatException($"its {name} is no whole number from 1 to {highest}");

    private static string Decoded(string text) => Uri.UnescapeDataString(text);

    private static (string Before, string? After) Cut(string text, char separator)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? (text, null) : (text[..at], text[(at + 1)..]);
    }

    private static string Show(NpgsqlConnectionStringBuilder connection)
    {
        const int DefaultPort = 5432;
        var user = string.IsNullOrEmpty(connection.Username) ? "" : Uri.EscapeDataString(connection.Username) + "@";
        var database = string.IsNullOrEmpty(connection.Database) ? "" : "/" + Uri.EscapeDataString(connection.Database);
        var port = connection.Port == DefaultPort
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $":{connection.Port}");
        var host = connection.Host!;
        return host.StartsWith('/')
            ? $"postgresql://{user}{port}{database}?host={host}"
            : $"postgresql://{user}{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}{port}{database}";
    }
}
