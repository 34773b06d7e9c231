using Speaker.Postgres;

namespace Speaker.Host.Tests.Store;

/// <summary>Addresses as libpq reads them, and what of them is shown.</summary>
public sealed class PostgresAddressTests
{
    [Theory]
    [InlineData("postgres://db", "postgresql://db", "db", 5432, null, null, null)]
    [InlineData(
        "postgresql://anna:s%40cret@db:5433/voices", "postgresql://anna@db:5433/voices", "db", 5433, "anna", "s@cret",
        "voices")]
    [InlineData("POSTGRESQL://a:b:c@db/x", "postgresql://a@db/x", "db", 5432, "a", "b:c", "x")]
    [InlineData("postgresql://a:p@ss@db/x", "postgresql://a@db/x", "db", 5432, "a", "p@ss", "x")]
    [InlineData("postgresql://[::1]:6000/x", "postgresql://[::1]:6000/x", "::1", 6000, null, null, "x")]
    [InlineData("postgresql://%2Ftmp%2Fpg/x", "postgresql:///x?host=/tmp/pg", "/tmp/pg", 5432, null, null, "x")]
    [InlineData(
        "postgresql://anna@/x?host=/tmp/pg&password=secret&port=6000", "postgresql://anna@:6000/x?host=/tmp/pg", "/tmp/pg",
        6000, "anna", "secret", "x")]
    [InlineData(
        "postgresql:///?user=anna&dbname=a%20b&host=db", "postgresql://anna@db/a%20b", "db", 5432, "anna", null, "a b")]
    public void Parse_Address_HasItsPartsAndShowsAllButThePassword(
        string text, string location, string host, int port, string? user, string? password, string? database)
    {
        var address = PostgresAddress.Parse(text);
        Assert.Equal(location, address.Location);
        Assert.Equal(password is not null, address.HasPassword);
        Assert.Equal(
            (host, port, user, password, database),
            (address.Connection.Host, address.Connection.Port, address.Connection.Username, address.Connection.Password,
                address.Connection.Database));
    }

    [Theory]
    [InlineData("postgresql://anna:secret@db:99999/x", "port")]
    [InlineData("postgresql://anna:secret@db:port/x", "port")]
    [InlineData("postgresql://anna:secret@one,two/x", "several hosts")]
    [InlineData("postgresql://anna:secret@[::1/x", "']'")]
    [InlineData("postgresql://anna:secret@db/x?sslmode=always", "verify-full")]
    [InlineData("postgresql://anna@db/x?pasword=secret", "'pasword'")]
    [InlineData("postgresql://anna:12/secret@db/x", "%2F")]
    [InlineData("postgresql://anna:12?secret@db/x", "%3F")]
    [InlineData("postgresql://anna:12?secret=secret@db/x", "%3F")]
    public void Parse_WhatIsNone_SaysWhyWithoutThePassword(string text, string reason)
    {
        var exception = Assert.Throws<FormatException>(() => PostgresAddress.Parse(text));
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
    }
}
