using System.Text;
using System.Text.Json.Nodes;
using Speaker.Host.House.Wyoming;

namespace Speaker.Host.Tests.House;

/// <summary>Events as bytes: what is read, and what is refused before it takes memory.</summary>
public sealed class WyomingChannelTests
{
    private static readonly WyomingLimits Limits = new(HeaderBytes: 256, DataBytes: 512, PayloadBytes: 1024);

    [Fact]
    public async Task ReadAsync_WhatWasWritten_ComesBack()
    {
        using var stream = new MemoryStream();
        var writer = new WyomingChannel(stream, Limits);
        await writer.WriteAsync(
            new WyomingEvent(
                WyomingEvent.AudioChunk, new JsonObject { ["rate"] = 16000, ["name"] = "Grüße\n" },
                new byte[] { 1, 2, 10 }),
            default);
        await writer.WriteAsync(new WyomingEvent(WyomingEvent.Describe), default);

        stream.Position = 0;
        var reader = new WyomingChannel(stream, Limits);
        var chunk = await reader.ReadAsync(default);
        Assert.Equal("audio-chunk", chunk!.Type);
        Assert.Equal(16000, chunk.Number("rate"));
        Assert.Equal("Grüße\n", chunk.Text("name"));
        Assert.Equal([1, 2, 10], chunk.Payload.ToArray());
        var describe = await reader.ReadAsync(default);
        Assert.Equal("describe", describe!.Type);
        Assert.Empty(describe.Data);
        Assert.Null(await reader.ReadAsync(default));
    }

    [Theory]
    [InlineData("{\"type\":\"a\",\"data\":{\"x\":1,\"y\":2}}\n", "{\"x\":1,\"y\":2}")]
    [InlineData("{\"type\":\"a\",\"data\":{\"x\":1,\"y\":2},\"data_length\":7}\n{\"y\":3}", "{\"x\":1,\"y\":3}")]
    [InlineData("{\"type\":\"a\",\"data\":null,\"data_length\":7}\r\n{\"y\":3}", null)]
    [InlineData("{\"type\":\"a\",\"version\":\"1.5.4\",\"data_length\":7,\"payload_length\":0}\n{\"y\":3}", "{\"y\":3}")]
    [InlineData("{\"type\":\"a\"}\n", "{}")]
    public async Task ReadAsync_DataInOneOrBothPlaces_IsMerged(string bytes, string? data)
    {
        var reader = Reader(bytes.Replace("\r\n", "\n", StringComparison.Ordinal));
        Assert.Equal(data ?? "{\"y\":3}", (await reader.ReadAsync(default))!.Data.ToJsonString());
    }

    [Theory]
    [InlineData("not json\n", "the line of an event is no JSON")]
    [InlineData("[]\n", "the line of an event is no JSON object")]
    [InlineData("null\n", "no JSON object")]
    [InlineData("\n", "no JSON")]
    [InlineData("{\"data\":{}}\n", "no type")]
    [InlineData("{\"type\":\"a\\ud800\"}\n", "the line of an event is no JSON")]
    [InlineData("{\"type\":\"a\",\"\\udc00\":1}\n", "the line of an event is no JSON")]
    [InlineData("{\"type\":\"a\",\"data\":{\"x\":[\"\\ud83d\"]}}\n", "the line of an event is no JSON")]
    [InlineData("{\"type\":\"a\",\"data_length\":14}\n{\"y\":\"\\uDBFF\"}", "data of an event is no JSON")]
    [InlineData("{\"type\":5}\n", "no type")]
    [InlineData("{\"type\":\"a\",\"type\":\"b\"}\n", "no JSON")]
    [InlineData("{\"type\":\"a\",\"data\":[]}\n", "data of an event is no object")]
    [InlineData("{\"type\":\"a\",\"data_length\":-1}\n", "data_length = -1, must be from 0 to 512 bytes")]
    [InlineData("{\"type\":\"a\",\"data_length\":513}\n", "data_length = 513, must be from 0 to 512 bytes")]
    [InlineData("{\"type\":\"a\",\"data_length\":1.5}\n", "data_length = 1.5, must be")]
    [InlineData("{\"type\":\"a\",\"data_length\":\"7\"}\n{\"y\":3}", "data_length = \"7\", must be")]
    [InlineData("{\"type\":\"a\",\"data_length\":7}\n[1,2,3]", "data of an event is no JSON object")]
    [InlineData("{\"type\":\"a\",\"data_length\":7}\n{\"y\":", "ended within an event")]
    [InlineData("{\"type\":\"a\",\"payload_length\":1025}\n", "Speaker:House:MaximumPayloadBytes")]
    [InlineData("{\"type\":\"a\",\"payload_length\":99999999999999999999}\n", "payload_length = 99999999999999999999")]
    [InlineData("{\"type\":\"a\",\"payload_length\":4}\nabc", "ended within an event")]
    [InlineData("{\"type\":\"a\"", "ended within an event")]
    public async Task ReadAsync_NoEvent_SaysWhatIsWrong(string bytes, string said)
    {
        var reader = Reader(bytes);
        var exception = await Assert.ThrowsAsync<WyomingException>(() => reader.ReadAsync(default));
        Assert.Contains(said, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_LineThatDoesNotEnd_IsReadNoFartherThanItsBound()
    {
        using var endless = new Endless();
        var reader = new WyomingChannel(endless, Limits);
        var exception = await Assert.ThrowsAsync<WyomingException>(() => reader.ReadAsync(default));
        Assert.Contains(
            "longer than Speaker:House:MaximumHeaderBytes = 256", exception.Message, StringComparison.Ordinal);
        Assert.InRange(endless.Given, 257, 64 * 1024);
    }

    [Fact]
    public async Task ReadAsync_JsonThatIsNestedDeeply_IsRefused()
    {
        var deep = "{\"type\":\"a\",\"data\":" + string.Concat(Enumerable.Repeat("{\"a\":", 30)) + "1"
            + new string('}', 31) + "\n";
        var shallow = Reader(deep);
        Assert.NotNull(await shallow.ReadAsync(default));
        var reader = new WyomingChannel(
            new MemoryStream(Encoding.UTF8.GetBytes(
                "{\"type\":\"a\",\"data\":" + string.Concat(Enumerable.Repeat("[", 10_000)) + "\n")),
            Limits with { HeaderBytes = 1 << 20 });
        await Assert.ThrowsAsync<WyomingException>(() => reader.ReadAsync(default));
    }

    private static WyomingChannel Reader(string bytes) => new(new MemoryStream(Encoding.UTF8.GetBytes(bytes)), Limits);

    /// <summary>Sends without an end what never is a line.</summary>
    private sealed class Endless : Stream
    {
        public long Given { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill((byte)' ');
            Given += count;
            return count;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
