import pytest

from tests.codemod.projects import rewritten, surveyed

SLUG = "stub-endpoint"
HEAD = "from fastapi import APIRouter\n\nrouter = APIRouter()\nmock_dogs = []\n\n\n"


def endpoint(body: str, *, route: str = '@router.post("/dogs")', head: str = HEAD, name: str = "dogs") -> str:
    return f"{head}{route}\nasync def {name}(data, db):\n" + "".join(f"    {line}\n" for line in body.split("\n"))


STUBS = {
    "a note and a constant": '# TODO: implement storing it\nreturn {"ok": True}',
    "a note behind": 'return {"ok": True}  # FIXME: actually store it',
    "a word in a comment": '# mock\nreturn {"ok": True}',
    "a word in the docstring": '"""Placeholder."""\nreturn {"ok": True}',
    "a word in brackets": '"""Store a dog (stub)."""\nreturn {"ok": True}',
    "a word in the answer": 'return {"message": "Not implemented yet"}',
    "a comment behind a note": '# TODO: implement storing it\n# For now, return mock data\nreturn {"ok": True}',
    "a note of another thing as well": '# TODO: add paging\n# TODO: implement this\nreturn {"ok": True}',
    "nothing at all": "# TODO: store it\npass",
    "nothing but a heading": "# Implementation of storing\npass",
    "a model that is built": "# TODO: implement it\nreturn Dog(data=data, kind=Kinds.MOCK)",
    "an id and a time": (
        '# TODO: implement\nimport uuid\ndog = {"id": uuid.uuid4().hex, "name": f"{data}"}\nprint(data.name)\n'
        'return {"dog": dog}'
    ),
}


@pytest.mark.parametrize("body", STUBS.values(), ids=STUBS)
def test_an_endpoint_that_only_pretends_says_so(body: str) -> None:
    after = rewritten(SLUG, endpoint(body))
    assert "501" in after
    assert "from fastapi import APIRouter, HTTPException\n" in after
    assert surveyed(SLUG, {"app.py": after}).findings == ()
    assert after.count("#") == body.count("#")


DOUBTFUL = {
    "what to store": '# TODO: store it\nreturn {"ok": True}',
    "what is to be done is not said": 'return {"ok": True}  # TODO',
    "a real thing to add": '# TODO: add a placeholder picture\nreturn {"ok": True}',
    "what a real system does": '# In a real system, this would need a password\nreturn {"ok": True}',
    "what else is missing": '# paging is not implemented\nreturn ["red"]',
    "a placeholder in a form": '# placeholder for the search box\nreturn {"text": "Name"}',
    "for now": '# for now only admins\nreturn {"roles": ["admin"]}',
    "what a docstring is about": '"""Return mock bookings."""\nreturn {"ok": True}',
    "a name": 'mock_dog = {"name": "Rex"}\nreturn mock_dog',
    "an answer": 'return {"message": "Mock dog created"}',
    "nothing, and no note": '"""Store a dog."""\npass',
    "an attribute": "# TODO: implement\nreturn {'name': data.name}",
    "an item": "# mock\nreturn {'id': data['id'], 'name': 'Rex'}",
    "a spread": "# mock\nreturn {**data, 'name': 'Rex'}",
    "a model of what was sent": "# TODO: implement\nreturn Dog(**data.model_dump())",
    "an operation": "# mock\nreturn {'left': data - 1}",
    "a choice": "# mock\nreturn {'name': 'Rex' if data else 'Bello'}",
    "a name for what was sent": "# mock\ndog = data\nreturn {'name': dog.name}",
    "a comprehension": "# mock\nreturn [{'id': each} for each in range(data)]",
}


@pytest.mark.parametrize("body", DOUBTFUL.values(), ids=DOUBTFUL)
def test_an_endpoint_that_may_be_meant_so_is_left_to_a_person(body: str) -> None:
    assert [finding.fixable for finding in surveyed(SLUG, {"app.py": endpoint(body)}).findings] == [False]


def test_what_the_file_keeps_is_no_made_up_answer() -> None:
    text = endpoint("# TODO: implement\nreturn COLORS", head=HEAD + "COLORS = ['red']\n\n\n")
    (finding,) = surveyed(SLUG, {"app.py": text}).findings
    assert "its answer is made of `COLORS`" in finding.message


HINDERED = {
    "it decides": '# TODO: implement real storage, this is a mock\nif data:\n    return 1\nreturn {"ok": True}',
    "it looks into samples": "# TODO: implement actual lookup\nfound = mock_dogs[0]\nreturn found",
    "it calls": '# TODO: implement actual storage\n# mock\ndb.add(data)\nreturn {"ok": True}',
    "a comment says more": '# TODO: implement\nprint(1)\n# since 2021\nreturn {"ok": True}',
    "a comment within": '# TODO: implement\nreturn {\n    # mock\n    "ok": True,\n}',
    "a comment behind an item": '# TODO: implement\nreturn {\n    "ok": True,  # mock\n}',
}


@pytest.mark.parametrize("body", HINDERED.values(), ids=HINDERED)
def test_an_endpoint_that_does_something_is_left_to_a_person(body: str) -> None:
    assert [finding.fixable for finding in surveyed(SLUG, {"app.py": endpoint(body)}).findings] == [False]
    assert rewritten(SLUG, endpoint(body)) == endpoint(body)


REAL = {
    "a constant": 'return {"version": 3}',
    "work with a note of something else": "# TODO: paging\nreturn await db.all()",
    "work with a note of what to implement": "# TODO: implement caching\nreturn await db.all()",
    "a constant with a note of something else": "# TODO: add paging\nreturn ['red']",
    "a constant to be cached": "return ['red']  # TODO: cache this",
    "a constant to be moved": "return ['red']  # TODO: move to the real settings",
    "a constant to be tested": "return ['red']  # TODO: test with mock data",
    "a constant to be translated": "return ['red']  # FIXME translate the placeholders",
    "a constant to be kept": "return ['red']  # XXX keep in sync with the docs",
    "a constant and something more to implement": "return ['red']  # TODO: implement sorting by name",
    "a constant and support for more": "return ['red']  # TODO: implement support for other kinds",
    "what is really old": "return ['red']  # TODO: really old, remove in 3.0",
    "what is to be real in another way": "return ['red']  # TODO: add real-time updates",
    "a heading": "# Implementation of RFC 5785\nreturn {'ok': True}",
    "a placeholder that is meant": '"""Return the limits. Placeholders have a star."""\nreturn {"max": "3*"}',
    "a key": 'return {"placeholder": "mock"}',
    "it raises": "# TODO: implement\nraise NotImplementedError",
}


@pytest.mark.parametrize("body", REAL.values(), ids=REAL)
def test_an_endpoint_that_works_is_not_found(body: str) -> None:
    assert surveyed(SLUG, {"app.py": endpoint(body)}).findings == ()


@pytest.mark.parametrize(
    "route", ['@router.get("/health")', '@router.post("/webhooks/bank")', '@router.get("/status")']
)
def test_who_would_misunderstand_a_refusal_gets_none(route: str) -> None:
    text = endpoint('# TODO: implement it\nreturn {"ok": True}', route=route)
    assert [finding.fixable for finding in surveyed(SLUG, {"app.py": text}).findings] == [False]


@pytest.mark.parametrize(
    "route", ['@router.get("/")', '@router.get("/version")', '@router.get("/orders/status-codes")']
)
def test_not_every_short_path_is_a_health_check(route: str) -> None:
    text = endpoint('# TODO: implement it\nreturn {"ok": True}', route=route)
    assert "501" in rewritten(SLUG, text)


@pytest.mark.parametrize(
    ("note", "detail"),
    [
        ("# TODO: implement", "Not implemented"),
        ("# TODO: Implement this.", "Not implemented"),
        ("# TODO: implement me!", "Not implemented"),
        ("# TODO: implement this endpoint", "Not implemented"),
        ("# TODO: to be implemented later", "Not implemented"),
        ("# TODO: implement the search", "Not implemented: the search"),
        ("# TODO: we need to implement it for cats", "Not implemented: it for cats"),
        ("# TODO: replace the mock data", "Not implemented"),
        ("# not implemented yet", "Not implemented"),
        ('"""TODO: implement this."""', "Not implemented"),
        ("# TODO: implement " + "a word " * 40, "Not implemented: " + "a word " * 21 + "..."),
    ],
)
def test_the_answer_says_what_is_to_be_implemented_and_no_more(note: str, detail: str) -> None:
    after = rewritten(SLUG, endpoint(f'{note}\nreturn {{"ok": True}}'))
    assert f'"{detail}"' in after
    assert note.strip() in after


def test_a_taken_name_is_not_used_for_something_else() -> None:
    text = endpoint("# TODO: implement it\nreturn 1", head=HEAD + "HTTPException = ValueError\n\n\n")
    assert rewritten(SLUG, text) == text


def test_ninja_has_an_error_of_its_own() -> None:
    head = "from ninja import Router\n\nrouter = Router()\n\n\n"
    after = rewritten(SLUG, endpoint("return 1  # TODO: implement counting", head=head, route='@router.get("/count")'))
    assert 'raise HttpError(501, "Not implemented: counting")' in after
    assert "from ninja.errors import HttpError\n" in after


def test_a_router_from_elsewhere_is_known_by_its_name_and_the_one_framework() -> None:
    head = "from flask import jsonify\nfrom shop import bp\n\n\n"
    text = endpoint("return jsonify({})  # TODO: implement counting", head=head, route='@bp.route("/count")')
    assert 'abort(501, description="Not implemented: counting")' in rewritten(SLUG, text)
    assert rewritten(SLUG, text.replace("flask", "board")) == text.replace("flask", "board")


ASKING = 'def test_it(client):\n    answer = client.post("/api/dogs")\n    assert answer.status_code == 200\n'


@pytest.mark.parametrize(
    ("test", "fixable"),
    [
        (ASKING, False),
        (ASKING.replace("post", "get"), True),
        (ASKING.replace("dogs", "cats"), True),
        ("from shop.app import dogs\n\ndef test_it():\n    assert dogs(1, 2)\n", False),
        ("from shop.other import dogs\n\ndef test_it():\n    assert dogs(1, 2)\n", True),
        ('def load(client):\n    client.post("/dogs")\n', True),
    ],
)
def test_a_test_that_asserts_the_answer_keeps_it(test: str, *, fixable: bool) -> None:
    files = {"app.py": endpoint("return 1  # TODO: implement it"), "tests/test_app.py": test}
    assert [finding.fixable for finding in surveyed(SLUG, files).findings] == [fixable]
