// publish.js - a video is chosen or recorded, looked at, and sent.

import {
	button, el, expire, go, headers, icon, language, loadMe, say,
	session, set, teach, toast,
} from './core.js';

const LONGEST = 100;

teach({
	chooseVideo: ['选择视频', 'Choose a video'], record: ['拍摄', 'Record'],
	new: ['发布视频', 'Publish a video'],
	title: ['标题', 'Title'], another: ['换一个', 'Choose another'],
	finishing: ['正在处理…', 'Processing…'],
	stopped: ['已取消', 'Cancelled'], published: ['发布成功', 'Published'],
	left: [(seconds) => `还需 ${seconds} 秒`, (seconds) => `${seconds} s left`],
	cut: ['连接中断', 'The connection broke'],
});

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
		this.show(this.chooser());
	}

	show(part) { this.node.replaceChildren(el('h1', { say: 'new' }), part); }

	// -- choosing --

	chooser() {
		const source = (act, word, glyph, capture) => el('label.pill', { act },
			icon(glyph), el('span', { say: word }), el('input.hidden', {
				type: 'file', accept: 'video/*', ...capture,
				onchange: ({ target }) => this.chosen(target.files[0]) }));
		return el('div.notice', {}, icon('film'),
			el('div.acts', {}, source('choose-video', 'chooseVideo', 'plus'),
				source('record', 'record', 'film',
					{ capture: 'environment' })));
	}

	chosen(file) {
		if (!file)
			return;
		this.file = file;
		this.url = URL.createObjectURL(file);
		this.show(this.draft());
		this.busy(false);
	}

	draft() {
		this.title = el('textarea', { name: 'title', rows: 2,
			oninput: () => this.check() });
		this.counter = el('small');
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
			playsInline: true, loop: true }),
		el('label.field', {}, el('span', { say: 'title' }), this.title,
			this.counter), this.bar, this.words, this.fault,
		el('div.acts', {}, this.another, this.stop, this.press));
	}

	check() {
		const n = [...this.title.value].length;
		this.counter.textContent = `${n}/${LONGEST}`;
		this.counter.classList.toggle('fault', n > LONGEST);
		this.press.disabled = n > LONGEST || !!this.request;
	}

	clear() {
		URL.revokeObjectURL(this.url);
		this.show(this.chooser());
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
		request.onerror = () => this.failed(say('cut'));
		request.onabort = () => this.failed(say('stopped'));
		request.open('POST', '/douyin/publish/action/');
		request.responseType = 'json';
		Object.entries(headers()).forEach((pair) =>
			request.setRequestHeader(...pair));
		request.send(body);
		this.busy(true);
	}

	busy(on) {
		this.bar.hidden = this.stop.hidden = !on;
		this.another.hidden = this.title.readOnly = on;
		this.words.textContent = this.fault.textContent = '';
		this.bar.value = 0;
		this.check();
	}

	progress({ loaded, total }) {
		const mega = (n) => new Intl.NumberFormat(language,
			{ maximumFractionDigits: 1 }).format(n / 1e6);
		const speed = loaded / (performance.now() - this.begun) * 1000;
		this.bar.value = loaded / total;
		this.words.textContent = loaded >= total ? say('finishing') :
			`${mega(loaded)} / ${mega(total)} MB · ${mega(speed)} MB/s · ` +
			say('left', Math.ceil((total - loaded) / speed));
	}

	ended(answer, token) {
		if (answer?.status_code === 2004)
			expire(token);
		if (answer?.status_code !== 0)
			return this.failed(answer?.status_msg ?? say('cut'));
		this.request = null;
		this.clear();
		toast(say('published'));
		dispatchEvent(new Event('published'));
		loadMe();
		if (location.pathname === '/publish')
			go('/me');
	}

	failed(message) {
		this.request = null;
		this.busy(false);
		this.fault.textContent = message;
		set(this.press, 'say', 'again');
	}
}
