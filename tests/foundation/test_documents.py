"""PDF documents are read back with an independent reader; their references and their public page are tried out."""

import datetime as dt
import io

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, connection, transaction
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from croisee.foundation.documents import kinds, services
from croisee.foundation.documents.models import IssuedDocument
from croisee.foundation.documents.references import ALPHABET, new_reference, normalised
from croisee.foundation.documents.responses import pdf_response

KIND = kinds.register(kinds.Kind("documents.specimen", "Specimen", shareable={"zone": "Neighbourhood"}))
DATA = {
    "title": "Attestation d’adresse",
    "paragraphs": ["12 rue de l’Épeule", '#panic("evaluated") $x$ _a_ *b* <c> @d \\ ` // [e]'],
    "facts": [["Quartier", "Trois Ponts"], ["Génération", "2024"]],
    "header": ["Nom", "Rang"],
    "rows": [["Zoé", "1"], ["Ali", "2"]],
    "zone": "QN05901M",
    "name": "Zoé Martin",
}


@pytest.fixture(autouse=True)
def _empty_counts():
    cache.clear()


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(pdf).pages).split())


class TestRender:
    def test_what_is_given_is_what_is_read(self):
        text = words(services.render_pdf("documents/specimen.typ", DATA))
        for expected in [
            "Attestation d’adresse",
            "12 rue de l’Épeule",
            "Trois Ponts",
            "Zoé 1 Ali 2",
            "Page 1 sur 1",
        ]:
            assert expected in text

    def test_text_is_never_evaluated(self):
        assert DATA["paragraphs"][1] in words(services.render_pdf("documents/specimen.typ", DATA))

    @settings(max_examples=40)
    @given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60))
    def test_any_printable_text_comes_out_as_it_went_in(self, text):
        pdf = services.render_pdf("documents/specimen.typ", {**DATA, "paragraphs": [text]})
        assert text in "".join(page.extract_text() for page in read(pdf).pages).replace("\n", "")

    def test_archived_and_read_aloud(self):
        root = read(services.render_pdf("documents/specimen.typ", DATA)).trailer["/Root"]
        metadata = root["/Metadata"].get_data().decode()
        assert root["/MarkInfo"]["/Marked"]
        assert root["/Lang"].startswith("fr")
        assert "/StructTreeRoot" in root
        assert "<pdfuaid:part>1" in metadata
        assert "<pdfaid:part>2" in metadata
        assert (
            read(services.render_pdf("documents/specimen.typ", DATA)).metadata.title
            == "Attestation d’adresse"
        )

    def test_language_of_the_reader(self):
        with translation.override("en"):
            pdf = services.render_pdf("documents/specimen.typ", DATA)
        assert read(pdf).trailer["/Root"]["/Lang"] == "en"
        assert "Page 1 of 1" in words(pdf)

    def test_a_wrong_template_says_so(self):
        with pytest.raises(services.PdfFailed, match="specimen"):
            services.render_pdf("documents/specimen.typ", {"title": "x"})

    def test_response(self):
        response = pdf_response(b"%PDF-", "attestation é.pdf")
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"] == "inline; filename*=utf-8''attestation%20%C3%A9.pdf"


class TestReference:
    def test_form(self):
        reference = new_reference()
        assert [len(group) for group in reference.split("-")] == [4, 4, 4, 4]
        assert normalised(reference) == reference

    def test_case_spaces_and_lookalikes(self):
        reference = next(r for r in iter(new_reference, None) if "0" in r and "1" in r)
        spoken = reference.lower().replace("-", " ").replace("0", "o").replace("1", "l")
        assert normalised(spoken) == reference

    @given(st.integers(0, 15), st.sampled_from(ALPHABET))
    def test_any_wrong_symbol_is_noticed(self, place, symbol):
        symbols = list(new_reference().replace("-", ""))
        changed = [*symbols[:place], symbol, *symbols[place + 1 :]]
        assert (normalised("".join(changed)) is None) == (changed != symbols)

    @given(st.integers(0, 14))
    def test_any_exchange_of_neighbours_is_noticed(self, place):
        symbols = list(new_reference().replace("-", ""))
        swapped = symbols.copy()
        swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
        assert (normalised("".join(swapped)) is None) == (swapped != symbols)

    @pytest.mark.parametrize("text", ["", "7K2M", "UUUU-UUUU-UUUU-UUUU", "é" * 16, "0" * 15 + "1"])
    def test_refused(self, text):
        assert normalised(text) is None


@pytest.fixture
def document(db) -> IssuedDocument:
    return services.issue("documents.specimen", "documents/specimen.typ", DATA, None)


class TestIssue:
    def test_only_what_is_shareable_is_kept(self, document):
        kept = IssuedDocument.objects.get()
        assert kept.shown == {"zone": "QN05901M"}
        assert kept.pdf == b""

    def test_the_document_bears_its_reference_and_its_address(self, document):
        page = read(document.pdf).pages[0]
        assert document.reference in words(document.pdf)
        links = [note.get_object()["/A"]["/URI"] for note in page["/Annots"]]
        assert f"http://localhost:8000/verifier/{document.reference}/" in links

    def test_undeclared_kind(self, db):
        with pytest.raises(KeyError):
            services.issue("nobody.knows", "documents/specimen.typ", DATA, None)

    def test_nothing_alters_what_was_issued(self, document):
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE documents_issueddocument SET sha256 = repeat('0', 64)")


class TestVerification:
    def test_genuine(self, client, document):
        page = client.get(document.get_absolute_url()).content.decode()
        assert "QN05901M" in page
        assert "Zoé" not in page
        assert "Épeule" not in page

    def test_typed_anyhow(self, client, document):
        typed = document.reference.lower().replace("-", " ")
        assert client.get("/verifier/", {"reference": typed}).url == document.get_absolute_url()
        assert client.get(f"/verifier/{typed}/").url == document.get_absolute_url()

    def test_mistyped(self, client, db):
        response = client.get("/verifier/", {"reference": "AAAA"})
        assert response.status_code == 200
        assert response.context["form"].errors
        assert client.get("/verifier/AAAA/").status_code == 404

    def test_unknown(self, client, db):
        response = client.get(f"/verifier/{new_reference()}/")
        assert response.status_code == 404
        assert response.context["mistyped"] is False

    @pytest.mark.parametrize(("change", "same"), [(b"", True), (b"\n", False)])
    def test_file(self, client, document, change, same):
        file = SimpleUploadedFile("a.pdf", document.pdf + change)
        response = client.post(document.get_absolute_url(), {"file": file})
        assert response.context["same"] is same

    def test_expired(self, client, db):
        yesterday = timezone.localdate() - dt.timedelta(days=1)
        document = services.issue(
            "documents.specimen", "documents/specimen.typ", DATA, None, valid_until=yesterday
        )
        assert document.expired
        assert "notice warning" in client.get(document.get_absolute_url()).content.decode()

    def test_answers_are_counted(self, client, document):
        answers = [client.get(document.get_absolute_url()).status_code for _ in range(21)]
        assert answers == [200] * 20 + [429]
        assert client.get(document.get_absolute_url(), REMOTE_ADDR="192.0.2.1").status_code == 200
