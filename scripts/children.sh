# children.sh - the processes that scripts/run starts, watches and ends;
# sourced by it, in the site's directory.
#
#   - Each leads a session of its own, so Ctrl-C reaches only the supervisor,
#     and is killed by the kernel when the supervisor dies.
#   - When nginx or a pool ends by itself, so does the run, with a message;
#     redis and the background process, which a site can do without for a
#     while, are started anew.
#   - None inherits the descriptors 8 (lib.sh's pause) and 9 (the lock).

# A cache only: nothing of it is ever on disk, no port is opened.  The program's
# user may run what the program uses (fcgi/redis.c, lookup.c, cache.c) on its own
# keys, and nothing else; nobody else may anything.  It needs no password: only
# the site's owner can enter sockets/.
REDIS_OPTIONS='
--port                0
--unixsocket          sockets/redis.sock
--unixsocketperm      700
--save                ""
--appendonly          no
--maxmemory           48mb
--maxmemory-policy    allkeys-lru
--daemonize           no
--logfile             logs/redis.log
--user                default off
--user                mini-tiktok on nopass ~mt:* resetchannels -@all +auth +ping +info +watch +unwatch +multi +exec +mget +set
'

# How the site is ended: whom to signal, how, and for how many seconds at most
# to wait for it.  nginx goes first and finishes what it has; multiwatch answers
# the first TERM by asking its workers to finish theirs, the second by ending
# them.  What is still there after the last line is killed with all its kin.
STOP_STEPS='
demo      TERM    1
nginx     QUIT    3
nginx     TERM    1
pool-*    TERM    3
pool-*    TERM    1
*         TERM    2
'

declare -A child=()		# name -> process id
declare -A mark=()		# log -> its size at our start
hurry=no			# a second Ctrl-C: wait for nobody

# ---- starting ----

# Starts a child; its output goes where the caller sends it.
#   launch NAME COMMAND...
launch() {
	local name=$1 start
	shift
	setsid setpriv --pdeathsig TERM -- "$@" </dev/null 8<&- 9>&- &
	child[$name]=$!
	if process_start $!; then
		say "$! $start $name" >>run.children
	fi
}

# Sets `watched` to a command that keeps so many processes of a program alive;
# one that dies is replaced, however often.  They die with multiwatch, too.
# What they say on either stream is multiwatch's output, what it says itself
# are its messages, so that no log has lines of both.  (multiwatch, as
# spawn-fcgi, looks for nothing in PATH.)
# When it is to end it sends SIGUSR1, which asks ours to finish and leave, and
# ends a redis-server, which has nothing to save.  (Its option -s is of no use:
# 1.0.0 takes USR1 for the fourth of its list and sends signal 4, SIGILL.)
#   watch COUNT COMMAND...
watch() {
	local count=$1
	shift
	watched=("$(type -P multiwatch)" -f "$count" -r 1000000 -t 1000
	    -- /bin/sh -c 'exec "$@" 2>&1' sh setpriv --pdeathsig TERM -- "$@")
}

start_redis() {
	local words options=()
	while read -r -a words; do
		options+=("${words[@]#\"\"}")
	done <<<"$REDIS_OPTIONS"
	watch 1 redis-server "${options[@]}"
	launch redis "${watched[@]}" >>logs/redis.log 2>>logs/supervision.log
}

start_work() {
	watch 1 "$PROGRAM" work
	launch work "${watched[@]}" \
	    >>logs/mini-tiktok.log 2>>logs/supervision.log
}

# Starts the pools as spawn.conf lists them.
start_pools() {
	local pools pool processes backlog cores
	cores=$(nproc)
	pools=$(grep -v '^[[:space:]]*\(#\|$\)' "$ROOT/spawn.conf")
	while read -r pool processes backlog; do
		processes=$((processes))
		watch $((processes > 1 ? processes : 1)) \
		    "$PROGRAM" serve "$pool"
		launch "pool-$pool" spawn-fcgi -n -s "sockets/$pool.sock" \
		    -M 0660 -b "$backlog" -- "${watched[@]}" \
		    >>logs/mini-tiktok.log 2>>logs/supervision.log
	done <<<"$pools"
}

# As root nginx's workers stay root: they read what only the site's owner may,
# and the clone may lie where nobody else can enter.
start_nginx() {
	local orders='daemon off;'
	if ((EUID == 0)); then
		orders+=' user root;'
	fi
	launch nginx nginx -p . -c nginx/site.conf -e logs/nginx.log \
	    -g "$orders" >>logs/nginx.log 2>&1
}

# ---- watching ----

# Waits until a child ends and sees to the consequences.
wait_for_child() {
	local ended='' status=0
	wait -n -p ended "${child[@]}" || status=$?
	if [[ -n $ended && $ended == "${child[demo]-}" ]]; then
		unset 'child[demo]'
		if ((status == 0)); then
			rm -f demo.unfinished
		else
			complain 'the demo content is not complete;' \
			    'the site runs on, the next start tries again'
		fi
	fi
	check_children
}

# Sees to children that have died.
check_children() {
	local name
	for name in "${!child[@]}"; do
		[[ $name == demo ]] || process_lives "${child[$name]}" ||
			child_died "$name"
	done
}

child_died() {
	unset "child[$1]"
	case $1 in
	redis | work)
		complain "$(date '+%F %T') $1 has ended and is started anew"
		pause 1
		"start_$1"
		;;
	nginx)
		explain_nginx
		show_log nginx.log
		die 'nginx has ended, so the site ends'
		;;
	*)
		show_log mini-tiktok.log
		show_log supervision.log
		die "$1 has ended, so the site ends"
		;;
	esac
}

# Says what to do when nginx could not have its port; else does nothing.
explain_nginx() {
	case $(new_lines nginx.log) in
	*'bind() to '*'(98: '*)
		die "port $port is taken by another program;" \
		    "choose another with --port N"
		;;
	*'bind() to '*'(13: '*)
		die "port $port may only be opened by root;" \
		    "choose one from 1024 on with --port N"
		;;
	*'bind() to '*'(99: '*)
		die "this machine does not have the address $listen;" \
		    "choose another with --listen ADDRESS"
		;;
	esac
}

# Notes how long the logs are, so that we can tell what this run has added.
mark_logs() {
	local log
	for log in logs/*.log; do
		[[ ! -e $log ]] || mark[${log#logs/}]=$(stat -c %s "$log")
	done
}

# Prints what a log has got since then.
new_lines() {
	tail -c "+$((${mark[$1]-0} + 1))" "logs/$1" 2>/dev/null || true
}

show_log() {
	local lines
	lines=$(new_lines "$1" | tail -n 20)
	[[ -z $lines ]] ||
		printf 'The end of %s:\n%s\n' "$dir/logs/$1" "$lines" >&2
}

# ---- ending ----

# Whether no child whose name matches lives.
children_ended() {
	local name
	[[ $hurry == no ]] || return 0
	for name in "${!child[@]}"; do
		[[ $name != $1 ]] || ! process_lives "${child[$name]}" ||
			return 1
	done
}

signal_children() {
	local name
	for name in "${!child[@]}"; do
		[[ $name != $1 ]] ||
			kill "-$2" "${child[$name]}" 2>/dev/null || true
	done
}

# Ends everything, whatever the reason; the last thing that scripts/run does.
bring_down() {
	local status=$? names signal seconds
	set +e		# a terminal that is gone must not stop us
	trap - EXIT
	trap 'hurry=yes' INT TERM HUP
	trap '' PIPE
	while read -r names signal seconds; do
		[[ -n $names ]] && ! children_ended "$names" || continue
		signal_children "$names" "$signal"
		wait_until "$seconds" children_ended "$names" || true
	done <<<"$STOP_STEPS"
	[[ $hurry == no ]] || signal_members KILL
	end_members || complain 'some processes of the site will not end'
	rm -rf -- run.pid run.children sockets
	exit "$status"
}
