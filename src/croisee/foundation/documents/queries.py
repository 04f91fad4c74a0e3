"""Reading issued documents."""

from croisee.foundation.documents.models import IssuedDocument


def document_of_reference(reference: str) -> IssuedDocument | None:
    """The document that has this reference, for whoever holds it: the reference is what proves the right to ask."""
    return IssuedDocument.objects.filter(reference=reference).first()
