// The tensor library has one random generator a process: tests that seed it must not run beside others that draw.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
