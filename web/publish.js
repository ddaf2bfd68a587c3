// publish.js - a video is chosen or recorded, looked at, and sent.

import {
	button, compact, el, failure, find, go, headers, icon, language, loadMe,
	say, session, teach, toast, expire,
} from './core.js';

const LONGEST = 100;

teach({
	zh: {
		chooseVideo: '选择视频', record: '拍摄', new: '发布视频',
		newHint: 'MP4、MOV 等常见格式，最长 10 分钟。',
		titleHint: '写个标题…', title: '标题', other_video: '换一个',
		stop: '取消', finishing: '上传完成，正在处理…',
		stopped: '已取消', published: '发布成功',
		pace: (done, all, speed, left) =>
			`${done} / ${all} MB · ${speed} MB/s · 还需 ${left}`,
		seconds: (n) => n < 90 ? `${n} 秒` : `${Math.round(n / 60)} 分钟`,
		notVideo: '这不是视频文件', cut: '连接中断，上传没有完成',
	},
	en: {
		chooseVideo: 'Choose a video', record: 'Record', new: 'Publish a video',
		newHint: 'MP4, MOV and other usual formats, up to 10 minutes.',
		titleHint: 'Write a title…', title: 'Title',
		other_video: 'Choose another',
		stop: 'Cancel', finishing: 'Sent; the server is looking at it…',
		stopped: 'Cancelled', published: 'Published',
		pace: (done, all, speed, left) =>
			`${done} of ${all} MB · ${speed} MB/s · ${left} left`,
		seconds: (n) => n < 90 ? `${n} s` : `${Math.round(n / 60)} min`,
		notVideo: 'This is not a video file',
		cut: 'The connection broke before all was sent',
	},
});

let desk = null;	// a draft, or an upload under way, outlives other pages

export async function publish() {
	if (!session.id)
		return (await import('./people.js')).stranger('publish_why');
	desk ??= new Desk();
	return desk.node;
}

addEventListener('session', () => {
	desk?.request?.abort();
	desk = null;
});
addEventListener('beforeunload', (event) => {
	if (desk?.request)
		event.preventDefault();
});

class Desk {
	constructor() {
		this.node = el('div.desk', {}, el('h1', { say: 'new' }));
		this.chooser = this.choosing();
		this.node.append(this.chooser);
	}

	// -- choosing --

	choosing() {
		const source = (act, word, glyph, capture) => {
			const input = el('input.hidden', { type: 'file', accept: 'video/*',
				onchange: () => this.chosen(input.files[0]) });
			if (capture)
				input.setAttribute('capture', 'environment');
			return el('label.pill', { act }, icon(glyph),
				el('span', { say: word }), input);
		};
		return el('div.notice', {}, icon('film'), el('p', { say: 'newHint' }),
			el('div.acts', {},
				source('choose-video', 'chooseVideo', 'plus'),
				source('record', 'record', 'camera', true)));
	}

	chosen(file) {
		if (!file)
			return;
		if (!/^video\//.test(file.type || 'video/')) {
			toast(say('notVideo'));
			return;
		}
		this.file = file;
		this.url = URL.createObjectURL(file);
		this.chooser.remove();
		this.node.append(this.form = this.draft());
		this.counted();
	}

	draft() {
		this.title = el('textarea', { name: 'title', rows: 2,
			hint: 'titleHint', label: 'title',
			oninput: () => this.counted() });
		this.counter = el('small');
		this.bar = el('progress', { max: 1, value: 0, hidden: true,
			label: 'publish' });
		this.words = el('p.pace', { role: 'status' });
		this.fault = el('p.fault', { role: 'alert' });
		this.go = el('button.pill.main', { say: 'publish', act: 'publish' });
		this.halt = button('cancel-upload', 'stop', () =>
			this.request.abort());
		this.halt.hidden = true;
		this.another = button('another', 'other_video', () => this.clear());
		return el('form', { onsubmit: (event) => {
			event.preventDefault();
			this.send();
		} }, el('video.preview', { src: this.url, controls: true,
			playsInline: true, loop: true }),
		el('label.field', {}, el('span', { say: 'title' }), this.title,
			this.counter), this.bar, this.words, this.fault,
		el('div.acts', {}, this.another, this.halt, this.go));
	}

	counted() {
		const n = [...this.title.value].length;
		this.counter.textContent = `${n}/${LONGEST}`;
		this.counter.classList.toggle('fault', n > LONGEST);
		this.go.disabled = n > LONGEST || !!this.request;
	}

	clear() {
		URL.revokeObjectURL(this.url);
		this.form.remove();
		this.node.append(this.chooser = this.choosing());
	}

	// -- sending --

	// Only XMLHttpRequest tells how far a body is.  The token goes ahead of
	// it, in a header, so that a refusal comes before the video is sent.
	send() {
		const { token } = session;
		const body = new FormData();
		body.append('title', this.title.value.trim());
		body.append('data', this.file, this.file.name);
		const request = this.request = new XMLHttpRequest();
		this.begun = performance.now();
		request.upload.onprogress = (event) => this.progress(event);
		request.onload = () => this.ended(request.response, token);
		request.onerror = () => this.failed(say('cut'));
		request.onabort = () => this.failed(say('stopped'));
		request.open('POST', '/douyin/publish/action/');
		request.responseType = 'json';
		for (const [name, value] of Object.entries(headers()))
			request.setRequestHeader(name, value);
		request.send(body);
		this.busy(true);
	}

	busy(on) {
		this.bar.hidden = this.halt.hidden = !on;
		this.another.hidden = on;
		this.title.readOnly = on;
		this.words.textContent = this.fault.textContent = '';
		this.bar.value = 0;
		this.counted();
	}

	progress({ loaded, total }) {
		this.bar.value = loaded / total;
		if (loaded >= total) {
			this.words.textContent = say('finishing');
			return;
		}
		const mega = (n) => new Intl.NumberFormat(language,
			{ maximumFractionDigits: 1 }).format(n / 1e6);
		const speed = loaded / (performance.now() - this.begun) * 1000;
		this.words.textContent = say('pace', mega(loaded), mega(total),
			mega(speed), say('seconds', Math.ceil((total - loaded) / speed)));
	}

	ended(answer, token) {
		if (answer?.status_code !== 0) {
			if (answer?.status_code === 2004)
				expire(token);
			this.failed(answer?.status_msg ?? say('cut'));
			return;
		}
		this.request = null;
		this.busy(false);
		this.clear();
		toast(say('published'));
		loadMe();
		dispatchEvent(new Event('published'));
		if (location.pathname === '/publish')
			go('/me');
	}

	failed(message) {
		this.request = null;
		this.busy(false);
		this.fault.textContent = message;
		this.go.dataset.say = 'again';
		this.go.textContent = say('again');
	}
}
