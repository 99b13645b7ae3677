"""A whole course as files, and those files as a zip: the same files always give the same bytes.

    course.yaml
    lessons/<slug>/lesson.yaml, ko.md, en.md, quiz.yaml, labs.yaml, sources.yaml, *.svg, *.png
    banks/<slug>/bank.yaml
    scenarios/<slug>/scenario.yaml
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from stat import S_ISLNK
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError

FOLDERS = {"lessons": "lesson", "banks": "bank", "scenarios": "scenario"}
ZIP_BYTES_MAX, WHOLE_BYTES_MAX, FILE_BYTES_MAX, FILES_MAX = 20 * 2**20, 60 * 2**20, 4 * 2**20, 3_000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}")
_MOMENT = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class BadFile:
    """Something about the files themselves: a path and a reason in both languages."""

    path: str
    ko: str
    en: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in the archive."""

    kind: str
    slug: str
    files: Mapping[str, bytes]


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return files as a zip, in the order of their names, without clock or owner."""
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name in sorted(files):
            info = ZipInfo(name, _MOMENT)
            info.compress_type, info.external_attr, info.create_system = ZIP_DEFLATED, 0o644 << 16, 3
            archive.writestr(info, files[name], compresslevel=9)
    return out.getvalue()


def unpacked(content: bytes) -> tuple[dict[str, bytes], list[BadFile]]:
    """Return the files of a zip. Sizes are counted while reading, whatever the zip says of itself; names that lead elsewhere are refused."""
    files: dict[str, bytes] = {}
    bad: list[BadFile] = []
    if len(content) > ZIP_BYTES_MAX:
        return {}, [BadFile("", "압축 파일이 20 MB보다 크다.", "The zip is larger than 20 MB.")]
    try:
        with ZipFile(BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > FILES_MAX:
                return {}, [BadFile("", f"파일이 {FILES_MAX}개보다 많다.", f"There are more than {FILES_MAX} files.")]
            left = WHOLE_BYTES_MAX
            for entry in entries:
                if (reason := _reason(entry, files)) is not None:
                    bad.append(reason)
                    continue
                with archive.open(entry) as stream:
                    text = stream.read(min(FILE_BYTES_MAX, left) + 1)
                left -= len(text)
                if len(text) > FILE_BYTES_MAX or left < 0:
                    return {}, [*bad, BadFile(entry.filename[:100], "풀어 보니 너무 크다.", "It is too large when it is unpacked.")]
                files[entry.filename] = text
    except (BadZipFile, ZlibError, OSError, RuntimeError, NotImplementedError, EOFError, ValueError):
        return {}, [BadFile("", "zip이 아니거나 상한 파일이다.", "This is no zip, or it is damaged.")]
    return files, bad


def _reason(entry: ZipInfo, files: Mapping[str, bytes]) -> BadFile | None:
    name = entry.filename
    if S_ISLNK(entry.external_attr >> 16):
        return BadFile(name[:100], "심벌릭 링크는 받지 않는다.", "Symbolic links are refused.")
    if name in files:
        return BadFile(name[:100], "같은 이름이 두 번 나온다.", "The name occurs twice.")
    if entry.flag_bits & 1:
        return BadFile(name[:100], "암호가 걸려 있다.", "It is encrypted.")
    return None


def sorted_items(files: Mapping[str, bytes]) -> tuple[bytes | None, list[Item], list[BadFile]]:
    """Return the outline, the items, and every path that is not part of the layout."""
    items: dict[tuple[str, str], dict[str, bytes]] = {}
    bad: list[BadFile] = []
    for path, content in sorted(files.items()):
        parts = path.split("/")
        if path == "course.yaml":
            continue
        if len(parts) == 3 and parts[0] in FOLDERS and re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,49}", parts[1]) and _NAME.fullmatch(parts[2]):
            items.setdefault((parts[0], parts[1]), {})[parts[2]] = content
        else:
            bad.append(BadFile(path[:120], "여기에 있을 수 없는 파일이다. course.yaml, lessons/이름/…, banks/이름/…, scenarios/이름/…만 받는다.", "This file has no place here. Only course.yaml, lessons/name/…, banks/name/… and scenarios/name/… are taken."))
    return files.get("course.yaml"), [Item(FOLDERS[folder], slug, content) for (folder, slug), content in items.items()], bad
