"""What tests read out of /metrics."""

from prometheus_client.parser import text_string_to_metric_families


class Figures:
    """One answer of /metrics."""

    def __init__(self, text: str) -> None:
        self.families = {each.name: each for each in text_string_to_metric_families(text)}
        self.samples = [sample for each in self.families.values() for sample in each.samples]

    @property
    def names(self) -> set[str]:
        return {sample.name for sample in self.samples}

    def of(self, name: str, **labels: str) -> float:
        """The sum of all series of this name that carry these labels; 0 when there is none."""
        return sum(value for value in self._values(name, labels))

    def has(self, name: str, **labels: str) -> bool:
        return bool(self._values(name, labels))

    def series(self, name: str) -> list[dict[str, str]]:
        return [dict(sample.labels) for sample in self.samples if sample.name == name]

    def _values(self, name: str, labels: dict[str, str]) -> list[float]:
        return [
            sample.value
            for sample in self.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        ]
