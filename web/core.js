// core.js - what every part of the page stands on: nodes, words, the API, the
// session, what is known of users and videos, sheets, and the way about.
//
// What users wrote becomes textContent only, never markup.

// Every module teaches the words that it says.
const words = {};

export const teach = (more) => Object.assign(words, more);

teach({
	home: ['首页', 'Home'], friends: ['朋友', 'Friends'],
	publish: ['发布', 'Publish'], chat: ['消息', 'Messages'],
	me: ['我', 'Me'], login: ['登录', 'Log in'], menu: ['菜单', 'Menu'],
	api: ['接口', 'API'], skip: ['跳到内容', 'Skip to content'],
	other: ['English', '中文'], switch: ['切换语言', 'Switch language'],
	loading: ['加载中', 'Loading'], again: ['重试', 'Try again'],
	cancel: ['取消', 'Cancel'], close: ['关闭', 'Close'],
	back: ['返回', 'Back'], remove: ['删除', 'Delete'],
	offline: ['连接不上服务器', 'The server cannot be reached'],
	guest: ['登录后更精彩', 'Log in to join in'],
	guestHint: ['点赞、关注、评论、聊天，发布自己的视频', 'Like, follow, comment, chat and publish'],
	follow: ['关注', 'Follow'], followed: ['已关注', 'Following'],
	send: ['发送', 'Send'], videos: ['视频', 'Videos'], like: ['点赞', 'Like'],
	comments: ['评论', 'Comments'], share: ['分享', 'Share'],
	play: ['播放', 'Play'], pause: ['暂停', 'Pause'],
	mute: ['静音', 'Mute'], unmute: ['打开声音', 'Turn sound on'],
	tapSound: ['点一下，打开声音', 'Tap for sound'],
	seek: ['进度', 'Position'], previous: ['上一个', 'Previous'],
	next: ['下一个', 'Next'],
	copied: ['链接已复制', 'Link copied'],
	copy: ['复制这个链接', 'Copy this link'],
	top: ['都看完了，从头再来', 'That was all; from the top again'],
	empty: ['还没有视频', 'No videos yet'],
	broken: ['视频暂时无法播放', 'This video cannot be played'],
	circle: ['互相关注，就成了朋友，可以聊天。',
		'People who follow each other are friends, and can chat.'],
	lost: ['这里什么也没有', 'Nothing here'],
	lostHint: ['地址有误，或内容已删除', 'A wrong address, or it was deleted'],
	toHome: ['回到首页', 'Back to Home'],
	expired: ['登录已过期，请重新登录', 'Please log in again'],
});

// -- nodes --

export const find = (selector, root = document) =>
	root.querySelector(selector);
export const all = (selector, root = document) =>
	root.querySelectorAll(selector);

const spoken = {
	say: (node, text) => { node.textContent = text; },
	label: (node, text) => node.setAttribute('aria-label', text),
	hint: (node, text) => {
		node.placeholder = text;
		spoken.label(node, text);
	},
};

// Sets a property.  `say`, `label` and `hint` name words, which follow the
// language; `act` names a control; an attribute is what is no property.
export function set(node, key, value) {
	if (spoken[key]) {
		node.dataset[key] = value;
		spoken[key](node, say(value));
	} else if (key === 'act')
		node.dataset.action = value;
	else if (key === 'text')
		node.textContent = value;
	else if (key in node)
		node[key] = value;
	else
		node.setAttribute(key, value);
}

// Makes a node of 'tag.class', properties and children.
export function el(name, props = {}, ...children) {
	const [tag, ...classes] = name.split('.');
	const node = document.createElement(tag);
	node.classList.add(...classes);
	for (const key in props)
		set(node, key, props[key]);
	node.append(...children.filter((child) => child));
	return node;
}

export function icon(name) {
	const svg = find('template').content.firstChild.cloneNode(true);
	draw(svg, name);
	return svg;
}

export const draw = (node, name) =>
	find('use', node).setAttribute('href', `#i-${name}`);

// A round button that shows an icon, with its name for those who see none.
export const round = (act, glyph, onclick, label = act) =>
	el('button.round', { act, label, onclick }, icon(glyph));

export const button = (act, say, onclick, kind = '') =>
	el(`button.pill${kind}`, { type: 'button', act, say, onclick });

// A picture that is not there leaves its place's colour.
export function picture(name, address) {
	const image = el(`img.${name}`, { alt: '', decoding: 'async',
		onerror: () => { image.hidden = true; } });
	painted.then(() => { image.src = address; });
	return image;
}

// Nothing competes with the first video: the rest waits.
export const painted = new Promise((resolve) => {
	addEventListener('painted', resolve, { once: true });
	setTimeout(resolve, 4000);
});

// -- language, and what else outlives a visit --

export function read(name) {
	try {
		return JSON.parse(localStorage.getItem(name));
	} catch {
		return null;	// storage may be off, or hold what is not ours
	}
}

export function write(name, value) {
	try {
		localStorage.setItem(name, JSON.stringify(value));
	} catch { /* for this visit, then */ }
}

export let language = read('language') ??
	(navigator.language.startsWith('zh') ? 'zh' : 'en');

export function say(name, ...values) {
	const word = words[name]?.[language === 'zh' ? 0 : 1] ?? name;
	return word.call ? word(...values) : word;
}

export const plural = (n, word) => +n === 1 ? word : `${word}s`;

// Puts all that is shown into the language chosen.
export function speak(root = document) {
	document.documentElement.lang = language;
	for (const key in spoken)
		for (const node of all(`[data-${key}]`, root))
			spoken[key](node, say(node.dataset[key]));
	for (const node of all('[data-of]', root))
		node.update?.();
}

export function switchLanguage() {
	language = language === 'zh' ? 'en' : 'zh';
	write('language', language);
	speak();
}

export const compact = (n) => new Intl.NumberFormat(language,
	{ notation: 'compact', maximumFractionDigits: 1 }).format(n);

// -- the session --

export const session = {};
export const me = () => users.get(session.id);

function begin({ token = '', id = 0 }) {
	Object.assign(session, { token, id });
	dispatchEvent(new Event('session'));
	if (token)
		painted.then(loadMe);
}

export function enter(token, id) {
	write('session', { token, id });
	begin({ token, id });
}

export const leave = () => enter('', 0);

export const loadMe = () => ask('user').then(({ user }) => know(user),
	me);		// trouble is told where it matters

// Another tab may log in or out.
addEventListener('storage', ({ key }) =>
	key === 'session' && begin(read(key) ?? {}));

// A function of a module that is loaded when first called.
export const part = (file, name) => async (...values) => {
	const module = await import(`./${file}.js`).catch(() => {
		throw failure('offline');
	});
	return module[name](...values);
};

const logIn = part('account', 'logIn');

// Asks a guest to log in; true if that is not needed.
export function invited(why) {
	if (!session.id)
		logIn(why);
	return !!session.id;
}

// -- the API --

const GUEST = 2003, EXPIRED = 2004;
const PAUSES = [300, 700, 1500, 3000];		// ms before another try

// Errors have words for the user, or the name of words, and a code.
export const failure = (message, code = -1) =>
	Object.assign(new Error(message), { code });

// The answer of an endpoint below /douyin/, or a failure.  What fails for the
// moment is tried again, quietly; a POST only where `again` says that twice
// does not hurt.
export async function ask(path, params = {}, { post, again = !post } = {}) {
	for (let n = 0; ; n++) {
		const { token } = session;
		const answer = await attempt(path, params, post);
		const { status_code: code, status_msg: message } = answer;
		if (code === 0)
			return answer;
		expire(code, token);
		if (code === EXPIRED && token && !post)
			continue;	// as a guest
		if (!isPassing(code) || !again || n >= PAUSES.length)
			throw failure(message, code);
		await new Promise((resolve) => setTimeout(resolve, PAUSES[n]));
	}
}

export const tell = (path, params, again) =>
	ask(path, params, { post: true, again });

export const isPassing = (code) => [-1, 429, 500, 503].includes(code);

export const headers = () => ({
	'Accept-Language': language,
	...session.token && { Authorization: `Bearer ${session.token}` },
});

// Texts, and passwords above all, go in the body, never in an address.
async function attempt(path, params, post) {
	const body = params instanceof FormData ? params :
		new URLSearchParams(params);
	try {
		const reply = await fetch(`/douyin/${path}/${post ? '' : `?${body}`}`, {
			headers: headers(),
			signal: AbortSignal.timeout(20000),
			...post && { method: 'POST', body },
		});
		return await reply.json();
	} catch {
		return { status_code: -1, status_msg: 'offline' };
	}
}

export function expire(code, token) {
	if (code === EXPIRED && token && token === session.token) {
		leave();
		invited('expired');
	}
}

// A list by pages: each call gives the next one, `over` says it was the last.
export function pages(path, member, params) {
	const more = async () => {
		const page = await ask(path,
			{ ...params, before: more.before ?? 0, limit: 30 });
		more.before = page.next_before;
		more.over = !more.before;
		return page[member];
	};
	return more;
}

// -- what is known --
//
// One object for each user and each video, wherever it shows; a node that
// shows it is bound to it and follows every change.

export const users = new Map();
export const videos = new Map();
export const lists = new Map();		// videos in the order of a grid

export function bind(node, key, update) {
	node.dataset.of = key;
	node.update = update;
	update();
	return node;
}

export function changed(key) {
	for (const node of all(`[data-of="${key}"]`))
		node.update();
}

// What is just being sent is newer than what came.
function merge(map, kind, fresh) {
	const known = map.get(fresh.id) ?? fresh;
	map.set(fresh.id, known);
	if (!known.sending)
		Object.assign(known, fresh);
	changed(`${kind}:${fresh.id}`);
	return known;
}

export const know = (user) => merge(users, 'user', user);
export const seen = (video) => merge(videos, 'video',
	{ ...video, author: know(video.author), viewer: session.id });

// Shows a switch at once and sends it; however often it is pressed, the last
// state is what stays.
async function flip(thing, flag, show, send) {
	show(!thing[flag]);
	if (thing.sending)
		return;
	thing.sending = true;
	let sent;
	try {
		do {
			sent = thing[flag];
			await send(sent ? 1 : 2);
		} while (sent !== thing[flag]);
	} catch (error) {
		if (thing[flag] === sent)
			show(!sent);
		toast(error.message);
	}
	thing.sending = false;
}

function add(user, count, on) {
	if (!user)
		return;
	user[count] += on ? 1 : -1;
	changed(`user:${user.id}`);
}

export const like = (video) => invited() &&
	flip(video, 'is_favorite', (on) => {
		video.is_favorite = on;
		video.favorite_count += on ? 1 : -1;
		add(video.author, 'total_favorited', on);
		add(me(), 'favorite_count', on);
		changed(`video:${video.id}`);
	}, (action_type) => tell('favorite/action',
		{ video_id: video.id, action_type }, true));

export const follow = (user) => invited() &&
	flip(user, 'is_follow', (on) => {
		user.is_follow = on;
		add(user, 'follower_count', on);
		add(me(), 'follow_count', on);
	}, (action_type) => tell('relation/action',
		{ to_user_id: user.id, action_type }, true));

// -- notices --

export function toast(say) {
	const node = el('p', { say });
	const box = find('#toasts');
	box.append(node);
	box.hidePopover();
	box.showPopover();	// above a dialog that is open
	setTimeout(() => node.remove(), 4000);
}

export const spinner = () => el('div.spinner', { role: 'status' },
	el('span.hidden', { say: 'loading' }));

// Emptiness, kindly: an icon, a line, a hint and what one can do.
export const notice = (glyph, say, hint, ...more) => el('div.notice', {},
	icon(glyph), el('h2', { say }), hint && el('p', { say: hint }), ...more);

export const guest = () => notice('me', 'guest', 'guestHint',
	button('login', 'login', () => invited(), '.main'),
	button('language', 'other', switchLanguage));

// Trouble: a guest is invited; what will pass is tried again, all else left.
export function trouble({ code, message }, again) {
	if (code === GUEST)
		return guest();
	const [glyph, act, word, press] = isPassing(code) ?
		['globe', 'retry', 'again', again] : ['cross', 'back', 'back', back];
	const node = notice(glyph, message, '', button(act, word, press, '.main'));
	set(node, 'role', 'alert');
	return node;
}

// A row of a list of people: a face, a name, a line, and what stands beside.
export const row = ({ id, name, avatar }, link, line, ...more) =>
	el('li.person', { 'data-user': id }, el('a', link,
		picture('avatar', avatar),
		el('div', {}, el('b', { text: name }), line)), ...more);

// A list that grows as one scrolls to its end.
export function listing(list, more, row, none) {
	const end = el('div');
	const watch = new IntersectionObserver(([entry]) =>
		entry.isIntersecting && grow(), { rootMargin: '300px' });
	async function grow() {
		watch.unobserve(end);
		end.replaceChildren(spinner());
		try {
			list.append(...(await more()).map(row));
			end.replaceChildren(list.firstChild ? '' : none());
			if (!more.over)
				watch.observe(end);
		} catch (error) {
			end.replaceChildren(trouble(error, grow));
		}
	}
	watch.observe(end);
	return el('div', {}, list, end);
}

const LONGEST = 100;

// A field for a text with its name above it; characters are counted below.
export function counted(name, rows, value = '') {
	const count = el('small');
	const text = el('textarea', { name, rows, value, oninput: draw });
	function draw() {
		const n = [...text.value].length;
		count.textContent = `${n}/${LONGEST}`;
		count.classList.toggle('fault', n > LONGEST);
		text.setCustomValidity(n > LONGEST ? count.textContent : '');
	}
	draw();
	return el('label.field', {}, el('span', { say: name }), text, count);
}

// A text that Enter or the button sends; it stays until it is stored.
export function writer(hint, maxLength, send) {
	const field = el('textarea', { hint, rows: 1, maxLength,
		act: 'text', onkeydown: (event) => {
			if (event.key !== 'Enter' || event.shiftKey || event.isComposing)
				return;
			event.preventDefault();
			form.requestSubmit();
		} });
	const press = round('send', 'send');
	press.classList.add('main');
	const check = () => { press.disabled = !field.value.trim(); };
	const form = el('form.writer', { oninput: check, onsubmit: async (event) => {
		event.preventDefault();
		if (press.disabled)
			return;
		press.disabled = true;
		try {
			await send(field.value.trim());
			field.value = '';
		} catch (error) {
			toast(error.message);
		}
		check();
	} }, field, press);
	check();
	return form;
}

// -- sheets --
//
// A dialog is a step in the history: "back" closes it, as on a phone.

const sheets = [];
let steps = Date.now();		// numbers steps and sheets, also after a reload

export function sheet(id, say, ...content) {
	const head = el('h2', { id: `${id}-title`, say });
	const dialog = el('dialog', { id, 'aria-labelledby': head.id,
		oncancel: (event) => {
			event.preventDefault();
			shut(dialog);
		},
		onclose: () => shut(dialog),
		onpointerdown: ({ target }) => target === dialog && shut(dialog),
	}, el('header', {}, head, round('close', 'cross', () => shut(dialog))),
	...content);
	document.body.append(dialog);
	dialog.showModal();
	dialog.step = ++steps;
	sheets.push(dialog);
	history.pushState({ ...history.state, sheet: dialog.step }, '');
	return dialog;
}

// Resolves when the dialog, by default all of them, and its step are gone.
export async function shut(dialog = sheets[0]) {
	if (!sheets.includes(dialog) || dialog.gone)
		return;
	history.go(sheets.indexOf(dialog) - sheets.length);
	await new Promise((resolve) => { dialog.gone = resolve; });
}

function shutAbove(step) {
	while (sheets.at(-1)?.step > step) {
		const dialog = sheets.pop();
		dialog.close();
		dialog.remove();
		dialog.gone?.();
	}
}

// Asks first; what then goes wrong is told.
export function sure(question, yes, deed) {
	const dialog = sheet('confirm', question, el('footer', {},
		button('no', 'cancel', () => shut(dialog)),
		button('yes', yes, async () => {
			await shut(dialog);
			try {
				await deed();
			} catch (error) {
				toast(error.message);
			}
		}, '.danger')));
}

// -- the way about --

let here = history.state?.step;

addEventListener('popstate', () => {
	shutAbove(history.state?.sheet ?? 0);
	if (history.state?.step !== here)
		arrive();
});

export function arrive() {
	here = history.state?.step;
	dispatchEvent(new Event('route'));
}

export async function go(path, state) {
	await shut();
	history.pushState({ ...state, inner: true, step: ++steps }, '', path);
	arrive();
}

export const back = () => history.state?.inner ? history.back() : go('/');

export const person = ({ id }) => `/u/${id}`;

begin(read('session') ?? {});
