from stsdetect.report.page.page_templates import page_file, template
from tests.builders.report import HOSTILE


def test_text_that_enters_a_template_is_escaped_and_visible() -> None:
    page = template("summary.html").render(headline=f"{HOSTILE}\u202e", remarks=[], rows=[], n_more=0)
    assert "<script" not in page
    assert "[U+202E]" in page


def test_the_files_of_a_page_refer_to_no_others() -> None:
    assert "url(" not in page_file("vendor/leaflet.css")
    assert "sourceMappingURL" not in page_file("vendor/leaflet.js")
