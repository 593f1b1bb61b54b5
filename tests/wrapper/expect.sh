# expect TEXT COMMAND...: what a command says on both outputs, and its status at the end.
failed=0
expect() {
  local wanted=$1 said
  shift
  said=$("$@" 2>&1; echo "=$?")
  [ "$said" = "$wanted" ] && return
  printf 'FAILED: %s\n  said: %s\nwanted: %s\n' "$*" "$said" "$wanted"
  failed=1
}
