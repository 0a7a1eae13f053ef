"""What is expected of a batch: `forecaster.py` is the protocol, `tank_forecaster.py` what a tank asks."""


class CannotForecast(Exception):
    """A batch that a forecaster cannot judge, or one that cannot be opened: why, in one sentence."""


class ModelError(CannotForecast):
    """A model that cannot be used, and why, in one sentence."""
