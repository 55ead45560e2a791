"""Customer, supplier, both or neither: what Xero derives from invoices and bills, in our words and as SQL."""

from sqlalchemy import ColumnElement
from sqlmodel import col

from models.link import LinkRow
from models.xero_contact import XeroContactRow

TYPES = {
    "customer": "Customer",
    "supplier": "Supplier",
    "both": "Customer and supplier",
    "neither": "Neither",
}


def type_of(is_customer: bool, is_supplier: bool) -> str:
    """The type in words for a screen."""
    if is_customer and is_supplier:
        return TYPES["both"]
    return TYPES["customer" if is_customer else "supplier" if is_supplier else "neither"]


def type_filter(xero_type: str, table: type[XeroContactRow] | type[LinkRow] = XeroContactRow) -> ColumnElement[bool]:
    """The condition for one of `TYPES`, on a table that says it; customer means a customer only, not both."""
    customer = xero_type in ("customer", "both")
    supplier = xero_type in ("supplier", "both")
    return (col(table.is_customer) == customer) & (col(table.is_supplier) == supplier)
