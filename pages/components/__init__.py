"""What several screens share: sign-in, tables with lasting selections, dialogs, filters, notices and words."""
