// chat.js - friends with their last message, and the conversation with one.

import {
	ask, back, bind, el, failure, isPassing, know, language, listing, notice,
	pages, person, picture, round, say, session, tell, teach, trouble, users,
} from './core.js';

const SEEN = 1000, HIDDEN = 10000, SLOWEST = 15000;	// ms between two polls
const LONGEST = 1000;

teach({
	zh: {
		noChats: '还没有可以聊天的朋友',
		noChatsHint: '互相关注以后，就能在这里聊天。',
		you: (text) => `我：${text}`, noWords: '还没有消息，打个招呼吧',
		noWordsHint: '消息会马上送到。', message: '发消息…', send: '发送',
		sending: '发送中', unsent: '未发送，点这里重试',
		waiting: '连接中断，正在重试…', earlier: '更早的消息',
	},
	en: {
		noChats: 'No friends to chat with yet',
		noChatsHint: 'People who follow each other can chat here.',
		you: (text) => `You: ${text}`, noWords: 'No messages yet, say hello',
		noWordsHint: 'They arrive at once.', message: 'Message…',
		send: 'Send', sending: 'Sending', unsent: 'Not sent; tap to try again',
		waiting: 'Connection lost, trying again…', earlier: 'Earlier messages',
	},
});

// ---- friends ----

export async function inbox() {
	if (!session.id)
		return (await import('./people.js')).stranger('chat_why');
	const node = el('div.circle', {});
	node.arrive = () => node.replaceChildren(
		el('header.bar', {}, el('h1', { say: 'chat' })),
		listing(el('ul.people'), pages('/douyin/relation/friend/list/',
			'user_list', { user_id: session.id }, 50), row,
		() => notice('chat', 'noChats', 'noChatsHint')));
	return node;
}

function row(friend) {
	const user = know(friend);
	const last = el('small');
	const own = (friend.msgType ?? friend.msg_type) === 1;
	bind(last, `user:${user.id}`, () => {
		last.textContent = !friend.message ? say('noWords') :
			own ? say('you', friend.message) : friend.message;
	});
	const node = el('li.person', {}, el('a', { href: `/chat/${user.id}`,
		act: 'open-chat' }, picture('avatar', user.avatar),
	el('div', {}, el('b', { text: user.name }), last)));
	node.dataset.user = user.id;
	return node;
}

// ---- a conversation ----

export async function conversation(id) {
	if (!session.id)
		return (await import('./people.js')).stranger('chat_why');
	if (!users.has(id))
		(await ask('/douyin/relation/friend/list/',
			{ user_id: session.id })).user_list.forEach(know);
	// The first page is awaited, so that a stranger is told so at once.
	const first = await ask('/douyin/message/chat/',
		{ to_user_id: id, limit: 100 });
	return new Talk(id, first).node;
}

class Talk {
	constructor(id, first) {
		Object.assign(this, { id, cursor: 0, slow: SEEN });
		this.bubbles = new Map();	// by the message's number
		this.waiting = [];		// own ones that no answer has shown yet
		this.list = el('ol.talk', { role: 'log' });
		this.scroller = el('div.scroll', {}, this.list);
		this.state = el('p.state', { role: 'status' });
		const user = users.get(id);
		this.node = el('div.chat', {}, el('header.bar', {},
			round('back', 'left', back), user ? el('a', {
				href: person(user) }, picture('avatar', user.avatar),
			el('h1', { text: user.name })) : ''),
		this.scroller, this.state, this.writer());
		this.before = first.next_before;
		if (this.before)
			this.scroller.prepend(el('button.link', { type: 'button',
				act: 'earlier', say: 'earlier',
				onclick: (event) => this.earlier(event.target) }));
		this.take(first.message_list);
		if (!this.bubbles.size)
			this.list.append(this.none = notice('chat', 'noWords',
				'noWordsHint'));
		this.node.arrive = () => this.arrive();
		this.node.leave = () => this.leave();
	}

	// -- what comes --

	arrive() {
		this.live = true;
		this.toEnd();
		this.wake = () => !document.hidden && this.poll();
		document.addEventListener('visibilitychange', this.wake);
		this.poll();
	}

	leave() {
		this.live = false;
		clearTimeout(this.timer);
		document.removeEventListener('visibilitychange', this.wake);
	}

	// Asks for what came after the newest message that the server told; its
	// own times are the only clock.  One poll at a time.
	async poll() {
		clearTimeout(this.timer);
		if (this.polling)
			return this.polling;
		this.polling = this.fetch();
		await this.polling;
		this.polling = null;
		clearTimeout(this.timer);
		if (this.live)
			this.timer = setTimeout(() => this.poll(),
				document.hidden ? HIDDEN : this.slow);
	}

	async fetch() {
		try {
			const page = await ask('/douyin/message/chat/', {
				to_user_id: this.id, pre_msg_time: this.cursor },
			{ again: false });
			this.take(page.message_list);
			this.slow = SEEN;
			this.state.textContent = '';
		} catch (error) {
			const passing = isPassing({ status_code: error.code });
			this.slow = Math.min(this.slow * 2, SLOWEST);
			this.state.textContent = passing ? say('waiting') : error.message;
			this.live &&= passing;
		}
	}

	take(messages) {
		const low = this.isLow();
		const fresh = messages.filter(({ id }) => !this.bubbles.has(id));
		for (const message of fresh)
			this.place(message);
		if (fresh.length && low)
			this.toEnd();
	}

	// An own message that shows already, still without a number, gets it.
	place({ id, from_user_id, content, create_time }) {
		const own = from_user_id === session.id;
		const at = own ? this.waiting.findIndex((one) =>
			one.content === content) : -1;
		const bubble = at < 0 ? this.draw(content, own) :
			this.waiting.splice(at, 1)[0].bubble;
		this.cursor = Math.max(this.cursor, create_time);
		this.bubbles.set(id, bubble);
		bubble.dataset.message = id;
		bubble.dataset.state = 'sent';
		bubble.lastChild.textContent = clock(create_time);
		// In the order of the server; what waits stays below.
		if (at >= 0 || this.waiting.length)
			this.list.insertBefore(bubble, this.waiting[0]?.bubble ?? null);
	}

	async earlier(button) {
		button.disabled = true;
		try {
			const page = await ask('/douyin/message/chat/', {
				to_user_id: this.id, before: this.before, limit: 100 });
			this.before = page.next_before;
			const height = this.scroller.scrollHeight;
			const top = this.list.firstChild;
			for (const message of page.message_list) {
				this.place(message);
				top.before(this.bubbles.get(message.id));
			}
			this.scroller.scrollTop += this.scroller.scrollHeight - height;
		} catch { /* the button is still there */ }
		button.disabled = false;
		button.hidden = !this.before;
	}

	draw(content, own) {
		this.none?.remove();
		const bubble = el(own ? 'li.bubble.own' : 'li.bubble', {},
			el('p', { text: content }), el('small'));
		this.list.append(bubble);
		return bubble;
	}

	isLow() {
		const { scrollHeight, scrollTop, clientHeight } = this.scroller;
		return scrollHeight - scrollTop - clientHeight < 120;
	}

	toEnd() { this.scroller.scrollTop = this.scroller.scrollHeight; }

	// -- what goes --

	writer() {
		const field = el('textarea', { hint: 'message', label: 'message',
			rows: 1, maxLength: LONGEST, act: 'message-text' });
		const form = el('form.writer', { onsubmit: (event) => {
			event.preventDefault();
			const content = field.value.trim();
			if (content)
				this.send(content);
			field.value = '';
			field.focus();
		} }, field, el('button.round.main', { label: 'send', act: 'send' },
			...round('', 'send').childNodes));
		field.addEventListener('keydown', (event) => {
			if (event.key === 'Enter' && !event.shiftKey &&
			    !event.isComposing) {
				event.preventDefault();
				form.requestSubmit();
			}
		});
		return form;
	}

	send(content) {
		const bubble = this.draw(content, true);
		const one = { content, bubble };
		bubble.addEventListener('click', () => this.resend(one));
		this.waiting.push(one);
		this.toEnd();
		this.deliver(one);
	}

	// One after the other, so that they arrive in order.
	deliver(one) {
		this.mark(one, 'sending');
		this.queue = (this.queue ?? Promise.resolve()).then(async () => {
			try {
				await tell('/douyin/message/action/', { to_user_id: this.id,
					action_type: 1, content: one.content });
				await this.poll();
			} catch (error) {
				if (this.waiting.includes(one))
					this.mark(one, 'unsent');
				if (!isPassing({ status_code: error.code }))
					this.state.textContent = error.message;
			}
		});
	}

	// Perhaps it did arrive and only the answer was lost: first a look.
	async resend(one) {
		if (one.bubble.dataset.state !== 'unsent')
			return;
		this.mark(one, 'sending');
		await this.poll();
		if (this.waiting.includes(one))
			this.deliver(one);
	}

	mark({ bubble }, state) {
		bubble.dataset.state = state;
		bubble.lastChild.textContent = say(state);
	}
}

// Today the time, else also the day.
function clock(ms) {
	const date = new Date(ms);
	const today = date.toDateString() === new Date().toDateString();
	return date.toLocaleString(language, { hour: '2-digit', minute: '2-digit',
		...!today && { month: 'short', day: 'numeric' } });
}
