// Most of these tests wait for servers and not for a processor.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
