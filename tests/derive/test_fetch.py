import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from derive.practice.fetch import fetch, packages, unpack

FILES = {
    "shop-1/shop/__init__.py": b"x = 1\n",
    "shop-1/setup.cfg": b"[metadata]\n",
    "../outside.py": b"bad\n",
    "shop-1/../../above.py": b"bad\n",
    "/tmp/fixbot-absolute.py": b"bad\n",  # noqa: S108 - what a hostile archive would name
}


def tar(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        link = tarfile.TarInfo("shop-1/link.py")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return out.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(("file", "packed"), [("shop-1.tar.gz", tar), ("shop-1.zip", zipped), ("shop-1.whl", zipped)])
def test_only_python_files_are_unpacked_and_none_outside_the_folder(
    file: str, packed: Callable[[dict[str, bytes]], bytes], tmp_path: Path
) -> None:
    unpack(file, packed(FILES), tmp_path / "in" / "shop")
    found = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {"in/shop/shop-1/shop/__init__.py"}
    assert (tmp_path / "in/shop/shop-1/shop/__init__.py").read_bytes() == FILES["shop-1/shop/__init__.py"]
    assert not Path("/tmp/fixbot-absolute.py").exists()  # noqa: S108 - see above


def test_a_package_that_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    assert fetch(("shop", "1", "shop-1.tar.gz", "0" * 64), tmp_path) == "shop: there"


def test_every_package_of_the_corpus_has_a_version_a_file_and_a_hash() -> None:
    rows = packages()
    assert len({name for name, *_ in rows}) == len(rows) > 100
    assert [
        name for name, version, file, digest in rows if version not in file or len(bytes.fromhex(digest)) != 32
    ] == []
