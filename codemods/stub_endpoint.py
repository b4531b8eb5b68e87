"""The codemod `stub-endpoint`; long, because this file is also its documentation and tests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fixbot.codemod import (
    Corpus,
    Declined,
    Fixes,
    Keeps,
    Place,
    ProjectCodemod,
    Proposal,
    Severity,
    Site,
    cst,
    stubbing,
)


class StubEndpoint(ProjectCodemod):
    """Answer 501 where an endpoint is not implemented.

    An endpoint that is a note of what is to do and a made-up answer tells its callers that all is well: a booking is
    confirmed that nobody stores, a figure is shown that nobody counted. Nobody notices until it hurts. HTTP has a word
    for this: 501, not implemented. The endpoint now answers that, with what the note says; the docstring and every
    comment stay. It is rewritten only where a note says that the endpoint itself is missing: what is to be
    `implement`ed, a `real` or `actual` thing to be used, `not implemented yet`, a mock, stub, placeholder or dummy.

    Left alone: endpoints that answer a constant and say nowhere that it is made up, such as a version; those that raise
    an error already; those with a note of something else, such as to add, cache, move or translate. Reported and left
    to a person are endpoints of which a note says no more than what to store, fetch or call, or what a real system
    would do; answers made of a parameter's attribute, of anything else that is worked out, or of what the file keeps;
    stubs that do something beside building an answer, if only to look into a list of samples or to check what they
    were given; health checks and webhooks, whose callers would draw other conclusions; endpoints of which a test
    asserts the answer; and those with a comment that says more.

    Safety: a person must agree: a client that was content with the made-up answer gets an error now.
    """

    severity = Severity.HIGH
    synonyms = (
        "stub endpoint",
        "stubbed endpoint",
        "mock endpoint",
        "incomplete implementation",
        "unimplemented endpoint",
        "endpoint returns mock data",
        "endpoints return mock data",
    )
    pattern = re.compile(rb"@[\w.]+\.(?:get|post|put|patch|delete|route|api_route)\(")
    successors = frozenset({"ARG001", "ARG002"})
    references = (
        "https://developer.mozilla.org/en-US/docs/Web/HTTP/Status/501",
        "https://fastapi.tiangolo.com/tutorial/handling-errors/",
    )
    examples = (
        Fixes(
            '''
            from uuid import uuid4

            from fastapi import APIRouter

            router = APIRouter()


            @router.post("/walks")
            async def book_walk(dog: str, hours: int):
                """Book a walk for a dog."""
                # TODO: Implement storing the walk
                # For now, return mock data
                walk = {"id": str(uuid4()), "dog": dog, "hours": hours}
                return {"message": f"Walk of {dog} is booked", "walk": walk}
            ''',
            '''
            from fastapi import APIRouter, HTTPException

            router = APIRouter()


            @router.post("/walks")
            async def book_walk(dog: str, hours: int):
                """Book a walk for a dog."""
                # TODO: Implement storing the walk
                # For now, return mock data
                raise HTTPException(
                    status_code=501,
                    detail="Not implemented: storing the walk",
                )
            ''',
            because="it says that the walk is booked, and stores nothing",
        ),
        Fixes(
            """
            import logging

            from fastapi import APIRouter, HTTPException, status

            from shop.models import Report

            router = APIRouter(prefix="/reports")
            logger = logging.getLogger(__name__)


            @router.get("/sales", response_model=Report)
            def sales(year: int) -> Report:

                # Mock figures
                logger.info("sales of %s", year)
                return Report(year=year, total=18450.0)


            @router.delete("/{number}")
            def delete_report(number: int):
                if number < 0:
                    raise HTTPException(status_code=status.HTTP_404_NOT_FOUND)
            """,
            """
            import logging

            from fastapi import APIRouter, HTTPException, status

            from shop.models import Report

            router = APIRouter(prefix="/reports")
            logger = logging.getLogger(__name__)


            @router.get("/sales", response_model=Report)
            def sales(year: int) -> Report:

                # Mock figures
                raise HTTPException(
                    status_code=status.HTTP_501_NOT_IMPLEMENTED,
                    detail="Not implemented",
                )


            @router.delete("/{number}")
            def delete_report(number: int):
                if number < 0:
                    raise HTTPException(status_code=status.HTTP_404_NOT_FOUND)
            """,
            because="figures that are made up, in the manner of the file",
        ),
        Fixes(
            """
            from flask import Blueprint, jsonify

            shop = Blueprint("shop", __name__)


            @shop.route("/refund", methods=["POST"])
            def refund():
                return jsonify({"status": "ok"})  # TODO(ann): implement the bank's "refund" service.
            """,
            """
            from flask import Blueprint, abort

            shop = Blueprint("shop", __name__)


            @shop.route("/refund", methods=["POST"])
            def refund():
                # TODO(ann): implement the bank's "refund" service.
                abort(501, description="Not implemented: the bank's \\"refund\\" service")
            """,
            because="Flask has `abort`",
        ),
        Fixes(
            """
            from fastapi import FastAPI

            app = FastAPI()


            @app.get("/version")
            def version():
                # not implemented yet; returns dummy data for the "demo"
                return {"version": "dummy"}


            @app.get("/")
            def index():
                # TODO: implement
                return {"dogs": []}
            """,
            """
            from fastapi import FastAPI, HTTPException

            app = FastAPI()


            @app.get("/version")
            def version():
                # not implemented yet; returns dummy data for the "demo"
                raise HTTPException(status_code=501, detail="Not implemented")


            @app.get("/")
            def index():
                # TODO: implement
                raise HTTPException(status_code=501, detail="Not implemented")
            """,
            because="the note stays, and what it does not say is not made up",
        ),
        Keeps(
            """
            from fastapi import FastAPI

            app = FastAPI()


            @app.get("/about")
            def about():
                return {"name": "kennel", "version": "1.2"}
            """,
            because="nothing says that the answer is made up",
        ),
        Keeps(
            """
            from fastapi import FastAPI

            app = FastAPI()


            @app.get("/me")
            def me(user):
                # TODO: add a picture
                return {"name": user.name}


            @app.get("/colors")
            def colors():  # TODO: add pagination
                return ["red", "green"]


            @app.get("/roles")
            def roles():  # TODO: move to the settings
                return ["admin", "user"]


            @app.get("/currencies")
            def currencies():  # TODO: implement caching of this
                return {"EUR": "Euro"}


            @app.get("/help")
            def help_():  # XXX keep in sync with the real docs
                return {"text": "Ask Ann."}
            """,
            because="the notes are of something else",
        ),
        Keeps(
            '''
            from fastapi import FastAPI

            app = FastAPI()


            @app.get("/limits")
            def limits():
                """Return the limits. Placeholder values are marked with a star."""
                return {"max": "3*"}
            ''',
            because="not every placeholder is one for the endpoint",
        ),
        Keeps(
            """
            from fastapi import FastAPI

            app = FastAPI()


            @app.get("/me")
            def me(user):
                # TODO: implement the actual lookup
                return {"name": user.name}
            """,
            because="who is asked for is not made up",
            reports="its answer is made of `user.name`",
        ),
        Keeps(
            """
            from fastapi import FastAPI

            app = FastAPI()


            @app.get("/colors")
            def colors():
                # TODO: fetch them from the shop
                return ["red", "green"]
            """,
            because="the answer may do until then",
            reports="no note says that the endpoint itself is missing",
        ),
        Keeps(
            """
            from fastapi import FastAPI

            app = FastAPI()


            @app.get("/health")
            def health():
                # TODO: check the database
                return {"status": "ok"}
            """,
            because="who asks a health check draws other conclusions",
            reports="who asks whether the service is up",
        ),
        Keeps(
            """
            from fastapi import APIRouter

            router = APIRouter()


            @router.post("/webhooks/bank")
            async def paid():
                # TODO: Implement booking the payment
                return {"received": True}
            """,
            because="a bank calls again until it is content",
            reports="would call again and again",
        ),
        Keeps(
            """
            from fastapi import APIRouter, HTTPException

            router = APIRouter()
            mock_dogs = [{"name": "Rex"}]


            @router.get("/dogs/{name}")
            async def dog(name: str):
                # TODO: Implement actual database lookup
                found = next((dog for dog in mock_dogs if dog["name"] == name), None)
                if not found:
                    raise HTTPException(404)
                return found
            """,
            because="it looks into a list of samples, and checks what it was given",
            reports="left to a person: it",
        ),
        Keeps(
            """
            from fastapi import APIRouter

            router = APIRouter()


            @router.get("/dogs")
            async def dogs(db):
                # TODO: add paging
                return await db.all("dogs")
            """,
            because="it does its work, and the note is of something else",
        ),
        Keeps(
            """
            from fastapi import APIRouter, HTTPException

            router = APIRouter()


            @router.post("/refresh")
            async def refresh():
                # TODO: Implement rotation of tokens
                raise HTTPException(status_code=501, detail="not implemented")
            """,
            because="it says so already",
        ),
        Keeps(
            """
            from fastapi import APIRouter

            router = APIRouter()


            @router.get("/fees")
            async def fees():
                # TODO: implement reading them from the database
                # The figures are those of the contract of 2023, section 4.
                rates = {"walk": 12, "night": 40}
                # rounded as the tax office wants it
                return {"fees": rates}
            """,
            because="a comment says more about what would go",
            reports="a comment in it says more",
        ),
        Keeps(
            {
                "api.py": """
                    from fastapi import FastAPI

                    app = FastAPI()


                    @app.get("/weather")
                    def weather():
                        return {"sky": "blue"}  # TODO: really ask the weather service
                    """,
                "tests/test_api.py": """
                    from fastapi.testclient import TestClient

                    from api import app


                    def test_the_sky_is_blue():
                        answer = TestClient(app).get("/weather")
                        assert answer.json() == {"sky": "blue"}
                    """,
            },
            because="a test asserts what it answers",
            reports="`tests/test_api.py` asserts what it answers",
        ),
        Keeps(
            """
            def book_walk(dog):
                # TODO: Implement storing the walk
                return {"message": "Mock walk booked"}
            """,
            because="it answers no requests",
        ),
        Keeps(
            """
            cache = Cache()


            @cache.get("answer")
            def answer():
                # TODO: really think
                return 42
            """,
            because="not every `get` is one of a web framework",
        ),
    )

    def survey(self, corpus: Corpus) -> Iterator[Site]:
        """Yield every endpoint that only pretends."""
        return stubbing.survey(corpus, self.pattern)

    def edit(self, place: Place, node: cst.CSTNode) -> Proposal | Declined:
        """Write the refusal in the place of the body."""
        if not isinstance(place.plan, stubbing.Refusing) or not isinstance(node, cst.FunctionDef):
            return Declined("it is not the endpoint that was found")
        return stubbing.edit(place.plan, node)
