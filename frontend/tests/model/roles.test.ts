import { describe, expect, it } from "vitest";

import { mayChange, mayDo } from "../../src/model/roles";
import type { Hello, User } from "../../src/protocol/hello";
import { decodeControl } from "../../src/protocol/messages";

const user = (role: User["role"], name = "anna"): User => ({ name, role, hasLogin: true });

describe("roles", () => {
  it("each may do what those before it may", () => {
    const done = (["view", "write", "admin"] as const).map((role) => [
      mayDo(user(role), "view"),
      mayDo(user(role), "write"),
      mayDo(user(role), "admin"),
    ]);
    expect(done).toEqual([
      [true, false, false],
      [true, true, false],
      [true, true, true],
    ]);
  });

  it("nothing is offered before the server has said who it is", () => {
    expect(mayDo(undefined, "view")).toBe(false);
  });

  it("a note is its author's, or an admin's", () => {
    const own = { author: "anna" };
    expect([
      mayChange(user("write"), own),
      mayChange(user("write", "ben"), own),
      mayChange(user("view"), own),
      mayChange(user("admin", "ben"), own),
    ]).toEqual([true, false, false, true]);
  });

  it("the hello tells it; without users everybody may do everything, an unknown role only look", () => {
    const hello = (said: object): User =>
      (decodeControl(JSON.stringify({ type: "hello", protocol: 1, time: 0, ...said })) as Hello).user;
    expect([hello({}), hello({ user: { name: "b", role: "chief", login: true } })]).toEqual([
      { name: "", role: "admin", hasLogin: false },
      { name: "b", role: "view", hasLogin: true },
    ]);
  });
});
