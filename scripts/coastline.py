"""Creates data/land/land.json: the coastlines of the map, with few enough points for a web page.

    make coastline

The land of Natural Earth (1:50m, public domain) comes from the package "world-atlas", which npm downloads. Small
islands, small bends and Antarctica are left out, because no map here can show them. There are only coastlines, because
every data set of borders takes a political position. Each point is stored with the size of its bend, so that a map of a
continent can omit points that a map of a country shows.
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
# In square degrees at the equator: smaller bends (by their triangle) are straightened, smaller islands left out.
SMALLEST_BEND, SMALLEST_ISLAND = 0.004, 0.05
SOUTH = -60
# Hundredths of a degree: about a kilometre.
STEPS = 100
MIN_POINTS, MAX_WEIGHT = 4, 15

Ring = list[tuple[float, float]]


def main() -> None:
    topology = json.loads(download())
    rings = [ring for ring in land_rings(topology) if max(latitude for _, latitude in ring) > SOUTH]
    weighted = [weighted_points(ring) for ring in map(unwrap, rings) if area(ring) >= SMALLEST_ISLAND]
    lines = [json.dumps(encode(ring), separators=(",", ":")) for ring in weighted]
    LAND.parent.mkdir(parents=True, exist_ok=True)
    LAND.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="ascii")
    points = sum(map(len, weighted))
    print(f"{len(weighted)} rings, {points} points, {LAND.stat().st_size} bytes: {LAND}")


def download() -> bytes:
    """The land of the package as TopoJSON; exits if its checksum differs."""
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=directory, check=True, stdout=sys.stderr)
        archive = next(Path(directory).glob("*.tgz")).read_bytes()
        if hashlib.sha256(archive).hexdigest() != SHA256:
            raise SystemExit(f"{PACKAGE} has changed: its SHA-256 differs")
        with tarfile.open(next(Path(directory).glob("*.tgz"))) as package:
            return package.extractfile("package/land-50m.json").read()


def land_rings(topology: dict) -> list[Ring]:
    """The rings of the land of a TopoJSON file, in degrees. Holes, such as the Caspian Sea, are rings too."""
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
                    # A negative number means the reversed arc.
                    arc = arcs[number] if number >= 0 else arcs[~number][::-1]
                    ring += arc[1:] if ring else arc
                rings.append(ring[:-1])
    return rings


def unwrap(ring: Ring) -> Ring:
    """The ring without jumps from 180° to -180°: longitudes continue beyond."""
    result = [ring[0]]
    for longitude, latitude in ring[1:]:
        before = result[-1][0]
        result.append((longitude + 360 * round((before - longitude) / 360), latitude))
    return result


def area(ring: Ring) -> float:
    """The area of a ring in square degrees at the equator."""
    width_factor = math.cos(math.radians(sum(latitude for _, latitude in ring) / len(ring)))
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs)) / 2 * width_factor


def weighted_points(ring: Ring) -> list[tuple[float, float, int]]:
    """The points of a ring that form a bend, each with its weight, from the order in which small bends are removed.

    This is the algorithm of Visvalingam and Whyatt. A point of weight n forms a bend of SMALLEST_BEND times 2 to the
    power of n.
    """
    before, after = [*range(-1, len(ring) - 1)], [*range(1, len(ring)), 0]
    before[0] = len(ring) - 1

    def bend(place: int) -> float:
        return area([ring[before[place]], ring[place], ring[after[place]]])

    size = [bend(place) for place in range(len(ring))]
    queue = [(bend_size, place) for place, bend_size in enumerate(size)]
    heapq.heapify(queue)
    removed: set[int] = set()
    while len(ring) - len(removed) > MIN_POINTS:
        smallest, place = heapq.heappop(queue)
        if place in removed or smallest != size[place]:
            continue
        removed.add(place)
        one, other = before[place], after[place]
        after[one], before[other] = other, one
        for neighbour in (one, other):
            # Never smaller than the removed bend: otherwise a coast would be removed from one end.
            size[neighbour] = max(smallest, bend(neighbour))
            heapq.heappush(queue, (size[neighbour], neighbour))
    # The remaining points keep the shape of the ring, however small it is.
    for place in set(range(len(ring))) - removed:
        size[place] = max(size[place], area(ring))
    return [
        (*point, weight(bend_size))
        for point, bend_size in zip(ring, size, strict=True)
        if bend_size >= SMALLEST_BEND
    ]


def weight(bend: float) -> int:
    return min(int(math.log2(bend / SMALLEST_BEND)), MAX_WEIGHT)


def encode(ring: list[tuple[float, float, int]]) -> list[int]:
    """Longitude, latitude and weight of each point, flat: hundredths of a degree, relative to the point before."""
    flat, last = [], (0, 0)
    for longitude, latitude, weight in ring:
        point = round(longitude * STEPS), round(latitude * STEPS)
        flat += [point[0] - last[0], point[1] - last[1], weight]
        last = point
    return flat


if __name__ == "__main__":
    main()
