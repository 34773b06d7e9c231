using Speaker.Audio.Capture;

namespace Speaker.Augmentation;

/// <summary>
/// Impulse responses of rectangular rooms: every reflection is the direct path from a mirror image of the voice (Allen
/// and Berkley, "Image method for efficiently simulating small-room acoustics", 1979). Walls turn the sign of what they
/// reflect, which keeps the sum free of the low-frequency build-up that Allen and Berkley filter out (Lehmann and
/// Johansson, "Prediction of energy decay in room impulse responses simulated with an image-source model", 2008).
/// </summary>
internal static class ImageMethod
{
    /// <summary>Samples before the direct path: room for the fronts of reflections that follow at once.</summary>
    public const int Lead = 8;

    private const double SpeedOfSound = 343;
    private const int SampleRate = 16000;
    private const int LongestSamples = 9600;

    // Later reflections are so dense that where between two samples one falls no longer matters: they go to the
    // nearest.
    private const int FractionalSamples = 800;

    /// <summary>
    /// The response at 16 kHz from <see cref="Lead"/> samples before the direct path on, which is a one: reflections
    /// are relative to it. It lasts the room's reverberation time, at most 0.6 s.
    /// </summary>
    public static float[] Response(ShoeboxRoom room)
    {
        var samples = Math.Clamp((int)(room.ReverberationSeconds * SampleRate), FractionalSamples, LongestSamples);
        var direct = room.Source.DistanceTo(room.Microphone);
        var reach = direct + (samples * SpeedOfSound / SampleRate);
        var alongX = Images(room.Source.X, room.Microphone.X, room.Size.X, room.AbsorptionX, reach);
        var alongY = Images(room.Source.Y, room.Microphone.Y, room.Size.Y, room.AbsorptionY, reach);
        var alongZ = Images(room.Source.Z, room.Microphone.Z, room.Size.Z, room.AbsorptionZ, reach);
        var response = new float[Lead + samples];
        foreach (var x in alongX)
        {
            foreach (var y in alongY)
            {
                var across = x.Squared + y.Squared;
                if (across > reach * reach)
                {
                    break;
                }

                Add(response, alongZ, across, direct * x.Gain * y.Gain, direct);
            }
        }

        return response;
    }

    /// <summary>Adds the images of one row, nearest first.</summary>
    private static void Add(float[] response, Image[] row, double across, double gain, double direct)
    {
        const double PerMetre = SampleRate / SpeedOfSound;
        foreach (var image in row)
        {
            var distance = Math.Sqrt(across + image.Squared);
            var delay = (distance - direct) * PerMetre;
            var value = gain * image.Gain / distance;
            if (delay < FractionalSamples)
            {
                AddFractional(response, delay + Lead, value);
                continue;
            }

            var place = (int)(delay + Lead + 0.5);
            if (place >= response.Length)
            {
                return;
            }

            response[place] += (float)value;
        }
    }

    /// <summary>A band-limited pulse between samples: sinc behind a Hann window of 16 samples.</summary>
    private static void AddFractional(float[] response, double place, double value)
    {
        var below = (int)Math.Floor(place);
        var fraction = place - below;
        if (fraction < 1e-9)
        {
            response[below] += (float)value;
            return;
        }

        // sin(pi (fraction - k)) is sin(pi fraction), its sign turned at every other k.
        var sine = Math.Sin(Math.PI * fraction) / Math.PI;
        var end = Math.Min(below + Lead, response.Length - 1);
        for (var i = Math.Max(0, below - Lead + 1); i <= end; i++)
        {
            var away = i - place;
            var sinc = (((below - i) & 1) == 0 ? -sine : sine) / away;
            response[i] += (float)(value * sinc * (0.5 + (0.5 * Math.Cos(Math.PI * away / Lead))));
        }
    }

    /// <summary>The images along one axis within reach of the microphone, nearest first.</summary>
    private static Image[] Images(double source, double microphone, double extent, WallPair absorption, double reach)
    {
        var (near, far) = (-Math.Sqrt(1 - absorption.Near), -Math.Sqrt(1 - absorption.Far));
        var most = (int)Math.Ceiling(reach / (2 * extent)) + 1;
        var images = new List<Image>(4 * most);
        for (var n = -most; n <= most; n++)
        {
            for (var mirrored = 0; mirrored <= 1; mirrored++)
            {
                var away = ((1 - (2 * mirrored)) * source) + (2 * n * extent) - microphone;
                if (Math.Abs(away) <= reach)
                {
                    var gain = Math.Pow(near, Math.Abs(n - mirrored)) * Math.Pow(far, Math.Abs(n));
                    images.Add(new Image(away * away, gain));
                }
            }
        }

        images.Sort((a, b) => a.Squared.CompareTo(b.Squared));
        return [.. images];
    }

    /// <summary>Squared distance along the axis, and what the walls left.</summary>
    private readonly record struct Image(double Squared, double Gain);
}
