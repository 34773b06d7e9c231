using Speaker.Enrolment.Audit;

namespace Speaker.Enrolment.Sqlite;

/// <summary>Seals what is in a store with the current key, some at a time: others enrol in between, and a process that dies
/// leaves what is sealed already.</summary>
internal static class Sealing
{
    /// <summary>Utterances of one transaction.</summary>
    private const int StepSize = 5000;

    /// <summary>Seals the next utterances that are not sealed with the current key.</summary>
    /// <param name="store">Is changed.</param>
    /// <param name="after">The id of the last utterance of the step before; 0 for the first step.</param>
    /// <returns>How many were sealed, and the id of the last one; null where there is none left.</returns>
    /// <exception cref="StoreException">A key is missing, or an utterance does not open.</exception>
    public static (int Count, long Last)? Step(VoiceprintDatabase store, long after) =>
        store.InTransaction(writes: true, transaction =>
        {
            var step = UtteranceTable.SealNext(store, transaction, after, StepSize);
            if (step is var (count, _))
            {
                AuditTable.Append(
                    store, transaction, AuditAction.Seal, null, $"utterances={count} key={store.Vault.CurrentKey()}");
                store.ToBeCleaned(transaction);
            }

            return step;
        });
}
