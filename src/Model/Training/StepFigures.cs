namespace Speaker.Model.Training;

/// <summary>What one step showed; distances in the unit of the triplet loss.</summary>
internal readonly record struct StepFigures(
    double Loss,
    double TripletLoss,
    double SoftmaxLoss,
    double ActiveFraction,
    double MeanPositive,
    double MeanNegative);
