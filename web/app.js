// app.js - the page at /: where the site is, and its newest videos.
//
// What users wrote becomes textContent only, never markup.

const words = {
	zh: {
		skip: '跳到视频',
		headline: '你自己的短视频站',
		lead: '小巧、快速，就运行在这台机器上。点开封面就能看。',
		address: '地址',
		copy: '复制',
		copied: '已复制',
		phone: '用手机打开',
		restart: '结束本站，再让同一网络里的设备也能访问：',
		find: '手机连上同一个网络。查看这台电脑的地址：',
		open: '在手机浏览器里打开',
		app: '极简版抖音 App：退出登录，双击右下角的“我”，把上面的地址填进 baseURL。',
		ip: '电脑的地址',
		newest: '最新视频',
		more: '更多视频',
		again: '再试一次',
		empty: '还没有视频',
		emptyHint: '用 App 或接口发布第一个，它马上就会出现在这里。',
		failed: '视频列表加载失败',
		offline: '连接不上服务器，请检查它是否还在运行。',
		broken: '这个视频暂时无法播放。',
		likes: (n) => `${n} 个赞`,
		comments: (n) => `${n} 条评论`,
		loaded: (n) => `已显示 ${n} 个视频`,
		previous: '上一个视频',
		next: '下一个视频',
		close: '关闭',
		footer: '用 C、nginx、SQLite 和 Redis 写成',
		other: 'English',
	},
	en: {
		skip: 'Skip to the videos',
		headline: 'A short-video site of your own',
		lead: 'Small, fast, and running on this machine. Tap a cover to watch.',
		address: 'Address',
		copy: 'Copy',
		copied: 'Copied',
		phone: 'Open it on a phone',
		restart: 'End the site, then start it open to your network:',
		find: 'Take the phone to the same network. This shows the computer’s address:',
		open: 'In the phone’s browser open',
		app: 'In the Mini Douyin app: log out, double-tap “我” at the lower right, and enter that address as baseURL.',
		ip: 'ADDRESS',
		newest: 'Newest videos',
		more: 'More videos',
		again: 'Try again',
		empty: 'No videos yet',
		emptyHint: 'Publish the first one with the app or the API; it shows up here at once.',
		failed: 'The videos could not be loaded',
		offline: 'The server cannot be reached. Is it still running?',
		broken: 'This video cannot be played right now.',
		likes: (n) => `${n} ${n === 1 ? 'like' : 'likes'}`,
		comments: (n) => `${n} ${n === 1 ? 'comment' : 'comments'}`,
		loaded: (n) => `${n} videos shown`,
		previous: 'Previous video',
		next: 'Next video',
		close: 'Close',
		footer: 'Written in C, with nginx, SQLite and Redis',
		other: '中文',
	},
};

const find = (selector, root = document) => root.querySelector(selector);

// ---- language ----

let language = remembered() ||
	(/^zh\b/i.test(navigator.language) ? 'zh' : 'en');

function remembered() {
	try {
		const known = localStorage.getItem('language');
		return known in words ? known : null;
	} catch {
		return null;	// storage may be off
	}
}

const say = (name) => words[language][name];

function speak() {
	document.documentElement.lang = language;
	for (const node of document.querySelectorAll('[data-text]'))
		node.textContent = say(node.dataset.text);
	for (const node of document.querySelectorAll('[data-label]'))
		node.setAttribute('aria-label', say(node.dataset.label));
	const button = find('#language');
	button.textContent = say('other');
	button.lang = language === 'zh' ? 'en' : 'zh';
	showAddress();
	feed.drawn = 0;
	feed.draw();
}

function switchLanguage() {
	language = language === 'zh' ? 'en' : 'zh';
	try {
		localStorage.setItem('language', language);
	} catch { /* for this visit, then */ }
	speak();
}

// ---- the address, and the way to it from a phone ----

const local = /^(localhost|127\.[\d.]+|\[::1\])$/.test(location.hostname);

function showAddress() {
	const port = location.port ? `:${location.port}` : '';
	find('#origin').textContent = location.origin;
	find('#command').textContent = './scripts/run --listen 0.0.0.0' +
		(port === ':8080' ? '' : port.replace(':', ' --port '));
	find('#target').textContent = local ?
		`${location.protocol}//${say('ip')}${port}` : location.origin;
	for (const step of document.querySelectorAll('#steps .local'))
		step.hidden = !local;
}

// Plain http has a clipboard on this machine only; elsewhere the address is
// selected, to be copied by hand.
async function copyAddress() {
	try {
		await navigator.clipboard.writeText(location.origin);
		find('#copy').textContent = say('copied');
		setTimeout(() => { find('#copy').textContent = say('copy'); }, 1500);
	} catch {
		getSelection().selectAllChildren(find('#origin'));
	}
}

// ---- the API ----

// The answer of an endpoint; throws an Error with words for the user.
async function get(path, query) {
	let answer;
	try {
		const reply = await fetch(`${path}?${new URLSearchParams(query)}`, {
			headers: { 'Accept-Language': language },
			signal: AbortSignal.timeout(15000),
		});
		answer = await reply.json();
	} catch {
		throw new Error(say('offline'));
	}
	if (answer.status_code !== 0)
		throw new Error(answer.status_msg);
	return answer;
}

// ---- the newest videos ----

const feed = {
	videos: [],
	next: 0,		// 0 before the first page, null after the last
	error: null,
	busy: true,
	drawn: 0,		// tiles in the grid

	async load() {
		this.busy = true;
		this.error = null;
		this.draw();
		try {
			const page = await get('/douyin/feed/',
				{ latest_time: this.next });
			this.videos.push(...page.video_list);
			this.next = page.video_list.length ? page.next_time : null;
		} catch (error) {
			this.error = error.message;
		}
		this.busy = false;
		this.draw();
	},

	draw() {
		const grid = find('#grid');
		grid.setAttribute('aria-busy', this.busy);
		if (!this.drawn)
			grid.replaceChildren();
		if (this.busy && !this.videos.length)
			grid.append(...skeletons(10));
		grid.append(...this.videos.slice(this.drawn).map((video, i) =>
			tile(video, this.drawn + i)));
		this.drawn = this.videos.length;
		drawState();
		const more = find('#more');
		more.hidden = this.busy || !this.error &&
			(this.next === null || !this.videos.length);
		more.textContent = say(this.error ? 'again' : 'more');
	},
};

function skeletons(n) {
	return Array.from({ length: n }, () => {
		const item = document.createElement('li');
		item.className = 'skeleton';
		return item;
	});
}

// Below the grid: trouble, emptiness or, for screen readers only, a count.
function drawState() {
	const state = find('#state');
	const none = !feed.videos.length;
	const [head, hint] = feed.error ? [say('failed'), feed.error] :
		feed.busy ? ['', ''] :
		none ? [say('empty'), say('emptyHint')] :
		[say('loaded')(feed.videos.length), ''];
	state.className = feed.error || none ? 'notice' : 'hidden';
	state.replaceChildren(...[head, hint].map((text) => {
		const line = document.createElement('p');
		line.textContent = text;
		return line;
	}));
}

function tile(video, index) {
	const item = find('#tile').content.cloneNode(true);
	const button = find('button', item);
	picture(find('.cover', item), video.cover_url);
	fill(item, video);
	find('.title', item).textContent = video.title;
	button.setAttribute('aria-label', [video.title, video.author.name,
		say('likes')(video.favorite_count),
		say('comments')(video.comment_count)].join(', '));
	button.addEventListener('click', () => player.open(index));
	return item;
}

// Author and counts, in a tile or in the player.
function fill(root, video) {
	find('.author', root).textContent = video.author.name;
	picture(find('.avatar', root), video.author.avatar);
	find('.counts', root).replaceChildren(
		count('#heart', video.favorite_count, say('likes')),
		count('#talk', video.comment_count, say('comments')));
}

function count(icon, n, name) {
	const node = find('#count').content.cloneNode(true).firstChild;
	find('use', node).setAttribute('href', icon);
	find('span', node).textContent = new Intl.NumberFormat(language,
		{ notation: 'compact', maximumFractionDigits: 1 }).format(n);
	node.title = name(n);
	return node;
}

// A picture that cannot be had leaves its place's own colour.
function picture(image, address) {
	image.classList.remove('missing');
	image.onerror = () => image.classList.add('missing');
	image.src = address;
}

// ---- the player ----

const player = {
	dialog: find('#player'),
	video: find('#player video'),
	index: 0,

	// Shows a video; the browser's "back" closes the player.
	open(index) {
		this.show(index);
		if (!this.dialog.open) {
			this.dialog.showModal();
			this.video.focus();
			history.pushState({ player: true }, '');
		}
	},

	show(index) {
		const video = feed.videos[index];
		this.index = index;
		find('.trouble', this.dialog).textContent = '';
		find('#player-title').textContent = video.title;
		fill(this.dialog, video);
		this.video.poster = video.cover_url;
		this.video.src = video.play_url;
		this.video.setAttribute('aria-label', video.title);
		// Refused before a touch?  The controls are there.
		this.video.play().catch(() => {});
		find('.before', this.dialog).disabled = index === 0;
		find('.after', this.dialog).disabled =
			index === feed.videos.length - 1;
	},

	closed() {
		this.video.pause();
		this.video.removeAttribute('src');
		this.video.load();	// stops the download
		if (history.state?.player)
			history.back();
	},

	start() {
		const { dialog, video } = this;
		dialog.addEventListener('close', () => this.closed());
		dialog.addEventListener('click', (event) => {
			if (event.target === dialog)
				dialog.close();		// beside the picture
		});
		const click = (button, act) =>
			find(button, dialog).addEventListener('click', act);
		click('.close', () => dialog.close());
		click('.before', () => this.show(this.index - 1));
		click('.after', () => this.show(this.index + 1));
		video.addEventListener('error', () => {
			if (video.hasAttribute('src'))
				find('.trouble', dialog).textContent = say('broken');
		});
		addEventListener('popstate', () => dialog.close());
	},
};

// ---- start ----

find('#language').addEventListener('click', switchLanguage);
find('#copy').addEventListener('click', copyAddress);
find('#more').addEventListener('click', () => feed.load());
// Whoever comes to the end is shown more; after an error the button asks.
new IntersectionObserver(([end]) => {
	if (end.isIntersecting && !feed.error)
		feed.load();
}, { rootMargin: '300px' }).observe(find('#more'));
find('#steps').open = matchMedia('(min-width: 60rem)').matches;
player.start();
speak();
feed.load();
