"""Make objects/protobuf.json: the field numbers under which typed clients send Kubernetes objects, read from a kubectl binary.

Run it again for a new Kubernetes version: `python scripts/make_protobuf.py PATH/TO/kubectl`. A Go program carries the type of every struct with its
field tags (`json:"replicas" protobuf:"varint,1,opt,name=replicas"`), so that reflection works; this reads them, as `reflect` would.
A message is {number: [JSON name, type]}; types are spelled as in schema.json, an empty JSON name marks a part that is written inline, and a third
word `omit` a field whose zero JSON leaves out.
"""

import json
import re
import struct
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "learnk8s/simulation/kubernetes/objects/protobuf.json"
POINTER, SLICE, MAP, STRUCT, STRING, BOOL = 22, 23, 21, 25, 24, 1
FLOATS = (13, 14)
LEAVES = {"resource.Quantity": "quantity", "v1.Time": "time", "v1.MicroTime": "microtime", "intstr.IntOrString": "int-or-string", "v1.FieldsV1": "raw", "runtime.RawExtension": "raw", "v1.JSON": "raw"}
TAG = re.compile(r'json:"([^",]*)[^"]*"')
NUMBER = re.compile(r'protobuf:"(\w+),(\d+),(\w+)')


class Binary:
    """A Go program's read-only data, by address."""

    def __init__(self, path: Path) -> None:
        self.raw = path.read_bytes()
        offset, = struct.unpack_from("<Q", self.raw, 0x28)
        size, count, names = struct.unpack_from("<HHH", self.raw, 0x3A)
        heads = [struct.unpack_from("<IIQQQQIIQQ", self.raw, offset + index * size) for index in range(count)]
        texts = heads[names][4]
        self.sections = {self.raw[texts + head[0] : self.raw.index(b"\0", texts + head[0])].decode(): (head[3], head[4], head[5]) for head in heads}
        self.base, self.start, self.size = self.sections[".rodata"]

    def at(self, address: int, form: str) -> tuple[int, ...]:
        """Return numbers at an address."""
        return struct.unpack_from("<" + form, self.raw, self.start + address - self.base)

    def holds(self, address: int) -> bool:
        """Say whether an address is in the read-only data."""
        return self.base <= address < self.base + self.size

    def name(self, address: int) -> tuple[str, str]:
        """Return a name and its tag."""
        place = self.start + address - self.base
        flags = self.raw[place]
        text, place = self._text(place + 1)
        tag = self._text(place)[0] if flags & 2 else ""
        return text, tag

    def _text(self, place: int) -> tuple[str, int]:
        length = shift = 0
        while True:
            byte = self.raw[place]
            place += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        return self.raw[place : place + length].decode("utf-8", "replace"), place + length

    def kind(self, address: int) -> int:
        """Return the reflect.Kind of a type."""
        return self.at(address + 23, "B")[0] & 31

    def title(self, address: int) -> str:
        """Return a type's name as Go prints it, `v1.PodSpec`."""
        text = self.name(self.base + self.at(address + 40, "i")[0])[0]
        return text.removeprefix("*") if self.at(address + 20, "B")[0] & 2 else text

    def package(self, address: int) -> str:
        """Return the import path of a named struct type."""
        if not self.at(address + 20, "B")[0] & 1:
            return ""
        return self.name(self.base + self.at(address + (80 if self.kind(address) == STRUCT else 56), "i")[0])[0]

    def structs(self) -> list[int]:
        """Return the addresses of all struct types whose fields have protobuf tags."""
        names = set()
        for found in re.finditer(rb'protobuf:"', self.raw[self.start : self.start + self.size]):
            for back in range(3, 400):
                place = found.start() - back
                address = self.base + place
                if self.raw[self.start + place] & 2 and not self.raw[self.start + place] & 0xF0 and self._is_name(address, self.base + found.start()):
                    names.add(address)
        words = struct.unpack_from(f"<{self.size // 8}Q", self.raw, self.start)
        fields = {self.base + index * 8 for index, word in enumerate(words) if word in names}
        return [self.base + index * 8 - 56 for index, word in enumerate(words[:-2]) if (word in fields or word + 24 in fields) and 0 < words[index + 1] == words[index + 2] < 200 and self.kind(self.base + index * 8 - 56) == STRUCT]

    def _is_name(self, address: int, tag_at: int) -> bool:
        try:
            text, tag = self.name(address)
        except (IndexError, UnicodeDecodeError):
            return False
        return text.isidentifier() and "protobuf:" in tag and len(tag) < 300 and address + 2 + len(text) <= tag_at

    def fields(self, address: int) -> list[tuple[str, str, int]]:
        """Return the fields of a struct type: name, tag, type."""
        first, count = self.at(address + 56, "QQ")
        found = []
        for index in range(count):
            name, kind, _offset = self.at(first + index * 24, "QQQ")
            found.append((*self.name(name), kind))
        return found


def module(package: str) -> str:
    """Return the schema's word for a package: `k8s.io/api/core/v1` is core_v1."""
    parts = package.split("/")
    if package.endswith("apimachinery/pkg/apis/meta/v1"):
        return "meta_v1"
    return f"{parts[-2]}_{parts[-1]}" if len(parts) > 1 else package


def spelled(binary: Binary, address: int) -> str:
    """Return a type as the schema spells it."""
    kind, title = binary.kind(address), binary.title(address)
    if title in LEAVES:
        return LEAVES[title]
    if kind == POINTER:
        return spelled(binary, binary.at(address + 48, "Q")[0])
    if kind == SLICE:
        item = binary.at(address + 48, "Q")[0]
        return "bytes" if binary.kind(item) == 8 else spelled(binary, item) + "[]"
    if kind == MAP:
        return spelled(binary, binary.at(address + 56, "Q")[0]) + "{}"
    if kind == STRUCT:
        return f"{module(binary.package(address))}.{title.rpartition('.')[2]}"
    return "str" if kind == STRING else "bool" if kind == BOOL else "float" if kind in FLOATS else "int"


def main() -> None:
    """Write the table."""
    binary = Binary(Path(sys.argv[1]))
    messages: dict[str, dict[str, list[str]]] = {}
    for address in binary.structs():
        package = binary.package(address)
        if not package.startswith("k8s.io/") or binary.title(address) in LEAVES:
            continue
        rows = {}
        for _name, tag, kind in binary.fields(address):
            number, json_name = NUMBER.search(tag), TAG.search(tag)
            if number and json_name:
                rows[number[2]] = [json_name[1], spelled(binary, kind), *(["omit"] if "omitempty" in tag and binary.kind(kind) != POINTER else [])]
        messages[f"{module(package)}.{binary.title(address).rpartition('.')[2]}"] = rows
    versions = re.compile(r"^(?!.*(alpha|beta)).*_v\d+\.")
    kept = {name: rows for name, rows in sorted(messages.items()) if versions.match(name)}
    TARGET.write_text(json.dumps({"messages": kept}, separators=(",", ":"), sort_keys=True) + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {len(kept)} messages, {TARGET.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
