// comments.js - the sheet with a video's comments.

import {
	bind, changed, compact, el, invited, know, listing, me, notice, pages,
	person, picture, round, say, session, sheet, sure, teach, tell, toast,
} from './core.js';

const LONGEST = 500;

teach({
	zh: {
		nComments: (n) => `${n} 条评论`,
		noComments: '还没有评论', noCommentsHint: '来说第一句吧。',
		write: '说点什么…', send: '发送',
		loginToWrite: '登录后评论', sureComment: '删除这条评论？',
		sureCommentLong: '删除后无法恢复。',
	},
	en: {
		nComments: (n) => `${n} comment${n === '1' ? '' : 's'}`,
		noComments: 'No comments yet', noCommentsHint: 'Say the first word.',
		write: 'Say something…', send: 'Send',
		loginToWrite: 'Log in to comment', sureComment: 'Delete this comment?',
	},
});

export function comments(video) {
	const title = el('span');
	bind(title, `video:${video.id}`, () => {
		title.textContent = say('nComments', compact(video.comment_count));
	});
	const list = el('ul.comments');
	const more = pages('/douyin/comment/list/', 'comment_list',
		{ video_id: video.id });
	const box = listing(list, more, (comment) => row(video, comment),
		() => notice('talk', 'noComments', 'noCommentsHint'));
	const dialog = sheet('comments-sheet', {}, el('div.scroll', {}, box),
		session.id ? writer(video, list, box) :
			el('footer', {}, el('button.pill.main', { type: 'button',
				act: 'login', say: 'loginToWrite',
				onclick: () => invited('comment') })));
	dialog.querySelector('h2').append(title);
}

function row(video, { id, user, content, create_date }) {
	const author = know(user);
	const node = el('li.comment', {},
		el('a', { href: person(author), label: author.name },
			picture('avatar', author.avatar)),
		el('div', {},
			el('a.name', { href: person(author), text: author.name }),
			el('p.text', { text: content }),
			el('time', { text: create_date })),
		author.id === session.id &&
			round('delete-comment', 'trash', () => remove(video, id, node),
				'remove'));
	node.dataset.comment = id;
	return node;
}

function count(video, n) {
	video.comment_count += n;
	changed(`video:${video.id}`);
}

async function remove(video, comment_id, node) {
	if (!await sure('sureComment', 'remove'))
		return;
	try {
		await tell('/douyin/comment/action/',
			{ video_id: video.id, action_type: 2, comment_id });
		node.remove();
		count(video, -1);
	} catch (error) {
		toast(error.message);
	}
}

// What one writes stays in the field until it is stored.
function writer(video, list, box) {
	const field = el('textarea', { hint: 'write', label: 'write', rows: 1,
		maxLength: LONGEST, act: 'comment-text' });
	const press = el('button.round.main', { label: 'send', act: 'send',
		disabled: true });
	press.append(...round('', 'send').childNodes);
	const form = el('form.writer', { onsubmit: async (event) => {
		event.preventDefault();
		const comment_text = field.value.trim();
		if (!comment_text || form.busy)
			return;
		form.busy = press.disabled = true;
		try {
			const { comment } = await tell('/douyin/comment/action/',
				{ video_id: video.id, action_type: 1, comment_text });
			list.prepend(row(video, comment));
			box.lastChild.querySelector('.notice')?.remove();
			count(video, 1);
			field.value = '';
			list.firstChild.scrollIntoView({ block: 'nearest' });
		} catch (error) {
			toast(error.message);
		}
		form.busy = false;
		press.disabled = !field.value.trim();
	} }, me() && picture('avatar', me().avatar), field, press);
	field.addEventListener('input', () => {
		press.disabled = !field.value.trim();
	});
	field.addEventListener('keydown', (event) => {
		if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
			event.preventDefault();
			form.requestSubmit();
		}
	});
	return form;
}
