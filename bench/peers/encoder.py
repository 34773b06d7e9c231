"""The encoder of src/Model/Encoding in PyTorch, built from a model card; modules are named as the weights file names them."""
import hashlib
import json
import struct

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

SMALLEST_VARIANCE = 1e-5
SMALLEST_SQUARED_NORM = 1e-24


def read_safetensors(data):
    """Tensors by name, as the safetensors format lays them out: header length, JSON header, little-endian bytes."""
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8:8 + length])
    types = {"F32": np.float32, "F16": np.float16, "F64": np.float64, "I64": np.int64, "U8": np.uint8}
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        values = np.frombuffer(data[8 + length + begin:8 + length + end], dtype=types[entry["dtype"]])
        tensors[name] = torch.from_numpy(values.reshape(entry["shape"]).copy())
    return tensors


def unit_length(x):
    return x * (x * x).sum(1, keepdim=True).clamp_min(SMALLEST_SQUARED_NORM).rsqrt()


class TimeConvolution(nn.Conv1d):
    def __init__(self, inputs, outputs, kernel, stride=1, dilation=1):
        super().__init__(inputs, outputs, kernel, stride, dilation * (kernel // 2), dilation, bias=False)
        self.bfloat16_training = False

    def forward(self, x):
        if not (self.bfloat16_training and self.training):
            return super().forward(x)
        y = F.conv1d(x.bfloat16(), self.weight.bfloat16(), None, self.stride, self.padding, self.dilation)
        return y.float()


class SqueezeExcitation(nn.Module):
    def __init__(self, channels):
        super().__init__()
        hidden = max(1, channels // 4)
        self.squeeze = nn.Linear(channels, hidden)
        self.excite = nn.Linear(hidden, channels)

    def forward(self, x):
        return x * self.excite(self.squeeze(x.mean(2)).relu()).sigmoid().unsqueeze(2)


class ResidualBlock(nn.Module):
    def __init__(self, width, dilation):
        super().__init__()
        self.dilated = TimeConvolution(width, width, 3, 1, dilation)
        self.dilatedNorm = nn.BatchNorm1d(width)
        self.convolution = TimeConvolution(width, width, 3)
        self.convolutionNorm = nn.BatchNorm1d(width)
        self.excitation = SqueezeExcitation(width)

    def forward(self, x):
        h = self.dilatedNorm(self.dilated(x)).relu()
        return (x + self.excitation(self.convolutionNorm(self.convolution(h)))).relu()


class AttentiveStatisticsPooling(nn.Module):
    def __init__(self, channels, hidden):
        super().__init__()
        self.frame = TimeConvolution(channels, hidden, 1)
        self.context = nn.Linear(2 * channels, hidden)
        self.score = TimeConvolution(hidden, channels, 1)

    def forward(self, x):
        squares = x * x
        mean = x.mean(2)
        deviation = self.deviation(squares.mean(2), mean)
        hidden = self.frame(x) + self.context(torch.cat([mean, deviation], 1)).unsqueeze(2)
        weights = self.score(hidden.tanh()).softmax(2)
        mean = (x * weights).sum(2)
        return torch.cat([mean, self.deviation((squares * weights).sum(2), mean)], 1)

    @staticmethod
    def deviation(mean_of_squares, mean):
        return (mean_of_squares - mean * mean).clamp_min(SMALLEST_VARIANCE).sqrt()


class EncoderBranch(nn.Module):
    """Cepstra [B, C, T] of one length, normalised, to unit-length parts of embeddings [B, D / branches]."""

    def __init__(self, specification):
        super().__init__()
        s = specification
        width, gathered, dimension = s["width"], s["aggregateWidth"], s["dimension"] // s["branches"]
        self.entry = TimeConvolution(s["coefficients"], width, s["entryKernel"], s["entryStride"])
        self.entryNorm = nn.BatchNorm1d(width)
        self.blocks = nn.ModuleList(ResidualBlock(width, dilation) for dilation in s["dilations"])
        self.aggregate = TimeConvolution(width * len(self.blocks), gathered, 1)
        self.pooling = AttentiveStatisticsPooling(gathered, s["attentionWidth"])
        self.poolingNorm = nn.BatchNorm1d(2 * gathered)
        self.projection = nn.Linear(2 * gathered, dimension, bias=False)
        self.projectionNorm = nn.BatchNorm1d(dimension)

    def forward(self, x):
        x = self.entryNorm(self.entry(x)).relu()
        outputs = []
        for block in self.blocks:
            x = block(x)
            outputs.append(x)
        x = self.aggregate(torch.cat(outputs, 1)).relu()
        return unit_length(self.projectionNorm(self.projection(self.poolingNorm(self.pooling(x)))))


class Encoder(nn.Module):
    """Cepstra [B, C, T] of one length, normalised, to unit-length embeddings [B, D]."""

    def __init__(self, specification):
        super().__init__()
        self.branches = nn.ModuleList(EncoderBranch(specification) for _ in range(specification["branches"]))

    def train_in_bfloat16(self):
        for module in self.modules():
            if isinstance(module, TimeConvolution):
                module.bfloat16_training = True

    def forward(self, x):
        parts = [branch(x) for branch in self.branches]
        return parts[0] if len(parts) == 1 else torch.cat(parts, 1) * len(parts) ** -0.5


def load(weights_path):
    """The card and the encoder, in evaluation mode, of NAME.safetensors with NAME.json beside it."""
    with open(weights_path[: -len(".safetensors")] + ".json", encoding="utf-8") as file:
        card = json.load(file)
    with open(weights_path, "rb") as file:
        data = file.read()
    if hashlib.sha256(data).hexdigest() != card["weightsSha256"]:
        raise ValueError("card and weights are not of one model")
    encoder = Encoder(card["encoder"])
    fill(encoder, read_safetensors(data))
    return card, encoder.eval()


def fill(encoder, tensors):
    missing, unexpected = encoder.load_state_dict(tensors, strict=False)
    # PyTorch counts batches in each normalisation; a weights file need not.
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unexpected:
        raise ValueError(f"weights and network differ: missing {missing}, unexpected {unexpected}")
