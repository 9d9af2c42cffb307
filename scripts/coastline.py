"""Makes data/land/land.json: the coastlines that the map is drawn over, few enough points for a web page.

    make coastline

Takes the land of Natural Earth (1:50m, public domain) from the package "world-atlas", which npm fetches, and leaves
out what no map here can show: small islands, small bends, Antarctica. Only coastlines: any file of borders takes a
side. Each point keeps the size of the bend that it makes, so that a map of a continent can leave out what a map of
a country shows.
"""

import hashlib
import heapq
import json
import math
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "world-atlas@2.0.2"
SHA256 = "032e7765f2ce00edaeafec23ff22bc3b77e42987c257da944cc585b452c05b97"
LAND = Path(__file__).resolve().parent.parent / "data" / "land" / "land.json"
# In square degrees at the equator: a bend whose triangle is smaller is straightened, and a smaller island left out.
SMALLEST_BEND, SMALLEST_ISLAND = 0.004, 0.05
SOUTH = -60
# Hundredths of a degree: about a kilometre.
STEPS = 100
LEAST_POINTS, HEAVIEST = 4, 15

Ring = list[tuple[float, float]]


def main() -> None:
    topology = json.loads(fetched())
    rings = [ring for ring in rings_of(topology) if max(latitude for _, latitude in ring) > SOUTH]
    kept = [weighed(ring) for ring in map(unbroken, rings) if area(ring) >= SMALLEST_ISLAND]
    lines = [json.dumps(written(ring), separators=(",", ":")) for ring in kept]
    LAND.parent.mkdir(parents=True, exist_ok=True)
    LAND.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="ascii")
    points = sum(map(len, kept))
    print(f"{len(kept)} rings, {points} points, {LAND.stat().st_size} bytes: {LAND}")


def fetched() -> bytes:
    """The package's archive, by npm, checked."""
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=directory, check=True, stdout=sys.stderr)
        archive = next(Path(directory).glob("*.tgz")).read_bytes()
        if hashlib.sha256(archive).hexdigest() != SHA256:
            raise SystemExit(f"{PACKAGE} is not what it was: its SHA-256 differs")
        with tarfile.open(next(Path(directory).glob("*.tgz"))) as package:
            return package.extractfile("package/land-50m.json").read()


def rings_of(topology: dict) -> list[Ring]:
    """The rings of a TopoJSON file's land, in degrees; holes, such as the Caspian Sea, are rings too."""
    (by_x, by_y), (x0, y0) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        arc = []
        for right, up in steps:
            x, y = x + right, y + up
            arc.append((x * by_x + x0, y * by_y + y0))
        arcs.append(arc)
    rings = []
    for shape in topology["objects"]["land"]["geometries"]:
        for polygon in shape["arcs"]:
            for numbers in polygon:
                ring: Ring = []
                for number in numbers:
                    # A negative number is the arc the other way round.
                    arc = arcs[number] if number >= 0 else arcs[~number][::-1]
                    ring += arc[1:] if ring else arc
                rings.append(ring[:-1])
    return rings


def unbroken(ring: Ring) -> Ring:
    """The ring without leaps from 180° to -180°: it goes on past either."""
    turned = [ring[0]]
    for longitude, latitude in ring[1:]:
        before = turned[-1][0]
        turned.append((longitude + 360 * round((before - longitude) / 360), latitude))
    return turned


def area(ring: Ring) -> float:
    """The area of a ring in square degrees as they are at the equator."""
    shrunk = math.cos(math.radians(sum(latitude for _, latitude in ring) / len(ring)))
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs)) / 2 * shrunk


def weighed(ring: Ring) -> list[tuple[float, float, int]]:
    """The points of a ring that make a bend, each with its weight, by the order in which the smallest bends go.

    As Visvalingam and Whyatt do it. A point of weight n makes a bend of SMALLEST_BEND times 2 to the power of n.
    """
    before, after = [*range(-1, len(ring) - 1)], [*range(1, len(ring)), 0]
    before[0] = len(ring) - 1

    def bend(place: int) -> float:
        return area([ring[before[place]], ring[place], ring[after[place]]])

    size = [bend(place) for place in range(len(ring))]
    queue = [(found, place) for place, found in enumerate(size)]
    heapq.heapify(queue)
    gone: set[int] = set()
    while len(ring) - len(gone) > LEAST_POINTS:
        smallest, place = heapq.heappop(queue)
        if place in gone or smallest != size[place]:
            continue
        gone.add(place)
        one, other = before[place], after[place]
        after[one], before[other] = other, one
        for neighbour in (one, other):
            # Never smaller than what has just gone: otherwise a coast would be eaten up from one end.
            size[neighbour] = max(smallest, bend(neighbour))
            heapq.heappush(queue, (size[neighbour], neighbour))
    # Those that are left hold the shape, however small it is.
    for place in set(range(len(ring))) - gone:
        size[place] = max(size[place], area(ring))
    return [
        (*point, weight(found)) for point, found in zip(ring, size, strict=True) if found >= SMALLEST_BEND
    ]


def weight(bend: float) -> int:
    return min(int(math.log2(bend / SMALLEST_BEND)), HEAVIEST)


def written(ring: list[tuple[float, float, int]]) -> list[int]:
    """Longitude, latitude and weight by turns: degrees in hundredths, as steps from the point before."""
    flat, last = [], (0, 0)
    for longitude, latitude, heavy in ring:
        now = round(longitude * STEPS), round(latitude * STEPS)
        flat += [now[0] - last[0], now[1] - last[1], heavy]
        last = now
    return flat


if __name__ == "__main__":
    main()
