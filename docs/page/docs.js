// docs.js - shows openapi.json readably, and lets a call be tried.
//
// Every text becomes textContent, never markup.  The token stays in this tab
// (sessionStorage) and leaves it in a header only; values of a call to be sent
// by POST stand in its body, so that no password is ever part of an address.

const find = (selector, root = document) => root.querySelector(selector);

// el('p.hint', {onclick: …}, 'text', node, …)
function el(what, members, ...inside) {
	const [tag, ...classes] = what.split('.');
	const node = document.createElement(tag);
	node.className = classes.join(' ');
	Object.assign(node, members);
	node.append(...inside.filter((one) => one !== null));
	return node;
}

// ---- words ----

let api, words;
let chinese = (kept(localStorage, 'language') ||
	navigator.language || '').startsWith('zh');

const say = (name) => (words.page[name] || [name, name])[chinese ? 0 : 1];

// A value that the start page or we have kept; it writes JSON.
function kept(storage, name) {
	try {
		return JSON.parse(storage.getItem(name)) || '';
	} catch {
		return '';
	}
}

function keep(storage, name, value) {
	try {
		storage.setItem(name, JSON.stringify(value));
	} catch {
		// Then it is forgotten with the page.
	}
}

// `code` stands between back quotes.
function prose(text) {
	return text.split('`').map((piece, i) =>
		i % 2 ? el('code', {}, piece) : piece);
}

// ---- the token ----

let token = kept(sessionStorage, 'docs-token');

function use(value) {
	token = value.trim();
	keep(sessionStorage, 'docs-token', token);
	find('#token').value = token;
	find('#forget').hidden = token === '';
	find('#who').textContent = say(token ? 'holder' : 'guest');
}

// ---- schemas ----

function resolve(schema) {
	while (schema && schema.$ref)
		schema = schema.$ref.slice(2).split('/').reduce(
			(place, name) => place[name], api);
	return schema || {};
}

const nameOf = (schema) => schema.$ref ? schema.$ref.split('/').pop() : '';

// What a member is: 'integer', 'list of Video', 'User'.
function kindOf(schema) {
	if (schema.anyOf)
		return kindOf(schema.anyOf[0]);
	if (schema.$ref)
		return nameOf(schema);
	if (schema.type === 'array')
		return `${say('array')} ${kindOf(schema.items)}`;
	return say(schema.contentMediaType ? 'file' : schema.type);
}

function boundsOf(schema) {
	const { minimum, maximum, minLength, maxLength } = schema;
	if (schema.contentMediaType)
		return maxLength ? `≤ ${Math.round(maxLength / 1048576)} MiB` : '';
	if (maxLength)
		return `${minLength} … ${maxLength}`;
	if (maximum && maximum < Number.MAX_SAFE_INTEGER)
		return `${minimum} … ${maximum}`;
	return '';
}

// The object that a schema leads to, if any.
function objectOf(schema) {
	if (schema.anyOf)
		return objectOf(schema.anyOf[0]);
	if (schema.type === 'array')
		return objectOf(schema.items);
	const found = resolve(schema);
	return found.properties ? found : null;
}

// Members as a list; an object shows its own inside, once.
function members(schema, above = []) {
	const list = el('dl');
	for (const [name, member] of Object.entries(schema.properties || {})) {
		const inner = objectOf(member);
		const term = el('dt', {}, el('code', {}, name),
			el('small', {}, kindOf(member)));
		const words_ = member.description || '';
		const about = el('dd', {}, ...prose(
			chinese && words.members[words_] || words_));
		if (inner && !above.includes(inner))
			about.append(members(inner, [...above, inner]));
		list.append(term, about);
	}
	return list;
}

function answer(schema) {
	const parts = (schema.allOf || [schema]).map(resolve);
	return members({ properties: Object.assign({},
		...parts.map((part) => part.properties)) });
}

// ---- JSON, coloured ----

function scalar(value) {
	if (typeof value === 'string') {
		const text = JSON.stringify(value);
		// Only addresses of the web, so nothing can be run by a click.
		return /^https?:\/\//.test(value) ?
			el('a', { href: value, rel: 'noreferrer' }, text) :
			el('span.string', {}, text);
	}
	return el(typeof value === 'number' ? 'span.number' : 'span.literal', {},
		String(value));
}

function draw(into, value, indent = '') {
	if (value === null || typeof value !== 'object') {
		into.append(scalar(value));
		return;
	}
	const list = Array.isArray(value);
	const entries = Object.entries(value);
	const deeper = `${indent}\t`;
	into.append(list ? '[' : '{');
	entries.forEach(([key, inner], i) => {
		into.append(`${i ? ',' : ''}\n${deeper}`);
		if (!list)
			into.append(el('span.key', {}, JSON.stringify(key)), ': ');
		draw(into, inner, deeper);
	});
	into.append(entries.length ? `\n${indent}` : '', list ? ']' : '}');
}

function json(value) {
	const pre = el('pre', { tabIndex: 0 });
	draw(pre, value);
	return pre;
}

// ---- an endpoint ----

// Query and form parameters alike: {name, schema, required, words, types}.
function parametersOf(operation) {
	const form = operation.requestBody &&
		operation.requestBody.content['multipart/form-data'];
	if (!form)
		return operation.parameters.map((one) => ({ ...one,
			words: one.description }));
	return Object.entries(form.schema.properties).map(([name, schema]) => ({
		name, schema, words: schema.description,
		required: (form.schema.required || []).includes(name),
		types: (form.encoding && form.encoding[name] || {}).contentType,
	})).filter((one) => one.name !== 'token');
}

const wordsOf = (parameter) => chinese &&
	words.parameters[parameter.name] || parameter.words;

function describe(parameters) {
	if (parameters.length === 0)
		return el('p.hint', {}, say('none'));
	const list = el('dl');
	for (const one of parameters)
		list.append(el('dt', {}, el('code', {}, one.name),
			el('small', {}, kindOf(one.schema)),
			el('small', {}, boundsOf(one.schema)),
			one.required ? el('small.must', {}, say('required')) : null),
		el('dd', {}, ...prose(wordsOf(one)),
			one.types ? ` (${one.types})` : ''));
	return list;
}

function login(operation) {
	const ways = operation.security;
	if (ways.length === 0)
		return 'open';
	return ways.some((way) => Object.keys(way).length === 0) ?
		'optional' : 'needed';
}

function examplesOf(operation) {
	const { examples } = operation.responses['200'].content['application/json'];
	return Object.entries(examples).map(([name, { value }]) =>
		el('div', {}, el('p.hint', {}, say(name)), json(value)));
}

// ---- trying it ----

function fieldOf(parameter, operation) {
	const { name, schema } = parameter;
	const id = `${operation.operationId}-${name}`;
	const secret = name.endsWith('password');
	let input;
	if (schema.contentMediaType)
		input = el('input', { type: 'file', accept: parameter.types });
	else if (schema.maxLength > 200)
		input = el('textarea', { rows: 2 });
	else
		input = el('input', { type: secret ? 'password' : 'text',
			inputMode: schema.type === 'integer' ? 'numeric' : 'text' });
	Object.assign(input, { id, name, autocomplete: 'off' });
	input.setAttribute('aria-describedby', `${id}-words`);
	return el('div.field', {},
		el('label', { htmlFor: id }, el('code', {}, name),
			parameter.required ? ' *' : ''),
		input, el('small.hint', { id: `${id}-words` },
			...prose(wordsOf(parameter))));
}

const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;

// What a form says: {name: text or file}, without what was left empty.
function valuesOf(form) {
	const values = [];
	for (const input of form.elements) {
		if (input.type === 'file' && input.files[0])
			values.push([input.name, input.files[0]]);
		else if (input.name && input.type !== 'file' && input.value !== '')
			values.push([input.name, input.value]);
	}
	return values;
}

function curl(method, path, values) {
	const files = values.some(([, value]) => value instanceof File);
	const option = method === 'GET' || !files ? '--data-urlencode' : '-F';
	const lines = [`curl ${method === 'GET' ? '-G ' : '-X POST '}` +
		quote(location.origin + path)];
	if (token)
		lines.push('-H "Authorization: Bearer $TOKEN"');
	for (const [name, value] of values)
		lines.push(value instanceof File ?
			`-F ${quote(`${name}=@${value.name}`)}` :
			`${option} ${quote(`${name}=${/password$/.test(name) ?
				'…' : value}`)}`);
	return lines.join(' \\\n\t');
}

function requestOf(method, path, values, multipart) {
	const headers = { 'Accept-Language': chinese ? 'zh' : 'en' };
	if (token)
		headers.Authorization = `Bearer ${token}`;
	const options = { method, headers, credentials: 'omit' };
	if (method === 'GET')
		return [`${path}?${new URLSearchParams(values)}`, options];
	if (multipart) {
		options.body = new FormData();
		for (const [name, value] of values)
			options.body.append(name, value);
	} else {
		options.body = new URLSearchParams(values);
	}
	return [path, options];
}

async function send(address, options, into) {
	const begun = performance.now();
	try {
		const response = await fetch(address, options);
		const body = await response.json();
		const good = body.status_code === 0;
		into.replaceChildren(
			el(good ? 'p.good' : 'p.bad', {}, `HTTP ${response.status} · ` +
				`${Math.round(performance.now() - begun)} ${say('took')}`),
			json(body));
		if (good && body.token) {
			use(body.token);
			into.prepend(el('p.hint', {}, say('kept')));
		}
	} catch {
		into.replaceChildren(el('p.bad', {}, say('offline')));
	}
}

function trial(method, path, operation, parameters) {
	const out = el('div.tried', { role: 'status' });
	const button = el('button.main', { type: 'submit' }, say('send'));
	const form = el('form.tried', { autocomplete: 'off', noValidate: true },
		...parameters.map((one) => fieldOf(one, operation)),
		el('div.acts', {}, button, method === 'POST' ?
			el('span.hint', {}, say('careful')) : null), out);
	form.addEventListener('submit', async (event) => {
		event.preventDefault();
		const values = valuesOf(form);
		const result = el('div.tried.result', {}, el('p.hint', {}, say('sending')));
		out.replaceChildren(el('p.hint', {}, say('curl')),
			el('pre', { tabIndex: 0 }, curl(method, path, values)),
			el('p.hint', {}, say('result')), result);
		button.disabled = true;
		await send(...requestOf(method, path, values,
			Boolean(operation.requestBody)), result);
		button.disabled = false;
	});
	return form;
}

// ---- the page ----

function endpoint(method, path, operation) {
	const name = operation.operationId;
	const parameters = parametersOf(operation);
	const words_ = chinese && words.operations[name] || operation.description;
	const node = el('details.endpoint', { id: name },
		el('summary', {},
			el(`span.method.${method.toLowerCase()}`, {}, method),
			el('span.path', {}, path),
			el('span.short', {}, chinese ? words_.split(/[。：；]/)[0] :
				operation.summary)));
	// Made when it is first looked at: there are many examples.
	node.addEventListener('toggle', () => {
		if (!node.open || find('.inside', node))
			return;
		node.append(el('div.inside', {},
			el('div', {}, el('p', {}, words_),
				el('span.badge', {}, say(login(operation))),
				el('h3', {}, say('parameters')), describe(parameters),
				el('h3', {}, say('answer')), answer(
					operation.responses['200'].content['application/json']
						.schema)),
			el('div', {}, el('h3', {}, say('try')),
				trial(method, path, operation, parameters),
				el('h3', {}, say('examples')), ...examplesOf(operation))));
	});
	return node;
}

function about() {
	const lines = api.info.description.split('\n');
	const points = api.info.description.split('\n\n')[1].slice(2)
		.replaceAll('\n  ', ' ').split('\n- ');
	const rows = lines.filter((line) => /^\| \d/.test(line)).map((line) =>
		line.slice(2, -2).split(' | '));
	const table = el('table', {}, el('tbody', {}, ...rows.map(
		([code, http, zh, en]) => el('tr', {}, el('td', {}, code),
			el('td', {}, `HTTP ${http}`), el('td', {}, chinese ? zh : en)))));
	return [
		el('details', { id: 'about' }, el('summary', {},
			el('span', {}, say('about'))), el('div.inside', {}, el('ul', {},
			...(chinese ? words.about : points).map((point) =>
				el('li', {}, ...prose(point)))), el('p', {},
			el('a', { href: '/douyin/openapi.json' }, say('source'))))),
		el('details', { id: 'codes' }, el('summary', {},
			el('span', {}, say('codes'))),
		el('div.wide', {}, el('div.inside', {}, table))),
	];
}

// From a group's name to its endpoints, in the document's order.
function groups() {
	const found = new Map();
	for (const [path, methods] of Object.entries(api.paths))
		for (const [method, operation] of Object.entries(methods)) {
			const [tag] = operation.tags;
			found.set(tag, [...(found.get(tag) || []),
				endpoint(method.toUpperCase(), path, operation)]);
		}
	return found;
}

function showAll() {
	document.documentElement.lang = chinese ? 'zh' : 'en';
	for (const node of document.querySelectorAll('[data-say]'))
		node.textContent = say(node.dataset.say);
	find('#language').textContent = say('other');
	find('#language').lang = chinese ? 'en' : 'zh';
	use(token);
	const opened = new Set([...document.querySelectorAll('details[open]')]
		.map((node) => node.id));
	const sections = [...groups()].map(([tag, nodes]) =>
		el('section', { id: `group-${tag}` }, el('h2', {}, say(tag)),
			...nodes));
	find('#contents').setAttribute('aria-label', 'API');
	find('#contents').replaceChildren(...sections.map((section) =>
		el('a', { href: `#${section.id}` },
			find('h2', section).textContent)));
	find('main').replaceChildren(el('section', {}, ...about()), ...sections);
	for (const node of document.querySelectorAll('details'))
		node.open = opened.has(node.id);
	openAddressed();
}

// An endpoint has an address: /docs/#user_login.
function openAddressed() {
	const node = document.getElementById(location.hash.slice(1));
	if (node && node.tagName === 'DETAILS') {
		node.open = true;
		node.scrollIntoView();
	}
}

async function start() {
	try {
		[words, api] = await Promise.all(
			['/docs/words.json', '/douyin/openapi.json'].map(
				async (path) => (await fetch(path)).json()));
	} catch {
		find('#trouble').textContent = '读不到接口描述 · ' +
			'The description cannot be read';
		return;
	}
	showAll();
	find('#session').addEventListener('submit', (event) => {
		event.preventDefault();
		use(find('#token').value);
	});
	find('#forget').addEventListener('click', () => use(''));
	find('#language').addEventListener('click', () => {
		chinese = !chinese;
		keep(localStorage, 'language', chinese ? 'zh' : 'en');
		showAll();
	});
	addEventListener('hashchange', openAddressed);
}

start();
