namespace NWaves.Windows;

/// <summary>The windows without parameters that speech front ends use, with the package's numbers.</summary>
public enum WindowType
{
    Rectangular,
    Triangular,
    Hamming,
    Blackman,
    Hann,
}
