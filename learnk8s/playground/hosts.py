"""Draw machines to scale: a machine's area is its memory, what lies in it takes the area that it uses, free room stays blank; below, the disk with its layers. A guest is a machine in the machine:
in its double wall lie its own system, its program and its own kernel.

Pure geometry in units of the drawing. Rectangles are laid out as a squarified treemap (Bruls, Huizing, van Wijk, 2000) that stands on the slab of the one kernel.
"""

from collections.abc import Sequence
from math import sqrt
from typing import Any

from learnk8s.playground.shapes import POINTS, shape_of, slug

Scene = dict[str, Any]
SLAB = 18
GAUGE = 12
LAYERS_HEIGHT = 150
IMAGES_MAX = 12
LETTER_WIDTH = 6.7
LETTERS, FIGURES, LETTERS_ON_A_PHONE = 13.5, 13.0, 25.0
"""The sizes of names and figures in hosts.css. A single machine is drawn at half its size on a phone, with letters twice as large."""
LATIN, HANGUL = 0.62, 1.02
"""How wide a letter is, in parts of its size."""
EDGE, BAND, FOOT = 4.0, 17.0, 16.0
"""The margin of what is written in a part, and the room that a name takes at its top and a figure at its bottom."""
SIDE, SIDE_ALONE, SIDE_MIN = 34, 46, 16
"""How large tokens are at most, and above a figure at least."""
WALL, GUEST_SLAB, GUEST_INSET, LEAST_ROOM = 5.0, 8, 3.5, 10
LINK_MIN = 40
"""Processes that are drawn smaller are opened by their tokens below the drawing: no finger hits them here."""


def drawn_hosts(scene: Scene, language: str) -> list[Scene]:
    """Return every machine of a scene with its rectangles, or nothing for worlds whose machines are somebody else's."""
    machines = [box for box in scene["boxes"] if box["kind"] == "machine"] if scene.get("world") in KERNEL else []
    is_alone = len(machines) == 1
    return [_host(box, KERNEL[scene["world"]][language == "ko"], language, is_alone=is_alone) for box in machines]


KERNEL = {"linux": ("one kernel for all", "모두가 함께 쓰는 커널 하나"), "hypervisor": ("hypervisor", "하이퍼바이저"), "docker": ("one kernel", "커널 하나"), "fleet": ("one kernel", "커널 하나")}
"""What the slab under everything is, by world."""
DRAWN = ("CPU", "CPUs", "CPU in use", "Memory", "Disk")
"""Facts of a machine that its drawing shows."""


def _host(box: Scene, kernel: str, language: str, *, is_alone: bool) -> Scene:
    width, height = (620, 250) if is_alone else (216, 190)
    used, total, _unit = box["meter"]
    inside = [{**child, "memory_mib": child.get("memory_mib", (child.get("meter") or [0])[0]), "ports": child.get("ports", ())} for child in box["children"] if child["kind"] not in ("kernel", "cgroup")]
    up = [child for child in inside if child.get("is_up", True) and child["memory_mib"]]
    own = used - sum(child["memory_mib"] for child in up)
    parts = [{"title": "system" if language == "en" else "시스템", "kind": "system", "memory_mib": max(own, 0), "ref": "", "health": "good", "word": "", "ports": [], "app": "system"}] if used else []
    parts += sorted(up, key=lambda child: (-child["memory_mib"], child["title"]))
    filled = height * min(used, total) // total if total else 0
    rectangles = squarified([part["memory_mib"] for part in parts], 0.0, float(height - filled), float(width), float(filled))
    cpu = next((fact[2] for fact in box["facts"] if fact[0] in ("CPU in use", "CPU")), "0m / 1m")
    given, capacity = (int(word.strip().removesuffix("m") or 0) for word in cpu.split("/"))
    gauge = height * min(given, capacity) // max(capacity, 1)
    return {
        "ref": box["ref"], "title": box["title"], "word": _word(box, language), "health": HEALTH[box["health"]], "id": f"host-{slug(box['title'])}", "width": width, "height": height, "slab_y": height, "full_height": height + SLAB, "kernel": kernel, "kernel_y": height + SLAB - 5, "full_width": width + GAUGE + 4, "gauge_x": width + 4, "gauge_y": height - gauge, "gauge": gauge,
        "memory": f"{used} / {total} MiB", "cpu": cpu, "disk": next((fact[2] for fact in box["facts"] if fact[0] == "Disk"), ""), "facts": [(fact[language == "ko"], value_of(fact, language)) for fact in box["facts"] if fact[0] not in DRAWN], "parts": [_part(part, rectangle, language, is_alone=is_alone) for part, rectangle in zip(parts, rectangles, strict=True)],
        "stopped": [{**_token(child, language), "x": width - 20 - 20 * number, "y": 6} for number, child in enumerate(child for child in inside if child not in up)][: (width - 20) // 20], "free_y": height - filled - 6, "free": max(total - used, 0) if used and height - filled >= BAND + EDGE else 0, "is_free_wide": height - filled >= LETTERS_ON_A_PHONE + EDGE,
    }


HEALTH = {"good": "ok", "busy": "wait", "bad": "bad", "idle": "off"}


def value_of(fact: Sequence[Any], language: str) -> Any:
    """Return a fact's value or a meter's unit: where it is a word, the Korean one stands behind it.

    >>> value_of(["Spot", "스팟", "yes", "맞음"], "ko"), value_of(["Port", "포트", "80"], "ko")
    ('맞음', '80')
    """
    return fact[3] if language == "ko" and len(fact) > 3 else fact[2]


def _word(box: Scene, language: str) -> str:
    return str(box.get("word_ko") or box["word"]) if language == "ko" else str(box["word"])


def _token(part: Scene, language: str) -> Scene:
    shape = shape_of(part.get("app") or part["title"])
    return {"ref": part["ref"], "title": part["title"], "letter": part["title"][:1].upper(), "word": _word(part, language), "health": HEALTH[part["health"]], "shape": shape, "points": POINTS.get(shape, "")}


def _part(part: Scene, rectangle: tuple[float, float, float, float], language: str, *, is_alone: bool, is_inner: bool = False) -> Scene:
    """Return what is drawn of a part: its name and its memory are whole or not there, and nothing lies on anything else."""
    x, y, width, height = rectangle[0] + 1.5, rectangle[1] + 1.5, max(rectangle[2] - 3, 1), max(rectangle[3] - 3, 1)
    is_guest, has_shape = part["kind"] == "guest", part["kind"] not in ("system", "guest")
    inset = GUEST_INSET if is_guest else 0.0
    room = width - 2 * EDGE - 2 * inset
    name, memory, port = part["title"], f"{part['memory_mib']} MiB", f":{part['ports'][0]}" if part["ports"] else ""
    has_name = _wide(name, LETTERS) <= room and height >= BAND + 2 * inset
    head = BAND + inset if has_name else 2.0
    has_memory = _wide(memory, FIGURES) <= room and height >= head + inset + FOOT + (SIDE_MIN if has_shape else 0)
    foot = FOOT if has_memory else 2.0
    side = min(width - 6, height - head - foot, SIDE_ALONE if is_alone else SIDE)
    token_y = y + head + (height - head - foot - side) / 2
    is_beside = _wide(name, LETTERS_ON_A_PHONE) + 2 * EDGE <= (width - side) / 2 or token_y - y >= LETTERS_ON_A_PHONE
    is_wide = not is_alone or (not is_inner and _wide(name, LETTERS_ON_A_PHONE) <= room and height >= LETTERS_ON_A_PHONE + EDGE and (is_beside or not has_shape))
    is_link = part["kind"] != "process" or min(width, height) >= LINK_MIN
    return {
        **_token(part, language), **({} if is_link else {"ref": ""}), "id": f"part-{slug(part['ref'])}" if part["ref"] else "", "kind": part["kind"], "inner": _guest(part, x, y, width, height, language, is_alone=is_alone) if is_guest else None, "x": round(x, 1), "y": round(y, 1), "width": round(width, 1), "height": round(height, 1), "name": name if has_name else "", "is_wide": is_wide,
        "name_x": round(x + EDGE + inset, 1), "name_y": round(y + 13 + inset, 1), "memory": memory, "has_memory": has_memory, "memory_y": round(y + height - EDGE - inset, 1), "side": round(side, 1), "has_token": side >= 9 and has_shape, "token_x": round(x + (width - side) / 2, 1), "token_y": round(token_y, 1),
        "port": port if has_memory and _wide(memory + port, FIGURES) + EDGE <= room else "", "port_x": round(x + width - EDGE - inset, 1),
    }


def _wide(text: str, size: float) -> float:
    """Return how wide a text is at a size of letters, generously.

    >>> _wide("시스템", 10) > _wide("system", 10) * 0.75
    True
    """
    return size * sum(HANGUL if letter >= "\u1100" else LATIN for letter in text)


def _guest(part: Scene, x: float, y: float, width: float, height: float, language: str, *, is_alone: bool) -> Scene | None:
    """Return what lies in a guest's double wall: its system and its program, to scale on a kernel of its own; None where it has no room, or is off."""
    inside = [child for child in part["children"] if child.get("memory_mib")]
    band = BAND + 5 if is_alone else BAND - 3
    left, top, room = x + WALL, y + WALL + band, (width - 2 * WALL, height - 2 * WALL - band - GUEST_SLAB)
    if not inside or min(room) < LEAST_ROOM:
        return None
    rectangles = squarified([child["memory_mib"] for child in inside], left, top, *room)
    return {"x": round(left, 1), "y": round(top, 1), "width": round(room[0], 1), "slab_y": round(top + room[1], 1), "slab": GUEST_SLAB,
            "parts": [{**_part({"ports": (), **child}, rectangle, language, is_alone=is_alone, is_inner=True), "kind": child["kind"]} for child, rectangle in zip(inside, rectangles, strict=True)]}


def squarified(sizes: Sequence[int], x: float, y: float, width: float, height: float) -> list[tuple[float, float, float, float]]:
    """Return a rectangle for each size, in their order, that together fill the given one; areas are in proportion.

    >>> squarified([3, 1], 0.0, 0.0, 4.0, 1.0)
    [(0.0, 0.0, 3.0, 1.0), (3.0, 0.0, 1.0, 1.0)]
    """
    total = sum(sizes)
    if not total or width <= 0 or height <= 0:
        return [(x, y, 0.0, 0.0) for _ in sizes]
    scale = width * height / total
    found: list[tuple[float, float, float, float]] = []
    rest = [size * scale for size in sizes]
    while rest:
        short = min(width, height)
        row = [rest[0]]
        while len(row) < len(rest) and _worst([*row, rest[len(row)]], short) <= _worst(row, short):
            row.append(rest[len(row)])
        rest = rest[len(row):]
        thick = sum(row) / short if short else 0.0
        along = 0.0
        for area in row:
            length = area / thick if thick else 0.0
            found.append((x, y + along, thick, length) if width >= height else (x + along, y, length, thick))
            along += length
        if width >= height:
            x, width = x + thick, width - thick
        else:
            y, height = y + thick, height - thick
    return found


def _worst(row: Sequence[float], short: float) -> float:
    total, largest, smallest = sum(row), max(row), max(min(row), 1e-9)
    return max(short * short * largest / (total * total), total * total / (short * short * smallest)) if total and short else float("inf")


def drawn_layers(scene: Scene, language: str) -> Scene | None:
    """Return the images of a disk as columns of layers: a layer that several images share is drawn once, under all of them."""
    images = scene.get("layers") or []
    if not images:
        return None
    shown = images[:IMAGES_MAX]
    column = min(620 / len(shown), 150)
    deepest = max(sum(_thick(size) for _name, size in image["layers"]) for image in shown)
    scale = min(1.0, LAYERS_HEIGHT / deepest) if deepest else 1.0
    blocks: list[Scene] = []
    for depth in range(max(len(image["layers"]) for image in shown)):
        begin = 0
        while begin < len(shown):
            stack = [name for name, _size in shown[begin]["layers"][: depth + 1]]
            end = begin + 1
            while end < len(shown) and len(stack) == depth + 1 and [name for name, _size in shown[end]["layers"][: depth + 1]] == stack:
                end += 1
            if len(stack) == depth + 1:
                below = sum(_thick(size) for _name, size in shown[begin]["layers"][:depth]) * scale
                size = shown[begin]["layers"][depth][1]
                thick = max(_thick(size) * scale, 3.0)
                width = (end - begin) * column - 4
                blocks.append({"id": stack[-1], "x": round(begin * column + 2, 1), "y": round(LAYERS_HEIGHT - below - thick, 1), "width": round(width, 1), "height": round(thick - 1.5, 1), "text": _megabytes(size) if thick >= 12 and width > 44 else "", "text_y": round(LAYERS_HEIGHT - below - thick / 2 + 3.5, 1),
                               "text_x": round(begin * column + 7, 1), "is_shared": end - begin > 1, "size": _megabytes(size), "count": end - begin})
            begin = end
    names = [{"ref": image["ref"], "title": image["title"], "short": _cut(image["title"].rpartition("/")[2], int((column - 6) / LETTER_WIDTH)), "x": round(number * column + 4, 1), "used": image["used"]} for number, image in enumerate(shown)]
    return {"blocks": blocks, "names": names, "height": LAYERS_HEIGHT, "full_height": LAYERS_HEIGHT + 20, "name_y": LAYERS_HEIGHT + 13, "width": 620, "more": len(images) - len(shown), "images": [{"title": image["title"], "layers": ", ".join(f"{name} {_megabytes(size)}" for name, size in image["layers"])} for image in shown]}


def _thick(size: int) -> float:
    """Return how thick a layer is drawn: its square root, so that a kilobyte and a gigabyte fit on one page."""
    return max(4.0, sqrt(size / 1_000_000) * 4)


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.3g} MB" if size >= 1_000_000 else f"{size / 1_000:.3g} kB"


def _cut(text: str, letters: int) -> str:
    return text if len(text) <= letters else f"{text[:max(letters - 1, 1)]}…"
