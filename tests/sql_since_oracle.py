"""The reported values of initiatives since they were announced, from the stored rows."""

from collections import defaultdict
from functools import partial

from initiatives.models import Initiative
from sco_cities.sources.models import Evidence
from tests.since_oracle import Said, last_day_of_first_report, since


class SinceOracle:
    """The reported values of initiatives, from the rows of an oracle and the stored evidence."""

    def __init__(self, oracle):
        self.oracle, self.said = oracle, defaultdict(list)
        evidence = Evidence.objects.for_records(Initiative).order_by()
        for key, passage, *details in evidence.values_list(
            "object_id", "passage", "field", "stance", "reported_value"
        ):
            self.said[key].append((oracle.passages[passage], details))
        # The values of an initiative, by filter.
        self.values = {
            "since_event": partial(self._codes, by_event=True),
            "since_first": partial(self._codes, by_event=False),
        }

    def _codes(self, key: int, *, by_event: bool) -> set[str]:
        rows, published = self.oracle.rows, self.oracle.published
        initiative = rows["initiatives"][key]
        said = [
            Said(first, rows["reports"][report]["published_last"], *details)
            for report, details in self.said[key]
            if report in published["reports"] and (first := rows["reports"][report]["published_first"])
        ]
        if by_event:
            event = initiative["event_id"]
            last_day = rows["events"][event]["runs_until"] if event in published["events"] else None
        else:
            last_day = last_day_of_first_report(said)
        found = since(last_day, initiative["status"], said)
        return {found[0]} if found else set()
