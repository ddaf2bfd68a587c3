// people.js - a person's page, and who follows whom.

import {
	ask, back, bind, button, compact, el, find, follow, followButton, icon,
	invited, know, language, listing, lists, me, loadMe, notice, pages, person,
	picture, round, say, seen, session, sure, switchLanguage, teach, tell,
	toast, users, videos,
} from './core.js';

teach({
	zh: {
		works: '作品', likes: '喜欢', followers: '粉丝', praised: '获赞',
		message: '发消息', edit: '编辑资料', settings: '设置',
		noWorks: '还没有作品', noWorksHint: '发布的视频会出现在这里。',
		noLikes: '还没有喜欢的视频', noLikesHint: '点过赞的视频会出现在这里。',
		noPeople: '还没有人', noPeopleHint: '互相关注，就成了朋友。',
		welcomeGuest: '登录后，这里就是你的主页',
		processing: '处理中', failedWork: '处理失败',
		sureVideo: '删除这个视频？', gone: '视频已删除',
		pleaseLogin: '登录 / 注册',
	},
	en: {
		works: 'Works', likes: 'Likes', followers: 'Followers',
		praised: 'Likes', message: 'Message', edit: 'Edit profile',
		settings: 'Settings', noWorks: 'No videos yet',
		noWorksHint: 'What is published shows up here.',
		noLikes: 'Nothing liked yet', noLikesHint: 'Liked videos show up here.',
		noPeople: 'Nobody yet',
		noPeopleHint: 'People who follow each other are friends.',
		welcomeGuest: 'Log in, and this is your page',
		processing: 'Processing', failedWork: 'Failed',
		sureVideo: 'Delete this video?', gone: 'Video deleted',
		pleaseLogin: 'Log in / register',
	},
});

// ---- whose page it is ----

// The API shows a profile to its owner only; anybody else's head comes from
// what is known already, from the author's videos, or from lists.
async function head(id) {
	if (id === session.id)
		return await loadMe() ?? lost();
	return users.get(id) ?? await fromVideos(id) ?? await fromLists(id) ??
		lost();
}

function lost() {
	throw Object.assign(new Error(say('lost')), { code: 2006 });
}

async function fromVideos(user_id) {
	const [video] = (await ask('/douyin/publish/list/',
		{ user_id, limit: 1 })).video_list;
	return video && know(video.author);
}

// Whoever follows this person, or is followed, lists them.
async function fromLists(id) {
	if (!session.id)
		return null;
	const all = async (which, user_id) =>
		(await ask(`/douyin/relation/${which}/list/`, { user_id })).user_list;
	for (const [there, back] of [['follower', 'follow'],
		['follow', 'follower']]) {
		const [other] = await all(there, id);
		const found = other &&
			(await all(back, other.id)).find((user) => user.id === id);
		if (found)
			return know(found);
	}
	return null;
}

export function own() {
	if (!session.id)
		return stranger('welcomeGuest');
	return author(session.id);
}

export function stranger(why) {
	const node = notice('me', why, 'guestHint',
		button('login', 'pleaseLogin', () => invited(), '.main'),
		button('language', 'other', switchLanguage));
	node.classList.add('whole');
	return node;
}

export async function author(id) {
	const user = await head(id);
	const node = el('div.profile', {}, top(user), tabs(user));
	node.dataset.user = id;
	return node;
}

// ---- the head ----

function top(user) {
	const { id } = user;
	const own = id === session.id;
	const face = el('div.head');
	const count = (n, word, href) => el(href ? 'a' : 'div', href && { href },
		el('b', { text: compact(n) }), el('span', { say: word }));
	const draw = () => face.replaceChildren(
		el('div.backdrop', {}, picture('background', user.background_image)),
		picture('avatar', user.avatar),
		el('h1', { text: user.name }),
		el('p.signature', { text: user.signature }),
		el('div.counts', {},
			count(user.follow_count, 'following', `/u/${id}/following`),
			count(user.follower_count, 'followers', `/u/${id}/followers`),
			count(user.total_favorited, 'praised')));
	const acts = own ? el('div.acts', {},
		button('edit', 'edit', async () =>
			(await import('./account.js')).edit()),
		round('settings', 'gear', async () =>
			(await import('./account.js')).account())) :
		el('div.acts', {}, followButton(user), el('a.pill', {
			href: `/chat/${id}`, say: 'message', act: 'message' }));
	const node = el('header', {}, bind(face, `user:${id}`, draw), acts);
	if (!own)
		node.prepend(round('back', 'left', back));
	return node;
}

// ---- works and likes ----

function tabs(user) {
	const panel = el('div.panel', { role: 'tabpanel' });
	const made = {};
	const bar = el('div.tabs', { role: 'tablist' });
	const choose = (name) => {
		for (const tab of bar.children)
			tab.setAttribute('aria-selected', tab.dataset.action === name);
		made[name] ??= grid(user, name);
		panel.replaceChildren(made[name]);
	};
	for (const name of ['works', 'likes'])
		bar.append(el('button', { type: 'button', role: 'tab', act: name,
			say: name, onclick: () => choose(name) }));
	choose('works');
	return el('section', {}, bar, panel);
}

const KINDS = {
	works: { path: '/douyin/publish/list/', none: 'noWorks', glyph: 'film' },
	likes: { path: '/douyin/favorite/list/', none: 'noLikes', glyph: 'heart' },
};

function grid(user, kind) {
	const { path, none, glyph } = KINDS[kind];
	const key = `${kind}:${user.id}`;
	lists.set(key, []);
	const more = pages(path, 'video_list', { user_id: user.id });
	return listing(el('ul.grid'), more, (video) => {
		const one = seen(video);
		lists.get(key).push(one);
		return tile(one, key, kind === 'works' && user.id === session.id);
	}, () => notice(glyph, none, `${none}Hint`));
}

function tile(video, list, own) {
	const link = el('a.cover', { href: `/v/${video.id}`, title: video.title,
		state: { list } });
	bind(link, `video:${video.id}`, () => {
		const waits = video.state && video.state !== 'ready';
		link.setAttribute('aria-label', video.title);
		link.replaceChildren(picture('still', video.cover_url),
			waits ? standing(video) : el('span.count', {}, icon('heart'),
				el('span', { text: compact(video.favorite_count) })));
		if (waits)
			link.removeAttribute('href');
		else
			link.href = `/v/${video.id}`;
	});
	const node = el('li', {}, link, own && round('delete-video', 'trash',
		() => remove(video, node), 'remove'));
	node.dataset.video = video.id;
	if (video.state === 'processing')
		wait(video, link);
	return node;
}

const standing = ({ state, reason }) => el(`span.standing.${state}`, {},
	el('b', { say: state === 'failed' ? 'failedWork' : 'processing' }),
	reason && el('small', { text: reason }));

// Looks again every few seconds while the video is being made ready.
function wait(video, link) {
	setTimeout(async () => {
		if (!session.id || !videos.has(video.id))
			return;
		if (link.isConnected && !document.hidden)
			try {
				const { video_list: works } = await ask(
					'/douyin/publish/list/', { user_id: session.id });
				works.forEach(seen);
			} catch { /* the next time, then */ }
		if (video.state === 'processing')
			wait(video, link);
	}, 3000);
}

async function remove({ id }, node) {
	if (!await sure('sureVideo', 'remove'))
		return;
	try {
		await tell('/douyin/publish/delete/', { video_id: id });
		node.remove();
		dispatchEvent(new CustomEvent('gone', { detail: id }));
		toast(say('gone'));
		loadMe();
	} catch (error) {
		toast(error.message);
	}
}

// ---- who follows whom ----

const CIRCLES = { following: 'follow', followers: 'follower',
	friends: 'friend' };

export function friends() {
	return session.id ? circle(session.id, 'friends') :
		stranger('welcomeGuest');
}

export async function circle(id, which) {
	const user = await head(id);
	const bar = el('nav.tabs', {}, ...Object.keys(CIRCLES).map((name) =>
		el('a', { href: `/u/${id}/${name}`, say: name, act: name,
			'aria-current': name === which ? 'page' : 'false' })));
	const more = pages(`/douyin/relation/${CIRCLES[which]}/list/`,
		'user_list', { user_id: id }, 50);
	return el('div.circle', {}, el('header.bar', {},
		round('back', 'left', back), el('h1', { text: user.name })), bar,
	listing(el('ul.people'), more, (other) => row(know(other)),
		() => notice('friends', 'noPeople', 'noPeopleHint')));
}

function row(user) {
	const node = el('li.person', {}, el('a', { href: person(user) },
		picture('avatar', user.avatar), el('div', {},
			el('b', { text: user.name }),
			el('small', { text: user.signature }))), followButton(user));
	node.dataset.user = user.id;
	return node;
}
