"""A process that edits records on request while another process reads them. It is started with a seed.

Each line of its input is a number. The process makes this number of edits and then writes an empty line. At the end of
the input it writes JSON with the slugs of the initiatives that were published throughout, and the numbers of added and
removed initiatives. Because it is the only writer, it sees every state that readers can see.
"""

import json
import sys
from random import Random

import django

# The relative frequency of each kind of edit.
WEIGHTS = {
    "change_state": 2, "change_name": 2, "change_slug": 1, "change_an_initiative": 3,
    "change_several_initiatives_with_bulk_update": 1, "create_several_with_bulk_create": 3, "delete_an_initiative": 2,
    "delete_with_cascade": 1, "change_many_to_many_rows": 2, "add_evidence": 1, "roll_back_edits": 1,
    "apply_several_in_one_transaction": 1,
}  # fmt: skip


def edit_on_demand(seed: int) -> None:
    from initiatives.models import Initiative
    from tests.random_edits import apply

    def published() -> dict[int, str]:
        return dict(Initiative.objects.published().order_by().values_list("pk", "slug"))

    random = Random(seed)
    first = last = published()
    stayed, keys_of = set(first), {slug: {key} for key, slug in first.items()}
    slugs_of = {key: {slug} for key, slug in first.items()}
    print(flush=True)
    for line in sys.stdin:
        for _number in range(int(line)):
            apply(random.choices(list(WEIGHTS), list(WEIGHTS.values()))[0], random.randrange(10**6))
            last = published()
            stayed &= last.keys()
            for key, slug in last.items():
                keys_of.setdefault(slug, set()).add(key)
                slugs_of.setdefault(key, set()).add(slug)
        print(flush=True)
    # If two records had the same slug one after the other, the slug does not identify the record that was read.
    told_apart = [key for key in stayed if all(len(keys_of[slug]) == 1 for slug in slugs_of[key])]
    result = {
        "stayed": [sorted(slugs_of[key]) for key in told_apart],
        "left": len(first.keys() - last.keys()),
        "joined": len(last.keys() - first.keys()),
    }
    print(json.dumps(result), flush=True)


if __name__ == "__main__":
    django.setup()
    edit_on_demand(int(sys.argv[1]))
