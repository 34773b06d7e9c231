namespace Speaker.Bench;

/// <summary>Uniform in -1 to 1, from a formula that the peers repeat (peers/noise.py).</summary>
internal static class Noise
{
    public static float[] Make(int count)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            var x = Math.Sin((i + 1) * 12.9898) * 43758.5453;
            values[i] = (float)(((x - Math.Floor(x)) * 2) - 1);
        }

        return values;
    }
}
