// app.js - the page begins here: the feed, one video a screen, and which
// address shows what.  All else is loaded when it is first asked for.

import {
	all, arrive, ask, back, bind, compact, draw, el, find, follow, go, guest, icon,
	isPassing, like, lists, notice, painted, part, person, picture, read,
	round, say, seen, session, set, sheet, speak, spinner, switchLanguage,
	toast, trouble, videos, write,
} from './core.js';

// -- sound --
//
// Browsers let a page speak only after a touch: videos begin muted, and the
// first touch turns sound on.

const sound = {
	on: false,
	wanted: read('sound') ?? true,

	set(on) {
		this.on = on;
		document.body.dataset.sound = on ? 'on' : 'off';
		all('.sound').forEach(drawSound);
		for (const media of all('.clip video'))
			media.muted = !on;
	},

	toggle() {
		this.wanted = !this.on;
		write('sound', this.wanted);
		this.set(this.wanted);
	},

	touched(event) {
		if (['m', 'M', 'Tab'].includes(event.key) ||
		    event.target.closest?.('.sound'))
			return;
		removeEventListener('click', sound.touched, true);
		removeEventListener('keydown', sound.touched, true);
		document.body.classList.add('touched');
		if (sound.wanted && !sound.on) {
			sound.set(true);
			sound.woken = event;	// it does nothing else
		}
	},
};
addEventListener('click', sound.touched, true);
addEventListener('keydown', sound.touched, true);

function drawSound(node) {
	set(node, 'label', sound.on ? 'mute' : 'unmute');
	draw(node, sound.on ? 'sound' : 'mute');
}

// -- a clip: one video of a reel --

const TAPS = 280;		// ms between the taps of a double tap
const FAILURES = [1000, 2000, 4000, 8000];

class Clip {
	constructor(video, reel) {
		Object.assign(this, { video, reel, failures: 0 });
		this.node = el('article.clip', { 'data-video': video.id });
		this.node.clip = this;
	}

	set state(state) {
		this.node.dataset.state = state;
		set(this.tap, 'label', state === 'paused' ? 'play' : 'pause');
	}

	// The page's first video goes without its cover: it is there as soon.
	fill() {
		if (this.media)
			return;
		const { video } = this;
		set(this.node, 'aria-label', video.title);
		this.tap = el('button.tap', { act: 'toggle',
			onclick: (event) => this.tapped(event) });
		this.media = el('video', { playsInline: true, loop: true,
			muted: !sound.on, preload: 'auto' });
		if (Clip.painted)
			this.media.poster = video.cover_url;
		this.listen();
		this.state = 'loading';
		this.media.src = video.play_url;
		this.node.append(el('div.stage', {}, this.media, this.tap,
			icon('play'), spinner(), this.about(), this.seeker(),
			this.soundButton()), this.rail());
	}

	// Far from the screen nothing is kept: memory stays bounded.
	empty() {
		const { media } = this;
		if (!media)
			return;
		this.media = null;
		media.pause();
		media.removeAttribute('src');
		media.load();		// stops the download
		this.node.replaceChildren();
	}

	listen() {
		const { media } = this;
		const on = (name, act) => media.addEventListener(name, () =>
			media === this.media && act());
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
		on('error', () => this.fail());
	}

	// A picture of nearly the screen's shape fills it.
	fit() {
		const { media } = this;
		const shape = media.videoWidth / media.videoHeight /
			media.clientWidth * media.clientHeight;
		media.style.objectFit = shape > .72 && shape < 1.4 ? 'cover' : '';
	}

	// First quietly again, then in words.
	fail() {
		this.state = 'loading';
		if (this.failures < FAILURES.length) {
			setTimeout(() => this.reload(), FAILURES[this.failures++]);
			return;
		}
		this.state = 'broken';
		const card = trouble({ code: -1, message: 'broken' }, () => {
			card.remove();
			this.failures = 0;
			this.reload();
		});
		this.tap.after(card);
	}

	reload() {
		this.media?.load();
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
				return;		// paused meanwhile, or see fail()
			sound.set(false);
			media.play().catch(() => {});
		}
	}

	toggle() {
		this.halted = !this.media.paused;
		if (this.halted)
			this.media.pause();
		else
			this.play();
	}

	// -- touch --

	tapped(event) {
		const twice = event.detail && event.timeStamp - this.tapTime < TAPS;
		this.tapTime = event.timeStamp;
		clearTimeout(this.tapTimer);
		if (twice)
			this.adore(event);
		else if (!event.detail)
			this.toggle();	// by the keyboard
		else if (sound.woken !== event)
			this.tapTimer = setTimeout(() => this.toggle(), TAPS);
	}

	// A double tap only ever likes.
	adore({ offsetX, offsetY }) {
		if (!this.video.is_favorite)
			like(this.video);
		if (!session.id)
			return;
		const heart = el('div.burst', {}, icon('heart'));
		heart.style.translate = `${offsetX}px ${offsetY}px`;
		this.tap.after(heart);
		setTimeout(() => heart.remove(), 900);
	}

	// -- what stands on the picture --

	about() {
		const { author, title } = this.video;
		return el('div.about', {},
			el('a.author', { href: person(author), text: `@${author.name}` }),
			el('p.title', { text: title }));
	}

	seeker() {
		this.bar = el('div');
		this.seek = el('input', { type: 'range', label: 'seek', act: 'seek',
			step: .1, value: 0, oninput: () => {
				this.media.currentTime = this.seek.value;
			} });
		return el('div.seek', {}, this.bar, this.seek);
	}

	drawTime() {
		const { currentTime, duration } = this.media;
		this.seek.max = duration;
		this.seek.value = currentTime;
		this.bar.style.transform = `scaleX(${currentTime / duration})`;
	}

	soundButton() {
		const node = el('button.pill.sound', { act: 'sound',
			onclick: () => sound.toggle() }, icon('mute'),
		el('span', { say: 'tapSound' }));
		drawSound(node);
		return node;
	}

	rail() {
		const { video } = this;
		const action = (act, glyph, label, press, count) => {
			const text = el('span');
			const node = el('button', { act, onclick: () => press(video) },
				icon(glyph), text);
			return bind(node, `video:${video.id}`, () => {
				const n = video[count] ?? '';
				text.textContent = count ? compact(n) : say(label);
				set(node, 'aria-label', `${say(label)} ${n}`);
				if (press === like)
					set(node, 'aria-pressed', video.is_favorite);
			});
		};
		return el('div.rail', {}, this.face(),
			action('like', 'heart', 'like', like, 'favorite_count'),
			action('comment', 'chat', 'comments', comment, 'comment_count'),
			action('share', 'share', 'share', share));
	}

	// The author's, with a badge that follows.
	face() {
		const { author } = this.video;
		const link = el('a', { href: person(author),
			'aria-label': author.name }, picture('avatar', author.avatar));
		const badge = round('follow', 'publish', () => follow(author));
		bind(badge, `user:${author.id}`, () => {
			set(badge, 'aria-pressed', author.is_follow);
			set(badge, 'label', author.is_follow ? 'followed' : 'follow');
			draw(badge, author.is_follow ? 'check' : 'publish');
			badge.hidden = author.id === session.id;
		});
		return el('div.face', {}, link, badge);
	}
}

const comment = part('comments', 'comments');

// Plain http has neither a share sheet nor a clipboard; there the address is
// shown, to be copied by hand.
async function share({ id, title }) {
	const url = `${location.origin}/v/${id}`;
	try {
		if (navigator.share)
			return await navigator.share({ title, url });
		await navigator.clipboard.writeText(url);
		toast('copied');
	} catch ({ name }) {
		if (name === 'AbortError')
			return;		// the user thought better of it
		const field = el('input', { readOnly: true, value: url,
			label: 'copy' });
		sheet('share-sheet', 'copy', el('footer', {}, field));
		field.select();
	}
}

// -- a reel: clips one below the other --

class Reel {
	// `more` gives the next videos, none at the end; `again` says whether the
	// end is followed by the beginning.
	constructor(more, again) {
		Object.assign(this, { more, again, at: -1 });
		this.node = el('section.reel', { label: 'videos' });
		this.tail = el('article.clip.tail', { hidden: true });
		this.node.append(this.tail);
		this.watch = new IntersectionObserver((entries) => {
			for (const { isIntersecting, target } of entries)
				if (isIntersecting && this.live)
					this.show(target);
		}, { root: this.node, threshold: .6 });
	}

	get clips() { return [...all('[data-video]', this.node)]; }
	get current() { return this.clips[this.at]?.clip; }

	add(list) {
		for (const video of list) {
			const { node } = new Clip(video, this);
			this.tail.before(node);
			this.watch.observe(node);
		}
	}

	// One clip is current, its neighbours are ready, all others empty.
	show(node) {
		const { clips, current } = this;
		const { clip } = node;
		if (clip === current)
			return;
		current?.media?.pause();
		this.at = clips.indexOf(node);
		clip.halted = false;
		clip.fill();
		clip.play();
		painted.then(() => this.ready());
		freshen(clip.video);
		this.onshow?.(clip.video);
		if (this.at >= clips.length - 3)
			this.grow();
	}

	ready() {
		if (this.live)
			this.clips.forEach((node, i) => {
				const away = Math.abs(i - this.at);
				node.inert = away;
				node.clip[away > 1 ? 'empty' : 'fill']();
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
				toast('top');
			}
			this.add(list.map(seen));
			this.over = !list.length && !this.again;
			this.say(this.clips.length ? null : notice('film', 'empty', '',
				el('a.pill.main', { href: '/publish', say: 'publish' })));
		} catch (error) {
			this.say(trouble(error, () => this.grow()));
			if (isPassing(error.code))
				setTimeout(() => this.live && this.grow(), 5000);
		}
		this.busy = false;
		if (this.at < 0 && this.live && this.clips.length)
			this.show(this.clips[0]);
	}

	say(node) {
		this.tail.hidden = !node;
		this.tail.replaceChildren(node ?? '');
	}

	// From the newest again.
	restart() {
		this.drop(() => true);
		this.more = feed();
		if (this.live)
			this.grow();
	}

	step(n) {
		const to = this.clips[this.at + n] ?? (n > 0 ? this.tail : null);
		to?.scrollIntoView();
	}

	// -- the page comes and goes --

	arrive() {
		this.live = true;
		const node = this.start ?? this.current?.node;
		node?.scrollIntoView({ behavior: 'instant' });
		if (this.start)
			this.show(node);
		else if (node)
			node.clip.play();
		else
			this.grow();
		this.start = null;
	}

	// The feed stays as it is, for the way back; others give up their videos.
	leave() {
		this.live = false;
		this.current?.media.pause();
		if (this === home)
			return;
		this.start = this.current?.node;
		this.at = -1;
		for (const { clip } of this.clips)
			clip.empty();
	}

	// A video that is gone leaves no gap.
	drop(isGone) {
		const { current } = this;
		for (const { clip } of this.clips)
			if (isGone(clip.video)) {
				clip.empty();
				clip.node.remove();
			}
		this.at = this.clips.indexOf(current?.node);
	}
}

const fetchVideo = async (video_id) =>
	seen((await ask('video', { video_id })).video);

// After a log-in, what a guest saw is asked for anew.
const freshen = ({ id, viewer }) =>
	viewer !== session.id && fetchVideo(id).catch(() => {});

function feed() {
	let latest_time = 0;
	return async () => {
		const page = await ask('feed', { latest_time });
		latest_time = page.next_time;
		return page.video_list;
	};
}

const home = new Reel(feed(), true);
let shown = home;		// a Reel, or the node of a page
const reel = () => shown instanceof Reel ? shown : null;
const current = () => reel()?.current;

// -- pages --

// A video of a grid with the others around it, or alone before the feed.
async function video(id) {
	const list = lists.get(history.state?.list) ?? [];
	const at = list.findIndex((one) => one.id === id);
	const rest = feed();
	const made = at < 0 ? new Reel(async () => (await rest()).filter((one) =>
		one.id !== id), true) : new Reel(async () => []);
	made.add(at < 0 ? [await fetchVideo(id)] : list);
	made.start = made.clips[Math.max(at, 0)];
	made.onshow = ({ id: now }) =>
		history.replaceState(history.state, '', `/v/${now}`);
	made.node.prepend(round('back', 'left', back));
	return made;
}

const author = part('people', 'author');
const circle = part('people', 'circle');
// What only makes sense for somebody.
const own = (make) => (...values) => session.id ? make(...values) : guest();

const NUMBER = '(\\d{1,15})';

const routes = {
	[`/v/${NUMBER}`]: video,
	[`/u/${NUMBER}`]: author,
	[`/u/${NUMBER}/(following|followers|friends)`]: circle,
	'/me': own(() => author(session.id)),
	'/friends': own(() => circle(session.id, 'friends', true)),
	'/chat': own(part('chat', 'inbox')),
	[`/chat/${NUMBER}`]: own(part('chat', 'conversation')),
	'/publish': own(part('publish', 'publish')),
};

const lost = (hint = 'lostHint') => notice('film', 'lost', hint,
	el('a.pill.main', { href: '/', say: 'toHome' }));
const UNKNOWN = [2006, 2101];	// errors that say: not here

async function build(path) {
	for (const pattern in routes) {
		const found = RegExp(`^${pattern}/?$`).exec(path);
		if (found)
			return routes[pattern](Number(found[1]), found[2]);
	}
	return lost();
}

const shelf = new Map();	// the last pages, by step: "back" is at once
const SHELF = 8;
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
			shelf.set(step, page);
		} catch (error) {
			page = UNKNOWN.includes(error.code) ? lost(error.message) :
				trouble(error, route);
		}
		if (shelf.size > SHELF)
			shelf.delete(shelf.keys().next().value);
	}
	if (mine === turn)	// else the user is elsewhere by now
		put(page);
}

function put(page) {
	const frame = find('#page');
	shown.scrolled = frame.scrollTop;
	shown.leave?.();
	shown = page;
	document.body.dataset.page = reel() ? 'reel' : 'plain';
	find('#home').hidden = page !== home;
	frame.hidden = page === home;
	frame.replaceChildren(page === home ? '' : page.node ?? page);
	speak(frame);
	frame.focus();
	frame.scrollTop = page.scrolled ?? 0;
	page.arrive?.();
	document.title = `${find('h1, h2', frame)?.textContent ?? ''} Mini-tiktok`;
	if (!reel())
		dispatchEvent(new Event('painted'));
}

const places = all('#nav > [data-action]');

function markPlace(path) {
	const own = session.id && path === `/u/${session.id}` ? '/me' : path;
	for (const place of places) {
		const to = place.pathname;
		set(place, 'aria-current',
			(to === '/' ? own === to : own.startsWith(to)) && 'page');
	}
}

// -- keys, links and other events --

const keys = {
	ArrowDown: () => reel().step(1),
	ArrowUp: () => reel().step(-1),
	ArrowRight: () => skip(2),
	ArrowLeft: () => skip(-2),
	' ': () => current()?.toggle(),
	m: () => sound.toggle(),
	l: () => current() && like(current().video),
	c: () => current() && comment(current().video),
	Escape: () => location.pathname !== '/' && back(),
};

function skip(seconds) {
	if (current())
		current().media.currentTime += seconds;
}

addEventListener('keydown', (event) => {
	const { target, key } = event;
	const act = keys[key] ?? keys[key.toLowerCase()];
	const typing = target.matches('input:not([type=range]), textarea');
	const pressing = key === ' ' && target.matches('button, a');
	if (!act || typing || pressing || find('dialog[open]') ||
	    event.ctrlKey || event.metaKey || event.altKey ||
	    !reel() && key !== 'Escape')
		return;
	event.preventDefault();
	act();
});

// Addresses of our own need no new page.
document.addEventListener('click', (event) => {
	const link = event.target.closest('a[href^="/"]');
	if (!link || event.ctrlKey || event.metaKey || event.shiftKey ||
	    link.pathname.startsWith('/docs'))
		return;
	event.preventDefault();
	if (link.pathname !== location.pathname)
		go(link.pathname, link.state);
	else if (shown === home)
		home.restart();
});

document.addEventListener('visibilitychange', () => {
	if (document.hidden)
		current()?.media.pause();
	else
		current()?.play();
});

addEventListener('session', () => {
	shelf.clear();
	speak();
	if (current())
		freshen(current().video);
	else
		route();
});
addEventListener('published', () => home.restart());
addEventListener('gone', ({ detail: id }) => {
	videos.delete(id);
	home.drop((one) => one.id === id);
	for (const [key, list] of lists)
		lists.set(key, list.filter((one) => one.id !== id));
});

addEventListener('route', route);
find('#language').onclick = switchLanguage;
find('#up').onclick = keys.ArrowUp;
find('#down').onclick = keys.ArrowDown;
find('#home').append(home.node);
for (const node of all('[data-icon]'))
	node.prepend(icon(node.dataset.icon));
for (const place of places) {
	const { action } = place.dataset;
	place.append(icon(action), el('span', { say: action }));
}
sound.set(false);
speak();
arrive();

// What will be wanted next comes while nobody waits.
painted.then(() => {
	find('link[rel=icon]').href = find('.brand img').src = '/favicon.svg';
	setTimeout(() => {
		for (const name of ['comments', 'account', 'people', 'chat', 'publish'])
			import(`./${name}.js`).catch(() => {});
	}, 1500);
});
