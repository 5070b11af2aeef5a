/** User menu: who is logged in, what that role may do, logging in and out. Not there where the server has no users. */

import { ROLE_NAMES } from "../model/roles";
import { shorten, visible } from "../text";
import { useApp } from "./context";
import { UserIcon } from "./icons";
import { Popover } from "./Popover";

export function UserMenu() {
  const { hello } = useApp().state;
  const user = hello.value?.user;
  if (user === undefined || !user.hasLogin) return null;
  const name = shorten(visible(user.name), 24);
  const icon = (
    <>
      <UserIcon />
      <span class="label">{name === "" ? "Log in" : name}</span>
    </>
  );
  return (
    <Popover label="User" title="Who is logged in" icon={icon} buttonClass="plain tool" class="form user">
      {() => (
        <>
          <p>
            {name === "" ? (
              "Nobody is logged in. "
            ) : (
              <>
                <strong>{name}</strong> is logged in.{" "}
              </>
            )}
            Who has the role <strong>{user.role}</strong> {ROLE_NAMES[user.role]}.
          </p>
          {name === "" ? (
            <a class="button" href="login">
              Log in
            </a>
          ) : (
            <form method="post" action="logout">
              <button type="submit">Log out</button>
            </form>
          )}
        </>
      )}
    </Popover>
  );
}
