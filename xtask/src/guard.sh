# Runs "$@" and ends its whole process group when it is done, or when our standard input closes: the task runner
# holds the other end, so the program never outlives it, however it dies.
exec 3<&0 </dev/null
trap : TERM
(
  trap exit TERM
  read -r _ <&3
  trap '' TERM
  kill -TERM 0
  sleep 5
  kill -KILL 0
) >/dev/null 2>&1 &
"$@" 3<&-
code=$?
kill -TERM 0
exit "$code"
