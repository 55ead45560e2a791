"""What maintains the program: the demo, generated pages, pictures, migrations."""
