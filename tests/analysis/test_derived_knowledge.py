from __future__ import annotations

import base64
import configparser
import json
import platform
import shutil
import zipfile
from pathlib import Path
from types import FunctionType

import pytest

from derive.stdlib import docs, stubs, values
from derive.stdlib.catalogue import catalogue
from derive.stdlib.flow import Flow, Probed
from derive.stdlib.guard import DENIED
from derive.stdlib.join import derive
from derive.stdlib.join import written as written_again
from derive.stdlib.probe import whole
from derive.stdlib.steps import Source
from fixbot.analysis.knowledge import derived as reader
from fixbot.analysis.knowledge.derived import Derived, derived, parents, python, written

DATA = sorted(Path(reader.__file__).with_name("stdlib").glob("*.json"))
OS = "OSError"


def known(name: str) -> Derived:
    """Give what is known of a callable that is in the data."""
    found = derived().get(name)
    assert found is not None, name
    return found


SANE = {
    "json.loads": "json.JSONDecodeError",
    "json.load": f"json.JSONDecodeError {OS}",
    "int": "ValueError",
    "float": "ValueError",
    "open": OS,
    "os.remove": OS,
    "os.mkdir": OS,
    "os.listdir": OS,
    "os.stat": OS,
    "os.kill": OS,
    "os.path.getsize": OS,
    "datetime.datetime.strptime": "ValueError",
    "datetime.datetime.fromisoformat": "ValueError",
    "time.strptime": "ValueError",
    "base64.b64decode": "binascii.Error",
    "struct.unpack": "struct.error",
    "subprocess.check_output": f"subprocess.CalledProcessError {OS}",
    "subprocess.check_call": f"subprocess.CalledProcessError {OS}",
    "subprocess.Popen": OS,
    "socket.create_connection": OS,
    "socket.gethostbyname": OS,
    "socket.socket.recv": OS,
    "urllib.request.urlopen": "urllib.error.URLError",
    "importlib.import_module": "ImportError",
    "re.compile": "re.error",
    "dict.pop": "KeyError",
    "list.remove": "ValueError",
    "list.index": "ValueError",
    "list.pop": "IndexError",
    "str.encode": "UnicodeEncodeError",
    "bytes.decode": "UnicodeDecodeError",
    "ast.parse": "SyntaxError",
    "ast.literal_eval": "ValueError SyntaxError",
    "uuid.UUID": "ValueError",
    "ipaddress.ip_address": "ValueError",
    "decimal.Decimal": "decimal.InvalidOperation",
    "zipfile.ZipFile": f"zipfile.BadZipFile {OS}",
    "configparser.ConfigParser.get": "configparser.NoOptionError configparser.NoSectionError",
    "shutil.copy": OS,
    "shutil.rmtree": OS,
    "pwd.getpwnam": "KeyError",
    "queue.Queue.get_nowait": "queue.Empty",
    "xml.etree.ElementTree.parse": "xml.etree.ElementTree.ParseError",
    "xml.etree.ElementTree.fromstring": "xml.etree.ElementTree.ParseError",
    "pickle.loads": "pickle.UnpicklingError",
    "importlib.metadata.version": "importlib.metadata.PackageNotFoundError",
    "locale.setlocale": "locale.Error",
    "select.select": OS,
    "signal.signal": "ValueError",
    "smtplib.SMTP": f"smtplib.SMTPConnectError {OS}",
    "plistlib.loads": "plistlib.InvalidFileException",
    "csv.DictReader.__next__": "csv.Error",
    "getpass.getuser": "KeyError",
    "hashlib.new": "ValueError",
    "zoneinfo.ZoneInfo": "zoneinfo.ZoneInfoNotFoundError",
    "tarfile.open": f"tarfile.ReadError {OS}",
    "gzip.open": OS,
    "gzip.decompress": "gzip.BadGzipFile EOFError",
    "bz2.decompress": OS,
    "lzma.decompress": "lzma.LZMAError",
    "email.utils.parsedate_to_datetime": "ValueError",
    "http.client.HTTPConnection.request": OS,
    "http.client.HTTPConnection.getresponse": "http.client.BadStatusLine",
    "sqlite3.connect": "sqlite3.OperationalError",
    "sqlite3.Connection.execute": "sqlite3.OperationalError",
    "pathlib.Path.read_text": f"UnicodeDecodeError {OS}",
    "tomllib.loads": "tomllib.TOMLDecodeError",
}
MISUSED = ("json.loads", "int", "float", "open", "os.remove", "struct.unpack", "datetime.datetime.fromisoformat")
# What a person would not expect there, and what a library's bookkeeping must not leave behind.
FREE_OF = {
    "open": "ValueError UnicodeEncodeError",
    "os.path.exists": OS,
    "shutil.copy": "KeyError IndexError ValueError",
    "subprocess.Popen": "KeyError IndexError",
    "urllib.parse.urlparse": "re.error KeyError",
    "re.match": "KeyError",
    "json.loads": "TypeError KeyError IndexError",
    "logging.info": "OSError ValueError",
}


@pytest.mark.parametrize("name", SANE)
def test_what_everybody_knows_is_found(name: str) -> None:
    assert set(SANE[name].split()) <= set(known(name).raises)


@pytest.mark.parametrize("name", MISUSED)
def test_a_wrong_type_is_misuse(name: str) -> None:
    found = known(name)
    assert "TypeError" in found.misuse
    assert "TypeError" not in found.raises


@pytest.mark.parametrize("name", FREE_OF)
def test_what_cannot_come_is_not_said(name: str) -> None:
    entry = derived().get(name)
    assert entry is None or not set(FREE_OF[name].split()) & set(entry.raises)


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("IOError", "OSError"),
        ("EnvironmentError", "OSError"),
        ("socket.error", "OSError"),
        ("socket.timeout", "TimeoutError"),
        ("asyncio.TimeoutError", "TimeoutError"),
        ("json.decoder.JSONDecodeError", "json.JSONDecodeError"),
        ("io.open", "open"),
        ("json.JSONDecodeError", "json.JSONDecodeError"),
    ],
)
def test_a_thing_has_one_name(alias: str, name: str) -> None:
    assert written(alias) == name


def test_an_alias_of_a_callable_is_understood() -> None:
    assert known("io.open") == known("open")
    assert "nothing.like.this" not in derived()


def test_parents_are_those_of_the_classes() -> None:
    assert parents("json.decoder.JSONDecodeError") == ("ValueError",)
    assert parents("socket.error") == ("Exception",)
    assert parents("no.such.Error") == ()


def test_return_types_are_written_as_importers_write_them() -> None:
    returned = {name: known(name).returns for name in ("str.encode", "datetime.datetime.strptime", "re.match")}
    assert returned == {
        "str.encode": "bytes",
        "datetime.datetime.strptime": "datetime.datetime",
        "re.match": "re.Match | None",
    }


def test_every_exception_named_is_a_known_one() -> None:
    files = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in DATA}
    known = files.pop("classes")["exceptions"]
    calls = [entry for entries in files.values() for entry in entries.values()]
    assert {kind for entry in calls for kind in (*entry["raises"], *entry["misuse"])} <= set(known)
    assert {by for entry in calls for by in entry["raises"].values()} == {"source", "probe", "docs"}


def test_the_records_are_many_and_made_once_asked_for() -> None:
    assert len(set(derived())) == len(list(derived())) > 10_000
    assert isinstance(derived().get("json.loads"), Derived)


def flow_of(function: object, owner: type | None = None, **probed: type[BaseException]) -> dict[str, bool]:
    """Give what leaves a function of the library: exception -> whether it is misuse."""
    assert isinstance(function, FunctionType)
    source = Source(function, owner)
    flow = Flow({name.replace("__", "."): Probed(frozenset({(kind, False)})) for name, kind in probed.items()})
    flow.read([source])
    flow.solve()
    return {catalogue().name(kind): misuse for kind, misuse in flow.out_of(source)}


def test_what_a_handler_catches_is_replaced_by_what_it_raises() -> None:
    found = flow_of(configparser.RawConfigParser.get, configparser.ConfigParser)
    assert {"configparser.NoOptionError", "configparser.NoSectionError"} <= set(found)
    assert "KeyError" not in found


def test_exceptions_flow_through_calls_and_modules() -> None:
    assert flow_of(json.loads)["json.JSONDecodeError"] is False
    assert flow_of(json.loads)["TypeError"] is True


def test_what_is_written_in_c_adds_what_its_probes_saw() -> None:
    assert "OSError" not in flow_of(shutil.copyfile)
    assert flow_of(shutil.copyfile, open=OSError)["OSError"] is False


def test_a_wrong_mode_is_misuse_and_a_bad_file_is_not() -> None:
    assert flow_of(zipfile.ZipFile.__init__, zipfile.ZipFile)["zipfile.BadZipFile"] is False
    assert flow_of(base64.b32decode)["binascii.Error"] is False


def test_a_docstring_is_believed_only_where_it_announces() -> None:
    def some() -> None:
        """Raises ValueError or KeyError if bad; does not raise TypeError. Raise Nonsense when asked."""

    assert docs.announced(some) == {ValueError, KeyError}


def test_typeshed_gives_parameters_and_return_types() -> None:
    (signature,) = stubs.signatures("datetime.datetime.fromisoformat")
    assert [(parameter.name, parameter.annotation) for parameter in signature.parameters] == [("date_string", "str")]
    assert stubs.returns("no.such.thing") is None


def test_arguments_are_chosen_by_the_type() -> None:
    text = stubs.Parameter("text", "str", optional=False, keyword=False)
    assert {type(made()) for made in values.right(text) or ()} == {str}
    assert {type(made()) for made in values.wrong(text)} >= {int, type(None)}
    assert values.right(stubs.Parameter("thing", "_Unheard", optional=False, keyword=False)) is None


def test_what_would_end_the_process_is_never_called() -> None:
    ending = ("os._exit", "os.abort", "input", "sys.exit", "time.sleep", "os.fork")
    assert [name for name in (*ending, "os.remove", "json.loads") if DENIED.match(name)] == [*ending]


def test_only_plain_methods_are_taken_to_be_wholly_probed() -> None:
    assert whole("str.encode")
    assert not whole("list.index")
    assert not whole("os.remove")


@pytest.mark.long
@pytest.mark.skipif(platform.python_version() != python(), reason="the data is of another Python")
def test_deriving_again_gives_the_same_lines(tmp_path: Path) -> None:
    again = derive(tmp_path, ("json.", "base64.", "uuid.UUID", "struct.", "queue.Q"))
    lines = {line.rstrip(",") for path in DATA for line in path.read_text(encoding="utf-8").splitlines()}
    files = written_again(again)
    calls = [line.rstrip(",") for name in files if name != "classes" for line in files[name].splitlines()]
    assert len(calls) > 40
    assert [line for line in calls if line not in lines] == []
