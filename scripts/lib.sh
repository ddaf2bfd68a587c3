# lib.sh - what scripts/run and scripts/stop share; sourced, never run.
#
# The processes of a site are found by their session: every child of
# scripts/run leads a session of its own, which its descendants stay in however
# often they are replaced, and DIR/run.children notes "PID START NAME" of each
# leader.  A process belongs to the site when its session is noted there and
# its working directory is the site's, or below it; so nothing is ever ended by
# its name, and a note that has outlived its process harms nobody.

# Prints each argument on a line.
say() {
	printf '%s\n' "$@"
}

complain() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die() {
	complain "$@"
	exit 1
}

# Refuses the command line: the reason, then how it should look.
usage() {
	printf '%s: %s\n%s\n' "${0##*/}" "$1" "$USAGE" >&2
	exit 2
}

# Waits a moment (s) without a process that could outlive us: reads from a
# pipe that nobody writes to.
pause() {
	local nothing
	if [[ -z ${pipe-} ]]; then
		exec 8<> <(:)
		pipe=8
	fi
	read -rt "$1" -u 8 nothing || true
}

# Sets `uptime` to the seconds since the machine started, in hundredths.
read_uptime() {
	read -r uptime _ </proc/uptime
	uptime=${uptime/./}
}

# Calls a function until it succeeds, with rests of 50 ms; false when it has
# not after so many seconds.
wait_until() {
	local seconds=$1 uptime deadline
	shift
	read_uptime
	deadline=$((uptime + seconds * 100))
	until "$@"; do
		read_uptime
		((uptime < deadline)) || return 1
		pause 0.05
	done
}

# Reads /proc/PID/stat from the state on (proc(5)'s field 3) into `stat`; false
# when there is no such process, or only its status is left to be collected.
read_stat() {
	local line
	{ read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
	read -ra stat <<<"${line##*) }"
	[[ ${stat[0]} != [ZX] ]]
}

process_lives() {
	local stat
	read_stat "$1"
}

# Sets `start` to when a process was started: with its number, its identity.
process_start() {
	local stat
	read_stat "$1" && start=${stat[19]}
}

# Whether a process works in the site's directory, which is ours too.
process_in_site() {
	[[ /proc/$1/cwd -ef . ]] ||
		[[ $(readlink "/proc/$1/cwd" 2>/dev/null) == "$PWD"/* ]]
}

# Sets `members` to the processes of the noted sessions.
site_members() {
	local pid name start noted stat
	local -A session=()
	members=()
	while read -r pid noted name; do
		if ! process_start "$pid" || [[ $start == "$noted" ]]; then
			session[$pid]=$name
		fi
	done < <(cat run.children 2>/dev/null)
	((${#session[@]})) || return 0
	for pid in /proc/[0-9]*; do
		pid=${pid#/proc/}
		if read_stat "$pid" && [[ -n ${session[${stat[3]}]-} ]] &&
		    process_in_site "$pid"; then
			members+=("$pid")
		fi
	done
}

site_is_quiet() {
	local members
	site_members
	((${#members[@]} == 0))
}

signal_members() {
	local members
	site_members
	((${#members[@]} == 0)) || kill "-$1" "${members[@]}" 2>/dev/null || true
}

# Ends whatever still runs of the site; false when something will not go,
# which is the case when it is another user's.  (In a trap a bare "return"
# would give the status from before the trap.)
end_members() {
	site_is_quiet && return 0
	signal_members TERM
	wait_until 10 site_is_quiet && return 0
	signal_members KILL
	wait_until 3 site_is_quiet
}
