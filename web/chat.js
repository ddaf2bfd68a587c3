// chat.js - friends with their last message, and the conversation with one.

import {
	ask, back, bind, el, isPassing, know, language, listing, notice,
	pages, person, picture, read, round, row, say, session, tell, teach, users,
	write, writer,
} from './core.js';

const SEEN = 1000, HIDDEN = 10000, SLOWEST = 15000;	// ms between two polls
const DAY = 86400000;
const FRIENDS = 'relation/friend/list';
const CHAT = 'message/chat';

teach({
	noChats: ['还没有可以聊天的朋友', 'No friends to chat with yet'],
	you: ['我：', 'You: '], unread: ['有新消息', 'Unread'],
	noWords: ['还没有消息，打个招呼吧', 'No messages yet, say hello'],
	type: ['发消息…', 'Message…'], sending: ['发送中', 'Sending'],
	unsent: ['未发送，点这里重试', 'Not sent; tap to try again'],
	waiting: ['连接中断，正在重试…', 'Connection lost, trying again…'],
});

// -- friends --

export function inbox() {
	const node = el('div.circle');
	node.arrive = () => node.replaceChildren(
		el('header.bar', {}, el('h1', { say: 'chat' })),
		listing(el('ul'), pages(FRIENDS, 'user_list',
			{ user_id: session.id }), friendly,
		() => notice('chat', 'noChats', 'circle')));
	return node;
}

function friendly(friend) {
	const { id } = know(friend);
	const { message, msgType = friend.msg_type } = friend;
	const last = el('small');
	bind(last, `user:${id}`, () => {
		last.textContent = !message ? say('noWords') :
			msgType === 1 ? say('you') + message : message;
	});
	const node = row(friend, { href: `/chat/${id}`, act: 'open-chat' }, last);
	if (message)
		date(id, node.firstChild).catch(() => {});
	return node;
}

// When a friend wrote last, and whether that was seen, on this device.
async function date(id, link) {
	const { message_list: [{ create_time, from_user_id }] } = await ask(CHAT,
		{ to_user_id: id, limit: 1 });
	link.append(el('time', { text: clock(create_time) }));
	if (from_user_id === id && create_time > read(seen(id)))
		link.append(el('i.dot', { role: 'img', label: 'unread' }));
}

const seen = (id) => `seen:${session.id}:${id}`;

// -- a conversation --

export async function conversation(id) {
	if (!users.has(id))
		(await ask(FRIENDS, { user_id: session.id })).user_list.forEach(know);
	// The history is awaited, so that a stranger is told so at once.
	const { message_list } = await ask(CHAT, { to_user_id: id });
	return new Talk(id, message_list);
}

class Talk {
	constructor(id, history) {
		Object.assign(this, { id, cursor: 0, slow: SEEN });
		this.bubbles = new Map();	// by the message's number
		this.waiting = [];		// own ones that no answer has shown yet
		const user = users.get(id);
		this.none = notice('chat', 'noWords');
		this.list = el('ol.talk', { role: 'log' }, this.none);
		this.frame = el('div.scroll', {}, this.list);
		this.state = el('p.state', { role: 'status' });
		this.node = el('div.chat', {}, el('header.bar', {},
			round('back', 'left', back), user && el('a', {
				href: person(user) }, picture('avatar', user.avatar),
			el('h1', { text: user.name }))), this.frame, this.state,
		writer('type', 1000, (text) => this.send(text)));
		this.take(history);
	}

	arrive() {
		this.live = true;
		this.toEnd();
		this.wake = () => document.hidden || this.poll();
		document.addEventListener('visibilitychange', this.wake);
		this.poll();
	}

	leave() {
		this.live = false;
		clearTimeout(this.timer);
		document.removeEventListener('visibilitychange', this.wake);
	}

	toEnd() { this.frame.scrollTop = this.frame.scrollHeight; }

	// -- what comes --

	// One poll at a time.
	async poll() {
		this.polling ??= this.fetch();
		await this.polling;
		this.polling = null;
		if (this.live && !document.hidden)
			write(seen(this.id), this.cursor);
		clearTimeout(this.timer);
		if (this.live)
			this.timer = setTimeout(() => this.poll(),
				document.hidden ? HIDDEN : this.slow);
	}

	// Asks for what came after the newest message that the server told; its
	// own times are the only clock.
	async fetch() {
		try {
			const { message_list } = await ask(CHAT, { to_user_id: this.id,
				pre_msg_time: this.cursor }, { again: false });
			this.take(message_list);
			this.slow = SEEN;
			this.state.textContent = '';
		} catch ({ code, message }) {
			this.slow = Math.min(this.slow * 2, SLOWEST);
			this.state.textContent = isPassing(code) ? say('waiting') : message;
		}
	}

	take(messages) {
		const { scrollHeight, scrollTop, clientHeight } = this.frame;
		const fresh = messages.filter(({ id }) => !this.bubbles.has(id));
		fresh.forEach((message) => this.place(message));
		if (fresh.length && scrollHeight - scrollTop - clientHeight < 120)
			this.toEnd();
	}

	// An own message that shows already, still without a number, gets it; what
	// waits stays below.
	place({ id, from_user_id, content, create_time }) {
		const own = from_user_id === session.id;
		const at = own ? this.waiting.findIndex((one) =>
			one.content === content) : -1;
		const bubble = at < 0 ? this.draw(content, own) :
			this.waiting.splice(at, 1)[0].bubble;
		this.list.insertBefore(bubble, this.waiting[0]?.bubble ?? null);
		this.cursor = Math.max(this.cursor, create_time);
		this.bubbles.set(id, bubble);
		bubble.dataset.message = id;
		this.mark(bubble, 'sent', clock(create_time));
		const { previousSibling: above, lastChild: time } = bubble;
		if (above?.className === bubble.className &&
		    above.lastChild.textContent === time.textContent)
			above.lastChild.textContent = '';	// once is enough
	}

	draw(content, own) {
		this.none.remove();
		const bubble = el(own ? 'li.bubble.own' : 'li.bubble', {},
			el('p', { text: content }), el('small'));
		this.list.append(bubble);
		return bubble;
	}

	// -- what goes --

	send(content) {
		const one = { content, bubble: this.draw(content, true) };
		one.bubble.onclick = () => this.resend(one);
		this.waiting.push(one);
		this.deliver(one);
		this.toEnd();
	}

	// One after the other, so that they arrive in order.
	deliver(one) {
		this.mark(one.bubble, 'sending');
		this.queue = Promise.resolve(this.queue).then(() =>
			tell('message/action', { to_user_id: this.id,
				action_type: 1, content: one.content })
		).then(() => this.poll(), ({ code, message }) => {
			if (this.waiting.includes(one))
				this.mark(one.bubble, 'unsent');
			if (!isPassing(code))
				this.state.textContent = message;
		});
	}

	// Perhaps it did arrive and only the answer was lost: first a look.
	async resend(one) {
		if (one.bubble.dataset.state !== 'unsent')
			return;
		this.mark(one.bubble, 'sending');
		await this.poll();
		if (this.waiting.includes(one))
			this.deliver(one);
	}

	mark(bubble, state, text = say(state)) {
		bubble.dataset.state = state;
		bubble.lastChild.textContent = text;
	}
}

// Of the last day the hour is enough.
const clock = (ms) => new Date(ms).toLocaleString(language, {
	...Date.now() - ms > DAY && { month: 'numeric', day: 'numeric' },
	hour: '2-digit', minute: '2-digit' });
