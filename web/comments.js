// comments.js - the sheet with a video's comments.

import {
	bind, changed, compact, el, failure, find, invited, know, listing, notice,
	pages, person, picture, plural, round, say, session, sheet, sure, teach,
	tell, writer,
} from './core.js';

const PATH = 'comment/action';

teach({
	nComments: [(n) => `${n} 条评论`, (n) => `${n} ${plural(n, 'comment')}`],
	noComments: ['还没有评论', 'No comments yet'],
	write: ['说点什么…', 'Say something…'],
	sureComment: ['删除这条评论？', 'Delete this comment?'],
});

export function comments(video) {
	const list = el('ul.comments');
	const box = listing(list, pages('comment/list', 'comment_list',
		{ video_id: video.id }), (comment) => row(video, comment),
	() => notice('chat', 'noComments'));
	const dialog = sheet('comments-sheet', 'comments', el('div.scroll', {}, box),
		writer('write', 500, (text) => post(video, text, list)));
	const title = find('h2', dialog);
	bind(title, `video:${video.id}`, () => {
		title.textContent = say('nComments', compact(video.comment_count));
	});
}

function row(video, { id, user, content, create_date }) {
	const { name, avatar, id: author } = know(user);
	const node = el('li.comment', { 'data-comment': id },
		el('a', { href: person(user), 'aria-label': name },
			picture('avatar', avatar)),
		el('div', {}, el('a.name', { href: person(user), text: name }),
			el('p.text', { text: content }),
			el('time', { text: create_date })),
		author === session.id && round('delete-comment', 'trash',
			() => remove(video, id, node), 'remove'));
	return node;
}

function count(video, n) {
	video.comment_count += n;
	changed(`video:${video.id}`);
}

async function post(video, comment_text, list) {
	if (!invited())
		throw failure('guest');
	const { comment } = await tell(PATH,
		{ video_id: video.id, action_type: 1, comment_text });
	find('.notice', list.parentNode)?.remove();
	list.prepend(row(video, comment));
	list.firstChild.scrollIntoView({ block: 'nearest' });
	count(video, 1);
}

const remove = (video, comment_id, node) => sure('sureComment', 'remove',
	async () => {
		await tell(PATH, { video_id: video.id, action_type: 2, comment_id });
		node.remove();
		count(video, -1);
	});
