#!/bin/sh
# A driver of clusters that only keeps notes: each cluster is a folder in the folder that its
# first argument names. It shows the whole protocol; put your own commands in the place of its
# files. The request is JSON on standard input, the report is JSON on standard output.
set -eu
cluster=$1/$GUILDHALL_CLUSTER
cat >/dev/null # this one needs none of the JSON, in which the credentials of the cloud account are

is() { cat "$cluster/state" 2>/dev/null || echo terminated; }
become() { printf '%s' "$1" >"$cluster/state"; }
fail() { # exit code, what people read
  printf '{"message": "%s"}\n' "$2"
  exit "$1"
}
running() { [ "$(is)" = running ] || fail 75 "the cluster is not running"; }

case $GUILDHALL_VERB in
  create)
    mkdir -p "$cluster/accounts" "$cluster/open"
    [ -e "$cluster/state" ] || become running # asked again, it changes nothing
    ;;
  start) become running ;;
  stop) become stopped ;;
  upgrade) printf '%s' "$GUILDHALL_VERSION" >"$cluster/version" ;;
  terminate) rm -rf "$cluster" ;;
  describe) ;;
  open_ports) for service in $GUILDHALL_SERVICES; do : >"$cluster/open/$service"; done ;;
  close_ports) for service in $GUILDHALL_SERVICES; do rm -f "$cluster/open/$service"; done ;;
  ensure_account) running && printf '%s' "$GUILDHALL_ROLE" >"$cluster/accounts/$GUILDHALL_ACCOUNT" ;;
  block_account) # kept, without a role
    running && [ ! -e "$cluster/accounts/$GUILDHALL_ACCOUNT" ] || : >"$cluster/accounts/$GUILDHALL_ACCOUNT"
    ;;
  *) fail 1 "this driver cannot $GUILDHALL_VERB" ;;
esac

names() { # folder: its files, each on a line
  [ ! -d "$cluster/$1" ] || ls "$cluster/$1"
}
open=$(names open | sed 's/.*/"&"/' | paste -sd, -)
accounts=$(names accounts | while read -r name; do
  role=$(cat "$cluster/accounts/$name")
  active=true && [ "$role" ] || active=false
  printf '{"name":"%s","role":"%s","active":%s}\n' "$name" "${role:-user}" "$active"
done | paste -sd, -)

version=$(cat "$cluster/version" 2>/dev/null || echo "$GUILDHALL_VERSION")
cat <<JSON
{"state": "$(is)", "version": "$version", "url": "https://$GUILDHALL_CLUSTER.example",
 "sign_in": "ssh {account}@$GUILDHALL_CLUSTER.example",
 "open_services": [$open], "accounts": [$accounts]}
JSON
