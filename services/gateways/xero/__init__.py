"""The Xero side: the only package that knows `xero_python`, Xero's JSON and Xero's sign-in.

Read `store.py` first: it keeps the contract of `services.gateways.store`. Facts about Xero named in
docstrings here come from developer.xero.com, Xero's OpenAPI files and the SDK's source.
"""
