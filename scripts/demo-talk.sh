# demo-talk.sh - what the demo users do with each other: they like, follow,
# comment and chat.  Sourced by demo, which has logged them in.
#
# Repeated likes and follows change nothing; comments and conversations that
# are there already are left out, so a second run adds nothing.

# who follows whom; the official tests chat, so their two users are friends
follows=(
	douyinTestUserB douyinTestUserA
	douyinTestUserA douyinTestUserB
	Luna Kai
	Kai Luna
	晓雨 Luna
	Luna 晓雨
	Kai 晓雨
	晓雨 Kai
	Kai douyinTestUserA
	douyinTestUserA 晓雨
	douyinTestUserB Luna
	晓雨 douyinTestUserB
)

# who likes which clips
likes=(
	douyinTestUserA "sunset snow fractal ripples aurora"
	douyinTestUserB "sunset train life scope rule"
	Luna "sunset lava aurora spiral rule scope"
	Kai "sunset tunnel snow ripples fractal lava train"
	晓雨 "tunnel snow ripples aurora spiral life"
)

# clip, author, text; the last one of a clip stands first
comments=(
	rule Luna "So it never repeats? How would anybody know?"
	rule Kai "Nobody does. That is the fun of it."
	rule 晓雨 "像布料的花纹"
	tunnel Kai "I fell in and forgot what I came for"
	tunnel 晓雨 "看久了会头晕，但是停不下来 😵"
	scope Luna "You can see the fifth! 🎶"
	scope douyinTestUserB "第一次知道和弦长这样"
	life Luna "The gliders always win"
	life douyinTestUserB "这些小格子好像真的活着"
	life 晓雨 "谁在中间放了一只滑翔机？"
	ripples 晓雨 "好安静，想去湖边坐一会儿"
	ripples Kai "Turn the sound on for this one"
	spiral 晓雨 "说好不眨眼的"
	spiral Luna "These colours!"
	aurora douyinTestUserA "在哪里拍的？"
	aurora Kai "In a formula, I am afraid 😄"
	aurora 晓雨 "那也想去"
	lava Kai "My grandmother had one of these"
	lava Luna "Better than television"
	train douyinTestUserB "窗外的山好像在呼吸"
	train Kai "Where does this line go? I want a ticket."
	train douyinTestUserA "去日落的地方 🚆"
	fractal Kai "It is the same shape all the way down"
	fractal douyinTestUserA "数学原来这么好看"
	snow 晓雨 "今年的第一场雪 ❄️"
	snow Kai "And not a footprint yet"
	snow douyinTestUserA "想喝热可可"
	sunset Luna "The light on the water! How long did you wait?"
	sunset douyinTestUserA "太美了，看了三遍"
	sunset 晓雨 "谢谢大家！风有点大，但是值得 🌊"
)

# from, to, text; a conversation is what two of them say in this order
messages=(
	douyinTestUserB douyinTestUserA "你好！我关注你了 👋"
	douyinTestUserA douyinTestUserB "你好你好，也关注你了"
	douyinTestUserB douyinTestUserA "那个火车的视频怎么做的？"
	douyinTestUserA douyinTestUserB "全是公式画出来的，一张照片都没有"
	douyinTestUserB douyinTestUserA "厉害，周末一起拍一个？"
	Kai Luna "Your pond made my morning"
	Luna Kai "Thank you! The third drop was an accident"
	Kai Luna "Keep it. What comes next?"
	Luna Kai "Rain, I think.
Lots of it."
	晓雨 Luna "海边的那段你看了吗？"
	Luna 晓雨 "Twice! 好看 🌅"
	晓雨 Luna "下次带你去，记得穿厚一点"
	Luna 晓雨 "一言为定"
	Kai 晓雨 "What is the chord in your clip?"
	晓雨 Kai "五度，加一点点颤音 🎵"
	Kai 晓雨 "I knew it. See you on Saturday!"
)

declare -A video		# by clip: its id

# act PATH USER ARGUMENTS... : what must succeed
act() {
	local answer path=$1 user=$2
	shift 2
	answer=$(ask "$path" --data-urlencode "token=${token[$user]}" "$@")
	[[ $(member status_code "$answer") == 0 ]] ||
		die "$user cannot $path: $(reason "$answer")"
	printf %s "$answer"
}

# Sets `video` from the users' lists: an id comes before its title.
find_videos() {
	local c lists
	lists=$(for ((u = 0; u < ${#users[@]}; u += 2)); do
		act /douyin/publish/list/ "${users[u]}" --get \
		    --data-urlencode "user_id=${id[${users[u]}]}" |
			grep -o '"id": *[0-9]*, *"author"\|"title": *"[^"]*"'
	done)
	for ((c = 0; c < ${#clips[@]}; c += 4)); do
		video[${clips[c]}]=$(grep -B 1 -F "\"${clips[c + 3]}\"" \
		    <<<"$lists" | grep -o '[0-9]\+' | head -n 1)
	done
}

follow_and_like() {
	local i clip
	for ((i = 0; i < ${#follows[@]}; i += 2)); do
		act /douyin/relation/action/ "${follows[i]}" \
		    --data "to_user_id=${id[${follows[i + 1]}]}" \
		    --data action_type=1 >/dev/null
	done
	for ((i = 0; i < ${#likes[@]}; i += 2)); do
		for clip in ${likes[i + 1]}; do
			act /douyin/favorite/action/ "${likes[i]}" --data \
			    "video_id=${video[$clip]}" \
			    --data action_type=1 >/dev/null
		done
	done
}

comment() {
	local i there='' clip=''
	for ((i = 0; i < ${#comments[@]}; i += 3)); do
		if [[ ${comments[i]} != "$clip" ]]; then
			clip=${comments[i]}
			there=$(act /douyin/comment/list/ "${users[0]}" --get \
			    --data "video_id=${video[$clip]}")
		fi
		[[ $there != *"\"${comments[i + 2]}\""* ]] || continue
		act /douyin/comment/action/ "${comments[i + 1]}" \
		    --data "video_id=${video[$clip]}" --data action_type=1 \
		    --data-urlencode "comment_text=${comments[i + 2]}" \
		    >/dev/null
	done
}

# Only those who have not spoken yet do.
chat() {
	local i from to pair answer
	local -A silent=()
	for ((i = 0; i < ${#messages[@]}; i += 3)); do
		from=${messages[i]} to=${messages[i + 1]}
		pair=$from/$to
		[[ $from < $to ]] || pair=$to/$from
		if [[ -z ${silent[$pair]-} ]]; then
			answer=$(act /douyin/message/chat/ "$from" --get \
			    --data "to_user_id=${id[$to]}")
			silent[$pair]=no
			[[ $answer == *'"content"'* ]] || silent[$pair]=yes
		fi
		[[ ${silent[$pair]} == yes ]] || continue
		act /douyin/message/action/ "$from" --data action_type=1 \
		    --data "to_user_id=${id[$to]}" \
		    --data-urlencode "content=${messages[i + 2]}" >/dev/null
	done
}

talk() {
	find_videos
	follow_and_like
	comment
	chat
}
