/** Roles: what the page offers to whom. The server decides all the same, at every request. Pure. */

import { ROLES, type Role, type User } from "../protocol/hello";
import type { Note } from "./notes";

/** Before the server has said who it is: nothing. */
export function mayDo(user: User | undefined, needed: Role): boolean {
  return user !== undefined && ROLES.indexOf(user.role) >= ROLES.indexOf(needed);
}

/** A note is its author's; an admin changes every one. */
export function mayChange(user: User | undefined, { author }: Pick<Note, "author">): boolean {
  if (user === undefined || !mayDo(user, "write")) return false;
  return !user.hasLogin || user.role === "admin" || author === user.name;
}

export const ROLE_NAMES: Readonly<Record<Role, string>> = {
  view: "sees everything and changes nothing",
  write: "sees everything, writes notes, records, replays and saves dashboards",
  admin: "does everything, sets limits and triggers and deletes tags too",
};
