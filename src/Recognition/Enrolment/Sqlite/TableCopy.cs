using Microsoft.Data.Sqlite;

namespace Speaker.Enrolment.Sqlite;

/// <summary>Rows of one store into another, which may be of a later version.</summary>
internal static class TableCopy
{
    /// <summary>Copies a table with all columns that both have; one that is not there has no rows.</summary>
    /// <param name="from">Is read.</param>
    /// <param name="reading">Its transaction.</param>
    /// <param name="to">Gets the rows; the table is empty.</param>
    /// <param name="writing">Its transaction.</param>
    /// <param name="table">One of <see cref="StoreSchema"/>.</param>
    public static void Run(
        VoiceprintDatabase from,
        SqliteTransaction reading,
        VoiceprintDatabase to,
        SqliteTransaction writing,
        string table)
    {
        string[] columns = [.. Columns(from, reading, table).Intersect(Columns(to, writing, table))];
        if (columns.Length == 0)
        {
            return;
        }

        var names = string.Join(", ", columns);
        using var select = from.Command(reading, $"SELECT {names} FROM {table}");
        using var reader = select.ExecuteReader();
        using var insert = to.Command(
            writing, $"INSERT INTO {table} ({names}) VALUES ({string.Join(", ", columns.Select(column => "$" + column))})",
            [.. columns.Select(column => ("$" + column, (object?)null))]);
        while (reader.Read())
        {
            for (var i = 0; i < columns.Length; i++)
            {
                insert.Parameters[i].Value = reader.GetValue(i);
            }

            insert.ExecuteNonQuery();
        }
    }

    private static List<string> Columns(VoiceprintDatabase store, SqliteTransaction transaction, string table)
    {
        using var command = store.Command(transaction, $"SELECT name FROM pragma_table_info('{table}')");
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read())
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }
}
