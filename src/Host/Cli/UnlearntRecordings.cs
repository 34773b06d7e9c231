using System.Globalization;
using Speaker.Audio.Validation;
using Speaker.CommandLine;
using Speaker.Corpora;
using Speaker.Evaluation;
using Speaker.Models;

namespace Speaker.Host.Cli;

/// <summary>
/// What <c>eval</c> and <c>calibrate</c> measure on: recordings without those of speakers that the model learnt from, as
/// far as its card says who they are. Says on stderr what was left out, or that nobody could be.
/// </summary>
internal sealed class UnlearntRecordings
{
    private readonly LearntSpeakers _learnt;
    private readonly string _model;

    /// <param name="card">Of the model that is measured.</param>
    /// <param name="model">What to call it.</param>
    public UnlearntRecordings(ModelCard card, string model = "the model")
    {
        _model = model;
        _learnt = LearntSpeakers.Of(card);
        SpeakersLeftOut = _learnt.IsKnown ? 0 : null;
    }

    /// <summary>Speakers left out so far; null where the card does not say whom the model learnt from.</summary>
    public int? SpeakersLeftOut { get; private set; }

    /// <summary>The utterances of the other speakers.</summary>
    /// <exception cref="UsageException">There are no others.</exception>
    public IReadOnlyList<CorpusUtterance> Of(IReadOnlyList<CorpusUtterance> utterances, string directory)
    {
        CorpusUtterance[] others = [.. utterances.Where(utterance => !_learnt.Contains(utterance))];
        Say(
            utterances.Except(others).Select(utterance => utterance.SpeakerKey), utterances.Count - others.Length,
            "recording", others.Length, directory);
        return others;
    }

    /// <summary>The trials between other speakers.</summary>
    /// <param name="trials">All.</param>
    /// <param name="root">The folder that their names are relative to.</param>
    /// <param name="list">The file that they are from.</param>
    /// <exception cref="UsageException">There are no others.</exception>
    public IReadOnlyList<Trial> Of(IReadOnlyList<Trial> trials, string root, string list)
    {
        var learnt = trials.SelectMany(trial => (string[])[trial.Enrol, trial.Test]).Distinct(StringComparer.Ordinal)
            .Where(name => _learnt.Contains(name, root)).ToHashSet(StringComparer.Ordinal);
        Trial[] others = [.. trials.Where(trial => !learnt.Contains(trial.Enrol) && !learnt.Contains(trial.Test))];
        Say(
            learnt.Select(name => Path.GetDirectoryName(name) ?? name), trials.Count - others.Length, "trial", others.Length,
            list);
        return others;
    }

    private void Say(IEnumerable<string> speakers, int leftOut, string what, int left, string where)
    {
        if (left == 0)
        {
            throw new UsageException(
                $"{_model} learnt from every speaker in {where}, so figures on them say nothing of other people: give " +
                "recordings of people that it did not learn from");
        }

        var number = speakers.Distinct(StringComparer.Ordinal).Count();
        if (leftOut > 0)
        {
            VerbOutput.Note(string.Create(CultureInfo.InvariantCulture,
                $"speaker: left out {Plural.Of(leftOut, what)} of {Plural.Of(number, "speaker")} that {_model} learnt " +
                $"from"));
        }

        if (SpeakersLeftOut is null)
        {
            VerbOutput.Note(
                $"speaker: warning: {_model}'s card does not say who all the speakers are that it learnt from; any that " +
                $"are in {where} were not left out, and make the figures too good");
        }
        else
        {
            SpeakersLeftOut = number;
        }
    }
}
