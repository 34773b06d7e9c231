using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Speaker.Host.Tests.Support;

/// <summary>
/// A PostgreSQL of the tests' own, from the distribution's package: a cluster in a temporary folder that is reached by a Unix
/// socket there. It runs as the user "postgres" where the tests run as root, which it refuses to. It ends with the process
/// of the tests, however that ends: a shell waits for the end of its input.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    /// <summary>
    /// With checksums, as a cluster with anything to lose has. Without fsync: processes are killed here, the machine goes
    /// on, and what was given to the system is there.
    /// </summary>
    private const string Script = """
        trap '' INT TERM HUP
        root=$1 bin=$2
        cd "$root"
        "$bin/initdb" -D data -U postgres --auth=trust --no-sync --data-checksums --encoding=UTF8 --locale=C \
            >initdb.log 2>&1 </dev/null || { echo "initdb: $(tail -n 3 initdb.log | tr '\n' ' ')"; exit 1; }
        printf '%s\n' "listen_addresses = ''" "unix_socket_directories = '$root'" "fsync = off" "shared_buffers = 32MB" \
            "max_connections = 200" "jit = off" "max_wal_size = 256MB" >>data/postgresql.conf
        printf '%s\n' "local all secretive scram-sha-256" "local all all trust" >data/pg_hba.conf
        while read -r command; do
            case $command in
                start)
                    for try in 1 2 3 4 5 6 7 8 9 10; do
                        "$bin/pg_ctl" -D data -l log -w -s start >start.log 2>&1 </dev/null && break
                        sleep 0.3
                    done
                    "$bin/pg_isready" -q -h "$root" || { echo "start: $(tail -n 3 log start.log | tr '\n' ' ')"; exit 1; }
                    ;;
                stop) "$bin/pg_ctl" -D data -w -s -m fast stop >/dev/null 2>&1 </dev/null ;;
                crash) kill -KILL "$(head -n 1 data/postmaster.pid)" ;;
            esac
            echo done
        done
        "$bin/pg_ctl" -D data -w -s -m immediate stop >/dev/null 2>&1 </dev/null
        cd /
        rm -rf "$root"
        """;

    private static readonly string? Programs = FindPrograms();

    private readonly Process _shell;
    private readonly string _folder;
    private int _databases;

    /// <summary>Makes a cluster and starts it.</summary>
    public PostgresServer()
    {
        _folder = Directory.CreateTempSubdirectory("speaker-pg-").FullName;
        string[] command = ["sh", "-c", Script, "sh", _folder, Programs!];
        if (Environment.IsPrivilegedProcess)
        {
            using var chown = Process.Start("chown", ["postgres", _folder]);
            chown.WaitForExit();
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", .. command];
        }

        _shell = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Tell("start");
        Execute("postgres", $"CREATE ROLE secretive LOGIN PASSWORD '{Password}'");
    }

    /// <summary>Of the user "secretive", the only one who needs one.</summary>
    internal const string Password = "s3cret-word";

    /// <summary>Why there is none; null where there is.</summary>
    public static string? Unavailable { get; } = Programs is null
        ? "PostgreSQL is not installed here: apt-get install postgresql"
        : Environment.IsPrivilegedProcess && !File.ReadLines("/etc/passwd").Any(
            line => line.StartsWith("postgres:", StringComparison.Ordinal))
            ? "PostgreSQL does not run as root, and there is no user 'postgres'"
            : null;

    /// <summary>Where the cluster's files are.</summary>
    internal string Data => Path.Combine(_folder, "data");

    /// <summary>An empty database of its own: its address.</summary>
    internal string NewDatabase(string? tablespace = null)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
        Execute("postgres", $"CREATE DATABASE {name}" + (tablespace is null ? "" : $" TABLESPACE {tablespace}"));
        return Address(name);
    }

    internal string Address(string database, string user = "postgres") =>
        $"postgresql://{user}@/{database}?host={_folder}";

    /// <summary>The database's name in an address of this server.</summary>
    internal static string DatabaseOf(string address) => address.Split('/')[3].Split('?')[0];

    /// <summary>Runs statements as the cluster's owner.</summary>
    /// <returns>The first value of the first row.</returns>
    internal object? Execute(string database, string sql)
    {
        using var connection = new NpgsqlConnection(
            $"Host={_folder};Username=postgres;Database={database};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of the tests
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }

    /// <summary>Ends connections to a database from the server's side.</summary>
    /// <returns>How many.</returns>
    internal long Terminate(string database, string which = "true") => (long)Execute(
        "postgres",
        $"""
        SELECT count(*) FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = '{database}' AND pid <> pg_backend_pid() AND {which}) AS ended
        """)!;

    internal void Start() => Tell("start");

    internal void Stop() => Tell("stop");

    /// <summary>Kills the server as a failing machine would.</summary>
    internal void Crash() => Tell("crash");

    public void Dispose()
    {
        _shell.StandardInput.Close();
        _shell.WaitForExit();
        _shell.Dispose();
    }

    private void Tell(string command)
    {
        _shell.StandardInput.WriteLine(command);
        _shell.StandardInput.Flush();
        var answer = _shell.StandardOutput.ReadLine();
        Assert.True(answer == "done", $"PostgreSQL: {command}: {answer}");
    }

    private static string? FindPrograms()
    {
        const string Versions = "/usr/lib/postgresql";
        var installed = Directory.Exists(Versions)
            ? Directory.GetDirectories(Versions).Select(version => Path.Combine(version, "bin"))
                .OrderByDescending(folder => folder, StringComparer.Ordinal)
            : Enumerable.Empty<string>();
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        return installed.Concat(onPath).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));
    }
}

/// <summary>Tests that share one <see cref="PostgresServer"/>, one after another.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresTests : ICollectionFixture<PostgresFixture>
{
    public const string Name = "PostgreSQL";
}

/// <summary>The server, where there can be one; otherwise its tests are skipped.</summary>
public sealed class PostgresFixture : IDisposable
{
    private PostgresServer? _server;

    internal PostgresServer Server => _server ??= new PostgresServer();

    public void Dispose() => _server?.Dispose();
}
