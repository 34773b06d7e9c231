using Speaker.Audio.Capture;
using Speaker.Numerics;

namespace Speaker.Augmentation;

/// <summary>A point or an extent, metres.</summary>
internal readonly record struct Metres(double X, double Y, double Z)
{
    public double DistanceTo(Metres other) => Math.Sqrt(
        ((X - other.X) * (X - other.X)) + ((Y - other.Y) * (Y - other.Y)) + ((Z - other.Z) * (Z - other.Z)));
}

/// <summary>Share of the energy that a pair of opposite walls absorbs: at 0 and at the room's extent.</summary>
internal readonly record struct WallPair(double Near, double Far)
{
    public double Sum => Near + Far;
}

/// <summary>A rectangular room with a voice and a microphone in it.</summary>
internal sealed record ShoeboxRoom(
    Metres Size, Metres Source, Metres Microphone, WallPair AbsorptionX, WallPair AbsorptionY, WallPair AbsorptionZ)
{
    // Nobody's head and no microphone is closer to a wall, and no wall swallows everything.
    private const double Margin = 0.3;
    private const double HighestAbsorption = 0.95;

    /// <summary>Time in which sound falls by 60 dB in a diffuse field (Eyring, 1930).</summary>
    public double ReverberationSeconds
    {
        get
        {
            var (yz, xz, xy) = (Size.Y * Size.Z, Size.X * Size.Z, Size.X * Size.Y);
            var surface = 2 * (yz + xz + xy);
            var absorbed = (AbsorptionX.Sum * yz) + (AbsorptionY.Sum * xz) + (AbsorptionZ.Sum * xy);
            return 0.161 * Size.X * Size.Y * Size.Z / (-surface * Math.Log(1 - (absorbed / surface)));
        }
    }

    /// <summary>A room of a size, walls and places within the options' ranges.</summary>
    public static ShoeboxRoom Draw(AugmentationOptions options, SplitRandom random)
    {
        double From(ValueRange range) => random.Uniform(range.Low, range.High);

        var size = new Metres(From(options.RoomMetres), From(options.RoomMetres), From(options.RoomHeightMetres));
        var absorption = From(options.RoomAbsorption);
        WallPair Walls() => new(Wall(), Wall());
        double Wall() => Math.Min(HighestAbsorption, absorption * random.Uniform(0.5, 1.5));
        var (x, y, z) = (Walls(), Walls(), Walls());
        var microphone = new Metres(
            random.Uniform(Margin, size.X - Margin),
            random.Uniform(Margin, size.Y - Margin),
            random.Uniform(Margin, size.Z - Margin));

        // An even direction on the sphere.
        var distance = From(options.RoomDistanceMetres);
        var height = random.Uniform(-1, 1);
        var (sine, cosine) = Math.SinCos(2 * Math.PI * random.NextDouble());
        var across = distance * Math.Sqrt(1 - (height * height));
        var source = new Metres(
            Place(microphone.X, across * cosine, size.X),
            Place(microphone.Y, across * sine, size.Y),
            Place(microphone.Z, distance * height, size.Z));
        return new ShoeboxRoom(size, source, microphone, x, y, z);
    }

    /// <summary>
    /// So far from the microphone; the other way where a wall is in the way, or as far as there is room.
    /// </summary>
    private static double Place(double from, double way, double extent)
    {
        bool Inside(double place) => place >= Margin && place <= extent - Margin;
        return Inside(from + way) ? from + way
            : Inside(from - way) ? from - way
            : from < extent / 2 ? extent - Margin : Margin;
    }
}
