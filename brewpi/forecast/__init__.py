"""From the series of a batch to its completion: features, model, fitted curve, scorecard."""
