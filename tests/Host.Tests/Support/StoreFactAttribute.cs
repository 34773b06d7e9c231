using System.ComponentModel;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Speaker.Host.Tests.Support;

/// <summary>A test of stores. In a class that <see cref="NeedsPostgresAttribute"/> marks it is skipped where there is no
/// PostgreSQL, with the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Speaker.Host.Tests.Support.StoreFactDiscoverer", "Host.Tests")]
public sealed class StoreFactAttribute : FactAttribute
{
    /// <summary>It mounts a file system, and is skipped where that is not allowed.</summary>
    public bool Mounts { get; set; }
}

/// <summary>The tests of this class need a server.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsPostgresAttribute : Attribute;

/// <summary>Finds the tests for the runner.</summary>
public sealed class StoreFactDiscoverer(IMessageSink diagnostics) : IXunitTestCaseDiscoverer
{
    public IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
    [
        new StoreTestCase(
            diagnostics, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(),
            testMethod),
    ];
}

/// <summary>One test of one store.</summary>
public sealed class StoreTestCase : XunitTestCase
{
    private static readonly Lazy<bool> CanMount = new(() =>
    {
        using var folder = new TemporaryFolder();
        return SmallDisk.CanMount(folder.Root);
    });

    [EditorBrowsable(EditorBrowsableState.Never)]
    [Obsolete("For the deserialiser.")]
    public StoreTestCase()
    {
    }

    public StoreTestCase(
        IMessageSink diagnostics, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method)
        : base(diagnostics, display, options, method)
    {
    }

    protected override string? GetSkipReason(IAttributeInfo factAttribute) =>
        base.GetSkipReason(factAttribute)
        ?? (TestMethod.TestClass.Class.GetCustomAttributes(typeof(NeedsPostgresAttribute)).Any()
            ? PostgresServer.Unavailable
            : null)
        ?? (factAttribute.GetNamedArgument<bool>(nameof(StoreFactAttribute.Mounts)) && !CanMount.Value
            ? "mounting a file system is not allowed here"
            : null);
}
