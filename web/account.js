// account.js - logging in and out, the password, and how one looks to others.

import {
	counted, el, enter, find, leave, loadMe, me, picture, say, set, sheet, shut,
	sure, switchLanguage, teach, tell, toast,
} from './core.js';

teach({
	register: ['注册', 'Register'], name: ['用户名', 'User name'],
	password: ['密码', 'Password'],
	welcome: ['欢迎来到 Mini-tiktok', 'Welcome to Mini-tiktok'],
	toRegister: ['还没有账号？注册', 'New here? Register'],
	toLogin: ['已有账号？登录', 'Registered already? Log in'],
	hello: ['你好，', 'Hello, '],
	account: ['账号', 'Account'],
	logout: ['退出登录', 'Log out'], sureOut: ['退出登录？', 'Log out?'],
	changePassword: ['修改密码', 'Change password'],
	old: ['现在的密码', 'Present password'],
	fresh: ['新密码', 'New password'], save: ['保存', 'Save'],
	saved: ['已保存', 'Saved'], avatar: ['头像', 'Picture'],
	background: ['背景图', 'Background'],
	signature: ['个性签名', 'Signature'], choose: ['选择', 'Choose'],
});

// A field with its name above it.
const field = (name, word, props) => el('label.field', {},
	el('span', { say: word }), el('input', { name, required: true, ...props }));

const secret = (name, word, autocomplete) =>
	field(name, word, { type: 'password', autocomplete });

// A sheet with a form that says what is wrong; `send` gives what to say when
// it went well.
function formSheet(id, title, word, send, ...content) {
	const fault = el('p.fault', { role: 'alert' });
	const press = el('button.pill.main', { say: word, act: 'submit' });
	const form = el('form', { onsubmit: async (event) => {
		event.preventDefault();
		press.disabled = true;
		set(fault, 'say', '');
		try {
			const words = await send(new FormData(form));
			await shut(dialog);
			toast(words);
		} catch (error) {
			set(fault, 'say', error.message);
		}
		press.disabled = false;
	} }, ...content, fault, press);
	const dialog = sheet(id, title, el('div.scroll', {}, form));
	return dialog;
}

// -- in and out --

export function logIn(why = 'guestHint') {
	let fresh = false;
	if (find('#login-sheet'))
		return;		// one at a time, whoever asks
	const swap = el('button.link', { type: 'button', act: 'swap',
		onclick: () => {
			fresh = !fresh;
			draw();
		} });
	const dialog = formSheet('login-sheet', 'welcome', 'login',
		async (data) => {
			const { user_id, token } = await tell(
				`user/${fresh ? 'register' : 'login'}`, data);
			enter(token, user_id);
			return say('hello') + data.get('username');
		}, el('p.quiet', { say: why }),
		field('username', 'name', { autocomplete: 'username', maxLength: 31,
			autocapitalize: 'none' }),
		secret('password', 'password'), swap);
	function draw() {
		set(swap, 'say', fresh ? 'toLogin' : 'toRegister');
		set(find('[data-action=submit]', dialog), 'say',
			fresh ? 'register' : 'login');
		find('[name=password]', dialog).autocomplete =
			fresh ? 'new-password' : 'current-password';
	}
	draw();
	find('input', dialog).focus();
}

export function account() {
	const choice = (act, say, press) => el('button.choice',
		{ act, say, onclick: press });
	const then = (next) => () => shut().then(next);
	sheet('account-sheet', 'account', el('div.scroll', {},
		choice('password', 'changePassword', then(password)),
		choice('language', 'other', switchLanguage),
		el('a.choice', { href: '/docs/', say: 'api' }),
		choice('logout', 'logout', then(() =>
			sure('sureOut', 'logout', leave)))));
}

// All older tokens end, also ours; the answer has the next.
const password = () => formSheet('password-sheet', 'changePassword', 'save',
	async (data) => {
		const { token, user_id } = await tell('user/password', data);
		enter(token, user_id);
		return 'saved';
	}, secret('old_password', 'old', 'current-password'),
	secret('new_password', 'fresh', 'new-password'));

// -- how one looks --

export function edit() {
	const user = me();
	formSheet('edit-sheet', 'edit', 'save', async (data) => {
		for (const name of ['avatar', 'background_image'])
			if (!data.get(name).size)
				data.delete(name);
		if (data.get('signature') === user.signature)
			data.delete('signature');
		if ([...data].length)
			await tell('user/update', data);
		await loadMe();
		return 'saved';
	}, chooser('background_image', 'background', user.background_image),
	chooser('avatar', 'avatar', user.avatar),
	counted('signature', 3, user.signature));
}

// A picture that is seen before it is sent.
function chooser(name, word, address) {
	const shown = picture(name, address);
	const input = el('input.hidden', { type: 'file', name,
		accept: 'image/jpeg,image/png,image/webp', onchange: () => {
			const [file] = input.files;
			shown.src = file ? URL.createObjectURL(file) : address;
		} });
	return el('label.chooser', {}, el('span.quiet', { say: word }), shown, input,
		el('b', { say: 'choose' }));
}
