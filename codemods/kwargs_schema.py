"""The codemod `kwargs-schema`; long, because this file is also its documentation and tests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fixbot.codemod import (
    Corpus,
    Declined,
    Dismissed,
    Fixes,
    Keeps,
    Option,
    Place,
    ProjectCodemod,
    Proposal,
    Safety,
    Severity,
    Site,
    cst,
    keywords,
)


class KwargsSchema(ProjectCodemod):
    """Give `**kwargs` a schema.

    A function that takes `**kwargs` and never checks them takes everything: a misspelt key is lost without a word,
    a key that nobody meant gets into the database, and no editor or type checker can help. The keys are known all the
    same: the body reads some by name, hands the rest on to something that takes only certain ones, and its callers
    write them out. They become the fields of a schema, and the signature, the body and every call change with it.

    Left alone: functions that refuse unknown keys themselves; those that only pass them on to something unknown, as
    decorators do; what a framework calls, such as hooks, views, commands, fixtures and listeners; helpers of tests;
    Python's own methods.
    Reported, with what stands in the way, are functions whose keys are worked out at run time or kept whole; the public
    interface of a distribution, which is all that can be imported of one that is described for an index of packages
    (`public = "change"` includes it); functions that are used as values or may have callers that are not seen; mappings
    at calls that may hold a named parameter too; defaults that are worked out, or differ; and those whose overrides
    cannot change along.

    Safety: with the style `typed-dict` nothing changes at run time. With the others a key that is no field becomes an
    error where it was ignored or handed on, and a missing one fails earlier: a person must agree.
    """

    severity = Severity.CRITICAL
    synonyms = ("kwargs", "untyped kwargs", "keyword arguments without a schema")
    pattern = re.compile(rb"\*\*")
    references = (
        "https://peps.python.org/pep-0692/",
        "https://docs.pydantic.dev/latest/concepts/models/#extra-data",
        "https://docs.python.org/3/library/dataclasses.html",
    )
    options = (
        Option(
            "style",
            ("auto", "pydantic", "dataclass", "typed-dict", "params"),
            "what the schema is: a pydantic model, a frozen dataclass, a TypedDict that only type checkers see, or "
            "keyword-only parameters; `auto` takes pydantic where the project depends on it, else a dataclass",
        ),
        Option("join", ("false", "true"), "whether the named parameters that go along with the keys join the schema"),
        Option("public", ("keep", "change"), "whether the public interface of a distribution stays as it is"),
    )
    examples = (
        Fixes(
            """
            def book(guest, **kwargs):
                table = kwargs["table"]
                return guest, table, kwargs.get("hours", 2)


            def busy(guest):
                return book(guest, table=4, hours=3), book(guest, table=5)
            """,
            """
            from dataclasses import dataclass


            @dataclass(frozen=True, kw_only=True, slots=True)
            class BookParams:
                \"\"\"What `book` takes by keyword.\"\"\"

                table: int
                hours: int = 2


            def book(guest, params: BookParams):
                table = params.table
                return guest, table, params.hours


            def busy(guest):
                return book(guest, BookParams(table=4, hours=3)), book(guest, BookParams(table=5))
            """,
            because="keys with and without a default, in a project without pydantic",
        ),
        Fixes(
            {
                "shop/orders.py": """
                    class Orders:
                        def __init__(self):
                            self.lines = []

                        def add(self, guest, **kwargs):
                            \"\"\"Add a line.

                            Args:
                                guest: who ordered it.
                                **kwargs: what was ordered.
                            \"\"\"
                            dish, count = kwargs["dish"], kwargs.pop("count", 1)
                            self.lines.append((guest, dish, count, kwargs.get("spicy", False)))
                            return self
                    """,
                "shop/till.py": """
                    from shop.orders import Orders


                    def sell(orders: Orders, guest):
                        orders.add(guest, dish="soup", spicy=True)
                        return Orders().add(guest, dish="bread")
                    """,
            },
            {
                "shop/orders.py": """
                    from dataclasses import dataclass


                    @dataclass(frozen=True, kw_only=True, slots=True)
                    class AddParams:
                        \"\"\"What `Orders.add` takes by keyword.\"\"\"

                        dish: str
                        count: int = 1
                        spicy: bool = False


                    class Orders:
                        def __init__(self):
                            self.lines = []

                        def add(self, guest, params: AddParams):
                            \"\"\"Add a line.

                            Args:
                                guest: who ordered it.
                                params: what was ordered.
                            \"\"\"
                            dish, count = params.dish, params.count
                            self.lines.append((guest, dish, count, params.spicy))
                            return self
                    """,
                "shop/till.py": """
                    from shop.orders import AddParams, Orders


                    def sell(orders: Orders, guest):
                        orders.add(guest, AddParams(dish="soup", spicy=True))
                        return Orders().add(guest, AddParams(dish="bread"))
                    """,
            },
            because="a method with callers in another file, which import the schema",
        ),
        Fixes(
            """
            import json


            def connect(**options):
                return options["host"], options.get("port", 5432)


            def from_file(path):
                with open(path) as file:
                    return connect(**json.load(file))


            def from_environment(environ):
                found = {"host": environ["DB_HOST"]}
                return connect(port=5433, **found)
            """,
            """
            import json
            from dataclasses import dataclass
            from typing import Any


            @dataclass(frozen=True, kw_only=True, slots=True)
            class ConnectParams:
                \"\"\"What `connect` takes by keyword.\"\"\"

                host: Any
                port: int = 5432


            def connect(params: ConnectParams):
                return params.host, params.port


            def from_file(path):
                with open(path) as file:
                    return connect(ConnectParams(**json.load(file)))


            def from_environment(environ):
                found = {"host": environ["DB_HOST"]}
                return connect(ConnectParams(port=5433, **found))
            """,
            because="`**mapping` at a call",
        ),
        Fixes(
            {
                "desk.py": """
                    from model import Loan


                    class Desk:
                        def __init__(self):
                            self.loans = []

                        def lend(self, reader, **kwargs):
                            if kwargs["book"] in self.loans:
                                raise ValueError(reader)
                            loan = Loan(**kwargs)
                            self.loans.append(loan.book)
                            return loan
                    """,
                "main.py": """
                    from datetime import date

                    from desk import Desk

                    Desk().lend("Ann", book="Emma", due=date(2025, 1, 31))
                    """,
                "model.py": """
                    from dataclasses import dataclass
                    from datetime import date


                    @dataclass
                    class Loan:
                        book: str
                        due: date
                        renewals: int = 0
                    """,
            },
            {
                "desk.py": """
                    from dataclasses import dataclass
                    from datetime import date

                    from model import Loan


                    @dataclass(frozen=True, kw_only=True, slots=True)
                    class LendParams:
                        \"\"\"What `Desk.lend` takes by keyword.\"\"\"

                        book: str
                        due: date
                        renewals: int = 0


                    class Desk:
                        def __init__(self):
                            self.loans = []

                        def lend(self, reader, params: LendParams):
                            if params.book in self.loans:
                                raise ValueError(reader)
                            loan = Loan(book=params.book, due=params.due, renewals=params.renewals)
                            self.loans.append(loan.book)
                            return loan
                    """,
                "main.py": """
                    from datetime import date

                    from desk import Desk, LendParams

                    Desk().lend("Ann", LendParams(book="Emma", due=date(2025, 1, 31)))
                    """,
                "model.py": """
                    from dataclasses import dataclass
                    from datetime import date


                    @dataclass
                    class Loan:
                        book: str
                        due: date
                        renewals: int = 0
                    """,
            },
            because="keys that go on to a dataclass have its types",
        ),
        Fixes(
            {
                "app/__init__.py": "",
                "app/booking.py": """
                    def create_booking(db, **kwargs):
                        party_size = kwargs["party_size"]
                        if party_size < 1 or party_size > 50:
                            raise ValueError("party size")
                        return db.add(kwargs["name"], party_size, kwargs.get("notes", ""))
                    """,
                "app/routes.py": """
                    from app.booking import create_booking


                    def book(db, form):
                        size = int(form["size"])
                        return create_booking(db, party_size=size, name="Ann")
                    """,
                "app/schemas.py": """
                    from pydantic import BaseModel


                    class Table(BaseModel):
                        \"\"\"A table.\"\"\"

                        seats: int
                    """,
            },
            {
                "app/__init__.py": "",
                "app/booking.py": """
                    from app.schemas import CreateBookingParams


                    def create_booking(db, params: CreateBookingParams):
                        party_size = params.party_size
                        if party_size < 1 or party_size > 50:
                            raise ValueError("party size")
                        return db.add(params.name, party_size, params.notes)
                    """,
                "app/routes.py": """
                    from app.booking import create_booking
                    from app.schemas import CreateBookingParams


                    def book(db, form):
                        size = int(form["size"])
                        return create_booking(
                            db,
                            CreateBookingParams(party_size=size, name="Ann"),
                        )
                    """,
                "app/schemas.py": """
                    from pydantic import BaseModel, ConfigDict, Field


                    class Table(BaseModel):
                        \"\"\"A table.\"\"\"

                        seats: int


                    class CreateBookingParams(BaseModel):
                        \"\"\"What `create_booking` takes by keyword.\"\"\"

                        model_config = ConfigDict(extra="forbid")

                        party_size: int = Field(ge=1, le=50)
                        name: str
                        notes: str = ""
                    """,
            },
            because="`schemas.py` takes the model of a function that checks its keys itself",
        ),
        Fixes(
            """
            \"\"\"Bookings.\"\"\"

            from pydantic import BaseModel


            class Booking(BaseModel):
                guest: str
                party_size: int
                notes: str = ""


            def create_booking(db, guest: str, **kwargs) -> Booking:
                party_size = kwargs["party_size"]
                if party_size < 1 or party_size > 50:
                    raise ValueError("party size")
                booking = Booking(guest=guest, **kwargs)
                db.add(booking)
                return booking


            def walk_in(db) -> Booking:
                return create_booking(db, "somebody", party_size=2)
            """,
            """
            \"\"\"Bookings.\"\"\"

            from pydantic import BaseModel, ConfigDict, Field


            class Booking(BaseModel):
                guest: str
                party_size: int
                notes: str = ""


            class CreateBookingParams(BaseModel):
                \"\"\"What `create_booking` takes by keyword.\"\"\"

                model_config = ConfigDict(extra="forbid")

                party_size: int = Field(ge=1, le=50)
                notes: str = ""


            def create_booking(db, guest: str, params: CreateBookingParams) -> Booking:
                party_size = params.party_size
                if party_size < 1 or party_size > 50:
                    raise ValueError("party size")
                booking = Booking(guest=guest, **params.model_dump(exclude_unset=True))
                db.add(booking)
                return booking


            def walk_in(db) -> Booking:
                return create_booking(db, "somebody", CreateBookingParams(party_size=2))
            """,
            because="a model has the bounds that the body checks itself",
        ),
        Fixes(
            """
            \"\"\"Letters.\"\"\"

            from pydantic import BaseModel


            class Letter(BaseModel):
                text: str
                lang: str = "en"


            def say(**kwargs):
                if kwargs.get("lang", "fr") == "fr":
                    print("Bonjour")
                return Letter(**kwargs)


            def greet(name):
                return say(text=f"Hello {name}"), say(text=f"Salut {name}", lang="fr")
            """,
            """
            \"\"\"Letters.\"\"\"

            from pydantic import BaseModel, ConfigDict


            class Letter(BaseModel):
                text: str
                lang: str = "en"


            class SayParams(BaseModel):
                \"\"\"What `say` takes by keyword.\"\"\"

                model_config = ConfigDict(extra="forbid")

                lang: str = "fr"
                text: str


            def say(params: SayParams):
                if params.lang == "fr":
                    print("Bonjour")
                return Letter(**params.model_dump(exclude_unset=True))


            def greet(name):
                return say(SayParams(text=f"Hello {name}")), say(SayParams(text=f"Salut {name}", lang="fr"))
            """,
            because="a model knows which keys were given, and hands on these alone",
        ),
        Fixes(
            """
            import functools


            def logged(function):
                @functools.wraps(function)
                def wrapper(*args, **kwargs):
                    print(function.__name__)
                    return function(*args, **kwargs)

                return wrapper


            @logged
            def resize(image, **kwargs):
                return image.scale(kwargs["width"], kwargs.get("height", 0))


            def thumbnail(image):
                return resize(image, width=64)
            """,
            """
            import functools
            from dataclasses import dataclass


            def logged(function):
                @functools.wraps(function)
                def wrapper(*args, **kwargs):
                    print(function.__name__)
                    return function(*args, **kwargs)

                return wrapper


            @dataclass(frozen=True, kw_only=True, slots=True)
            class ResizeParams:
                \"\"\"What `resize` takes by keyword.\"\"\"

                width: int
                height: int = 0


            @logged
            def resize(image, params: ResizeParams):
                return image.scale(params.width, params.height)


            def thumbnail(image):
                return resize(image, ResizeParams(width=64))
            """,
            because="a decorator of the project that hands all arguments on",
        ),
        Fixes(
            """
            class Shape:
                def draw(self, canvas, **style):
                    canvas.pen(style.get("color", "black"))


            class Circle(Shape):
                def draw(self, canvas, **style):
                    super().draw(canvas, **style)
                    canvas.circle(style.get("radius", 1))


            def paint(canvas, shape: Shape):
                shape.draw(canvas, color="red", radius=2)
                Circle().draw(canvas, radius=3)
            """,
            """
            from dataclasses import dataclass


            @dataclass(frozen=True, kw_only=True, slots=True)
            class DrawParams:
                \"\"\"What `Shape.draw` takes by keyword.\"\"\"

                color: str = "black"
                radius: int = 1


            class Shape:
                def draw(self, canvas, params: DrawParams):
                    canvas.pen(params.color)


            class Circle(Shape):
                def draw(self, canvas, params: DrawParams):
                    super().draw(canvas, params)
                    canvas.circle(params.radius)


            def paint(canvas, shape: Shape):
                shape.draw(canvas, DrawParams(color="red", radius=2))
                Circle().draw(canvas, DrawParams(radius=3))
            """,
            because="overrides change with what they override",
        ),
        Fixes(
            """
            from functools import partial


            def send(to, **kwargs):
                return to, kwargs["subject"], kwargs.get("urgent", False)


            def warn(people):
                alarm = partial(send, subject="Fire!", urgent=True)
                return [alarm(person) for person in people]
            """,
            """
            from dataclasses import dataclass
            from functools import partial


            @dataclass(frozen=True, kw_only=True, slots=True)
            class SendParams:
                \"\"\"What `send` takes by keyword.\"\"\"

                subject: str
                urgent: bool = False


            def send(to, params: SendParams):
                return to, params.subject, params.urgent


            def warn(people):
                alarm = partial(send, params=SendParams(subject="Fire!", urgent=True))
                return [alarm(person) for person in people]
            """,
            because="a `functools.partial` that is only called",
        ),
        Fixes(
            {
                "shop/stock.py": """
                    class Stock:
                        def __init__(self):
                            self.items = {}

                        def put(self, name, **kwargs):
                            self.items[name] = kwargs["count"], kwargs.get("shelf", "A1")
                    """,
                "tests/conftest.py": """
                    import pytest

                    from shop.stock import Stock


                    @pytest.fixture
                    def stock():
                        return Stock()
                    """,
                "tests/test_stock.py": """
                    def test_it_knows_the_shelf(stock):
                        stock.put("tea", count=2, shelf="B2")
                        assert stock.items == {"tea": (2, "B2")}
                    """,
            },
            {
                "shop/stock.py": """
                    from dataclasses import dataclass


                    @dataclass(frozen=True, kw_only=True, slots=True)
                    class PutParams:
                        \"\"\"What `Stock.put` takes by keyword.\"\"\"

                        count: int
                        shelf: str = "A1"


                    class Stock:
                        def __init__(self):
                            self.items = {}

                        def put(self, name, params: PutParams):
                            self.items[name] = params.count, params.shelf
                    """,
                "tests/conftest.py": """
                    import pytest

                    from shop.stock import Stock


                    @pytest.fixture
                    def stock():
                        return Stock()
                    """,
                "tests/test_stock.py": """
                    from shop.stock import PutParams


                    def test_it_knows_the_shelf(stock):
                        stock.put("tea", PutParams(count=2, shelf="B2"))
                        assert stock.items == {"tea": (2, "B2")}
                    """,
            },
            because="tests that get the object from a fixture",
        ),
        Fixes(
            """
            class Client:
                def __init__(self, url, **options):
                    self.url = url
                    self.timeout = options.get("timeout", 30.0)
                    self.token = options.get("token")


            class Quick(Client):
                def __init__(self, url):
                    super().__init__(url, timeout=0.5)


            def client(url):
                return Client(url, token="secret")
            """,
            """
            from dataclasses import dataclass


            @dataclass(frozen=True, kw_only=True, slots=True)
            class ClientParams:
                \"\"\"What `Client.__init__` takes by keyword.\"\"\"

                timeout: float = 30.0
                token: str | None = None


            class Client:
                def __init__(self, url, params: ClientParams):
                    self.url = url
                    self.timeout = params.timeout
                    self.token = params.token


            class Quick(Client):
                def __init__(self, url):
                    super().__init__(url, ClientParams(timeout=0.5))


            def client(url):
                return Client(url, ClientParams(token="secret"))
            """,
            because="the making of an object, by its class and by one that derives from it",
        ),
        Fixes(
            """
            def cell(text, **style):
                return f"<td class={style['color']} width={style.get('width', 1)}>{text}</td>"


            def row(texts, **style):
                return [cell(text, **style) for text in texts]


            HEAD = row(["a", "b"], color="blue")
            """,
            """
            from dataclasses import dataclass
            from typing import Any


            @dataclass(frozen=True, kw_only=True, slots=True)
            class CellParams:
                \"\"\"What `cell` takes by keyword.\"\"\"

                color: Any
                width: Any = 1


            def cell(text, params: CellParams):
                return f"<td class={params.color} width={params.width}>{text}</td>"


            @dataclass(frozen=True, kw_only=True, slots=True)
            class RowParams:
                \"\"\"What `row` takes by keyword.\"\"\"

                color: str
                width: int = 1


            def row(texts, params: RowParams):
                return [cell(text, CellParams(color=params.color, width=params.width)) for text in texts]


            HEAD = row(["a", "b"], RowParams(color="blue"))
            """,
            because="a forwarder and what it hands the keys on to change together",
        ),
        Fixes(
            """
            def style(widget, visible=True, **kwargs):
                for name in ("width", "height"):
                    setattr(widget, name, kwargs[name] if visible else 0)


            def icon(widget):
                return style(widget, width=16, height=16)
            """,
            """
            from dataclasses import dataclass


            @dataclass(frozen=True, kw_only=True, slots=True)
            class StyleParams:
                \"\"\"What `style` takes by keyword.\"\"\"

                width: int
                height: int


            def style(widget, visible=True, *, params: StyleParams):
                for name in ("width", "height"):
                    setattr(widget, name, getattr(params, name) if visible else 0)


            def icon(widget):
                return style(widget, params=StyleParams(width=16, height=16))
            """,
            because="keys in a loop over their names, in a function that takes the schema by keyword",
        ),
        Keeps(
            """
            import functools


            def logged(function):
                @functools.wraps(function)
                def wrapper(*args, **kwargs):
                    print(function.__name__)
                    return function(*args, **kwargs)

                return wrapper
            """,
            because="a decorator passes on what it is given to something unknown",
        ),
        Keeps(
            """
            def connect(host, **kwargs):
                timeout = kwargs.pop("timeout", 10)
                if kwargs:
                    raise TypeError(f"unexpected: {sorted(kwargs)}")
                return host, timeout


            connect("here", timeout=3)
            """,
            because="it refuses unknown keys itself",
        ),
        Keeps(
            """
            def render(template, **context):
                title = context.get("title", "")
                return template.format(**{key.upper(): value for key, value in context.items()}), title


            render("{NAME}", name="x")
            """,
            because="keys are worked out at run time",
            reports="gone through key by key",
        ),
        Keeps(
            """
            class Shop:
                def sell_tea(self, **kwargs):
                    return kwargs["count"], kwargs.get("sugar", 0)

                def sell(self, what, count):
                    return getattr(self, f"sell_{what}")(count=count)


            Shop().sell_tea(count=2)
            """,
            because="what it is called by is put together at run time",
            reports="by a name that is not known before",
        ),
        Keeps(
            """
            def shout(text, **kwargs):
                return text.upper() + "!" * kwargs.get("marks", 1)


            WAYS = {"shout": shout}


            def say(way, text):
                return WAYS[way](text, marks=3)


            shout("hello", marks=2)
            """,
            because="whoever takes the function out of the table gives keywords",
            reports="is used as a value",
        ),
        Keeps(
            """
            def price(item, **kwargs):
                return kwargs[f"{item}_price"] * kwargs.get("count", 1)


            price("tea", tea_price=3)
            """,
            because="a key is worked out while the function runs",
            reports="by a key that is worked out at run time",
        ),
        Keeps(
            {
                "brew/__init__.py": """
                    from brew.tea import brew

                    __all__ = ["brew"]
                    """,
                "brew/tea.py": """
                    def brew(leaves, **kwargs):
                        return leaves, kwargs.get("minutes", 3)
                    """,
                "setup.py": """
                    from setuptools import setup

                    setup(name="brew")
                    """,
            },
            because="other people call what a distribution exports",
            reports="public interface",
        ),
        Keeps(
            {
                "brew/__init__.py": "",
                "brew/tea.py": """
                    class Pot:
                        def __init__(self, leaves, **kwargs):
                            self.leaves, self.minutes = leaves, kwargs.get("minutes", 3)
                    """,
                "examples/breakfast.py": """
                    from brew.tea import Pot

                    print(Pot("green", minutes=2).minutes)
                    """,
                "setup.py": """
                    from setuptools import setup

                    setup(name="brew")
                    """,
            },
            because="an example shows other people how to call it",
            reports="public interface",
        ),
        Keeps(
            """
            import requests


            def fetch(path, **kwargs):
                kwargs.pop("trace", None)
                return requests.get(f"https://example.org/{path}", **kwargs)
            """,
            because="nobody knows what the client does with the keys",
            reports="hands `**kwargs` on to `requests.get`",
        ),
        Keeps(
            """
            import requests


            def fetch(path, **kwargs):
                return requests.get(f"https://example.org/{path}", **kwargs)
            """,
            because="it only passes the keys on to something unknown",
        ),
        Keeps(
            """
            from django.views import View


            class Orders(View):
                def get(self, request, **kwargs):
                    return kwargs["order_id"]
            """,
            because="Django calls the methods of its views",
        ),
        Keeps(
            """
            import click


            @click.command()
            @click.option("--count", default=1)
            def hello(**kwargs):
                click.echo("Hello! " * kwargs["count"])
            """,
            because="Click calls a command with its options",
        ),
        Keeps(
            """
            def pytest_runtest_setup(item, **kwargs):
                item.add_marker(kwargs.get("marker", "slow"))
            """,
            because="pytest calls its hooks",
        ),
        Keeps(
            """
            import pytest


            @pytest.fixture
            def shop(**kwargs):
                return kwargs.get("name", "shop")
            """,
            because="pytest calls fixtures",
        ),
        Keeps(
            """
            from sqlalchemy import event
            from sqlalchemy.engine import Engine


            @event.listens_for(Engine, "connect")
            def connected(connection, record, **kwargs):
                print(kwargs.get("pool", "no pool"))
            """,
            because="SQLAlchemy calls its listeners",
        ),
        Keeps(
            """
            from sqlalchemy import event
            from sqlalchemy.engine import Engine


            def connected(connection, record, **kwargs):
                print(kwargs.get("pool", "no pool"))


            event.listen(Engine, "connect", connected)
            connected(None, None, pool="main")
            """,
            because="SQLAlchemy calls what is registered with it",
            reports="is used as a value",
        ),
        Keeps(
            """
            from tenacity import retry


            @retry
            def fetch(url, **kwargs):
                return url, kwargs.get("timeout", 10)


            fetch("/", timeout=3)
            """,
            because="a decorator from elsewhere may change the arguments",
        ),
        Keeps(
            """
            import functools


            def with_db(function):
                @functools.wraps(function)
                def wrapper(*args, **kwargs):
                    return function(*args, db="main", **kwargs)

                return wrapper


            @with_db
            def load(key, **kwargs):
                return kwargs.get("db"), key


            load(1)
            """,
            because="a decorator of the project adds a keyword",
        ),
        Keeps(
            """
            from functools import partial


            def send(to, **kwargs):
                return to, kwargs["subject"]


            def alarm(button):
                button.on_click(partial(send, "fire brigade", subject="Fire!"))


            send("Ann", subject="Hello")
            """,
            because="whoever calls the partial is not seen",
            reports="whose calls cannot be followed",
        ),
        Keeps(
            """
            from functools import partial


            def send(to, **kwargs):
                return to, kwargs["subject"], kwargs.get("urgent", False)


            def warn(people):
                alarm = partial(send, subject="Fire!")
                return [alarm(person, urgent=True) for person in people]
            """,
            because="calls of the partial may bring other keys",
            reports="give more than it takes",
        ),
        Keeps(
            """
            class Shape:
                def draw(self, canvas, **style):
                    canvas.pen(style.get("color", "black"))


            class Dot(Shape):
                def draw(self, canvas):
                    canvas.dot()
            """,
            because="an override takes no keywords",
            reports="which takes no `**` keywords",
        ),
        Keeps(
            """
            class Shape:
                def draw(self, canvas, **style):
                    canvas.pen(style.get("color", "black"))


            class Line(Shape):
                def draw(self, canvas, end, **style):
                    canvas.line(end, style.get("color", "black"))
            """,
            because="an override has other parameters",
            reports="has other parameters than",
        ),
        Keeps(
            """
            from textual.widgets import Button


            class Alarm(Button):
                def press(self, **kwargs):
                    self.ring(kwargs.get("loud", True))
            """,
            because="the framework that it derives from may call it",
        ),
        Keeps(
            """
            class Event:
                def __init_subclass__(cls, **kwargs):
                    super().__init_subclass__()
                    cls.topic = kwargs.get("topic", cls.__name__)
            """,
            because="Python itself calls it",
        ),
        Keeps(
            """
            class Event:
                def __init__(self, name, **kwargs):
                    self.name = name
                    self.urgent = kwargs.get("urgent", False)
                    self.extra = kwargs
            """,
            because="the keys stay together in an attribute",
            reports="is kept in",
        ),
        Keeps(
            """
            def order(**kwargs):
                return {"state": "new", **kwargs}
            """,
            because="it makes a dictionary of whatever it is given",
        ),
        Keeps(
            """
            def sell(item, **kwargs):
                if item == "gift":
                    return 0
                return kwargs["count"] * 3


            sell("gift")
            sell("tea", count=2)
            """,
            because="a key that is needed is left out by a call",
            reports="is called without `count`",
        ),
        Keeps(
            """
            def sell(item, **kwargs):
                if item == "gift":
                    return 0
                return kwargs["count"] * 3


            def sell_all(orders):
                return [sell(item, **more) for item, more in orders]
            """,
            because="a key may be left out on paths that do not need it",
            reports="on some paths only",
        ),
        Keeps(
            """
            import time


            def log(text, **kwargs):
                return kwargs.get("at", time.time()), text


            log("here")
            """,
            because="the default is worked out at each call",
            reports="works out the default of `at`",
        ),
        Keeps(
            """
            def log(text, **kwargs):
                print(text, end=kwargs.get("end", ""))
                return kwargs.get("end", "\\n")


            log("here")
            """,
            because="two reads disagree on the default",
            reports="with different defaults",
        ),
        Keeps(
            """
            def log(text, **kwargs):
                if "end" in kwargs:
                    text += kwargs["end"]
                return text


            log("here", end="!")
            """,
            because="only a model can tell whether a key was given",
            reports="tells whether `end` was given",
        ),
        Keeps(
            """
            def brew(leaves, minutes=3):
                return leaves, minutes


            def tea(leaves, **kwargs):
                print(kwargs.get("minutes", "as usual"))
                return brew(leaves, **kwargs)


            tea("green")
            """,
            because="what it hands the keys on to has another default",
            reports="tells whether `minutes` was given",
        ),
        Keeps(
            """
            def headers(**kwargs):
                return kwargs["content-type"]


            headers(**{"content-type": "text/html"})
            """,
            because="a key is no name",
            reports="which is no name in Python",
        ),
        Keeps(
            """
            def sell(**kwargs):
                kwargs["count"] = int(kwargs["count"])
                return kwargs["count"]


            sell(count="3")
            """,
            because="the body gives a key another value",
            reports="changes `count`",
        ),
        Keeps(
            """
            def book(guest, **kwargs):
                return guest, kwargs["table"]


            def from_form(form):
                return book(**form)
            """,
            because="a mapping may hold a parameter too",
            reports="with a mapping that may hold `guest` too",
        ),
        Keeps(
            {
                "booking.py": """
                    def book(**kwargs):
                        return kwargs["table"]
                    """,
                "test_booking.py": """
                    import pytest

                    from booking import book


                    def test_a_table_is_needed():
                        with pytest.raises(KeyError):
                            book(table=None)
                    """,
            },
            because="a test waits for the error of a missing key",
            reports="where a `KeyError` is caught",
        ),
        Keeps(
            """
            def greet(guest, **kwargs):
                return guest, kwargs["table"], kwargs["time"]


            def both(ask):
                return greet(table=ask("table?"), guest=ask("who?"), time=ask("when?"))
            """,
            because="the arguments would be worked out in another order",
            reports="in another order",
        ),
        Keeps(
            """
            from functools import lru_cache


            @lru_cache
            def load(key, **kwargs):
                return key, kwargs.get("fresh", False)


            load(1, fresh=True)
            """,
            because="a cache wants arguments with a hash",
            reports="is cached by",
        ),
        Keeps(
            """
            def double(**kwargs):
                \"\"\"Double a number.

                >>> double(number=2)
                4
                \"\"\"
                return kwargs["number"] * 2


            double(number=3)
            """,
            because="a doctest calls it",
            reports="is called in a doctest",
        ),
        Keeps(
            """
            class Cook:
                def serve(self, **kwargs):
                    return kwargs["dish"]


            def feed(staff):
                for each in staff:
                    each.serve(dish="soup")


            Cook().serve(dish="bread")
            """,
            because="nobody knows of which class the objects are that are called",
            reports="may be what is meant by",
        ),
        Keeps(
            """
            import logging


            def book(**kwargs):
                logging.debug("booking %s", kwargs)
                return kwargs["table"]


            book(table=4)
            """,
            because="a log line shows the keys, which would look different",
            reports="is empty, or shows it",
        ),
        Keeps(
            """
            from typing import TypedDict, Unpack


            class Booking(TypedDict):
                table: int


            def book(**kwargs: Unpack[Booking]):
                return kwargs["table"]
            """,
            because="type checkers know its keys already",
        ),
        Keeps(
            """
            \"\"\"Replies.\"\"\"

            from pydantic import BaseModel


            class Reply(BaseModel):
                body: str


            def reply(**kwargs):
                return Reply(body=kwargs["json"])


            reply(json="{}")
            """,
            because="a model has something else by the name of a key",
            reports="which no field of a pydantic model can be called",
        ),
        Keeps(
            {
                "desk.py": """
                    import wall


                    def book(**kwargs):
                        return kwargs["table"], wall.COLOR
                    """,
                "wall.py": """
                    COLOR = "red"


                    def repaint():
                        from desk import book

                        return book(table=4)
                    """,
            },
            because="the file of a call is imported by that of the schema, so that imports would go in a circle",
            reports="imports itself",
        ),
        Keeps(
            """
            def book(**kwargs):
                return kwargs["table"]


            print(f"Table {book(table=4)}")
            """,
            because="older Pythons cannot tell where a call in an f-string stands",
            reports="in an f-string",
        ),
        Keeps(
            """
            def ignore(*args, **kwargs):
                return None
            """,
            because="it looks at no key",
        ),
        Keeps(
            """
            from typing import Protocol


            class Cook(Protocol):
                def serve(self, **kwargs):
                    return kwargs["dish"]
            """,
            because="other classes have the method that a protocol asks for",
        ),
        Keeps(
            {
                "cook.py": """
                    class Cook:
                        def serve(self, **kwargs):
                            return kwargs["dish"]
                    """,
                "test_cook.py": """
                    from unittest import mock

                    from cook import Cook


                    def test_it_serves():
                        with mock.patch.object(Cook, "serve") as serve:
                            Cook().serve(dish="soup")
                        serve.assert_called_once_with(dish="soup")
                    """,
            },
            because="a test puts something in its place",
            reports="is named in a string",
        ),
        Keeps(
            """
            def post(text, sign="Ann"):
                return text, sign


            def send(**kwargs):
                print("urgent" if kwargs.get("urgent", False) else "calm")
                return post(**kwargs)


            send(text="Hello", sign="Bob")
            """,
            because="what takes the keys would refuse one of them",
            reports="hands `urgent` on to what does not take it",
        ),
        Keeps(
            """
            def post(text, sign="Ann"):
                return text, sign


            def send(**kwargs):
                return kwargs.get("sign", "Ann"), post(sign="Bob", **kwargs)


            send(text="Hello")
            """,
            because="a key that the body gives itself would be given twice",
            reports="gives `sign` beside `**kwargs` itself",
        ),
        Keeps(
            """
            def post(text, sign="Ann"):
                return text, sign


            def send(defaults, **kwargs):
                return post(**{**defaults, **kwargs})


            send({"sign": "Bob"}, text="Hello")
            """,
            because="the keys are laid over another mapping",
            reports="together with another mapping",
        ),
        Keeps(
            """
            def book(guest, room=1, **kwargs):
                return guest, room, kwargs["nights"]


            def again(guest):
                return book(*guest.last_stay, nights=2)
            """,
            because="any of the arguments may be meant by `*`",
            reports="with `*` arguments that may be any of its parameters",
        ),
        Keeps(
            """
            class Single(type):
                def __call__(cls, *args, **kwargs):
                    return cls.only or super().__call__(*args, **kwargs)


            class Settings(metaclass=Single):
                only = None

                def __init__(self, **kwargs):
                    self.theme = kwargs.get("theme", "light")


            Settings(theme="dark")
            """,
            because="a metaclass decides on how its objects are made",
        ),
        Keeps(
            {
                "setup.py": """
                    from setuptools import setup

                    setup(name="tables", classifiers=["Topic :: Text Processing"])
                    """,
                "tables/__init__.py": "",
                "tables/text.py": """
                    def write(out, text, **kwargs):
                        out.write(text)
                        if kwargs.get("newline", True):
                            out.write("\\n")


                    def greet(out):
                        write(out, "Hello", newline=False)
                    """,
            },
            because="whoever installed the distribution may call it",
            reports="belongs to the public interface of the distribution",
        ),
        Keeps(
            {
                "tests/test_booking.py": """
                    from desk import book


                    def booked(**kwargs):
                        return book("Ann", nights=kwargs.get("nights", 1))


                    def test_it_books():
                        assert booked(nights=2)
                    """,
            },
            because="it is a helper of tests",
        ),
    )

    def tamest(self) -> Safety:
        """Say `safe` for the style that changes nothing at run time, and no other."""
        return Safety.SAFE if self.chosen["style"] == "typed-dict" else self.safety

    def survey(self, corpus: Corpus) -> Iterator[Site | Dismissed]:
        """Yield every function that takes keys which nobody checks, with its callers, and those that only seem to."""
        yield from keywords.survey(corpus, self.chosen)

    def edit(self, place: Place, node: cst.CSTNode) -> Proposal | Declined:
        """Write the schema, the signature and the body, or a call."""
        return keywords.edit(place.plan, node)
