namespace Speaker.Host.Live;

/// <summary>Enter and q, by which people want to end what they see on a terminal.</summary>
internal static class EndKeys
{
    /// <summary>Tells of each until the process ends. Where the standard input is no terminal there are no keys.</summary>
    public static void Watch(Action pressed)
    {
        if (Console.IsInputRedirected)
        {
            return;
        }

        // In the background: nothing ends a read of the keyboard but a key.
        new Thread(() =>
        {
            while (true)
            {
                if (Console.ReadKey(intercept: true).Key is ConsoleKey.Enter or ConsoleKey.Q)
                {
                    pressed();
                }
            }
        })
        { IsBackground = true, Name = "keys" }.Start();
    }
}
