import pytest

from tests.codemod.projects import rewritten, surveyed

SLUG = "stub-endpoint"
HEAD = "from fastapi import APIRouter\n\nrouter = APIRouter()\nmock_dogs = []\n\n\n"


def endpoint(body: str, *, route: str = '@router.post("/dogs")', head: str = HEAD, name: str = "dogs") -> str:
    return f"{head}{route}\nasync def {name}(data, db):\n" + "".join(f"    {line}\n" for line in body.split("\n"))


STUBS = {
    "a note and a constant": '# TODO: store it\nreturn {"ok": True}',
    "a note behind": 'return {"ok": True}  # FIXME: store it',
    "a word in a comment": '# mock\nreturn {"ok": True}',
    "a word in the docstring": '"""Placeholder."""\nreturn {"ok": True}',
    "a word in the answer": 'return {"message": "Mock dog created"}',
    "nothing at all": '"""Store a dog."""\npass',
    "a model that is built": "# TODO: store it\nreturn Dog(**data.model_dump())",
    "an id and a time": (
        '# TODO: store it\nimport uuid\ndog = {"id": uuid.uuid4().hex}\nprint(dog)\nreturn {"dog": dog}'
    ),
}


@pytest.mark.parametrize("body", STUBS.values(), ids=STUBS)
def test_an_endpoint_that_only_pretends_says_so(body: str) -> None:
    after = rewritten(SLUG, endpoint(body))
    assert "501" in after
    assert "from fastapi import APIRouter, HTTPException\n" in after
    assert surveyed(SLUG, {"app.py": after}).findings == ()
    assert after.count("#") == sum(sign in body for sign in ("# TODO", "# FIXME"))


HINDERED = {
    "it decides": '# TODO: implement real storage, this is a mock\nif data:\n    return 1\nreturn {"ok": True}',
    "it looks into samples": "# TODO: implement actual lookup\nfound = mock_dogs[0]\nreturn found",
    "it calls": '# TODO: implement actual storage\n# mock\ndb.add(data)\nreturn {"ok": True}',
    "a comment says more": '# TODO: store it\nprint(1)\n# since 2021\nreturn {"ok": True}',
}


@pytest.mark.parametrize("body", HINDERED.values(), ids=HINDERED)
def test_an_endpoint_that_does_something_is_left_to_a_person(body: str) -> None:
    assert [finding.fixable for finding in surveyed(SLUG, {"app.py": endpoint(body)}).findings] == [False]
    assert rewritten(SLUG, endpoint(body)) == endpoint(body)


REAL = {
    "a constant": 'return {"version": 3}',
    "work with a note of something else": "# TODO: paging\nreturn await db.all()",
    "work with a note of what to implement": "# TODO: implement caching\nreturn await db.all()",
    "it raises": "# TODO: implement\nraise NotImplementedError",
}


@pytest.mark.parametrize("body", REAL.values(), ids=REAL)
def test_an_endpoint_that_works_is_not_found(body: str) -> None:
    assert surveyed(SLUG, {"app.py": endpoint(body)}).findings == ()


@pytest.mark.parametrize(
    "route", ['@router.get("/health")', '@router.post("/webhooks/bank")', '@router.get("/status")']
)
def test_who_would_misunderstand_a_refusal_gets_none(route: str) -> None:
    text = endpoint('# TODO: do it\nreturn {"ok": True}', route=route)
    assert [finding.fixable for finding in surveyed(SLUG, {"app.py": text}).findings] == [False]


def test_a_taken_name_is_not_used_for_something_else() -> None:
    text = endpoint("# TODO: store it\nreturn 1", head=HEAD + "HTTPException = ValueError\n\n\n")
    assert rewritten(SLUG, text) == text


def test_ninja_has_an_error_of_its_own() -> None:
    head = "from ninja import Router\n\nrouter = Router()\n\n\n"
    after = rewritten(SLUG, endpoint("return 1  # TODO: count", head=head, route='@router.get("/count")'))
    assert 'raise HttpError(501, "Not implemented: count")' in after
    assert "from ninja.errors import HttpError\n" in after


def test_a_router_from_elsewhere_is_known_by_its_name_and_the_one_framework() -> None:
    head = "from flask import jsonify\nfrom shop import bp\n\n\n"
    text = endpoint("return jsonify({})  # TODO: count", head=head, route='@bp.route("/count")')
    assert 'abort(501, description="Not implemented: count")' in rewritten(SLUG, text)
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
    files = {"app.py": endpoint("return 1  # TODO: store it"), "tests/test_app.py": test}
    assert [finding.fixable for finding in surveyed(SLUG, files).findings] == [fixable]
