"""Setting clauses, the calculator, inclusive suppliers."""

from django.urls import path

from croisee.clauses.views import calculator, calibration, suppliers

urlpatterns = [
    path("a-calibrer/", calculator.to_calibrate, name="to_calibrate"),
    path("calculette/", calculator.calculator, name="calculator"),
    path("lots/<uuid:pk>/calibrer/", calibration.calibrate, name="calibrate"),
    path("lots/<uuid:pk>/calibrer/calcul/", calibration.calculation, name="calculation"),
    path("lots/<uuid:pk>/clause.pdf", calibration.clause_pdf, name="clause_pdf"),
    path("fournisseurs/", suppliers.suppliers, name="suppliers"),
    path("fournisseurs.geojson", suppliers.suppliers_map, name="suppliers_map"),
]
