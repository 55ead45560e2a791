#!/usr/bin/env bash
# Makes .venv with what a requirements file pins, once: later runs compare a stamp and return at once.
# Usage: scripts/bootstrap.sh [requirements.txt | requirements-dev.txt]
set -euo pipefail
cd "$(dirname "$0")/.."

wanted="${1:-requirements.txt}"
stamp=".venv/.${wanted%.txt}"

# What is to be there, and for which Python: an upgrade of the system may put another one in its place.
state() { echo "$(cat requirements*.txt | cksum) $(.venv/bin/python --version 2>&1)"; }

if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$(state)" ]; then
  exit 0
fi

say() { printf '%s\n' "$*" >&2; }
is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
can_make_venv() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

find_python() {
  if [ -n "${PYTHON:-}" ]; then
    if is_new_enough "$PYTHON"; then echo "$PYTHON"; return; fi
    say "PYTHON names $PYTHON, which is not a Python 3.11 or newer; name another one, or leave it out."
    exit 1
  fi
  local name
  for name in python3.13 python3.12 python3.11 python3 python3.14; do
    if is_new_enough "$name"; then echo "$name"; return; fi
  done
  say "Python 3.11 or newer is needed and none was found; install it, or name it: make PYTHON=/path/to/python3 …"
  exit 1
}

install_venv_module() {
  local sudo=""
  if [ "$(id -u)" != 0 ]; then sudo="sudo -n"; fi
  local version package
  version="$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
  package="python${version}-venv"
  if command -v apt-get >/dev/null && $sudo true 2>/dev/null; then
    say "Installing $package, which $1 lacks…"
    { $sudo apt-get update -qq && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$package"; } >&2 || true
  fi
  if ! can_make_venv "$1"; then
    say "$1 cannot make virtual environments; install its venv module (on Debian and Ubuntu: $package), then try again."
    exit 1
  fi
}

if ! is_new_enough .venv/bin/python || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
  python="$(find_python)"
  can_make_venv "$python" || install_venv_module "$python"
  say "Making .venv with $("$python" --version)…"
  "$python" -m venv --clear .venv
fi
rm -f .venv/.requirements .venv/.requirements-dev  # what is cut off from here on is taken for unfinished
say "Installing $wanted into .venv (the first time takes a minute or two)…"
if ! .venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement "$wanted" >&2; then
  say "Installing $wanted failed; the lines above say why. Check the connection to the package index, then try again."
  exit 1
fi
state > "$stamp"
if [ "$wanted" = requirements-dev.txt ]; then cp "$stamp" .venv/.requirements; fi
