// Pairs of namespaces for NamespaceTests. In each Upper uses Lower in a plain way, and Lower uses Upper in the way that
// the namespace is named after.
#pragma warning disable IDE0130 // many namespaces in one file is what this is about
#pragma warning disable CA1822, CA1812, CS0649, CA1823, CS0169

namespace Speaker.Host.Tests.Architecture.Samples.Bases.Above
{
    internal abstract class Upper
    {
        public static Below.Lower? Use() => null;
    }
}

namespace Speaker.Host.Tests.Architecture.Samples.Bases.Below
{
    internal sealed class Lower : Above.Upper;
}

namespace Speaker.Host.Tests.Architecture.Samples.Fields.Above
{
    internal sealed class Upper
    {
        public Below.Lower? Use;
    }
}

namespace Speaker.Host.Tests.Architecture.Samples.Fields.Below
{
    internal sealed class Lower
    {
        private Above.Upper[]? _uppers;
    }
}

namespace Speaker.Host.Tests.Architecture.Samples.Signatures.Above
{
    internal abstract class Upper
    {
        public abstract void Use(Below.Lower lower);
    }
}

namespace Speaker.Host.Tests.Architecture.Samples.Signatures.Below
{
    internal abstract class Lower
    {
        public abstract Above.Upper Upper { get; }
    }
}

namespace Speaker.Host.Tests.Architecture.Samples.Bodies.Above
{
    internal sealed class Upper
    {
        public static int Count() => 3;

        public void Use(Below.Lower lower)
        {
        }
    }
}

namespace Speaker.Host.Tests.Architecture.Samples.Bodies.Below
{
    internal sealed class Lower
    {
        public int Count() => Above.Upper.Count();
    }
}

namespace Speaker.Host.Tests.Architecture.Samples.TypeArguments.Above
{
    internal sealed class Upper
    {
        public void Use(Below.Lower lower)
        {
        }
    }
}

namespace Speaker.Host.Tests.Architecture.Samples.TypeArguments.Below
{
    internal sealed class Lower
    {
        public object None() => Array.Empty<List<Above.Upper>>();
    }
}

namespace Speaker.Host.Tests.Architecture.Samples.Constraints.Above
{
    internal abstract class Upper
    {
        public abstract void Use(Below.Lower lower);
    }
}

namespace Speaker.Host.Tests.Architecture.Samples.Constraints.Below
{
    internal abstract class Lower
    {
        public abstract void Take<T>()
            where T : Above.Upper;
    }
}

namespace Speaker.Host.Tests.Architecture.Samples.Attributes.Above
{
    internal sealed class Upper
    {
        public void Use(Below.Lower lower)
        {
        }
    }
}

namespace Speaker.Host.Tests.Architecture.Samples.Attributes.Below
{
    [System.ComponentModel.TypeConverter(typeof(Above.Upper))]
    internal sealed class Lower;
}

namespace Speaker.Host.Tests.Architecture.Samples.Catches.Above
{
    internal sealed class Upper : Exception
    {
        public void Use(Below.Lower lower)
        {
        }
    }
}

namespace Speaker.Host.Tests.Architecture.Samples.Catches.Below
{
    internal sealed class Lower
    {
        public void Run(Action action)
        {
            try
            {
                action();
            }
            catch (Above.Upper)
            {
            }
        }
    }
}

namespace Speaker.Host.Tests.Architecture.Samples.Lambdas.Above
{
    internal sealed class Upper
    {
        public static int Count() => 3;

        public void Use(Below.Lower lower)
        {
        }
    }
}

namespace Speaker.Host.Tests.Architecture.Samples.Lambdas.Below
{
    internal sealed class Lower
    {
        public Func<int> Counter(int more) => () => more + Above.Upper.Count();
    }
}

namespace Speaker.Host.Tests.Architecture.Samples.Async.Above
{
    internal sealed class Upper
    {
        public static int Count() => 3;

        public void Use(Below.Lower lower)
        {
        }
    }
}

namespace Speaker.Host.Tests.Architecture.Samples.Async.Below
{
    internal sealed class Lower
    {
        public async Task<int> CountAsync()
        {
            await Task.Yield();
            return Above.Upper.Count();
        }
    }
}

namespace Speaker.Host.Tests.Architecture.Samples.Children
{
    internal sealed class Upper
    {
        public void Use(Child.Lower lower)
        {
        }
    }
}

namespace Speaker.Host.Tests.Architecture.Samples.Children.Child
{
    internal sealed class Lower
    {
        public void Use(Upper upper)
        {
        }
    }
}

namespace Speaker.Host.Tests.Architecture.Samples.Three.Above
{
    internal sealed class Upper
    {
        public void Use(Below.Lower lower)
        {
        }
    }
}

namespace Speaker.Host.Tests.Architecture.Samples.Three.Below
{
    internal sealed class Lower
    {
        public void Use(Lowest.Bottom bottom)
        {
        }
    }
}

namespace Speaker.Host.Tests.Architecture.Samples.Three.Lowest
{
    internal sealed class Bottom
    {
        public void Use(Above.Upper upper)
        {
        }
    }
}

namespace Speaker.Host.Tests.Architecture.Samples.Straight.Above
{
    internal sealed class Upper
    {
        public void Use(Below.Lower lower)
        {
        }
    }
}

namespace Speaker.Host.Tests.Architecture.Samples.Straight.Below
{
    internal sealed class Lower;
}
