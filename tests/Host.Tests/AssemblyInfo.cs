// File modes, signals and ALSA: what the tests of the programs check is Linux's.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
