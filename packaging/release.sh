#!/usr/bin/env bash
# Makes what is given out for Linux on x86-64: an archive with the program as one static file, completions, manual and
# licences; a wheel that holds the very same file; and the checksums of both. Two runs of one commit give the same bytes.
#
# usage: packaging/release.sh [FOLDER]        the folder is made; `dist` unless it is named
#
# Needs: rustup with the target x86_64-unknown-linux-musl, git, GNU tar, python3 with venv (maturin and wheel come from PyPI).
set -euo pipefail
cd "$(dirname "$0")/.."
readonly target=x86_64-unknown-linux-musl
dist=$(realpath -m "${1:-dist}")
fail() {
  printf 'release: %s\n' "$*" >&2
  exit 2
}

# All that is missing, at once.
missing=()
for tool in cargo rustup git tar gzip sha256sum python3; do
  command -v "$tool" > /dev/null || missing+=("the command $tool")
done
rustup target list --installed 2> /dev/null | grep -qx "$target" || missing+=("a target of Rust: rustup target add $target")
python3 -c 'import venv, ensurepip' 2> /dev/null || missing+=("venv of Python: apt-get install python3-venv")
tar --version 2> /dev/null | grep -q GNU || missing+=("GNU tar")
[ ${#missing[@]} -eq 0 ] || fail "missing: $(printf '\n  %s' "${missing[@]}")"
[ -z "$(git status --porcelain)" ] || fail "there are changes that are not committed; a release is of a commit"
[ ! -e "$dist" ] || fail "$dist exists; remove it or name another folder"

version=$(cargo pkgid --locked | sed 's/.*[#@]//')
name=dormouse-$version-$target
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export SOURCE_DATE_EPOCH
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
# Panics name files; without this, with the folders of whoever built them.
export RUSTFLAGS="--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo --remap-path-prefix=$PWD=dormouse"

cargo build --locked --release --bin dormouse --target "$target"
program=${CARGO_TARGET_DIR:-target}/$target/release/dormouse
file "$program" 2> /dev/null | grep -q 'dynamically linked' && fail "$program is not static"

# The archive.
mkdir -p "$work/$name"/{completions,man}
cp "$program" "$work/$name/dormouse"
cp README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE "$work/$name"
cp src/chart/surface/font/OFL.txt "$work/$name/LICENSE-Inter-OFL.txt"
cp -r scenarios studies "$work/$name"
"$program" completions bash > "$work/$name/completions/dormouse.bash"
"$program" completions zsh > "$work/$name/completions/_dormouse"
"$program" completions fish > "$work/$name/completions/dormouse.fish"
"$program" manual -q "$work/$name/man"
mkdir -p "$work/dist"
tar --create --directory "$work" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
  --mode='u=rwX,go=rX' "$name" | gzip -9n > "$work/dist/$name.tar.gz"

# The wheel. A static program needs no libc at all, so it runs on any Linux, old glibc or musl; maturin sees the musl target only.
python3 -m venv "$work/tools"
"$work/tools/bin/pip" install -q 'maturin>=1.16,<2' 'wheel>=0.45,<1'
"$work/tools/bin/maturin" build --release --locked --target "$target" --compatibility musllinux_1_1 --out "$work/wheel"
"$work/tools/bin/python" -m wheel tags --remove --platform-tag manylinux_2_17_x86_64.musllinux_1_1_x86_64 "$work"/wheel/*.whl
cp "$work"/wheel/*.whl "$work/dist"
"$work/tools/bin/python" - "$work"/dist/*.whl "$program" << 'CHECK'
import sys, zipfile
wheel, program = zipfile.ZipFile(sys.argv[1]), open(sys.argv[2], "rb").read()
inside = [name for name in wheel.namelist() if name.endswith("/scripts/dormouse")]
assert len(inside) == 1 and wheel.read(inside[0]) == program, "the wheel holds another program than the archive"
CHECK

(cd "$work/dist" && sha256sum -- * > SHA256SUMS)
mkdir -p "$(dirname "$dist")"
cp -r "$work/dist" "$dist"
printf '\n%s:\n' "$dist"
cat "$dist/SHA256SUMS"
