import numpy as np


def noise(count):
    """Uniform in -1 to 1, by the formula of Noise.cs."""
    x = np.sin((np.arange(count, dtype=np.float64) + 1) * 12.9898) * 43758.5453
    return ((x - np.floor(x)) * 2 - 1).astype(np.float32)
