using System.Text;
using Speaker.Host.Telephone.Media;
using Speaker.Host.Telephone.Sound;

namespace Speaker.Host.Tests.Telephone;

/// <summary>What each provider's messages say, in the words of its documentation, and what is refused.</summary>
public sealed class MediaMessagesTests
{
    private const string TwilioStart =
        """
        {"event":"start","sequenceNumber":"1","start":{"accountSid":"AC1","streamSid":"MZ1","callSid":"CA1",
        "tracks":["inbound"],"mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1},
        "customParameters":{"speaker":"anna","correlation":"7"}},"streamSid":"MZ1"}
        """;

    private const string TelnyxStart =
        """
        {"event":"start","sequence_number":"1","stream_id":"32DE","start":{"user_id":"3E6F","call_control_id":"v2:T02",
        "call_session_id":"ff55","from":"+1","to":"+2","tags":["A"],"client_state":"aGk=",
        "custom_parameters":{"speaker":"anna"},"media_format":{"encoding":"PCMA","sample_rate":8000,"channels":1}}}
        """;

    private const string PlivoStart =
        """
        {"event":"start","sequenceNumber":1,"start":{"callId":"1234","streamId":"8765","accountId":"MA","tracks":["inbound"],
        "mediaFormat":{"encoding":"audio/x-l16","sampleRate":16000}},"extra_headers":"speaker=anna;correlation=a=b"}
        """;

    private const string ExotelStart =
        """
        {"event":"start","sequence_number":"1","stream_sid":"MZ9","start":{"stream_sid":"MZ9","call_sid":"CA9",
        "account_sid":"AC9","from":"+91","to":"+92","custom_parameters":{"speaker":"anna"},
        "media_format":{"encoding":"audio/x-raw","sample_rate":"8000","bit_rate":"16"}}}
        """;

    private const string VonageStart =
        """{"event":"websocket:connected","content-type":"audio/l16;rate=16000","speaker":"anna","uuid":"u1"}""";

    [Theory]
    [InlineData(TwilioStart, nameof(MediaDialect.Twilio), "MZ1", "CA1", nameof(SoundEncoding.MuLaw), 8000)]
    [InlineData(TelnyxStart, nameof(MediaDialect.Telnyx), "32DE", "v2:T02", nameof(SoundEncoding.ALaw), 8000)]
    [InlineData(PlivoStart, nameof(MediaDialect.Plivo), "8765", "1234", nameof(SoundEncoding.Linear16), 16_000)]
    [InlineData(ExotelStart, nameof(MediaDialect.Exotel), "MZ9", "CA9", nameof(SoundEncoding.Linear16), 8000)]
    [InlineData(VonageStart, nameof(MediaDialect.Vonage), "", "u1", nameof(SoundEncoding.Linear16), 16_000)]
    public void Start_OfEachDialect_NamesStreamCallFormatAndSpeaker(
        string text, string dialect, string stream, string call, string encoding, int rate)
    {
        var start = Assert.IsType<MediaMessage.Start>(Parse(text));

        Assert.Equal(Enum.Parse<MediaDialect>(dialect), start.Dialect);
        Assert.Equal(stream, start.StreamId);
        Assert.Equal(call, start.CallId);
        Assert.Equal(new SoundFormat(Enum.Parse<SoundEncoding>(encoding), rate), start.Format);
        Assert.Equal("anna", start.Parameters["speaker"]);
    }

    [Fact]
    public void Start_WithAnEqualsSignInAParameter_KeepsIt() =>
        Assert.Equal("a=b", Assert.IsType<MediaMessage.Start>(Parse(PlivoStart)).Parameters["correlation"]);

    [Theory]
    [InlineData("""{"event":"media","sequenceNumber":"4","media":{"track":"inbound","chunk":"2","timestamp":"5","payload":"AQI="}}""", true, 2L)]
    [InlineData("""{"event":"media","sequence_number":"4","media":{"track":"outbound","chunk":"3","payload":"AQI="}}""", false, 3L)]
    [InlineData("""{"event":"media","sequence_number":4,"media":{"payload":"AQI="}}""", true, 4L)]
    [InlineData("""{"event":"media","media":{"payload":"AQI="}}""", true, null)]
    public void Media_OfEachDialect_HasTrackPlaceAndSound(string text, bool isInbound, long? number)
    {
        var media = Assert.IsType<MediaMessage.Media>(Parse(text));

        Assert.Equal(isInbound, media.IsInbound);
        Assert.Equal(number, media.Number);
        Assert.Equal([1, 2], media.Sound);
    }

    [Fact]
    public void Parse_StopAndWhatAVerificationHasNoUseFor_IsSaid()
    {
        Assert.IsType<MediaMessage.Stop>(Parse("""{"event":"stop","stop":{"accountSid":"AC1","callSid":"CA1"}}"""));
        foreach (var other in (string[])["connected", "dtmf", "mark", "playedStream", "clearedAudio", "new"])
        {
            Assert.IsType<MediaMessage.Other>(Parse($$"""{"event":"{{other}}"}"""));
        }
    }

    [Theory]
    [InlineData("", "invalidMessage")]
    [InlineData("{", "invalidMessage")]
    [InlineData("[]", "invalidMessage")]
    [InlineData("""{"event":"\ud800"}""", "invalidMessage")]
    [InlineData("""{"event":"start","start":{"streamSid":"a\udc00"}}""", "invalidMessage")]
    [InlineData("""{"event":"media","media":{"payload":"\ud800"}}""", "invalidMessage")]
    [InlineData("null", "invalidMessage")]
    [InlineData("{}", "invalidMessage")]
    [InlineData("""{"event":{}}""", "invalidMessage")]
    [InlineData("""{"event":"start"}""", "invalidMessage")]
    [InlineData("""{"event":"start","start":[]}""", "invalidMessage")]
    [InlineData("""{"event":"start","start":{"mediaFormat":{"encoding":"PCMU"}}}""", "invalidMessage")]
    [InlineData("""{"event":"start","start":{"streamSid":"a"}}""", "invalidMessage")]
    [InlineData("""{"event":"start","start":{"streamSid":"a","mediaFormat":{}}}""", "unsupportedEncoding")]
    [InlineData("""{"event":"start","start":{"streamSid":"a","mediaFormat":{"encoding":"G722"}}}""", "unsupportedEncoding")]
    [InlineData("""{"event":"start","start":{"streamSid":"a","mediaFormat":{"encoding":"PCMU","sampleRate":16000}}}""", "unsupportedRate")]
    [InlineData("""{"event":"start","start":{"streamSid":"a","mediaFormat":{"encoding":"L16","sampleRate":192000}}}""", "unsupportedRate")]
    [InlineData("""{"event":"start","start":{"streamSid":"a","mediaFormat":{"encoding":"L16","sampleRate":-8000}}}""", "unsupportedRate")]
    [InlineData("""{"event":"websocket:connected","content-type":"audio/l16;rate=1e4"}""", "unsupportedRate")]
    [InlineData("""{"event":"media"}""", "invalidMessage")]
    [InlineData("""{"event":"media","media":{}}""", "invalidMessage")]
    [InlineData("""{"event":"media","media":{"payload":7}}""", "invalidMessage")]
    [InlineData("""{"event":"media","media":{"payload":"no base64!"}}""", "invalidMessage")]
    [InlineData("""{"event":"media","media":{"payload":"","chunk":"-1"}}""", "invalidMessage")]
    [InlineData("""{"event":"media","media":{"payload":"","chunk":"99999999999999999999"}}""", "invalidMessage")]
    [InlineData("""[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]""", "invalidMessage")]
    public void Parse_WhatIsNoMessage_IsRefused(string text, string code) =>
        Assert.Equal(code, Assert.Throws<CallException>(() => Parse(text)).Code);

    [Fact]
    public void Parse_TextsAndParametersBeyondTheirBounds_AreRefused()
    {
        Assert.Throws<CallException>(() => Parse($$"""{"event":"{{new string('a', 513)}}"}"""));
        var many = string.Join(',', Enumerable.Range(0, 33).Select(i => $"\"p{i}\":\"\""));
        Assert.Throws<CallException>(() => Parse(TwilioStart.Replace("\"speaker\":\"anna\"", many, StringComparison.Ordinal)));
    }

    [Fact]
    public void Decode_Silence_IsThatOfG711AndOf16Bits()
    {
        Assert.Equal([0f], new SoundFormat(SoundEncoding.MuLaw, 8000).Decode([0xFF]));
        Assert.Equal([8 / 32768f], new SoundFormat(SoundEncoding.ALaw, 8000).Decode([0xD5]));
        Assert.Equal([-1f, 0.5f], new SoundFormat(SoundEncoding.Linear16, 8000).Decode([0, 0x80, 0, 0x40]));
    }

    [Fact]
    public void Decode_TooMuchOrHalfASample_IsRefused()
    {
        var format = new SoundFormat(SoundEncoding.Linear16, 8000);
        Assert.Equal("incompleteSample", Assert.Throws<CallException>(() => format.Decode(new byte[3])).Code);
        Assert.Equal(16_000, format.Decode(new byte[32_000]).Length);
        Assert.Equal("oversizedPayload", Assert.Throws<CallException>(() => format.Decode(new byte[32_002])).Code);
    }

    private static MediaMessage Parse(string text) => MediaMessages.Parse(Encoding.UTF8.GetBytes(text));
}
