"""The screens. Streamlit runs `main.py`; nothing here decides anything that a command would also need."""
