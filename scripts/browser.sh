#!/usr/bin/env bash
# Finds a Chromium for the browser tests, or gets one, and keeps its path in .browser/path.
# In order: BROWSER_PATH, one on this machine, the package manager where it may install, Playwright's own.
# Best is a headless shell: it is the same Chromium without the windows that nobody sees, and takes a fifth of the time.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }
works() { [ -n "${1:-}" ] && "$1" --version >/dev/null 2>&1; }

keep() {
  mkdir -p .browser
  printf '%s' "$1" > .browser/path
  exit 0
}

find_installed() {
  local name path
  for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable microsoft-edge \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
    "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
    path="$(command -v "$name" || true)"
    if works "$path"; then keep "$path"; fi
  done
}

install_with_package_manager() {
  local sudo=""
  if [ "$(id -u)" != 0 ]; then
    sudo="sudo -n"
    $sudo true 2>/dev/null || command -v brew >/dev/null || return 0
  fi
  say "Installing Chromium for the browser tests…"
  if command -v apt-get >/dev/null; then
    $sudo apt-get update -qq >&2 || true
    local package
    for package in chromium-headless-shell chromium; do
      $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$package" >&2 && return 0
    done
  elif command -v dnf >/dev/null; then
    $sudo dnf install -y -q chromium >&2 || true
  elif command -v apk >/dev/null; then
    $sudo apk add -q chromium >&2 || true
  elif command -v brew >/dev/null; then
    brew install --quiet --cask chromium >&2 || true
  fi
}

install_with_playwright() {
  say "Installing Playwright's own Chromium for the browser tests…"
  .venv/bin/playwright install chromium >&2 || true
  local path
  path="$(.venv/bin/python -c 'from playwright.sync_api import sync_playwright
with sync_playwright() as p: print(p.chromium.executable_path)')"
  if works "$path"; then keep "$path"; fi
}

if [ -n "${BROWSER_PATH:-}" ]; then
  works "$BROWSER_PATH" && keep "$BROWSER_PATH"
  say "BROWSER_PATH names $BROWSER_PATH, which does not run; name a Chromium or Chrome, or leave it unset."
  exit 1
fi
if works "$(cat .browser/path 2>/dev/null)"; then exit 0; fi
find_installed
install_with_package_manager
find_installed
install_with_playwright
say "No Chromium was found and none could be installed; install Chromium or Chrome, or set BROWSER_PATH to one."
exit 1
