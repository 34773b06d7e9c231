using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using Speaker.Host.House.Mdns;
using Speaker.Host.Tests.Http;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.House;

/// <summary>Multicast DNS: messages byte for byte, answers as RFC 6762 and 6763 have them, and a query over real
/// multicast.</summary>
public sealed class MdnsTests
{
    private static readonly LocalInterface Link =
        new(1, IPAddress.Parse("192.168.7.5"), IPNetwork.Parse("192.168.7.0/24"));

    private static readonly AnnouncedService Kitchen =
        new("speaker kitchen (box)", "speaker-box", new IPEndPoint(IPAddress.Any, 10300));

    /// <summary>As a browser sends it: _wyoming._tcp.local PTR, with a reference in the known answer.</summary>
    private static readonly byte[] Query =
    [
        0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0,
        8, .. "_wyoming"u8, 4, .. "_tcp"u8, 5, .. "local"u8, 0, 0, 12, 0, 1,
        0xC0, 12, 0, 12, 0, 1, 0, 0, 0x11, 0x94, 0, 8, 5, .. "other"u8, 0xC0, 12,
    ];

    [Fact]
    public void Parse_QueryWithReferences_HasItsNames()
    {
        var query = DnsMessage.Parse(Query)!;
        Assert.False(query.IsResponse);
        Assert.Equal(new DnsQuestion(AnnouncedService.Type, DnsType.Pointer, false), Assert.Single(query.Questions));
        var known = Assert.Single(query.Answers);
        Assert.Equal((AnnouncedService.Type, 4500u), (known.Name, known.Seconds));
        Assert.Equal(DnsMessage.Encode(new DnsName("other", "_wyoming", "_tcp", "local")), known.Data);
    }

    [Fact]
    public void Parse_CutAtAnyByte_IsNoMessageAndNoFault()
    {
        for (var length = 0; length < Query.Length; length++)
        {
            Assert.Null(DnsMessage.Parse(Query.AsSpan(0, length)));
        }
    }

    [Theory]
    // A reference to itself, to what follows, two to each other.
    [InlineData("C00C")]
    [InlineData("C00E")]
    [InlineData("C00EC00C")]
    // A label of 64 bytes, one of a reserved kind, one that is no UTF-8, one beyond the end.
    [InlineData("4061")]
    [InlineData("8061")]
    [InlineData("02FFFF00")]
    [InlineData("3F61")]
    public void Parse_NameThatIsNone_IsNoMessage(string name) => Assert.Null(DnsMessage.Parse(
        [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. Convert.FromHexString(name), 0, 12, 0, 1]));

    [Fact]
    public void Parse_NameOfMoreThan255Bytes_IsNoMessage()
    {
        byte[] label = [63, .. Enumerable.Repeat((byte)'a', 63)];
        byte[] Named(int labels) =>
        [
            0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. Enumerable.Repeat(label, labels).SelectMany(each => each),
            0, 0, 12, 0, 1,
        ];
        Assert.NotNull(DnsMessage.Parse(Named(3)));
        Assert.Null(DnsMessage.Parse(Named(4)));
    }

    [Fact]
    public void Parse_RandomBytes_NeverFails()
    {
        var random = new Random(14);
        var bytes = new byte[200];
        for (var i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            Query.AsSpan(0, random.Next(Query.Length)).CopyTo(bytes);
            _ = DnsMessage.Parse(bytes);
        }
    }

    [Fact]
    public void ToBytes_Answer_IsAsTheStandardHasIt()
    {
        var answer = MdnsAnswers.Of(DnsMessage.Parse(Query)!, Kitchen, Link, isLegacy: false)!;
        byte[] instance = [21, .. "speaker kitchen (box)"u8, 8, .. "_wyoming"u8, 4, .. "_tcp"u8, 5, .. "local"u8, 0];
        byte[] host = [11, .. "speaker-box"u8, 5, .. "local"u8, 0];
        Assert.Equal(
            [
                0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 3,
                .. instance[22..], 0, 12, 0, 1, 0, 0, 0x11, 0x94, 0, (byte)instance.Length, .. instance,
                .. instance, 0, 33, 0x80, 1, 0, 0, 0, 120, 0, (byte)(6 + host.Length), 0, 0, 0, 0, 0x28, 0x3C, .. host,
                .. instance, 0, 16, 0x80, 1, 0, 0, 0x11, 0x94, 0, 1, 0,
                .. host, 0, 1, 0x80, 1, 0, 0, 0, 120, 0, 4, 192, 168, 7, 5,
            ],
            answer.ToBytes());
    }

    [Fact]
    public void Of_Questions_AnswersWhatIsAskedAndIsNotKnown()
    {
        DnsType[] Answered(DnsName name, DnsType type, params DnsRecord[] known) =>
            [.. MdnsAnswers.Of(
                new DnsMessage(0, false, [new DnsQuestion(name, type, false)], known, []), Kitchen, Link, false)
                ?.Answers.Select(answer => answer.Type) ?? []];

        Assert.Equal([DnsType.Pointer], Answered(AnnouncedService.Type, DnsType.Pointer));
        Assert.Equal([DnsType.Pointer], Answered(new DnsName("_WYOMING", "_TCP", "LOCAL"), DnsType.Any));
        Assert.Equal([DnsType.Pointer], Answered(AnnouncedService.Types, DnsType.Pointer));
        Assert.Equal([DnsType.Service], Answered(Kitchen.Instance, DnsType.Service));
        Assert.Equal([DnsType.Service, DnsType.Text], Answered(Kitchen.Instance, DnsType.Any));
        Assert.Equal([DnsType.Address], Answered(Kitchen.HostName, DnsType.Address));
        Assert.Empty(Answered(Kitchen.HostName, DnsType.Text));
        Assert.Empty(Answered(new DnsName("_http", "_tcp", "local"), DnsType.Pointer));
        Assert.Empty(Answered(AnnouncedService.Type, DnsType.Pointer, Kitchen.Pointer()));
        Assert.Equal(
            [DnsType.Pointer],
            Answered(AnnouncedService.Type, DnsType.Pointer, Kitchen.Pointer() with { Seconds = 2249 }));
    }

    [Fact]
    public void Of_QuestionFromAnotherPort_IsRepeatedAndForgottenSoon()
    {
        var asked = DnsMessage.Parse(Query)! with { Id = 77 };
        var answer = MdnsAnswers.Of(asked, Kitchen, Link, isLegacy: true)!;
        Assert.Equal((77, asked.Questions), (answer.Id, answer.Questions));
        Assert.All(
            answer.Answers.Concat(answer.Additional),
            record => Assert.True(record is { Seconds: 10, IsUnique: false }));
    }

    [Fact]
    public void Name_TooLong_IsCutAtACharacter()
    {
        var service = Kitchen with { Name = new string('ä', 40) };
        Assert.Equal(62, Encoding.UTF8.GetByteCount(service.Instance.Labels[0]));
    }

    /// <summary>Over the loopback interface, which takes multicast whether there is a network or not.</summary>
    [Fact]
    public async Task Run_QueriesByMulticastAndDirectly_AreAnsweredAndTheEndIsSaid()
    {
        var loopback = LocalInterface.Of(each => each.NetworkInterfaceType == NetworkInterfaceType.Loopback).First();
        using var browser = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        browser.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        browser.Bind(new IPEndPoint(IPAddress.Any, 0));
        var port = ((IPEndPoint)browser.LocalEndPoint!).Port;
        var group = new IPEndPoint(IPAddress.Parse("224.0.0.251"), port);
        browser.SetSocketOption(
            SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(group.Address, loopback.Index));
        browser.SetSocketOption(
            SocketOptionLevel.IP, SocketOptionName.MulticastInterface, IPAddress.HostToNetworkOrder(loopback.Index));

        var events = new EventLog();
        using var responder = new MdnsResponder(() => [loopback], port, TimeProvider.System, events.CreateLogger(""));
        using var stop = new CancellationTokenSource();
        var here = Kitchen with { Address = new IPEndPoint(IPAddress.Loopback, 10300) };
        responder.Add(here);
        responder.Add(Kitchen with { Name = "elsewhere", Address = new IPEndPoint(Link.Address, 1) });
        var running = responder.RunAsync(stop.Token);

        // The announcement, unasked.
        var announced = await ReceiveAsync(browser, message => message.IsResponse);
        Assert.Equal(
            [DnsType.Pointer, DnsType.Service, DnsType.Text, DnsType.Address],
            announced.Answers.Select(answer => answer.Type));

        // By multicast from the port of multicast DNS; asked until it comes, since an answer is given once a second.
        using (var asking = new CancellationTokenSource())
        {
            var repeated = Task.Run(async () =>
            {
                while (!asking.IsCancellationRequested)
                {
                    await browser.SendToAsync(Query, group);
                    await Task.Delay(200);
                }
            });
            var answer = await ReceiveAsync(
                browser, message => message.IsResponse && message.Answers is [{ Type: DnsType.Pointer }]);
            Assert.Equal(DnsMessage.Encode(here.Instance), answer.Answers[0].Data);
            await asking.CancelAsync();
            await repeated;
        }

        // From another port, as a simple resolver does: the answer comes to it alone.
        using var simple = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        simple.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        simple.SetSocketOption(
            SocketOptionLevel.IP, SocketOptionName.MulticastInterface, IPAddress.HostToNetworkOrder(loopback.Index));
        var address = new DnsMessage(
            7, false, [new DnsQuestion(here.HostName, DnsType.Address, false)], [], []).ToBytes();
        await simple.SendToAsync(address, group);
        var direct = await ReceiveAsync(simple, message => message.IsResponse);
        Assert.Equal((7, here.HostName), (direct.Id, direct.Questions[0].Name));
        Assert.Equal(IPAddress.Loopback.GetAddressBytes(), direct.Answers[0].Data);

        await stop.CancelAsync();
        await running;
        var goodbye = await ReceiveAsync(browser, message => message.Answers.Any(answer => answer.Seconds == 0));
        Assert.All(goodbye.Answers, answer => Assert.Equal(0u, answer.Seconds));
    }

    [Fact]
    public async Task Run_HalfThatFails_EndsTheOtherWithItsReason()
    {
        using var responder = new MdnsResponder(
            () => throw new NetworkInformationException(), 0, TimeProvider.System, new EventLog().CreateLogger(""));
        await Assert.ThrowsAsync<NetworkInformationException>(
            () => responder.RunAsync(default).WaitAsync(TimeSpan.FromMinutes(1)));
    }

    private static async Task<DnsMessage> ReceiveAsync(Socket socket, Func<DnsMessage, bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var buffer = new byte[9000];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, limit.Token);
            if (DnsMessage.Parse(buffer.AsSpan(0, length)) is { } message && condition(message))
            {
                return message;
            }
        }
    }
}
