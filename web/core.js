// core.js - what every part of the page stands on: nodes, words, the API, the
// session, what is known of users and videos, sheets, and the way about.
//
// What users wrote becomes textContent only, never markup.

// Every module teaches the words that it says.
const words = { zh: {}, en: {} };

export function teach(more) {
	for (const one of Object.keys(words))
		Object.assign(words[one], more[one]);
}

teach({
	zh: {
		home: '首页', friends: '朋友', publish: '发布', chat: '消息',
		me: '我', login: '登录', menu: '菜单', api: '接口文档',
		skip: '跳到内容', other: 'English', switch: '切换语言',
		loading: '加载中', again: '重试', cancel: '取消', close: '关闭',
		back: '返回', remove: '删除', offline: '连接不上服务器',
		failed: '出了点问题',
		guest: '登录后就能看到', guestHint: '加入进来，点赞、评论、聊天。',
		follow: '关注', following: '已关注',
		videos: '视频', like: '点赞', comments: '评论', share: '分享',
		play: '播放', pause: '暂停', mute: '静音', unmute: '打开声音',
		tapSound: '点一下，打开声音', seek: '进度',
		previous: '上一个视频', next: '下一个视频',
		copied: '链接已复制', copy: '复制这个链接',
		top: '都看完了，从头再来一遍',
		empty: '还没有视频', emptyHint: '发布第一个，它马上就会出现在这里。',
		broken: '这个视频暂时无法播放', lost: '这里什么也没有',
		lostHint: '地址也许写错了，或者内容已被删除。',
		toHome: '回到首页',
		like_why: '登录后给喜欢的视频点赞', follow_why: '登录后关注作者',
		comment_why: '登录后参与评论', chat_why: '登录后和朋友聊天',
		publish_why: '登录后发布自己的视频',
		expired_why: '登录已过期，请重新登录',
		at: (now, all) => `${now} 秒，共 ${all} 秒`,
	},
	en: {
		home: 'Home', friends: 'Friends', publish: 'Publish',
		chat: 'Messages', me: 'Me', login: 'Log in', menu: 'Menu',
		api: 'API', skip: 'Skip to content', other: '中文',
		switch: 'Switch language', loading: 'Loading', again: 'Try again',
		cancel: 'Cancel', close: 'Close', back: 'Back', remove: 'Delete',
		offline: 'The server cannot be reached', failed: 'Something went wrong',
		guest: 'Log in to see this',
		guestHint: 'Join in: like, comment and chat.',
		follow: 'Follow', following: 'Following',
		videos: 'Videos', like: 'Like', comments: 'Comments', share: 'Share',
		play: 'Play', pause: 'Pause', mute: 'Mute', unmute: 'Turn sound on',
		tapSound: 'Tap for sound', seek: 'Position',
		previous: 'Previous video', next: 'Next video',
		copied: 'Link copied', copy: 'Copy this link',
		top: 'You have seen them all, here they come again',
		empty: 'No videos yet',
		emptyHint: 'Publish the first one; it shows up here at once.',
		broken: 'This video cannot be played right now',
		lost: 'Nothing here',
		lostHint: 'The address may be mistyped, or it was deleted.',
		toHome: 'To the start page',
		like_why: 'Log in to like videos',
		follow_why: 'Log in to follow people',
		comment_why: 'Log in to comment', chat_why: 'Log in to chat',
		publish_why: 'Log in to publish a video',
		expired_why: 'Your log-in has ended; please log in again',
		at: (now, all) => `${now} of ${all} seconds`,
	},
});

// ---- nodes ----

export const find = (selector, root = document) =>
	root.querySelector(selector);

const spoken = {
	say: (node, text) => { node.textContent = text; },
	label: (node, text) => node.setAttribute('aria-label', text),
	hint: (node, text) => { node.placeholder = text; },
};

// Makes a node of 'tag.class', properties and children.  `say`, `label` and
// `hint` name words, which follow the language; `act` names a control.
export function el(name, props = {}, ...children) {
	const [tag, ...classes] = name.split('.');
	const node = document.createElement(tag);
	node.classList.add(...classes);
	for (const [key, value] of Object.entries(props))
		set(node, key, value);
	node.append(...children.filter((child) => child));
	return node;
}

function set(node, key, value) {
	if (key in spoken) {
		node.dataset[key] = value;
		spoken[key](node, say(value));
	} else if (key === 'act')
		node.dataset.action = value;
	else if (key === 'text')
		node.textContent = value;
	else if (key.startsWith('on'))
		node.addEventListener(key.slice(2), value);
	else if (key in node)
		node[key] = value;
	else
		node.setAttribute(key, value);
}

const SVG = 'http://www.w3.org/2000/svg';

export function icon(name) {
	const svg = document.createElementNS(SVG, 'svg');
	const use = document.createElementNS(SVG, 'use');
	use.setAttribute('href', `#i-${name}`);
	svg.setAttribute('aria-hidden', 'true');
	svg.append(use);
	return svg;
}

// A round button that shows an icon, with its name for those who see none.
export const round = (act, glyph, onclick, label = act) =>
	el('button.round', { type: 'button', act, label, title: '', onclick },
		icon(glyph));

export const button = (act, say, onclick, kind = '') =>
	el(`button.pill${kind}`, { type: 'button', act, say, onclick });

// A picture that cannot be had leaves its place's own colour.
export function picture(name, address) {
	const image = el(`img.${name}`, { alt: '', decoding: 'async' });
	image.addEventListener('error', () => image.classList.add('missing'));
	image.addEventListener('load', () => image.classList.remove('missing'));
	painted.then(() => { image.src = address; });
	return image;
}

// Nothing competes with the first video: pictures wait until it shows.
export const painted = new Promise((resolve) => {
	addEventListener('painted', resolve, { once: true });
	setTimeout(resolve, 4000);
});

// ---- words ----

export let language = read('language') ??
	(/^zh\b/i.test(navigator.language) ? 'zh' : 'en');
if (!(language in words))
	language = 'en';

export function say(name, ...values) {
	const word = words[language][name] ?? name;
	return typeof word === 'function' ? word(...values) : word;
}

// Puts all that is shown into the language chosen.
export function speak(root = document) {
	document.documentElement.lang = language;
	for (const [key, put] of Object.entries(spoken))
		for (const node of root.querySelectorAll(`[data-${key}]`))
			put(node, say(node.dataset[key]));
	for (const node of root.querySelectorAll('[data-of]'))
		node.update?.();
}

export function switchLanguage() {
	language = language === 'zh' ? 'en' : 'zh';
	write('language', language);
	speak();
}

export const compact = (n) => new Intl.NumberFormat(language,
	{ notation: 'compact', maximumFractionDigits: 1 }).format(n);

// ---- what outlives a visit ----

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

// ---- the session ----

export const session = { token: '', id: 0 };
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

export async function loadMe() {
	try {
		return know((await ask('/douyin/user/')).user);
	} catch {
		return me();	// said where it matters
	}
}

// Another tab may log in or out.
addEventListener('storage', ({ key }) => {
	if (key === 'session')
		begin(read('session') ?? {});
});

// Asks a guest to log in, with the reason; true if that is not needed.
export function invited(why) {
	if (session.id)
		return true;
	import('./account.js').then((part) => part.logIn(why));
	return false;
}

// ---- the API ----

const GUEST = 2003, EXPIRED = 2004;
const PAUSES = [300, 700, 1500, 3000];

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// The answer of an endpoint; throws an Error with words for the user and
// `code`.  What fails for the moment is tried again, quietly; a POST is only
// where `again` says that twice does not hurt.
export async function ask(path, params = {}, { post, again = !post } = {}) {
	for (let n = 0; ; n++) {
		const { token } = session;
		const answer = await attempt(path, params, post);
		if (answer.status_code === 0)
			return answer;
		if (answer.status_code === EXPIRED && token) {
			expire(token);
			if (!post)
				continue;	// as a guest
		} else if (isPassing(answer) && again && n < PAUSES.length) {
			await pause(PAUSES[n]);
			continue;
		}
		throw failure(answer);
	}
}

export const tell = (path, params, again = false) =>
	ask(path, params, { post: true, again });

export const isPassing = ({ status_code: code }) =>
	code < 0 || code === 429 || code === 503 || code === 500;

export function failure({ status_code: code, status_msg: message }) {
	return Object.assign(new Error(message), { code });
}

export function headers() {
	return {
		'Accept-Language': language,
		...session.token && { Authorization: `Bearer ${session.token}` },
	};
}

// Texts, and passwords above all, go in the body, never in an address.
async function attempt(path, params, post) {
	const body = params instanceof FormData ? params :
		new URLSearchParams(params);
	try {
		const reply = await fetch(post ? path : `${path}?${body}`, {
			method: post ? 'POST' : 'GET',
			body: post ? body : undefined,
			headers: headers(),
			signal: AbortSignal.timeout(20000),
		});
		return await reply.json();
	} catch {
		return { status_code: -1, status_msg: say('offline') };
	}
}

export function expire(token) {
	if (session.token !== token)
		return;
	leave();
	invited('expired');
}

// A list by pages: each call gives the next one, `over` says it was the last.
export function pages(path, member, params, limit = 30) {
	let before = 0;
	const more = async () => {
		const page = await ask(path, { ...params, before, limit });
		before = page.next_before;
		more.over = !before;
		return page[member];
	};
	return more;
}

// ---- what is known ----
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
	for (const node of document.querySelectorAll(`[data-of="${key}"]`))
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

function add(user, count, n) {
	if (!user)
		return;
	user[count] += n;
	changed(`user:${user.id}`);
}

export const like = (video) => invited('like') &&
	flip(video, 'is_favorite', (on) => {
		video.is_favorite = on;
		video.favorite_count += on ? 1 : -1;
		add(video.author, 'total_favorited', on ? 1 : -1);
		add(me(), 'favorite_count', on ? 1 : -1);
		changed(`video:${video.id}`);
	}, (action_type) => tell('/douyin/favorite/action/',
		{ video_id: video.id, action_type }, true));

export const follow = (user) => invited('follow') &&
	flip(user, 'is_follow', (on) => {
		user.is_follow = on;
		add(user, 'follower_count', on ? 1 : -1);
		add(me(), 'follow_count', on ? 1 : -1);
	}, (action_type) => tell('/douyin/relation/action/',
		{ to_user_id: user.id, action_type }, true));

// Hidden on oneself.
export function followButton(user) {
	const node = button('follow', 'follow', () => follow(user));
	return bind(node, `user:${user.id}`, () => {
		node.hidden = user.id === session.id;
		node.classList.toggle('main', !user.is_follow);
		node.setAttribute('aria-pressed', user.is_follow);
		node.textContent = say(user.is_follow ? 'following' : 'follow');
	});
}

// ---- notices ----

export function toast(text) {
	const node = el('p', { text });
	find('#toasts').append(node);
	setTimeout(() => node.remove(), 4000);
}

export const spinner = () => el('div.spinner', { role: 'status' },
	el('span.hidden', { say: 'loading' }));

// Emptiness, kindly: an icon, a line, a hint and what one can do.
export function notice(glyph, say, hint, ...buttons) {
	return el('div.notice', {}, icon(glyph), el('h2', { say }),
		hint && el('p', { say: hint }), ...buttons);
}

// Trouble: a guest is invited, anybody else may try again.
export function trouble(error, again) {
	if (error.code === GUEST)
		return notice('me', 'guest', 'guestHint',
			button('login', 'login', () => invited(), '.main'));
	return el('div.notice', { role: 'alert' }, icon('cloud'),
		el('h2', { say: 'failed' }), el('p', { text: error.message }),
		again && button('retry', 'again', again, '.main'));
}

// A list that grows as one scrolls to its end.
export function listing(list, more, row, none) {
	const end = el('div.end');
	const box = el('div.listing', {}, list, end);
	let busy = false;
	const watch = new IntersectionObserver(([entry]) => {
		if (entry.isIntersecting)
			grow();
	}, { rootMargin: '300px' });
	async function grow() {
		if (busy)
			return;
		busy = true;
		watch.unobserve(end);
		end.replaceChildren(spinner());
		try {
			list.append(...(await more()).map(row));
			end.replaceChildren(list.childElementCount ? '' : none());
			if (!more.over)
				watch.observe(end);
		} catch (error) {
			end.replaceChildren(trouble(error, grow));
		}
		busy = false;
	}
	watch.observe(end);
	return box;
}

// ---- sheets ----
//
// A dialog is a step in the history: "back" closes it, as on a phone.

const sheets = [];
let steps = Date.now();		// numbers steps and sheets, also after a reload

export function sheet(kind, title, ...content) {
	const dialog = el(`dialog.${kind}`, { id: kind }, el('header', {},
		el('h2', { id: `${kind}-title`, ...title }),
		round('close', 'cross', () => shut(dialog))), ...content);
	dialog.setAttribute('aria-labelledby', `${kind}-title`);
	dialog.addEventListener('cancel', (event) => {
		event.preventDefault();
		shut(dialog);
	});
	dialog.addEventListener('close', () => shut(dialog));
	dialog.addEventListener('pointerdown', (event) => {
		if (event.target === dialog)
			shut(dialog);		// beside it
	});
	document.body.append(dialog);
	dialog.showModal();
	dialog.step = ++steps;
	sheets.push(dialog);
	history.pushState({ ...history.state, sheet: dialog.step }, '');
	return dialog;
}

// Resolves when the dialog, by default all of them, and its step are gone.
export function shut(dialog = sheets[0]) {
	if (!sheets.includes(dialog))
		return Promise.resolve();
	history.go(sheets.indexOf(dialog) - sheets.length);
	return new Promise((resolve) => { dialog.gone = resolve; });
}

function shutAbove(step) {
	while (sheets.length && sheets.at(-1).step > step) {
		const dialog = sheets.pop();
		dialog.close();
		dialog.remove();
		dialog.onshut?.();
		dialog.gone?.();
	}
}

// Resolves to whether the user is sure.
export function sure(question, yes) {
	return new Promise((resolve) => {
		let answer = false;
		const done = (value) => {
			answer = value;
			shut(dialog);
		};
		const dialog = sheet('confirm', { say: question }, el('footer', {},
			button('no', 'cancel', () => done(false)),
			button('yes', yes, () => done(true), '.danger')));
		dialog.onshut = () => resolve(answer);
	});
}

// ---- the way about ----

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

export async function go(path, state = {}) {
	await shut();
	history.pushState({ ...state, inner: true, step: ++steps }, '', path);
	arrive();
}

export const back = () => history.state?.inner ? history.back() : go('/');

export const person = (user) => `/u/${user.id}`;

begin(read('session') ?? {});
