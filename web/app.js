// app.js - the page begins here: the feed, one video a screen, and which
// address shows what.  All else is loaded when it is first asked for.

import {
	arrive, ask, back, bind, changed, compact, el, find, follow, go, icon,
	invited, isPassing, lists, like, notice, painted, person, picture, read,
	round, say, seen, session, sheet, shut, spinner, speak, switchLanguage,
	toast, trouble, users, videos, write,
} from './core.js';

const calm = matchMedia('(prefers-reduced-motion: reduce)');

// ---- sound ----
//
// Browsers let a page speak only after a touch: videos begin muted, and the
// first touch, unless it is the mute button's own, turns sound on.

const sound = {
	on: false,
	wanted: read('sound') ?? true,

	set(on) {
		this.on = on;
		document.body.dataset.sound = on ? 'on' : 'off';
		for (const node of document.querySelectorAll('[data-action=sound]'))
			drawSound(node);
		for (const media of document.querySelectorAll('.clip video'))
			media.muted = !on;
	},

	toggle() {
		this.wanted = !this.on;
		write('sound', this.wanted);
		this.set(this.wanted);
	},

	touched(event) {
		const own = event.target.closest?.('[data-action=sound]') ||
			event.key?.toLowerCase() === 'm';
		if (own || event.key === 'Tab')
			return;
		removeEventListener('click', sound.touched, true);
		removeEventListener('keydown', sound.touched, true);
		if (!sound.wanted || sound.on)
			return;
		sound.set(true);
		sound.woken = event;	// it does nothing else
	},
};
addEventListener('click', sound.touched, true);
addEventListener('keydown', sound.touched, true);

function drawSound(node) {
	const label = sound.on ? 'mute' : 'unmute';
	node.dataset.label = label;
	node.setAttribute('aria-label', say(label));
	find('use', node).setAttribute('href', sound.on ? '#i-sound' : '#i-mute');
}

// ---- a clip: one video of a reel ----

const TAPS = 280;		// ms between the taps of a double tap
const FAILURES = [1000, 2000, 4000, 8000];

class Clip {
	constructor(video, reel) {
		Object.assign(this, { video, reel, failures: 0 });
		this.node = el('article.clip', { tabIndex: -1 });
		this.node.dataset.video = video.id;
		this.node.clip = this;
	}

	set state(state) {
		this.node.dataset.state = state;
		const label = state === 'paused' ? 'play' : 'pause';
		if (this.tap && this.tap.dataset.label !== label) {
			this.tap.dataset.label = label;
			this.tap.setAttribute('aria-label', say(label));
		}
	}

	// Makes what is seen; `first` is the page's first video, whose cover is
	// left out, as the video itself is there as soon.
	fill(first) {
		if (this.media)
			return;
		const { video } = this;
		this.state = 'loading';
		this.node.setAttribute('aria-label', video.title);
		this.media = el('video', { playsInline: true, loop: true,
			muted: !sound.on, preload: 'auto', tabIndex: -1 });
		if (!first)
			this.media.poster = video.cover_url;
		this.listen();
		this.media.src = video.play_url;
		this.node.append(el('div.stage', {}, this.media, this.tapper(),
			icon('play'), spinner(), this.about(), this.seeker(),
			this.soundButton()), this.rail());
	}

	// Far from the screen nothing is kept, so that memory stays bounded.
	empty() {
		if (!this.media)
			return;
		this.media.pause();
		this.media.removeAttribute('src');
		this.media.load();	// stops the download
		this.media = null;
		this.node.replaceChildren();
	}

	listen() {
		const { media } = this;
		const on = (name, act) => media.addEventListener(name, act);
		on('loadeddata', () => {
			Clip.painted = true;
			dispatchEvent(new Event('painted'));
		});
		on('playing', () => {
			this.state = 'playing';
			this.failures = 0;
		});
		on('waiting', () => { this.state = 'loading'; });
		on('pause', () => { this.state = 'paused'; });
		on('timeupdate', () => this.drawTime());
		on('loadedmetadata', () => this.fit());
		on('error', () => media === this.media && this.fail());
	}

	// A picture of nearly the screen's shape fills it.
	fit() {
		const { media } = this;
		const shape = (media.videoWidth / media.videoHeight) /
			(media.clientWidth / media.clientHeight);
		media.classList.toggle('fill', shape > .72 && shape < 1.4);
	}

	// First quietly again, then in words.
	fail() {
		this.state = 'loading';
		if (this.failures < FAILURES.length) {
			setTimeout(() => this.reload(), FAILURES[this.failures++]);
			return;
		}
		this.state = 'broken';
		dispatchEvent(new Event('painted'));
		find('.about', this.node).prepend(el('div.trouble', { role: 'alert' },
			el('p', { say: 'broken' }), el('button.pill', { say: 'again',
				act: 'retry', onclick: ({ target }) => {
					target.parentNode.remove();
					this.failures = 0;
					this.reload();
				} })));
	}

	reload() {
		if (!this.media)
			return;
		this.media.load();
		if (this.reel.current === this)
			this.play();
	}

	async play() {
		const { media } = this;
		if (!media || this.halted || document.hidden || !this.reel.live)
			return;
		media.muted = !sound.on;
		try {
			await media.play();
		} catch (error) {
			if (error.name !== 'NotAllowedError' || media.muted)
				return;		// paused meanwhile, or it failed: see above
			sound.set(false);
			media.play().catch(() => {});
		}
	}

	pause() { this.media?.pause(); }

	toggle() {
		this.halted = !this.media.paused;
		if (this.halted)
			this.pause();
		else
			this.play();
	}

	// -- touch --

	tapper() {
		return this.tap = el('button.tap', { type: 'button', act: 'toggle',
			label: 'pause', onclick: (event) => this.tapped(event) });
	}

	tapped(event) {
		const now = performance.now();
		const twice = event.detail && now - this.tapTime < TAPS;
		this.tapTime = now;
		clearTimeout(this.tapTimer);
		if (twice)
			return this.adore(event);
		if (sound.woken === event)
			return;
		if (event.detail)
			this.tapTimer = setTimeout(() => this.toggle(), TAPS);
		else
			this.toggle();	// by the keyboard
	}

	// A double tap only ever likes.
	adore({ clientX, clientY }) {
		if (!this.video.is_favorite)
			like(this.video);
		if (!session.id)
			return;
		const stage = find('.stage', this.node);
		const box = stage.getBoundingClientRect();
		const heart = el('div.burst', {}, icon('heart'));
		heart.style.left = `${clientX - box.left}px`;
		heart.style.top = `${clientY - box.top}px`;
		stage.append(heart);
		setTimeout(() => heart.remove(), 900);
	}

	// -- what stands on the picture --

	about() {
		const { video } = this;
		return el('div.about', {},
			el('a.author', { href: person(video.author),
				text: `@${video.author.name}` }),
			el('p.title', { text: video.title, onclick: ({ target }) =>
				target.classList.toggle('whole') }));
	}

	seeker() {
		this.bar = el('div.bar');
		this.seek = el('input', { type: 'range', label: 'seek', act: 'seek',
			min: 0, max: 1000, value: 0, oninput: () => {
				const { duration } = this.media;
				if (duration)
					this.media.currentTime = this.seek.value / 1000 * duration;
			} });
		return el('div.seek', {}, this.bar, this.seek);
	}

	drawTime() {
		const { currentTime: now, duration: all } = this.media ?? {};
		if (!all)
			return;
		this.seek.value = now / all * 1000;
		this.seek.setAttribute('aria-valuetext',
			say('at', Math.round(now), Math.round(all)));
		this.bar.style.transform = `scaleX(${now / all})`;
	}

	soundButton() {
		const node = el('button.sound', { type: 'button', act: 'sound',
			label: 'unmute', onclick: () => sound.toggle() }, icon('mute'),
		el('span', { say: 'tapSound' }));
		drawSound(node);
		return node;
	}

	rail() {
		const { video } = this;
		const action = (act, glyph, press, draw) => {
			const count = el('span');
			const node = el('button', { type: 'button', act, onclick: press },
				icon(glyph), count);
			return bind(node, `video:${video.id}`, () => {
				const [n, label] = draw(node);
				count.textContent = n === null ? label : compact(n);
				node.setAttribute('aria-label',
					n === null ? label : `${label} ${n}`);
			});
		};
		return el('div.rail', {}, this.authorFace(),
			action('like', 'heart', () => like(video), (node) => {
				node.setAttribute('aria-pressed', video.is_favorite);
				return [video.favorite_count, say('like')];
			}),
			action('comment', 'talk', () => comment(video),
				() => [video.comment_count, say('comments')]),
			action('share', 'share', () => share(video),
				() => [null, say('share')]));
	}

	// The author's face, with a badge that follows.
	authorFace() {
		const { author } = this.video;
		const badge = round('follow', 'plus', () => follow(author));
		bind(badge, `user:${author.id}`, () => {
			badge.setAttribute('aria-pressed', author.is_follow);
			badge.hidden = author.id === session.id;
			find('use', badge).setAttribute('href',
				author.is_follow ? '#i-check' : '#i-plus');
			const label = author.is_follow ? 'following' : 'follow';
			badge.dataset.label = label;
			badge.setAttribute('aria-label',
				`${say(label)} ${author.name}`);
		});
		const face = el('a', { href: person(author) });
		bind(face, `user:${author.id}`, () => {
			face.setAttribute('aria-label', author.name);
			face.replaceChildren(picture('avatar', author.avatar));
		});
		return el('div.face', {}, face, badge);
	}
}

const comment = async (video) =>
	(await import('./comments.js')).comments(video);

// Plain http has neither a share sheet nor a clipboard; there the address is
// shown, to be copied by hand.
async function share({ id, title }) {
	const url = `${location.origin}/v/${id}`;
	try {
		if (navigator.share)
			return await navigator.share({ title, url });
		await navigator.clipboard.writeText(url);
		toast(say('copied'));
	} catch (error) {
		if (error.name === 'AbortError')
			return;		// the user thought better of it
		const field = el('input', { readOnly: true, value: url,
			label: 'copy' });
		sheet('confirm', { say: 'copy' }, field);
		field.select();
	}
}

// ---- a reel: clips one below the other ----

class Reel {
	// `more` gives the next videos, none at the end; `again` says whether the
	// end is followed by the beginning.
	constructor(more, again) {
		Object.assign(this, { more, again, at: -1, live: false });
		this.node = el('section.reel', { label: 'videos' });
		this.tail = el('article.clip.tail', { hidden: true });
		this.node.append(this.tail);
		this.watch = new IntersectionObserver((entries) => {
			for (const { isIntersecting, target } of entries)
				if (isIntersecting && this.live)
					this.show(target);
		}, { root: this.node, threshold: .6 });
	}

	get clips() { return this.node.querySelectorAll('.clip:not(.tail)'); }
	get current() { return this.clips[this.at]?.clip; }

	add(list) {
		for (const video of list) {
			const { node } = new Clip(video, this);
			this.tail.before(node);
			this.watch.observe(node);
		}
	}

	// Makes one clip the current one, its neighbours ready, all others empty.
	show(node) {
		const { clips } = this;
		const at = [...clips].indexOf(node);
		if (at < 0 || node === this.current?.node && this.at === at)
			return;
		this.current?.pause();
		this.at = at;
		const clip = node.clip;
		clip.halted = false;
		clip.fill(!Clip.painted);
		painted.then(() => this.ready());
		clip.play();
		freshen(clip.video);
		this.onshow?.(clip.video);
		if (at >= clips.length - 3)
			this.grow();
	}

	ready() {
		this.clips.forEach(({ clip }, i) => {
			if (i < this.at - 1 || i > this.at + 1)
				clip.empty();
			else
				clip.fill();
		});
	}

	async grow() {
		if (this.busy || this.over)
			return;
		this.busy = true;
		const { length } = this.clips;
		if (!length)
			this.say(spinner());
		try {
			let list = await this.more();
			if (!list.length && length && this.again) {
				list = await this.more();
				toast(say('top'));
			}
			this.add(list.map(seen));
			this.over = !list.length;
			this.say(this.clips.length ? null : notice('film', 'empty',
				'emptyHint', el('a.pill.main', { href: '/publish',
					say: 'publish' })));
		} catch (error) {
			this.say(trouble(error, () => this.grow()));
			if (isPassing({ status_code: error.code }))
				setTimeout(() => this.live && this.grow(), 5000);
		}
		this.busy = false;
		if (this.at < 0 && this.live && this.clips.length)
			this.show(this.clips[0]);
	}

	say(node) {
		this.tail.hidden = !node;
		this.tail.replaceChildren(...node ? [node] : []);
	}

	step(n) {
		const to = this.clips[this.at + n] ?? (n > 0 ? this.tail : null);
		to?.scrollIntoView({ behavior: calm.matches ? 'auto' : 'smooth' });
	}

	// -- the page comes and goes --

	arrive() {
		this.live = true;
		if (this.at < 0)
			this.grow();
		else {
			this.current?.node.scrollIntoView({ behavior: 'instant' });
			this.current?.play();
		}
	}

	// The feed stays as it is, for the way back; others give up their videos.
	leave() {
		this.live = false;
		this.current?.pause();
		if (this === home)
			return;
		this.start = this.current?.node;
		this.at = -1;
		for (const { clip } of this.clips)
			clip.empty();
	}

	// A video that is gone leaves no gap.
	drop(id) {
		const { current } = this;
		current?.pause();
		for (const { clip, node = clip.node } of this.clips)
			if (clip.video.id === id) {
				clip.empty();
				node.remove();
			}
		this.at = [...this.clips].indexOf(current?.node);
	}
}

// After a log-in, what was shown to a guest is asked for anew.
async function freshen(video) {
	if (video.viewer === session.id)
		return;
	try {
		seen((await ask('/douyin/video/', { video_id: video.id })).video);
	} catch { /* the old counts, then */ }
}

function feed() {
	let latest_time = 0;
	return async () => {
		const page = await ask('/douyin/feed/', { latest_time });
		latest_time = page.next_time;
		return page.video_list;
	};
}

const home = new Reel(feed(), true);
let reel = home;		// which one is on the screen, if any

// ---- pages ----

const shelf = new Map();	// pages of this visit, by step: "back" is at once
const SHELF = 8;

// A video of a grid with the others around it, or alone before the feed.
async function video(id) {
	const list = lists.get(history.state?.list);
	const at = list?.findIndex((one) => one.id === id) ?? -1;
	const one = at < 0 ? seen((await ask('/douyin/video/',
		{ video_id: id })).video) : null;
	const rest = feed();
	const made = new Reel(one ? async () =>
		(await rest()).filter((other) => other.id !== id) :
		async () => [], !!one);
	made.add(one ? [one] : list);
	made.at = -1;
	made.onshow = ({ id: shown }) =>
		history.replaceState(history.state, '', `/v/${shown}`);
	made.start = made.clips[Math.max(at, 0)];
	made.node.prepend(round('back', 'left', back));
	return made;
}

const people = () => import('./people.js');
const routes = [
	[/^\/v\/(\d+)\/?$/, (id) => video(id)],
	[/^\/u\/(\d+)\/?$/, async (id) => (await people()).author(id)],
	[/^\/u\/(\d+)\/(following|followers|friends)\/?$/,
		async (id, which) => (await people()).circle(id, which)],
	[/^\/me\/?$/, async () => (await people()).own()],
	[/^\/friends\/?$/, async () => (await people()).friends()],
	[/^\/chat\/?$/, async () => (await import('./chat.js')).inbox()],
	[/^\/chat\/(\d+)\/?$/, async (id) =>
		(await import('./chat.js')).conversation(id)],
	[/^\/publish\/?$/, async () => (await import('./publish.js')).publish()],
];

const lost = () => notice('film', 'lost', 'lostHint',
	el('a.pill.main', { href: '/', say: 'toHome' }));

async function build(path) {
	for (const [pattern, make] of routes) {
		const found = pattern.exec(path);
		if (found)
			return make(...found.slice(1).map((piece) =>
				/^\d/.test(piece) ? Number(piece) : piece));
	}
	return lost();
}

let shown = home;		// a Reel, or a node
let turn = 0;

async function route() {
	const mine = ++turn;
	const path = location.pathname;
	const step = history.state?.step ?? path;
	markPlace(path);
	let page = path === '/' ? home : shelf.get(step);
	if (!page) {
		put(spinner());
		try {
			page = await build(path);
		} catch (error) {
			page = UNKNOWN.includes(error.code) ? lost() :
				trouble(error, route);
			page.passing = true;
		}
		if (mine !== turn)
			return;		// the user is elsewhere by now
		keep(step, page);
	}
	put(page);
}

const UNKNOWN = [1002, 2006, 2101];

function keep(step, page) {
	if (page.passing)
		return;
	shelf.set(step, page);
	if (shelf.size > SHELF)
		shelf.delete(shelf.keys().next().value);
}

function put(page) {
	if (shown.leave)
		shown.leave();
	else
		shown.scrolled = find('#page').scrollTop;
	shown = page;
	reel = page instanceof Reel ? page : null;
	document.body.dataset.page = reel ? 'reel' : 'plain';
	find('#home').hidden = page !== home;
	find('#page').hidden = page === home;
	if (page !== home) {
		const node = page.node ?? page;
		find('#page').replaceChildren(node);
		speak(node);
		find('#page').scrollTop = page.scrolled ?? 0;
	}
	page.arrive?.();
	if (page.start) {
		page.start.scrollIntoView({ behavior: 'instant' });
		page.show(page.start);
		page.start = null;
	}
	document.title = [...document.querySelectorAll('#page h1')]
		.map((head) => `${head.textContent} · `) + 'Mini-tiktok';
	if (!reel)
		dispatchEvent(new Event('painted'));
}

function markPlace(path) {
	const places = document.querySelectorAll('#nav a[data-action]');
	const own = session.id && path === `/u/${session.id}` ? '/me' : path;
	for (const place of places) {
		const to = place.getAttribute('href');
		if (to === '/' ? own === '/' : own.startsWith(to))
			place.setAttribute('aria-current', 'page');
		else
			place.removeAttribute('aria-current');
	}
}

// ---- keys, links and other events ----

const keys = {
	ArrowDown: () => reel?.step(1),
	ArrowUp: () => reel?.step(-1),
	ArrowRight: () => skip(2),
	ArrowLeft: () => skip(-2),
	' ': () => reel?.current?.toggle(),
	m: () => sound.toggle(),
	l: () => reel?.current && like(reel.current.video),
	c: () => reel?.current && comment(reel.current.video),
	Escape: () => location.pathname !== '/' && back(),
};

function skip(seconds) {
	const media = reel?.current?.media;
	if (media)
		media.currentTime = Math.max(0, media.currentTime + seconds);
}

addEventListener('keydown', (event) => {
	const { target } = event;
	const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
	const typing = target.matches('input:not([type=range]), textarea, select');
	const pressing = key === ' ' && target.matches('button, a, summary');
	if (!keys[key] || typing || pressing || find('dialog[open]') ||
	    event.ctrlKey || event.metaKey || event.altKey ||
	    !reel && key !== 'Escape')
		return;
	event.preventDefault();
	keys[key]();
});

// Addresses of our own need no new page.
document.addEventListener('click', (event) => {
	const link = event.target.closest?.('a[href^="/"]');
	if (!link || link.hasAttribute('download') || event.ctrlKey ||
	    event.metaKey || event.shiftKey || link.pathname.startsWith('/docs'))
		return;
	event.preventDefault();
	if (link.pathname === '/' && location.pathname === '/')
		home.clips[0]?.scrollIntoView({ behavior: 'smooth' });
	else
		go(link.pathname, link.state);
});

document.addEventListener('visibilitychange', () => {
	if (document.hidden)
		reel?.current?.pause();
	else
		reel?.current?.play();
});

addEventListener('session', () => {
	shelf.clear();
	if (reel?.current)
		freshen(reel.current.video);
	for (const key of [...users.keys()].map((id) => `user:${id}`))
		changed(key);
	if (!reel)
		route();
});

addEventListener('published', () => shelf.clear());
addEventListener('gone', ({ detail: id }) => {
	videos.delete(id);
	home.drop(id);
	shelf.clear();
});

addEventListener('route', route);
find('#language').addEventListener('click', switchLanguage);
find('#up').addEventListener('click', () => reel?.step(-1));
find('#down').addEventListener('click', () => reel?.step(1));
find('#home').append(home.node);
sound.set(false);
speak();
arrive();

// What will be wanted next comes while nobody waits.
painted.then(() => setTimeout(() => {
	find('link[rel=icon]').href = '/favicon.svg';
	for (const part of ['comments', 'account', 'people', 'chat', 'publish'])
		import(`./${part}.js`).catch(() => {});
}, 1500));
