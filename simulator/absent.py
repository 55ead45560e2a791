"""What the simulator answers for the parts of the accounting API that it does not have.

A method that a resource does not support gets a 501, an address that Xero does not know a 404. What Xero has
and the simulator does not have also gets a 501, which says so.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.api import BASE, Call, guarded, not_found

SIMULATED = ("contacts", "contactgroups", "organisation")
ELSEWHERE = (
    "accounts", "banktransactions", "banktransfers", "batchpayments", "brandingthemes", "budgets", "creditnotes",
    "currencies", "employees", "expenseclaims", "invoicereminders", "invoices", "items", "journals",
    "linkedtransactions", "manualjournals", "overpayments", "payments", "paymentservices", "prepayments",
    "purchaseorders", "quotes", "receipts", "repeatinginvoices", "reports", "setup", "taxrates",
    "trackingcategories", "users",
)  # fmt: skip
NO_METHOD = "The method you have called has not been implemented"
METHODS = ["GET", "PUT", "POST", "PATCH", "DELETE"]


def refuse(call: Call) -> Response:
    """Any call that no other route answers."""
    resource = call.request.path_params["path"].strip("/").split("/")[0].lower()
    if resource in SIMULATED:
        return Response(NO_METHOD, 501, media_type="text/html")
    if resource in ELSEWHERE:
        return Response(f"{NO_METHOD} by the simulator: it has no {resource}", 501, media_type="text/html")
    return not_found()


async def unknown(_request: Request) -> Response:
    """An address outside version 2.0 of the API."""
    return not_found()


ROUTES = [
    Route(f"{BASE}/{{path:path}}", guarded((), (), refuse), methods=METHODS),
    Route("/api.xro/{path:path}", unknown, methods=METHODS),
]
