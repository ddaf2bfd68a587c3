// publish.js - a video is chosen or recorded, looked at, and sent.

import {
	ask, button, counted, el, expire, find, go, headers, icon, loadMe, notice,
	say, session, set, teach, toast,
} from './core.js';

teach({
	chooseVideo: ['选择视频', 'Choose a video'], record: ['拍摄', 'Record'],
	new: ['发布视频', 'Publish a video'],
	noPreview: ['这个浏览器无法预览', 'No preview in this browser'],
	title: ['标题', 'Title'], another: ['换一个', 'Choose another'],
	finishing: ['正在处理…', 'Processing…'],
	stopped: ['已取消', 'Cancelled'], published: ['发布成功', 'Published'],
	later: ['正在处理，完成后会出现在首页',
		'It is being processed and will appear in the feed when ready'],
	left: [(seconds) => `还需 ${seconds} 秒`, (seconds) => `${seconds} s left`],
	cut: ['连接中断', 'The connection broke'],
});

const TOO_LARGE = 413;

let desk = null;	// a draft, or an upload under way, outlives other pages

export const publish = () => (desk ??= new Desk()).node;

addEventListener('session', () => {
	desk?.request?.abort();
	desk = null;
});
addEventListener('beforeunload', (event) =>
	desk?.request && event.preventDefault());

class Desk {
	constructor() {
		this.node = el('div.desk');
		this.node.append(this.chooser());
	}

	// -- choosing --

	chooser() {
		const source = (name, act, word, glyph, capture) => el(name, { act },
			icon(glyph), el('span', { say: word }), el('input.hidden', {
				type: 'file', accept: 'video/*', ...capture,
				onchange: ({ target }) => this.chosen(target.files[0]) }));
		return notice('film', 'new', '',
			source('label.pill.main', 'choose-video', 'chooseVideo', 'publish'),
			source('label.pill', 'record', 'record', 'film',
				{ capture: 'environment' }));
	}

	chosen(file) {
		if (!file)
			return;
		this.file = file;
		this.url = URL.createObjectURL(file);
		this.node.replaceChildren(el('h1', { say: 'new' }), this.draft());
		this.busy(false);
	}

	draft() {
		const title = counted('title', 2);
		this.title = find('textarea', title);
		this.bar = el('progress', { max: 1, label: 'publish' });
		this.words = el('p.quiet', { role: 'status' });
		this.fault = el('p.fault', { role: 'alert' });
		this.press = el('button.pill.main', { say: 'publish', act: 'publish' });
		this.stop = button('cancel-upload', 'cancel', () =>
			this.request.abort());
		this.another = button('another', 'another', () => this.clear());
		return el('form', { onsubmit: (event) => {
			event.preventDefault();
			this.send();
		} }, el('video.preview', { src: this.url, controls: true,
			playsInline: true, loop: true, onerror: ({ target }) =>
				target.replaceWith(el('p.quiet', { say: 'noPreview' })) }),
		title, this.bar, this.words, this.fault,
		el('div.acts', {}, this.another, this.stop, this.press));
	}

	clear() {
		URL.revokeObjectURL(this.url);
		this.node.replaceChildren(this.chooser());
	}

	// -- sending --

	// Only XMLHttpRequest tells how far a body is.  The token goes ahead of
	// it, in a header, so that a refusal comes before the video is sent.
	send() {
		const { token } = session;
		const body = new FormData();
		body.append('title', this.title.value.trim());
		body.append('data', this.file);
		const request = this.request = new XMLHttpRequest();
		this.begun = performance.now();
		request.upload.onprogress = (event) => this.progress(event);
		request.onload = () => this.ended(request.response, token);
		request.onerror = () => this.failed('cut');
		request.onabort = () => this.failed('stopped');
		request.open('POST', '/douyin/publish/action/');
		request.responseType = 'json';
		Object.entries(headers()).forEach((pair) =>
			request.setRequestHeader(...pair));
		request.send(body);
		this.busy(true);
	}

	busy(on) {
		this.bar.hidden = this.stop.hidden = !on;
		this.another.hidden = this.title.readOnly = this.press.disabled = on;
		this.words.textContent = '';
		set(this.fault, 'say', '');
		this.bar.value = 0;
	}

	progress({ loaded, total }) {
		const mega = (n) => (n / 1e6).toFixed(1);
		const speed = loaded / (performance.now() - this.begun) * 1000;
		this.bar.value = loaded / total;
		this.words.textContent = loaded >= total ? say('finishing') :
			`${mega(loaded)} / ${mega(total)} MB · ${mega(speed)} MB/s · ` +
			say('left', Math.ceil((total - loaded) / speed));
	}

	async ended(answer, token) {
		const { status_code: code, status_msg: message = 'cut' } = answer ?? {};
		expire(code, token);
		if (code !== 0)
			return this.failed(message, code);
		this.request = null;
		this.clear();
		dispatchEvent(new Event('published'));
		loadMe();
		if (location.pathname === '/publish')
			go('/me');
		const { video_list } = await ask('publish/list',
			{ user_id: session.id, limit: 1 }).catch(() => ({}));
		toast(video_list?.[0]?.state === 'processing' ? 'later' : 'published');
	}

	// What is wrong with a file stays wrong: then another one is chosen.
	failed(message, code) {
		this.request = null;
		this.busy(false);
		set(this.fault, 'say', message);
		set(this.press, 'say', 'again');
		this.press.hidden = code === TOO_LARGE || code >= 3001 && code <= 3014;
		this.another.classList.toggle('main', this.press.hidden);
	}
}
