from pathlib import Path

PACKAGE = Path(__file__).parent.parent


def test_the_readme_shows_the_example_that_is_tested():
    shown = (PACKAGE / "README.md").read_text().split("```python\n")[1].split("```")[0]
    assert shown == (PACKAGE / "examples/mopper.py").read_text()
