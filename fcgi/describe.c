#include "describe.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "describe_nginx.h"
#include "endpoints.h"
#include "store.h"

#define MEMORY (4 * MIB)

static const char *const method_names[] = { "GET", "POST", "" };
static const char *const login_names[] = {
	"none", "optional", "lenient", "required", "reader"
};
static const char *const kind_names[] = {
	"id", "time", "before", "limit", "action",
	"line", "lines", "secret", "part",
};
static const char *const mode_names[] = { "read", "inside", "write" };
static const char *const need_names[] = { "needed", "loose", "maybe" };

static void
put(struct json *json, const char *key, const char *value)
{
	json_put_string(json, key, text_of(value));
}

static void
put_param(struct json *json, const struct param *param)
{
	json_open(json, NULL);
	put(json, "name", param->name);
	put(json, "alias", param->alias);
	put(json, "kind", kind_names[param->kind]);
	put(json, "need", need_names[param->need]);
	json_put_integer(json, "low", param->kind < PARAM_LINE ? 1 :
	    (int64_t)param->low);
	json_put_integer(json, "high", args_high(param));
	if (param->types != NULL)
		put(json, "types", param->types);
	put(json, "words", param->words);
	json_close(json);
}

static void
put_answers(struct json *json, const struct answer *answer)
{
	const struct shape *shape;

	json_open_list(json, "answers");
	for (; answer->name != NULL; answer++) {
		shape = &answer_shapes[answer->shape];
		json_open(json, NULL);
		put(json, "name", answer->name);
		put(json, "shape", shape->name);
		if (shape->empty != NULL)
			json_put_raw(json, "empty", text_of(shape->empty));
		json_close(json);
	}
	json_close_list(json);
}

static void
put_endpoint(struct json *json, const struct endpoint *endpoint)
{
	size_t i;

	json_open(json, NULL);
	put(json, "name", endpoint->name);
	put(json, "method", method_names[endpoint->method]);
	put(json, "path", endpoint->path);
	put(json, "pool", pool_names[endpoint->pool]);
	put(json, "login", login_names[endpoint->login]);
	put(json, "words", endpoint->words);
	put_answers(json, endpoint->answers);
	json_open_list(json, "parameters");
	for (i = 0; i < endpoint->param_count; i++)
		put_param(json, &endpoint->params[i]);
	json_close_list(json);
	json_close(json);
}

static void
put_error(struct json *json, const struct error *row)
{
	json_open(json, NULL);
	put(json, "name", row->name);
	json_put_integer(json, "code", row->code);
	json_put_integer(json, "http", row->http);
	json_put_boolean(json, "rule", row->rule);
	put(json, "zh", row->text[language_zh]);
	put(json, "en", row->text[language_en]);
	json_close(json);
}

static void
put_endpoints(struct json *json)
{
	size_t i;
	int e;

	json_open_list(json, "endpoints");
	for (i = 0; i < endpoint_count; i++)
		put_endpoint(json, &endpoints[i]);
	json_close_list(json);
	json_open_list(json, "errors");
	for (e = OK + 1; e < ERR_COUNT; e++)
		put_error(json, errors_row((enum err)e));
	json_close_list(json);
}

static void
put_statements(struct json *json)
{
	const struct schema_row *steps;
	size_t count, i;
	int s;

	steps = store_schema(&count);
	json_open_list(json, "schema");
	for (i = 0; i < count; i++) {
		json_open(json, NULL);
		json_put_integer(json, "number", steps[i].number);
		put(json, "name", steps[i].name);
		put(json, "sql", steps[i].sql);
		json_close(json);
	}
	json_close_list(json);
	json_open_list(json, "statements");
	for (s = 0; s < SQL_COUNT; s++) {
		const struct statement_row *row = store_row((enum statement)s);

		json_open(json, NULL);
		put(json, "name", row->name);
		put(json, "mode", mode_names[row->mode]);
		put(json, "shape", row->shape);
		put(json, "scan", row->scan);
		put(json, "sql", row->sql);
		json_close(json);
	}
	json_close_list(json);
}

static bool
print_json(void (*fill)(struct json *))
{
	struct arena arena;
	struct json json;
	const struct json_block *at = NULL;
	struct text piece;

	arena_init(&arena, MEMORY);
	json_start(&json, &arena);
	json_open(&json, NULL);
	fill(&json);
	json_close(&json);
	while ((piece = json_piece(&json, &at)).length > 0)
		fwrite(piece.bytes, 1, piece.length, stdout);
	putchar('\n');
	arena_free(&arena);
	return true;
}

int
describe_main(const char *view)
{
	if (strcmp(view, "endpoints") == 0) {
		print_json(put_endpoints);
	} else if (strcmp(view, "statements") == 0) {
		print_json(put_statements);
	} else if (strcmp(view, "endpoints.conf") == 0) {
		describe_nginx_locations(stdout);
	} else if (strcmp(view, "maps.conf") == 0) {
		describe_nginx_maps(stdout);
	} else if (strcmp(view, "proxies.conf") == 0) {
		describe_nginx_proxies(stdout);
	} else if (strcmp(view, "settings") == 0) {
		conf_describe(stdout, true);
	} else if (strcmp(view, "settings.conf") == 0) {
		conf_describe(stdout, false);
	} else {
		fprintf(stderr, "mini-tiktok: there is no view %s\n", view);
		return 2;
	}
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
