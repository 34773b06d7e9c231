using System.Numerics;
using Speaker.Audio.Capture;
using Speaker.Augmentation;
using Speaker.Numerics;

namespace Speaker.Tests.Augmentation;

public class ImageMethodTests
{
    private static readonly ShoeboxRoom Office = new(
        new Metres(4.1, 3.3, 2.6), new Metres(1.2, 0.9, 1.5), new Metres(2.7, 2.0, 1.1),
        new WallPair(0.4, 0.2), new WallPair(0.3, 0.5), new WallPair(0.6, 0.25));

    [Fact]
    public void Response_Room_IsTheSumOverImages()
    {
        // Allen and Berkley's eight images of each of the room's repetitions, one by one.
        var response = ImageMethod.Response(Office);
        var expected = new double[response.Length + 100_000];
        var direct = Office.Source.DistanceTo(Office.Microphone);
        for (var (nx, ny, nz) = (-16, -16, -16); nx <= 16; (nx, ny, nz) = Next(nx, ny, nz))
        {
            for (var corner = 0; corner < 8; corner++)
            {
                var (qx, qy, qz) = (corner & 1, (corner >> 1) & 1, corner >> 2);
                var image = new Metres(
                    (Office.Source.X * (1 - (2 * qx))) + (2 * nx * Office.Size.X),
                    (Office.Source.Y * (1 - (2 * qy))) + (2 * ny * Office.Size.Y),
                    (Office.Source.Z * (1 - (2 * qz))) + (2 * nz * Office.Size.Z));
                var distance = image.DistanceTo(Office.Microphone);
                var delay = (distance - direct) / 343 * 16000;
                if (delay >= response.Length)
                {
                    continue;
                }

                var bounces = Math.Abs(nx - qx) + Math.Abs(nx) + Math.Abs(ny - qy) + Math.Abs(ny) + Math.Abs(nz - qz)
                    + Math.Abs(nz);
                var value = direct / distance * (bounces % 2 == 0 ? 1 : -1)
                    * Wall(Office.AbsorptionX, nx, qx) * Wall(Office.AbsorptionY, ny, qy)
                    * Wall(Office.AbsorptionZ, nz, qz);
                if (delay >= 800)
                {
                    expected[(int)Math.Round(delay, MidpointRounding.AwayFromZero) + 8] += value;
                    continue;
                }

                for (var i = Math.Max(-8, (int)Math.Floor(delay) - 7); i <= Math.Floor(delay) + 8; i++)
                {
                    var x = i - delay;
                    expected[i + 8] += value * (x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x))
                        * (0.5 + (0.5 * Math.Cos(Math.PI * x / 8)));
                }
            }
        }

        Assert.Equal((int)(Office.ReverberationSeconds * 16000) + 8, response.Length);
        Assert.All(Enumerable.Range(0, response.Length), i => Assert.Equal(expected[i], response[i], 2e-5));

        static double Wall(WallPair absorption, int n, int q) =>
            Math.Pow(1 - absorption.Near, Math.Abs(n - q) / 2.0) * Math.Pow(1 - absorption.Far, Math.Abs(n) / 2.0);

        static (int X, int Y, int Z) Next(int x, int y, int z) =>
            z < 16 ? (x, y, z + 1) : y < 16 ? (x, y + 1, -16) : (x + 1, -16, -16);
    }

    [Fact]
    public void Response_OneWall_IsTheDirectPathAndItsReflectionAtTheirDistances()
    {
        // All walls but the floor swallow everything: source and microphone 2 m apart, 1.1 m and 1.6 m above it.
        var room = new ShoeboxRoom(
            new Metres(6, 6, 4), new Metres(2, 3, 1.1), new Metres(4, 3, 1.6),
            new WallPair(1, 1), new WallPair(1, 1), new WallPair(0.36, 1));
        var response = ImageMethod.Response(room);
        Assert.Equal(1, response[ImageMethod.Lead], 1e-6);
        Assert.All(response[..(ImageMethod.Lead - 1)], v => Assert.Equal(0, v, 0.02));

        var direct = Math.Sqrt(4 + 0.25);
        var reflected = Math.Sqrt(4 + (2.7 * 2.7));
        var late = (reflected - direct) / 343 * 16000;
        // The spectrum of a pulse at 0 and one at the late time: so the amplitude is 1/r, 0.8 of it left by the floor,
        // and the time is right to a hundredth of a sample.
        foreach (var hertz in (double[])[300, 1000, 2500, 5000])
        {
            var turn = -2 * Math.PI * hertz / 16000;
            var got = Complex.Zero;
            for (var i = 0; i < response.Length; i++)
            {
                got += response[i] * Complex.FromPolarCoordinates(1, turn * (i - ImageMethod.Lead));
            }

            var expected = 1 + (-0.8 * direct / reflected * Complex.FromPolarCoordinates(1, turn * late));
            Assert.Equal(0, (got - expected).Magnitude, 0.01);
        }
    }

    [Theory]
    [InlineData(5, 4.5, 4, 0.2)]
    [InlineData(5, 4.5, 4, 0.35)]
    [InlineData(8, 6, 4, 0.3)]
    public void Response_EvenWalls_DecaysAboutAsFastAsADiffuseField(double x, double y, double z, double absorption)
    {
        var walls = new WallPair(absorption, absorption);
        var room = new ShoeboxRoom(
            new Metres(x, y, z), new Metres(1.3, 1.1, 1.6), new Metres(x - 1.2, y - 1.7, 1.2), walls, walls, walls);
        var volume = x * y * z;
        var surface = 2 * ((x * y) + (x * z) + (y * z));
        var eyring = 0.161 * volume / (-surface * Math.Log(1 - absorption));
        Assert.Equal(eyring, room.ReverberationSeconds, 1e-9);

        // Schroeder's integral from -5 to -25 dB.
        var energy = ImageMethod.Response(room).Select(v => (double)v * v).Reverse().ToArray();
        for (var i = 1; i < energy.Length; i++)
        {
            energy[i] += energy[i - 1];
        }

        Array.Reverse(energy);
        int Falls(double decibels) => Array.FindIndex(energy, e => 10 * Math.Log10(e / energy[0]) < decibels);
        var measured = 3 * (Falls(-25) - Falls(-5)) / 16000.0;
        // A shoebox with even walls is less diffuse than Eyring's field, between it and Sabine's or a little above.
        Assert.InRange(measured / eyring, 0.8, 1.4);
    }

    [Fact]
    public void Draw_ManyRooms_LieWithinTheOptions()
    {
        var options = new AugmentationOptions();
        var random = SplitRandom.For(1);
        var distances = new List<double>();
        for (var i = 0; i < 2000; i++)
        {
            var room = ShoeboxRoom.Draw(options, random);
            Assert.InRange(room.Size.X, 2.5, 9);
            Assert.InRange(room.Size.Y, 2.5, 9);
            Assert.InRange(room.Size.Z, 2.3, 4);
            foreach (var point in (Metres[])[room.Source, room.Microphone])
            {
                Assert.InRange(point.X, 0.2999, room.Size.X - 0.2999);
                Assert.InRange(point.Y, 0.2999, room.Size.Y - 0.2999);
                Assert.InRange(point.Z, 0.2999, room.Size.Z - 0.2999);
            }

            foreach (var wall in (WallPair[])[room.AbsorptionX, room.AbsorptionY, room.AbsorptionZ])
            {
                Assert.InRange(wall.Near, 0.07, 0.95);
                Assert.InRange(wall.Far, 0.07, 0.95);
            }

            distances.Add(room.Source.DistanceTo(room.Microphone));
        }

        Assert.InRange(distances.Max(), 2.3, 2.5001);
        Assert.InRange(distances.Min(), 0.19999, 0.25);
        // Evenly from 0.2 to 2.5 m, a little less where a wall is in the way.
        Assert.InRange(distances.Average(), 1.2, 1.4);
    }

    [Fact]
    public void Response_SmallestAndLargestRooms_AreShortAndFinite()
    {
        var options = new AugmentationOptions
        {
            RoomMetres = new(2, 30), RoomHeightMetres = new(2, 30), RoomAbsorption = new(0.1, 0.9),
            RoomDistanceMetres = new(0.05, 10),
        };
        options.Validate();
        for (var i = 0; i < 40; i++)
        {
            var response = ImageMethod.Response(ShoeboxRoom.Draw(options, SplitRandom.For(i)));
            Assert.InRange(response.Length, 808, 9608);
            Assert.All(response, v => Assert.True(float.IsFinite(v)));
            // The direct path; a wall next to it may already reflect within the same sample.
            Assert.InRange(response[ImageMethod.Lead], 0.2, 1.0001);
        }
    }
}
