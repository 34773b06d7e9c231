using Speaker.Host.Telephone.Calls;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Telephone;

public sealed class CallBookTests
{
    private readonly ManualTime _time = new(DateTimeOffset.UnixEpoch);
    private readonly CallBook _book;

    public CallBookTests() => _book = new CallBook(
        2, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(3600), TimeSpan.FromSeconds(600), _time);

    [Fact]
    public void Begin_AnAnnouncedCall_GivesItToOneOfManyCallers()
    {
        Assert.True(_book.TryAdd(Call("1")));
        Assert.False(_book.TryAdd(Call("1")));
        Assert.Single(Enumerable.Range(0, 50).AsParallel().Select(_ => _book.Begin("1", "twilio", "CA1")).OfType<Call>());
        Assert.Equal(CallState.Listening, _book.Read("acme", "CA1")!.State);
    }

    [Fact]
    public void Calls_ThatAreOver_AreForgottenAndMakeRoom()
    {
        _book.TryAdd(Call("1"));
        _book.TryAdd(Call("2"));
        Assert.Throws<CallsFullException>(() => _book.TryAdd(Call("3")));
        var call = _book.Begin("2", "twilio", "CA2")!;
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.Null(_book.Begin("1", "twilio", null));
        Assert.Null(_book.Read("acme", "1"));
        Assert.True(_book.TryAdd(Call("3")));
        // What is listened to is kept as long as it may last.
        _time.Advance(TimeSpan.FromSeconds(3500));
        Assert.NotNull(_book.Read("acme", "CA2"));
        _book.End(call, new CallResult(CallEnd.Idle, Outcome.Inconclusive, "idle", "", null, 0, 0, 0, 0));
        _time.Advance(TimeSpan.FromSeconds(599));
        Assert.Equal(CallState.Decided, _book.Read("acme", "2")!.State);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(_book.Read("acme", "2"));
        Assert.Null(_book.Read("acme", "CA2"));
    }

    [Fact]
    public void Call_WhoseEndWasLost_MakesRoom()
    {
        _book.TryAdd(Call("1"));
        _book.TryAdd(Call("2"));
        _book.Begin("1", "twilio", "CA1");
        _book.Begin("2", "twilio", "CA2");
        _time.Advance(TimeSpan.FromSeconds(3601));
        Assert.Null(_book.Read("acme", "CA1"));
        Assert.True(_book.TryAdd(Call("3")));
    }

    /// <summary>A provider's name is what a stream says: it is not asked about another claim by it.</summary>
    [Fact]
    public void Read_OfACallWhoseNameAnotherStreamGives_AnswersForItself()
    {
        _book.TryAdd(Call("1"));
        _book.TryAdd(Call("2") with { Speaker = "berta" });
        _book.Begin("1", "twilio", "CA1");
        var other = _book.Begin("2", "twilio", "CA1")!;
        _book.End(other, new CallResult(CallEnd.Idle, Outcome.Accepted, "withinThreshold", "", null, 0, 0, 0, 0));
        Assert.Equal("1", _book.Read("acme", "CA1")!.Id);

        _book.End(other with { ProviderCall = "1" }, other.Result ?? new CallResult(
            CallEnd.Idle, Outcome.Accepted, "withinThreshold", "", null, 0, 0, 0, 0));
        Assert.Equal("1", _book.Read("acme", "1")!.Id);
    }

    [Fact]
    public void Read_ByAnotherTenant_FindsNothing()
    {
        _book.TryAdd(Call("1"));
        _book.Begin("1", "twilio", "CA1");
        Assert.Null(_book.Read("", "1"));
        Assert.Null(_book.Read("beta", "CA1"));
    }

    [Fact]
    public void TryAdd_KeyThatFillsTheMemory_GivesWayToOthersAndToItselfNot()
    {
        var book = new CallBook(
            4, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(3600), TimeSpan.FromSeconds(600), _time);
        foreach (var id in (string[])["1", "2", "3", "4"])
        {
            Assert.True(book.TryAdd(Call(id)));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        // Another key of that tenant is no other.
        var full = Assert.Throws<CallsFullException>(() => book.TryAdd(Call("5") with { Actor = "key 2" }));
        Assert.Contains("4 of them yours", full.Message, StringComparison.Ordinal);
        // What is listened to stays.
        book.Begin("1", "twilio", "CA1");
        book.Begin("2", "twilio", "CA2");
        book.End(
            book.Read("acme", "2")!,
            new CallResult(CallEnd.Idle, Outcome.Inconclusive, "idle", "", null, 0, 0, 0, 0));
        Assert.True(book.TryAdd(Call("a") with { Tenant = "", Actor = "key a" }));
        Assert.NotNull(book.Read("acme", "CA1"));
        Assert.Null(book.Read("acme", "CA2"));
        Assert.True(book.TryAdd(Call("b") with { Tenant = "", Actor = "key b" }));
        Assert.Null(book.Read("acme", "3"));
        // Each has its share now, or as good as.
        Assert.Throws<CallsFullException>(() => book.TryAdd(Call("c") with { Tenant = "", Actor = "key b" }));
        Assert.NotNull(book.Read("acme", "4"));
        Assert.True(book.TryAdd(Call("d") with { Tenant = "", Actor = "key d" }));
        Assert.Null(book.Read("acme", "4"));
        Assert.NotNull(book.Read("", "b"));
    }

    private Call Call(string id) => new(id, "acme", "test", "anna", null, null, _time.GetUtcNow());
}
