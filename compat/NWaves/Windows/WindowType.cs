namespace NWaves.Windows;

/// <summary>Window functions that are used here, with the package's numbers.</summary>
public enum WindowType
{
    Rectangular = 0,
    Hamming = 2,
    Blackman = 3,
    Hann = 4,
}
