"""Client List: every contact that syncs with Xero, and the way to stop it."""

from pages.components import client_list, session

client_list.show(session.guard())
