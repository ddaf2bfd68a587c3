// account.js - logging in and out, the password, and how one looks to others.

import {
	ask, button, el, enter, expire, find, know, leave, loadMe, me, picture,
	session, sheet, shut, sure, switchLanguage, teach, tell, toast, say,
} from './core.js';

const LONGEST = 100;

teach({
	zh: {
		register: '注册', name: '用户名', password: '密码',
		welcome: '欢迎来到 Mini-tiktok',
		toRegister: '还没有账号？注册', toLogin: '已有账号？登录',
		shown: '显示密码', hello: (name) => `你好，${name}`,
		account: '账号', edit: '编辑资料', logout: '退出登录',
		sureOut: '退出登录？', changePassword: '修改密码',
		old: '现在的密码', fresh: '新密码', save: '保存',
		passwordSaved: '密码已修改，其他设备需要重新登录',
		saved: '已保存', avatar: '头像', background: '背景图',
		signature: '个性签名', choose: '选择', tooShort: '请填写这一项',
	},
	en: {
		register: 'Register', name: 'User name', password: 'Password',
		welcome: 'Welcome to Mini-tiktok',
		toRegister: 'New here? Register', toLogin: 'Registered already? Log in',
		shown: 'Show password', hello: (name) => `Hello, ${name}`,
		account: 'Account', edit: 'Edit profile', logout: 'Log out',
		sureOut: 'Log out?', changePassword: 'Change password',
		old: 'Present password', fresh: 'New password', save: 'Save',
		passwordSaved: 'Password changed; other devices must log in again',
		saved: 'Saved', avatar: 'Picture', background: 'Background',
		signature: 'Signature', choose: 'Choose',
		tooShort: 'Please fill this in',
	},
});

// A field with its name above it.
const field = (name, word, props) => el('label.field', {},
	el('span', { say: word }), el('input', { name, required: true, ...props }));

// A form that sends once at a time and says below what is wrong.
export function form(act, word, send, ...content) {
	const fault = el('p.fault', { role: 'alert' });
	const press = el('button.pill.main', { say: word, act });
	const node = el('form', { noValidate: false, onsubmit: async (event) => {
		event.preventDefault();
		press.disabled = true;
		fault.textContent = '';
		try {
			await send(new FormData(node));
		} catch (error) {
			fault.textContent = error.message;
		}
		press.disabled = false;
	} }, ...content, fault, press);
	return node;
}

// ---- in and out ----

let entrance = null;		// one at a time, whoever asks

export function logIn(why, fresh = false) {
	if (entrance)
		return;
	const send = async (data) => {
		const path = fresh ? 'register' : 'login';
		const { user_id, token } = await tell(`/douyin/user/${path}/`, data);
		const name = data.get('username');
		await shut(entrance);
		enter(token, user_id);
		toast(say('hello', name));
	};
	const swap = el('button.link', { type: 'button', act: 'swap',
		onclick: () => {
			fresh = !fresh;
			draw();
		} });
	const box = form('submit', 'login', send,
		field('username', 'name', { autocomplete: 'username', maxLength: 31,
			autocapitalize: 'none' }),
		field('password', 'password', { type: 'password' }), swap);
	function draw() {
		swap.dataset.say = fresh ? 'toLogin' : 'toRegister';
		swap.textContent = say(swap.dataset.say);
		const press = find('[data-action=submit]', box);
		press.dataset.say = fresh ? 'register' : 'login';
		press.textContent = say(press.dataset.say);
		find('[name=password]', box).autocomplete =
			fresh ? 'new-password' : 'current-password';
	}
	draw();
	entrance = sheet('login-sheet', { say: 'welcome' },
		el('div.scroll', {}, why && el('p.why', { say: `${why}_why` }), box));
	entrance.onshut = () => { entrance = null; };
	find('input', entrance).focus();
}

export function account() {
	const choice = (act, word, press) => el('button.choice', { type: 'button',
		act, say: word, onclick: press });
	sheet('account-sheet', { say: 'account' }, el('div.scroll', {},
		choice('edit', 'edit', () => shut().then(edit)),
		choice('password', 'changePassword', () => shut().then(password)),
		choice('language', 'other', switchLanguage),
		el('a.choice', { href: '/docs/', say: 'api' }),
		choice('logout', 'logout', async () => {
			await shut();
			if (await sure('sureOut', 'logout'))
				leave();
		})));
}

function password() {
	const send = async (data) => {
		const { token, user_id } = await tell('/douyin/user/password/', data);
		await shut();
		enter(token, user_id);
		toast(say('passwordSaved'));
	};
	sheet('password-sheet', { say: 'changePassword' }, el('div.scroll', {},
		form('save', 'save', send,
			field('old_password', 'old', { type: 'password',
				autocomplete: 'current-password' }),
			field('new_password', 'fresh', { type: 'password',
				autocomplete: 'new-password' }))));
}

// ---- how one looks ----

export function edit() {
	const user = me();
	const counter = el('small');
	const signature = el('textarea', { name: 'signature', rows: 3,
		maxLength: LONGEST, value: user.signature,
		oninput: () => draw() });
	const draw = () => {
		counter.textContent = `${[...signature.value].length}/${LONGEST}`;
	};
	draw();
	const send = async (data) => {
		for (const name of ['avatar', 'background_image'])
			if (!data.get(name)?.size)
				data.delete(name);
		await tell('/douyin/user/update/', data);
		await loadMe();
		await shut();
		toast(say('saved'));
	};
	sheet('edit-sheet', { say: 'edit' }, el('div.scroll', {},
		form('save', 'save', send,
			chooser('background_image', 'background', user.background_image),
			chooser('avatar', 'avatar', user.avatar),
			el('label.field', {}, el('span', { say: 'signature' }),
				signature, counter))));
}

// A picture that is seen before it is sent.
function chooser(name, word, address) {
	const shown = picture(name, address);
	const input = el('input.hidden', { type: 'file', name,
		accept: 'image/jpeg,image/png,image/webp', onchange: () => {
			const [file] = input.files;
			if (!file)
				return;
			URL.revokeObjectURL(shown.src);
			shown.src = URL.createObjectURL(file);
		} });
	return el('label.chooser', { act: `choose-${name}` },
		el('span', { say: word }), shown, input,
		el('b', { say: 'choose' }));
}
