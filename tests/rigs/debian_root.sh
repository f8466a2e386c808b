# Clean Debian roots for the rigs, made with mmdebstrap from this machine's own package sources. To be sourced.
# shellcheck shell=bash

# This machine's Debian sources, as one-line entries for another release.  debian_sources trixie
debian_sources() {
  local here
  here=$(. /etc/os-release && echo "$VERSION_CODENAME")
  # shellcheck disable=SC2016 # the names are apt's
  apt-get indextargets --format '$(ORIGIN)|$(CREATED_BY)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)' |
    awk -F'|' -v here="$here" -v wanted="$1" '
      $1 == "Debian" && $2 == "Packages" && $4 ~ "^" here "(-updates|-security)?$" {
        sub(here, wanted, $4)
        print "deb", $3, $4, $5
      }' | sort --unique
}

# Where apt is told to look and what to overlook: a root has to be told the same.
debian_apt_options() {
  apt-config dump --format '%f "%v";%n' |
    grep -E '^Acquire::(http::Proxy|https::Proxy|Check-Valid-Until|Check-Date) ' || true
}

# make_root RELEASE FOLDER VARIANT PACKAGE,PACKAGE…
make_root() {
  local release=$1 folder=$2 variant=$3 packages=$4 sources option options=()
  ((EUID == 0)) || { echo "a Debian root can only be made by root" >&2 && return 2; }
  sources=$(debian_sources "$release")
  [[ -n $sources ]] || { echo "no Debian package source here; is 'apt-get update' still to be run?" >&2 && return 2; }
  while IFS= read -r option; do
    [[ -z $option ]] || options+=(--aptopt="$option")
  done < <(debian_apt_options)
  mmdebstrap --mode=root --variant="$variant" --include="$packages" "${options[@]}" "$release" "$folder" - <<<"$sources"
}

# Runs a command in a root, with a /proc, a /dev and mounts of its own that end with it.
#   in_root FOLDER [--offline] [--bind FROM TO] [--bind-read-only FROM TO] COMMAND…
in_root() {
  local folder=$1 namespaces=(--mount --pid --ipc --uts) binds=()
  shift
  while [[ ${1-} == --* ]]; do
    case $1 in
      --offline) namespaces+=(--net) && shift ;;
      --bind) binds+=("$2" "$3" rw) && shift 3 ;;
      --bind-read-only) binds+=("$2" "$3" ro) && shift 3 ;;
    esac
  done
  # shellcheck disable=SC2016 # expanded in the namespace
  unshare "${namespaces[@]}" --fork --kill-child bash -euo pipefail -c '
    root=$1 offline=$2 count=$3
    shift 3
    mount -t proc proc "$root/proc"
    mount -t sysfs -o ro sysfs "$root/sys" 2>/dev/null || true # not allowed beside a foreign network namespace
    mount -t tmpfs -o mode=755 tmpfs "$root/dev"
    for node in null zero full random urandom tty; do
      touch "$root/dev/$node" && mount --bind "/dev/$node" "$root/dev/$node"
    done
    mkdir "$root/dev/pts" "$root/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
    mount -t tmpfs tmpfs "$root/dev/shm"
    ln -s pts/ptmx "$root/dev/ptmx"
    ln -s /proc/self/fd "$root/dev/fd"
    mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
    mount -t tmpfs -o mode=755 tmpfs "$root/run"
    while ((count > 0)); do
      mkdir -p "$root/$2"
      mount --bind "$1" "$root/$2"
      [[ $3 == rw ]] || mount -o remount,bind,ro "$root/$2"
      shift 3
      ((count -= 3)) || true
    done
    if ((offline)); then
      ip link set lo up
    fi
    exec chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM="${TERM-dumb}" "$@"
  ' in_root "$folder" "$([[ ${namespaces[*]} == *--net* ]] && echo 1 || echo 0)" "${#binds[@]}" "${binds[@]}" "$@"
}

# Name servers and host names of this machine.
lend_network() {
  cat /etc/resolv.conf >"$1/etc/resolv.conf"
  cat /etc/hosts >"$1/etc/hosts"
}

# This machine's npm settings (registry, certificate file) for a root that is thrown away; never part of the tree.
lend_npm_settings() {
  local root=$1 file target certificates
  for file in "$HOME/.npmrc" /etc/npmrc; do
    [[ -r $file ]] || continue
    target=$root/etc/npmrc
    [[ $file == /etc/npmrc ]] || target=$root/root/.npmrc
    install -D --mode=600 "$file" "$target"
    certificates=$(sed -n 's/^ *cafile *= *"\{0,1\}\([^"]*\).*/\1/p' "$file")
    if [[ -n $certificates && -r $certificates ]]; then # over the root's own bundle, too: this machine's may hold more
      install -D --mode=644 "$certificates" "$root$certificates"
    fi
  done
  if [[ -r ${NODE_EXTRA_CA_CERTS-} ]]; then # an authority of this machine's own, which node is told of by its environment
    install -D --mode=644 "$NODE_EXTRA_CA_CERTS" "$root/root/npm-authorities.pem"
    printf 'cafile=/root/npm-authorities.pem\n' >>"$root/root/.npmrc"
  fi
}
