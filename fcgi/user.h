/* user.h - accounts: API.md E2 to E4, and changing one's own. */
#ifndef USER_H
#define USER_H

#include "args.h"

enum err	user_register(struct request *,
	    const struct user_register_args *);
enum err	user_login(struct request *, const struct user_login_args *);
enum err	user_password(struct request *,
	    const struct user_password_args *);
enum err	user_update(struct request *,
	    const struct user_update_args *);
enum err	user_show(struct request *, const struct user_show_args *);

#endif
