using System.Globalization;
using System.Text;

namespace Speaker.Host.Tests.Support;

/// <summary>
/// What stands on a terminal after a program wrote to it, as far as the library of the displays goes: lines, returns,
/// the cursor up and down, lines that wrap, and what clears a line or the rest of the screen (ECMA-48). Colours are passed
/// over. As on terminals, "0 rows up" is one row up.
/// </summary>
internal sealed class TerminalScreen
{
    private const char Escape = '\u001B';

    private readonly StringBuilder[] _rows;
    private readonly int _columns;
    private int _row;
    private int _column;

    /// <param name="rows">High; what runs off its top is gone.</param>
    /// <param name="written">All that the program wrote.</param>
    /// <param name="columns">Wide; what is longer goes on in the next row.</param>
    public TerminalScreen(int rows, string written, int columns = int.MaxValue)
    {
        _columns = columns;
        _rows = [.. Enumerable.Range(0, rows).Select(_ => new StringBuilder())];
        for (var i = 0; i < written.Length; i++)
        {
            if (written[i] == Escape && i + 1 < written.Length && written[i + 1] == '[')
            {
                var start = i + 2;
                for (i = start; i < written.Length && written[i] is < '@' or > '~'; i++)
                {
                }

                Obey(written[start..i], written.ElementAtOrDefault(i));
            }
            else
            {
                Write(written[i]);
            }
        }
    }

    /// <summary>The rows from the top, without blanks at their ends.</summary>
    public IReadOnlyList<string> Rows => [.. _rows.Select(row => row.ToString().TrimEnd())];

    private void Obey(string numbers, char command)
    {
        var count = int.TryParse(numbers, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        switch (command)
        {
            case 'A':
                _row = Math.Max(0, _row - Math.Max(1, count));
                break;
            case 'B':
                _row = Math.Min(_rows.Length - 1, _row + Math.Max(1, count));
                break;
            case 'K' when count == 2:
                _rows[_row].Clear();
                break;
            case 'K' when count == 0:
                _rows[_row].Length = Math.Min(_rows[_row].Length, _column);
                break;
            case 'J' when count == 0:
                _rows[_row].Length = Math.Min(_rows[_row].Length, _column);
                foreach (var row in _rows.Skip(_row + 1))
                {
                    row.Clear();
                }

                break;
            case 'm' or 'h' or 'l':
                break;
            default:
                throw new NotSupportedException($"ESC [ {numbers} {command} is not known here");
        }
    }

    private void Write(char written)
    {
        if (written == '\r')
        {
            _column = 0;
        }
        else if (written == '\n')
        {
            Feed();
        }
        else
        {
            // With the character behind the last column, not with the one in it.
            if (_column == _columns)
            {
                Feed();
                _column = 0;
            }

            var row = _rows[_row];
            row.Append(' ', Math.Max(0, _column + 1 - row.Length));
            row[_column++] = written;
        }
    }

    private void Feed()
    {
        if (_row < _rows.Length - 1)
        {
            _row++;
            return;
        }

        Array.Copy(_rows, 1, _rows, 0, _rows.Length - 1);
        _rows[^1] = new StringBuilder();
    }
}
