// people.js - a person's page, and who follows whom.

import {
	ask, back, bind, button, compact, el, failure, follow, icon, know, listing,
	lists, loadMe, notice, pages, part, person, picture, plural, round, row,
	say, seen, session, set, sure, teach, tell, toast, users, videos,
} from './core.js';

const WORKS = 'publish/list';

teach({
	works: ['作品', 'Works'], likes: ['喜欢', 'Likes'],
	following: ['关注', 'Following'],
	followers: ['粉丝', (n) => plural(n, 'Follower')],
	praised: ['获赞', (n) => plural(n, 'Like')],
	message: ['发消息', 'Message'], edit: ['编辑资料', 'Edit profile'],
	settings: ['设置', 'Settings'],
	noWorks: ['还没有作品', 'No videos yet'],
	noLikes: ['还没有喜欢的视频', 'Nothing liked yet'],
	noPeople: ['还没有人', 'Nobody yet'],
	nobody: ['没有这个人，或还没有作品', 'No such person, or no videos yet'],
	processing: ['处理中', 'Processing'], unready: ['处理失败', 'Failed'],
	sureVideo: ['删除这个视频？', 'Delete this video?'],
	gone: ['视频已删除', 'Video deleted'],
});

// -- whose page it is --

// The API shows a profile to its owner only; anybody else's head comes from
// what is known already, from the author's videos, or from lists.
async function head(id) {
	const user = id === session.id ? await loadMe() :
		users.get(id) ?? await fromVideos(id) ??
		(session.id && await fromLists(id));
	if (!user)
		throw failure('nobody', 2006);
	return user;
}

async function fromVideos(user_id) {
	const [video] = (await ask(WORKS, { user_id, limit: 1 })).video_list;
	return video && know(video.author);
}

// Listed by whoever follows them, and by us if they do; a guest sees no lists.
async function fromLists(id) {
	const all = async (which, user_id) => (await ask(
		`relation/${which}/list`, { user_id })).user_list;
	const [fan] = await all('follower', id);
	const user = [...fan ? await all('follow', fan.id) : [],
		...await all('follower', session.id)].find((one) => one.id === id);
	return user && know(user);
}

export async function author(id) {
	const user = await head(id);
	return el('div.profile', { 'data-user': id }, top(user), tabs(user));
}

function top(user) {
	const { id } = user;
	const count = (n, word, href) => el(href ? 'a' : 'div', href && { href },
		el('b', { text: compact(n) }),
		el('span.name', { text: say(word, n) }));
	const face = el('div.head');
	bind(face, `user:${id}`, () => face.replaceChildren(
		el('div.backdrop', {}, picture('background', user.background_image)),
		picture('avatar', user.avatar), el('h1', { text: user.name }),
		el('p.signature', { text: user.signature }),
		el('div.counts', {},
			count(user.follow_count, 'following', `/u/${id}/following`),
			count(user.follower_count, 'followers', `/u/${id}/followers`),
			count(user.total_favorited, 'praised'))));
	return el('header', {}, face, ...id === session.id ? [
		el('div.acts', {}, button('edit', 'edit', part('account', 'edit')),
			round('settings', 'gear', part('account', 'account'))),
	] : [round('back', 'left', back), el('div.acts', {}, followButton(user),
		el('a.pill', { href: `/chat/${id}`, say: 'message', act: 'message' })),
	]);
}

function followButton(user) {
	const node = button('follow', 'follow', () => follow(user));
	return bind(node, `user:${user.id}`, () => {
		node.hidden = user.id === session.id;
		node.classList.toggle('main', !user.is_follow);
		set(node, 'aria-pressed', user.is_follow);
		set(node, 'say', user.is_follow ? 'followed' : 'follow');
	});
}

// -- works and likes --

const TABS = { works: [WORKS, 'noWorks'], likes: ['favorite/list', 'noLikes'] };

function tabs(user) {
	const panel = el('div', { role: 'tabpanel' });
	const made = {};
	const bar = el('div.tabs', { role: 'tablist' });
	const choose = (name) => {
		for (const tab of bar.children)
			set(tab, 'aria-selected', tab.dataset.action === name);
		made[name] ??= grid(user, name, ...TABS[name]);
		panel.replaceChildren(made[name]);
	};
	for (const name in TABS)
		bar.append(el('button', { role: 'tab', act: name, say: name,
			onclick: () => choose(name) }));
	choose('works');
	return el('section', {}, bar, panel);
}

function grid(user, kind, path, none) {
	const key = `${kind}:${user.id}`;
	lists.set(key, []);
	return listing(el('ul.grid'), pages(path, 'video_list',
		{ user_id: user.id }), (fresh) => {
		const video = seen(fresh);
		lists.get(key).push(video);
		return tile(video, key, kind === 'works' && user.id === session.id);
	}, () => notice('film', none));
}

function tile(video, list, own) {
	const link = el('a.cover', { 'aria-label': video.title, state: { list } });
	bind(link, `video:${video.id}`, () => {
		const waits = (video.state ?? 'ready') !== 'ready';
		link.replaceChildren(picture('still', video.cover_url),
			waits ? standing(video) : el('span.count', {}, icon('heart'),
				el('span', { text: compact(video.favorite_count) })));
		if (!waits)
			link.href = `/v/${video.id}`;
	});
	const node = el('li', { 'data-video': video.id }, link,
		own && round('delete-video', 'trash',
			() => remove(video.id, node), 'remove'));
	wait(video, link);
	return node;
}

const standing = ({ state, reason }) => el(`span.standing.${state}`, {},
	el('b', { say: state === 'failed' ? 'unready' : 'processing' }),
	reason && el('small', { text: reason }));

// Looks again every few seconds while the video is being made ready.
function wait(video, link) {
	if (video.state === 'processing' && videos.has(video.id))
		setTimeout(async () => {
			if (link.isConnected && !document.hidden)
				await ask(WORKS, { user_id: session.id }).then((page) =>
					page.video_list.forEach(seen), () => {});
			wait(video, link);
		}, 3000);
}

const remove = (video_id, node) => sure('sureVideo', 'remove', async () => {
	await tell('publish/delete', { video_id });
	node.remove();
	dispatchEvent(new CustomEvent('gone', { detail: video_id }));
	toast('gone');
	loadMe();
});

// -- who follows whom --

const CIRCLES = { following: 'follow', followers: 'follower',
	friends: 'friend' };

export async function circle(id, which, own) {
	const user = await head(id);
	return el('div.circle', {}, el('header.bar', {}, ...own ?
		[el('h1', { say: which })] :
		[round('back', 'left', back), el('h1', { text: user.name })]),
	el('nav.tabs', {}, ...Object.keys(CIRCLES).map((name) => el('a', {
		href: `/u/${id}/${name}`, say: name, act: name,
		'aria-current': name === which && 'page' }))),
	listing(el('ul'), pages(`relation/${CIRCLES[which]}/list`,
		'user_list', { user_id: id }), (other) => followable(know(other)),
	() => notice('friends', 'noPeople', 'circle')));
}

const followable = (user) => row(user, { href: person(user) },
	el('small', { text: user.signature }), followButton(user));
