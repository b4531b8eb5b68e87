"""Makes the pictures anew: `python -m derive.pictures`. A picture of which only the seconds differ stays as it is."""

from __future__ import annotations

from pathlib import Path

from derive.pictures import drawings, runs

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"


def main() -> None:
    """Run fixbot in `runs.PLACE`, and write every picture that shows something else than before."""
    records = runs.record(runs.PLACE)
    FOLDER.mkdir(exist_ok=True)
    for name, picture in drawings.draw(records, drawings.earlier(FOLDER)).items():
        place = FOLDER / name
        if place.exists() and place.read_text(encoding="utf-8") == picture:
            print(f"{name}: as it was")
            continue
        place.write_text(drawings.draw(records, {})[name], encoding="utf-8", newline="\n")
        print(f"{name}: made anew")


if __name__ == "__main__":
    main()
