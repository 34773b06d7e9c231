"""The encoder of src/Model/Encoding in PyTorch, built from a model card; modules are named as the weights file names them."""
import hashlib
import json
import math
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


class MapConvolution(nn.Conv2d):
    def __init__(self, inputs, stage, kernel):
        stride = (stage["frequencyStride"], stage["timeStride"])
        super().__init__(inputs, stage["channels"], kernel, stride, kernel // 2, bias=False)
        self.bfloat16_training = False

    def forward(self, x):
        if not (self.bfloat16_training and self.training):
            return super().forward(x)
        return F.conv2d(x.bfloat16(), self.weight.bfloat16(), None, self.stride, self.padding).float()


class SqueezeExcitation(nn.Module):
    def __init__(self, channels):
        super().__init__()
        hidden = max(1, channels // 4)
        self.squeeze = nn.Linear(channels, hidden)
        self.excite = nn.Linear(hidden, channels)

    def forward(self, x):
        gate = self.excite(self.squeeze(x.flatten(2).mean(2)).relu()).sigmoid()
        return x * gate.reshape(gate.shape + (1,) * (x.dim() - 2))


class TimeBlock(nn.Module):
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


class MapBlock(nn.Module):
    def __init__(self, inputs, stage):
        super().__init__()
        channels = stage["channels"]
        self.strided = MapConvolution(inputs, stage, 3)
        self.stridedNorm = nn.BatchNorm2d(channels)
        self.convolution = MapConvolution(channels, {"channels": channels, "frequencyStride": 1, "timeStride": 1}, 3)
        self.convolutionNorm = nn.BatchNorm2d(channels)
        self.excitation = SqueezeExcitation(channels)
        if inputs != channels or stage["frequencyStride"] != 1 or stage["timeStride"] != 1:
            self.shortcut = MapConvolution(inputs, stage, 1)
            self.shortcutNorm = nn.BatchNorm2d(channels)
        else:
            self.shortcut = None

    def forward(self, x):
        h = self.stridedNorm(self.strided(x)).relu()
        h = self.excitation(self.convolutionNorm(self.convolution(h)))
        skipped = x if self.shortcut is None else self.shortcutNorm(self.shortcut(x))
        return (skipped + h).relu()


class AttentiveStatisticsPooling(nn.Module):
    def __init__(self, channels, hidden):
        super().__init__()
        self.frame = TimeConvolution(channels, hidden, 1)
        self.context = nn.Linear(2 * channels, hidden)
        self.score = TimeConvolution(hidden, channels, 1)

    def forward(self, x):
        mean = x.mean(2, keepdim=True)
        centred = x - mean
        deviation = (centred * centred).mean(2, keepdim=True).clamp_min(SMALLEST_VARIANCE).sqrt()
        summary = torch.cat([mean, deviation], 1).squeeze(2)
        hidden = (self.frame(x) + self.context(summary).unsqueeze(2)).tanh()
        weighted = x * self.score(hidden).softmax(2)
        mean = weighted.sum(2)
        deviation = ((weighted * x).sum(2) - mean * mean).clamp_min(SMALLEST_VARIANCE).sqrt()
        return torch.cat([mean, deviation], 1)


class Encoder(nn.Module):
    """Cepstra [B, C, T] of one length, normalised, to unit-length embeddings [B, D]."""

    def __init__(self, specification):
        super().__init__()
        s = specification
        channels = s["coefficients"]
        self.basis = None
        stages = []
        if s["stages"]:
            bands = s["mapBands"]
            k = np.arange(channels)[None, :]
            band = np.arange(bands)[:, None]
            basis = np.sqrt(np.where(k == 0, 1.0, 2.0) / bands) * np.cos(math.pi * k * (band + 0.5) / bands)
            self.basis = torch.from_numpy(basis.astype(np.float32))
            first = s["stages"][0]
            self.stem = MapConvolution(1, first, 3)
            self.stemNorm = nn.BatchNorm2d(first["channels"])
            bands = -(-bands // first["frequencyStride"])
            for before, stage in zip(s["stages"], s["stages"][1:]):
                stages.append(MapBlock(before["channels"], stage))
                bands = -(-bands // stage["frequencyStride"])
            channels = s["stages"][-1]["channels"] * bands
        self.stages = nn.ModuleList(stages)
        self.entry = None
        if s["dilations"]:
            width = s["width"]
            self.entry = TimeConvolution(channels, width, s["entryKernel"], s["entryStride"])
            self.entryNorm = nn.BatchNorm1d(width)
            channels = s["aggregateWidth"]
            self.aggregate = TimeConvolution(width * len(s["dilations"]), channels, 1)
        self.blocks = nn.ModuleList(TimeBlock(s["width"], dilation) for dilation in s["dilations"])
        self.pooling = AttentiveStatisticsPooling(channels, s["attentionWidth"])
        self.poolingNorm = nn.BatchNorm1d(2 * channels)
        self.projection = nn.Linear(2 * channels, s["dimension"], bias=False)
        self.projectionNorm = nn.BatchNorm1d(s["dimension"])

    def train_in_bfloat16(self):
        for module in self.modules():
            if isinstance(module, (TimeConvolution, MapConvolution)):
                module.bfloat16_training = True

    def forward(self, x):
        if self.basis is not None:
            x = self.stemNorm(self.stem(self.basis.matmul(x).unsqueeze(1))).relu()
            for stage in self.stages:
                x = stage(x)
            x = x.flatten(1, 2)
        if self.entry is not None:
            x = self.entryNorm(self.entry(x)).relu()
            outputs = []
            for block in self.blocks:
                x = block(x)
                outputs.append(x)
            x = self.aggregate(torch.cat(outputs, 1)).relu()
        return unit_length(self.projectionNorm(self.projection(self.poolingNorm(self.pooling(x)))))


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
